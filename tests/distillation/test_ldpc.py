"""LDPC codes: the codes themselves, decoding, frames, what leaks, the information boundary."""

from itertools import product
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab import Detector, Link, SessionSettings, run_session
from qkdlab.distillation.belief_propagation import CERTAIN, decode
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.correction import correct
from qkdlab.distillation.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.ldpc_codes import LENGTHS, RATES, LdpcCode, get_code
from qkdlab.distillation.ldpc_frames import FrameLayout, plan_frames
from qkdlab.distillation.reconciliation import Reconciliation
from qkdlab.values import Bits
from tests.refusals import expect_refusal
from tools.make_ldpc_codes import column_degrees, make

CODES = [(length, rate) for length in LENGTHS for rate in RATES]


def noisy_keys(n: int, qber: float, seed: int) -> tuple[Bits, Bits]:
    rng = np.random.default_rng(seed)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    return alice, alice ^ (rng.random(n) < qber).astype(np.uint8)


def run(
    alice: Bits, bob: Bits, qber: float, seed: int = 0, **options: object
) -> tuple[Reconciliation, PublicChannel]:
    channel = PublicChannel()
    oracle = SyndromeOracle(alice, channel, rng=np.random.default_rng(seed + 1_000))
    rng = np.random.default_rng(seed)
    return reconcile_ldpc(bob, oracle, qber=qber, rng=rng, channel=channel, **options), channel  # type: ignore[arg-type]


def matrix(code: LdpcCode) -> np.ndarray:
    dense = np.zeros((code.n_checks, code.n_bits), dtype=np.uint8)
    dense[code.checks, np.repeat(np.arange(code.n_bits), code.degrees)] = 1
    return dense


# ---- the codes --------------------------------------------------------------------------------------------


def test_the_generator_makes_the_shipped_code_again() -> None:
    arrays, code = make(1024, 90), get_code(1024, 0.9)
    assert np.array_equal(arrays["checks_90"], code.checks)
    assert np.array_equal(arrays["degrees_90"], code.degrees)
    assert np.array_equal(arrays["puncture_90"], code.puncture_order)


@pytest.mark.parametrize(("length", "rate"), CODES)
def test_codes(length, rate) -> None:
    code = get_code(length, rate)
    assert (code.n_bits, code.n_checks) == (length, round(length * (1 - rate)))
    assert abs(code.rate - rate) < 1e-3
    assert np.array_equal(code.degrees, column_degrees(length, round(100 * rate)))
    # fewer columns of degree 2 than checks: they alone make no cycle, and no error that has no syndrome
    assert np.count_nonzero(code.degrees == 2) < code.n_checks
    bits = np.repeat(np.arange(length), code.degrees)
    edges = code.checks * length + bits
    assert len(np.unique(edges)) == len(edges)  # no edge twice, it would vanish mod 2
    weights = np.bincount(code.checks)
    assert weights.max() - weights.min() <= 3  # PEG keeps the checks alike
    # the table by checks holds the same edges
    table = code.bits_of_checks
    rows, checks = np.nonzero(table < length)
    assert np.array_equal(np.sort(checks * length + table[rows, checks]), np.sort(edges))
    assert np.array_equal(table.ravel()[code.slots], bits)


@pytest.mark.parametrize(("length", "rate"), CODES)
def test_no_two_checks_share_two_bits_where_the_graph_is_large_enough(length, rate) -> None:
    # two bits of two common checks are a cycle of 4, in which beliefs come back after one round
    code = get_code(length, rate)
    first = np.cumsum(code.degrees) - code.degrees
    pairs = []
    for degree in np.unique(code.degrees):
        rows = code.checks[first[code.degrees == degree][:, np.newaxis] + np.arange(degree)]
        low, high = np.triu_indices(degree, 1)
        pairs.append((rows[:, low] * code.n_checks + rows[:, high]).ravel())  # checks of a bit ascend
    codes = np.concatenate(pairs)
    n_pairs = code.n_checks * (code.n_checks - 1) / 2
    shared = len(codes) - len(np.unique(codes))
    if len(codes) > n_pairs / 4:  # too many for the checks: such cycles cannot all be avoided
        assert shared < len(codes)
    else:
        assert shared == 0


@pytest.mark.parametrize(("length", "rate"), CODES)
def test_punctured_columns_are_independent(length, rate) -> None:
    # where they are not, a syndrome tells more than m - p bits of the key
    code = get_code(length, rate)
    first = np.cumsum(code.degrees) - code.degrees
    assert len(np.unique(code.puncture_order)) == len(code.puncture_order) >= code.n_checks // 6
    pivots: dict[int, int] = {}
    for bit in code.puncture_order.tolist():
        column = sum(
            1 << check for check in code.checks[first[bit] : first[bit] + code.degrees[bit]].tolist()
        )
        while column and column.bit_length() in pivots:
            column ^= pivots[column.bit_length()]
        assert column
        pivots[column.bit_length()] = column


def test_syndromes_are_those_of_the_matrix() -> None:
    code, rng = get_code(1024, 0.8), np.random.default_rng(1)
    frames = rng.integers(0, 2, (1024, 3), dtype=np.uint8)
    expected = matrix(code).astype(int) @ frames % 2
    assert np.array_equal(code.syndrome(frames), expected)
    assert np.array_equal(code.syndrome(frames[:, 0]), expected[:, 0])


# ---- decoding ---------------------------------------------------------------------------------------------

# a tree: on it belief propagation gives the exact probabilities of the bits
TREE = LdpcCode(
    n_bits=10,
    n_checks=4,
    degrees=[1] * 7 + [2] * 3,
    checks=[0, 0, 1, 1, 2, 3, 3, 0, 1, 1, 2, 2, 3],
    puncture_order=[],
)


def test_decoding_of_a_tree_equals_brute_force() -> None:
    # would catch: a wrong sign of the syndrome, tanh of the whole belief, a message sent back to its sender
    rng = np.random.default_rng(4)
    words = np.array(list(product([0, 1], repeat=10)), dtype=np.uint8).T
    syndromes = TREE.syndrome(words)
    n_converged = 0
    for _ in range(200):
        beliefs = rng.normal(1.5, 1.0, (10, 1)).astype(np.float32)
        wanted = rng.integers(0, 2, (4, 1), dtype=np.uint8)
        coset = words[:, np.all(syndromes == wanted, axis=0)]
        weights = np.exp(-(beliefs.T.astype(float) @ coset))[0]
        marginals = coset @ weights / weights.sum()
        if np.any(np.abs(marginals - 0.5) < 1e-3):
            continue
        found = decode(TREE, wanted, beliefs, max_iterations=12, patience=12)
        likeliest = coset[:, weights.argmax()]
        bitwise = (marginals > 0.5).astype(np.uint8)
        if np.array_equal(TREE.syndrome(bitwise), wanted[:, 0]):
            assert found.converged[0]
        if found.n_iterations[0] >= 5:  # the news has come through the whole tree
            assert np.array_equal(found.errors[:, 0], bitwise)
        if found.converged[0] and np.array_equal(bitwise, likeliest) and found.n_iterations[0] >= 5:
            assert np.array_equal(found.errors[:, 0], likeliest)
        n_converged += int(found.converged[0])
    assert n_converged > 100


def test_errors_of_weight_one_are_found_by_maximum_likelihood() -> None:
    # all 16 syndromes of the tree with equal beliefs: what is found is as light as the lightest of the coset
    words = np.array(list(product([0, 1], repeat=10)), dtype=np.uint8).T
    syndromes = TREE.syndrome(words)
    beliefs = np.full((10, 1), log(0.97 / 0.03), dtype=np.float32)
    n_converged = 0
    for bits in product([0, 1], repeat=4):
        wanted = np.array(bits, dtype=np.uint8)[:, np.newaxis]
        lightest = words[:, np.all(syndromes == wanted, axis=0)].sum(axis=0).min()
        found = decode(TREE, wanted, beliefs)
        if found.converged[0]:  # ties between bits cannot be broken by beliefs
            assert found.errors.sum() == lightest
            n_converged += 1
    assert n_converged >= 4


def test_frames_decoded_together_are_decoded_as_if_alone() -> None:
    code, rng = get_code(1024, 0.7), np.random.default_rng(5)
    errors = (rng.random((1024, 12)) < np.linspace(0.01, 0.05, 12)).astype(np.uint8)
    syndromes, beliefs = code.syndrome(errors), np.full(errors.shape, log(0.97 / 0.03), dtype=np.float32)
    together = decode(code, syndromes, beliefs)
    assert 2 <= np.count_nonzero(together.converged) <= 11
    for frame in range(12):
        alone = decode(code, syndromes[:, [frame]], beliefs[:, [frame]])
        assert alone.converged[0] == together.converged[frame]
        assert alone.n_iterations[0] == together.n_iterations[frame]
        assert np.array_equal(alone.errors[:, 0], together.errors[:, frame])


def test_known_bits_are_never_flipped() -> None:
    code, rng = get_code(1024, 0.8), np.random.default_rng(6)
    beliefs = np.full((1024, 20), 2.0, dtype=np.float32)
    beliefs[::2] = CERTAIN
    found = decode(code, rng.integers(0, 2, (code.n_checks, 20), dtype=np.uint8), beliefs)
    assert not found.errors[::2].any()


# ---- what leaks -------------------------------------------------------------------------------------------


def test_a_syndrome_leaves_eve_all_keys_that_the_count_promises() -> None:
    # all payloads and random bits of a tiny frame: with m - p bits told, 2^(k - m + p) keys stay possible for
    # each syndrome, equally likely. Would catch punctured columns that depend on each other
    punctured = np.array([0, 2])
    payload = np.setdiff1d(np.arange(10), punctured)
    words = np.array(list(product([0, 1], repeat=10)), dtype=np.uint8).T
    numbers = 2 ** np.arange(4) @ TREE.syndrome(words)
    for number in range(16):
        keys = words[payload][:, numbers == number]
        _, counts = np.unique(keys, axis=1, return_counts=True)
        assert len(counts) == 2 ** (8 - 4 + 2)
        assert set(counts) == {1}
    # bits 0 and 1 are in the same check alone, their columns are equal: the syndrome tells a bit more
    words_of = words[np.setdiff1d(np.arange(10), [0, 1])][:, numbers == 0]
    assert len(np.unique(words_of, axis=1).T) == 2 ** (8 - 4 + 1)


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize(
    ("n", "qber"), [(30_000, 0.02), (9_000, 0.05), (2_000, 0.01), (12, 0.02), (700, 0.4)]
)
def test_every_announced_bit_is_counted(n, qber, blind) -> None:
    alice, bob = noisy_keys(n, qber, 3)
    done, channel = run(alice, bob, qber, blind=blind)
    layouts = plan_frames(n, qber, efficiency=(1.03 + 0.0015 / qber) if blind else 1.25 + 0.005 / qber)
    assert sum(layout.n_payload for layout in layouts) == n
    hidden = sum(layout.n_punctured for layout in layouts)
    said = {
        subject: sum(message.payload.size for message in channel.messages if message.subject is subject)
        for subject in (Subject.SYNDROME, Subject.DISCLOSED, Subject.DECODED)
    }
    assert done.counts.alice_leak == said[Subject.SYNDROME] + said[Subject.DISCLOSED] - hidden
    assert done.counts.bob_leak == said[Subject.DECODED]
    assert (done.counts.alice_leak, done.counts.bob_leak) == tuple(map(channel.leaked_bits, Party))
    assert blind or done.counts.bob_leak == 0
    for message in channel.messages:
        assert message.sender is (Party.BOB if message.subject is Subject.DECODED else Party.ALICE)


def test_syndromes_are_those_of_alices_bits_with_random_ones_in_the_punctured_places() -> None:
    alice, _ = noisy_keys(922, 0.05, 4)
    layout = FrameLayout(code=get_code(1024, 0.6), n_payload=922, n_punctured=100)
    channel = PublicChannel()
    oracle = SyndromeOracle(alice, channel, rng=np.random.default_rng(1))
    told = oracle.announce(layout, np.arange(922)[:, np.newaxis])
    ones = oracle.disclose(np.array([0]), layout.places[:100])
    assert 20 < ones.sum() < 80
    frame = np.zeros((1024, 1), dtype=np.uint8)
    frame[layout.payload, 0], frame[layout.places[:100]] = alice, ones
    assert np.array_equal(told, layout.code.syndrome(frame))
    assert channel.leaked_bits(Party.ALICE) == layout.code.n_checks  # hidden at first, told in the end
    again = SyndromeOracle(alice, PublicChannel(), rng=np.random.default_rng(2))
    assert not np.array_equal(told, again.announce(layout, np.arange(922)[:, np.newaxis]))


def test_bob_uses_nothing_but_what_was_announced() -> None:
    """Let a parrot repeat what Alice said: Bob must come to the same result without her."""

    class Parrot:
        def __init__(self, n: int, said: list[np.ndarray]) -> None:
            self.n, self.said = n, iter(said)

        def __len__(self) -> int:
            return self.n

        def announce(self, layout: FrameLayout, keys: np.ndarray) -> np.ndarray:
            return next(self.said)

        def disclose(self, frames: np.ndarray, places: np.ndarray) -> np.ndarray:
            return next(self.said)

    alice, bob = noisy_keys(6_000, 0.035, 5)
    done, channel = run(alice, bob, 0.03, seed=6)
    assert Subject.DISCLOSED in {message.subject for message in channel.messages}
    said = [m.payload for m in channel.messages if m.subject in (Subject.SYNDROME, Subject.DISCLOSED)]
    parrot, rng = Parrot(6_000, said), np.random.default_rng(6)
    again = reconcile_ldpc(bob, parrot, qber=0.03, rng=rng, channel=PublicChannel())  # type: ignore[arg-type]
    assert np.array_equal(again.bits, done.bits)
    assert next(parrot.said, None) is None


# ---- correction -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "qber"), [(20_000, 0.02), (5_000, 0.05), (4_000, 0.11), (3_000, 0.15), (500, 0.03)]
)
def test_corrects_in_fewer_bits_than_there_are(n, qber) -> None:
    alice, bob = noisy_keys(n, qber, 7)
    done, _ = run(alice, bob, qber)
    assert np.array_equal(done.bits, alice)
    assert done.counts.n_corrected == np.count_nonzero(alice != bob)
    assert done.counts.alice_leak < n
    assert done.counts.bob_leak < 0.02 * n


def test_more_errors_than_expected_only_cost_more() -> None:
    # would catch a blind protocol that gives up when the punctured bits are used up
    alice, bob = noisy_keys(4_000, 0.08, 8)
    done, _ = run(alice, bob, 0.02)
    assert np.array_equal(done.bits, alice)
    fair, _ = run(alice, bob, 0.08)
    assert done.counts.alice_leak > 1.2 * fair.counts.alice_leak


def test_unrelated_keys_are_disclosed_as_a_whole() -> None:
    alice, bob = noisy_keys(1_000, 0.5, 9)
    done, _ = run(alice, bob, 0.05)
    assert np.array_equal(done.bits, alice)
    assert done.counts.alice_leak >= 1_000


def test_one_way_a_frame_that_cannot_be_decoded_stays_as_it_was() -> None:
    alice, bob = noisy_keys(2_000, 0.2, 10)
    done, channel = run(alice, bob, 0.02, blind=False)
    assert np.array_equal(done.bits, bob)
    assert done.counts.n_corrected == done.counts.bob_leak == 0
    assert {message.subject for message in channel.messages} == {Subject.FRAME_SEED, Subject.SYNDROME}


def test_tiny_keys_are_announced_openly() -> None:
    for n in range(13):
        alice, bob = noisy_keys(n, 0.3, n)
        done, channel = run(alice, bob, 0.1)
        assert np.array_equal(done.bits, alice)
        assert done.counts.alice_leak == n
        assert done.counts.bob_leak == 0
        assert (channel.messages == ()) == (n == 0)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    n=st.integers(0, 3_000),
    qber=st.floats(0, 0.5),
    errors=st.floats(0, 0.5),
    seed=st.integers(0, 2**32),
    blind=st.booleans(),
)
def test_any_key_and_any_error_rate(n, qber, errors, seed, blind) -> None:
    alice, bob = noisy_keys(n, errors, seed)
    done, channel = run(alice, bob, qber, seed, blind=blind)
    assert done.bits.shape == (n,)
    assert done.counts.n_corrected == np.count_nonzero(done.bits != bob)
    assert (done.counts.alice_leak, done.counts.bob_leak) == tuple(map(channel.leaked_bits, Party))
    if blind:
        # the last reply for each frame is that it fits: wrong frames of the same syndrome are rare
        assert np.count_nonzero(done.bits != alice) <= 100


def test_bad_arguments() -> None:
    channel, rng = PublicChannel(), np.random.default_rng(0)
    oracle = SyndromeOracle(np.zeros(5, dtype=np.uint8), channel, rng=rng)
    assert len(oracle) == 5
    bits = np.zeros(5, dtype=np.uint8)
    with expect_refusal("bob_bits must have shape (5,), got shape (4,)"):
        reconcile_ldpc(bits[:4], oracle, qber=0.1, rng=rng, channel=channel)
    with expect_refusal("qber must lie between 0 and 0.5, got 0.6"):
        reconcile_ldpc(bits, oracle, qber=0.6, rng=rng, channel=channel)
    with expect_refusal("efficiency must be finite and at least 0, got -1"):
        reconcile_ldpc(bits, oracle, qber=0.1, rng=rng, channel=channel, efficiency=-1)
    with expect_refusal("rate must be one of 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, got 0.55"):
        get_code(1024, 0.55)
    with expect_refusal("n_bits must be one of 1024, 4096, 16384, got 2048"):
        get_code(2048, 0.5)
    assert channel.messages == ()


def test_progress_rises_and_may_cancel() -> None:
    alice, bob = noisy_keys(10_000, 0.03, 11)
    shares: list[float] = []
    run(alice, bob, 0.03, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == 1

    def cancel(_: float) -> None:
        raise InterruptedError("enough")

    with pytest.raises(InterruptedError):
        run(alice, bob, 0.03, progress=cancel)


# ---- a session --------------------------------------------------------------------------------------------


def test_a_session_with_ldpc_codes() -> None:
    # nothing is lost, 1.5 % are wrong. Cascade is charged for Bob's questions too, and leaves a shorter key
    link = Link(length_km=0, misalignment_error=0.015, detector=Detector(efficiency=1))
    facts = {"n_pulses": 50_000, "seed": 1, "link": link}
    session, usual = (run_session(**facts, correction=name) for name in ("ldpc", "cascade"))
    assert session.accepted
    assert session.key == session.bob_key
    counts = session.distillation.correction
    assert session.distillation.charged_leak == counts.alice_leak + counts.bob_leak
    assert counts.bob_leak < 100
    assert session.key_length > usual.key_length
    report = session.report()
    assert "bits corrected by LDPC codes" in report
    assert f"leaked by syndromes{counts.alice_leak:>16,}" in report
    assert "parities" not in report


def test_settings_with_ldpc_go_to_json_and_back() -> None:
    chosen = SessionSettings(n_pulses=1, seed=0, correction="ldpc")
    assert SessionSettings.from_json(chosen.to_json()) == chosen
    with expect_refusal("correction must be one of 'cascade', 'ldpc', got 'turbo'"):
        SessionSettings(n_pulses=1, seed=0, correction="turbo")


def test_what_hides_a_syndrome_is_drawn_in_private() -> None:
    # would catch: random bits that follow from the public seed, by which everybody could take them off again
    alice, bob = noisy_keys(4_000, 0.03, 5)
    told = []
    for secret in (1, 2):
        channel = PublicChannel()
        public, private = np.random.default_rng(7), np.random.default_rng(secret)
        facts = {"qber": 0.03, "rng": public, "private_rng": private, "channel": channel}
        assert np.array_equal(correct("ldpc", alice, bob, **facts).bits, alice)
        told.append(channel)
    assert len({int(channel.find(Subject.FRAME_SEED)) for channel in told}) == 1
    one, other = (channel.find(Subject.SYNDROME) for channel in told)
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_frames_are_of_a_shuffled_key() -> None:
    # all errors in the first tenth of the key: would catch frames of neighbours, some of which are told whole
    alice, spread = noisy_keys(40_000, 0.02, 6)
    burst = alice.copy()
    burst[np.random.default_rng(1).choice(4_000, np.count_nonzero(alice != spread), replace=False)] ^= 1
    leaks = []
    for bob in (spread, burst):
        done, _ = run(alice, bob, 0.02)
        assert np.array_equal(done.bits, alice)
        leaks.append(done.counts.alice_leak)
    assert leaks[1] < 1.1 * leaks[0]
