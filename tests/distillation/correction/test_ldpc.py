"""LDPC codes: the codes themselves, decoding, frames, what leaks, the information boundary."""

import hashlib
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab import Detector, Link, SessionSettings, run_session
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.correction import ldpc
from qkdlab.distillation.correction.belief_propagation import CERTAIN, Decoder, Told
from qkdlab.distillation.correction.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.correction.ldpc_codes import N_COLUMNS, N_ROWS, LdpcCode, column_degrees, get_code
from qkdlab.distillation.correction.ldpc_frames import plan_frames
from qkdlab.distillation.correction.reconciliation import Reconciliation
from qkdlab.distillation.hashing.polynomial import PolynomialHash
from qkdlab.session.stages import Stage
from qkdlab.values import Bits, binary_entropy
from tests.bounds import assert_share
from tests.refusals import expect_refusal

pytestmark = pytest.mark.long


def noisy_keys(n: int, qber: float, seed: int) -> tuple[Bits, Bits]:
    rng = np.random.default_rng(seed)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    return alice, alice ^ (rng.random(n) < qber).astype(np.uint8)


def run(
    alice: Bits, bob: Bits, qber: float, seed: int = 0, **options: object
) -> tuple[Reconciliation, PublicChannel]:
    channel = PublicChannel()
    oracle, rng = SyndromeOracle(alice, channel), np.random.default_rng(seed)
    return reconcile_ldpc(bob, oracle, qber=qber, rng=rng, channel=channel, **options), channel  # type: ignore[arg-type]


def matrix(code: LdpcCode) -> np.ndarray:
    dense = np.zeros((code.n_checks, code.n_bits), dtype=np.uint8)
    for row, bits in enumerate(code.layers):
        for checked in bits:
            dense[row * code.lift + np.arange(code.lift), checked] += 1
    return dense


def told_all(code: LdpcCode, syndromes: Bits) -> Told:
    first, second = code.by_pairs(syndromes)
    return Told(sums=first ^ second, firsts=first, split=np.ones(first.shape, dtype=bool))


# ---- the codes --------------------------------------------------------------------------------------------


def test_the_codes_are_the_same_on_every_machine() -> None:
    # both parties grow them for themselves: a stream of random numbers that changed would part them
    code = get_code(143, 10)
    table = np.concatenate([bits.ravel() for bits in code.layers]).astype("<u4")
    assert hashlib.sha256(table.tobytes()).hexdigest()[:16] == "dad3918bfdd153df"


@pytest.mark.parametrize("n_columns", N_COLUMNS)
def test_codes(n_columns) -> None:
    code = get_code(n_columns, 6)
    assert (code.n_bits, code.n_checks) == (6 * n_columns, 6 * N_ROWS)
    assert code.rate == pytest.approx(1 - N_ROWS / n_columns)
    dense = matrix(code)
    assert dense.max() == 1  # no edge twice, it would vanish mod 2
    degrees = column_degrees(n_columns)
    assert np.array_equal(dense.sum(axis=0), np.repeat(degrees, 6))
    weights = dense.sum(axis=1)
    assert weights.max() - weights.min() <= 3
    # fewer columns of degree 2 than rows, in a path: alone they make no cycle, and no error without syndrome
    assert np.count_nonzero(degrees == 2) < N_ROWS


@pytest.mark.parametrize("n_columns", N_COLUMNS)
def test_no_two_columns_are_in_the_same_rows(n_columns) -> None:
    # would catch: two bits in the same checks, of which no parity tells which one is wrong. With drawn rows a
    # frame of 10,000 bits in four would have some
    code = get_code(n_columns, 2)
    rows = [frozenset(code.rows[code.columns == column].tolist()) for column in range(n_columns)]
    assert len(set(rows)) == n_columns


@pytest.mark.parametrize("n_columns", [437, 143, 59])
def test_joined_checks_tell_any_one_or_two_errors_of_light_columns(n_columns) -> None:
    # would catch permutations that join the same two bits in all rows, as those of a quasi-cyclic code do: at
    # 2 % a frame in two then has two such errors, which no joined parity tells
    code = get_code(n_columns, 40)
    first, second = code.by_pairs(code.syndrome(np.eye(code.n_bits, dtype=np.uint8)[:, : 40 * 200]))
    light = np.count_nonzero(column_degrees(n_columns)[:200] <= 3) * 40
    columns = np.packbits(first ^ second, axis=0).T[:light]
    assert len(np.unique(columns, axis=0)) == light


def test_codes_reach_rate_095() -> None:
    assert max(1 - N_ROWS / n for n in N_COLUMNS) >= 0.95


def test_syndromes_are_those_of_the_matrix() -> None:
    code, rng = get_code(143, 8), np.random.default_rng(1)
    frames = rng.integers(0, 2, (code.n_bits, 3), dtype=np.uint8)
    expected = matrix(code).astype(int) @ frames % 2
    assert np.array_equal(code.syndrome(frames), expected)
    assert np.array_equal(code.syndrome(frames[:, 0]), expected[:, 0])


def test_pairs_have_no_bit_in_common() -> None:
    # would catch pairs whose sum is no check of both their bits
    first, second = (half.astype(int) for half in get_code(115, 10).by_pairs(matrix(get_code(115, 10))))
    assert np.max(first + second) == 1


# ---- decoding ---------------------------------------------------------------------------------------------

# a tree: on it belief propagation gives the exact probabilities of the bits
TREE = LdpcCode(
    rows=[0, 0, 0, 1, 1],
    columns=[0, 1, 2, 2, 3],
    permutations=[[0, 1], [0, 1], [0, 1], [1, 0], [0, 1]],
    n_rows=2,
    n_columns=4,
    lift=2,
)
WORDS = np.array(list(product([0, 1], repeat=8)), dtype=np.uint8).T


@pytest.mark.parametrize("joined", [False, True])
def test_decoding_of_a_tree_equals_brute_force(joined) -> None:
    # would catch: a wrong sign of the syndrome, tanh of the whole belief, a message sent back to its sender,
    # a joined pair decoded as if both parities were known
    rng = np.random.default_rng(4)
    first, second = TREE.by_pairs(TREE.syndrome(WORDS))
    split = np.array([True, not joined])  # the sum of row 1 alone keeps the graph a tree
    n_converged = 0
    for _ in range(200):
        beliefs = rng.normal(1.5, 1.0, 8).astype(np.float32)
        truth = rng.integers(WORDS.shape[1])
        sums, firsts = (first ^ second)[:, truth], np.where(split, first[:, truth], 0).astype(np.uint8)
        told = Told(sums=sums, firsts=firsts, split=split)
        fits = np.array([not told.amiss(TREE, word).any() for word in WORDS.T])
        right_sums = np.all(first ^ second == sums[:, np.newaxis], axis=0)
        assert np.array_equal(fits, right_sums & np.all(first[split] == firsts[split, np.newaxis], axis=0))
        coset = WORDS[:, fits]
        weights = np.exp(-(beliefs.astype(float) @ coset))
        marginals = coset @ weights / weights.sum()
        if np.any(np.abs(marginals - 0.5) < 1e-3):
            continue
        decoder = Decoder(TREE, beliefs)
        converged = decoder.run(told, max_iterations=12, patience=12)
        for _ in range(6):  # let the news come through the whole tree
            for row, signs in enumerate(decoder._signs(told)):
                decoder._ask(row, *signs)
        expected = np.log((1 - marginals) / marginals)
        assert decoder._totals == pytest.approx(expected, abs=2e-3)
        n_converged += converged
    assert n_converged > 100


def test_known_bits_are_never_flipped() -> None:
    code, rng = get_code(143, 8), np.random.default_rng(6)
    beliefs = np.full(code.n_bits, 2.0, dtype=np.float32)
    beliefs[::2] = CERTAIN
    for _ in range(5):
        decoder = Decoder(code, beliefs)
        decoder.learn(np.array([1, 3]), np.array([0, 1], dtype=np.uint8))
        decoder.run(told_all(code, rng.integers(0, 2, code.n_checks, dtype=np.uint8)))
        assert not decoder.errors[::2].any()
        assert decoder.errors[3]
        assert not decoder.errors[1]


def test_a_decoder_that_is_held_by_few_wrong_bits_begins_anew() -> None:
    # would catch beliefs kept for good when they are sure of wrong bits: more parities do not help then
    code, rng = get_code(143, 100), np.random.default_rng(2)
    errors = (rng.random(code.n_bits) < 0.015).astype(np.uint8)
    told = told_all(code, code.syndrome(errors))
    decoder = Decoder(code, np.full(code.n_bits, np.log(65), dtype=np.float32))
    assert decoder.run(told)
    held = np.arange(0, code.n_bits, code.n_bits // 3)[:3]
    decoder._totals[held] = np.where(errors[held], 300, -300)
    assert not decoder.run(told, max_iterations=2, patience=1)
    assert decoder.run(told)
    assert np.array_equal(decoder.errors, errors)


# ---- what leaks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize(
    ("n", "qber"), [(150_000, 0.02), (9_000, 0.05), (2_000, 0.01), (12, 0.02), (700, 0.4)]
)
def test_every_announced_bit_is_counted(n, qber, blind) -> None:
    alice, bob = noisy_keys(n, qber, 3)
    done, channel = run(alice, bob, qber, blind=blind)
    assert sum(layout.n_payload for layout in plan_frames(n, qber)) == n
    told = (Subject.SYNDROME, Subject.DISCLOSED, Subject.FRAME_CHECK)
    said = sum(message.payload.size for message in channel.messages if message.subject in told)
    assert done.counts.alice_leak == said
    replies = sum(
        message.payload.size * (6 if message.subject is Subject.WANTED else 1)
        for message in channel.messages
        if message.sender is Party.BOB
    )
    assert done.counts.bob_leak == replies
    assert (done.counts.alice_leak, done.counts.bob_leak) == tuple(map(channel.leaked_bits, Party))
    assert blind or done.counts.bob_leak == 0
    for message in channel.messages:
        if message.subject is Subject.WANTED:
            assert message.payload.max() < 2**6  # or six bits would not hold it


def test_bob_is_told_what_he_needs_and_hardly_more() -> None:
    # what Alice begins with is less than any frame needs, what Bob asks for nearly all that his needs. Would
    # catch: first parities beyond the limit, parities asked for besides those told, an aim of half or twice
    for seed in range(3):
        alice, bob = noisy_keys(100_000, 0.02, seed)
        _, channel = run(alice, bob, 0.02)
        needed = 100_000 * binary_entropy(float(np.mean(alice != bob)))
        subjects = [message.subject for message in channel.messages]
        sizes = [m.payload.size * (m.subject is Subject.SYNDROME) for m in channel.messages]
        before, after = (sum(sizes[: subjects.index(s)]) for s in (Subject.WANTED, Subject.DECODED))
        assert 0.8 < before / needed < 0.93
        assert 1.03 < after / needed < 1.17


def test_more_errors_than_are_likeliest_are_no_reason_to_disclose_bits() -> None:
    # would catch codes chosen for the likeliest error rate alone, whose parities are too few for the highest
    alice, bob = noisy_keys(20_000, 0.05, 14)
    done, channel = run(alice, bob, 0.05, likely_qber=0.01)
    assert np.array_equal(done.bits, alice)
    assert Subject.DISCLOSED not in {message.subject for message in channel.messages}
    assert done.counts.alice_leak < 1.25 * 20_000 * binary_entropy(0.05)


def test_every_check_has_a_random_point_of_its_own(monkeypatch) -> None:
    # two frames that differ have the same hash at few points; at one that is known before, perhaps always.
    # It is drawn after the frame was shuffled, and after its parities are told
    monkeypatch.setattr("qkdlab.distillation.correction.ldpc_frames.LONGEST_FRAME", 2_000)
    alice, bob = noisy_keys(80_000, 0.01, 15)
    _, channel = run(alice, bob, 0.01)
    points = [m.payload for m in channel.messages if m.subject is Subject.HASH_SEED]
    assert len(points) == 40
    assert len({point.tobytes() for point in points}) == 40
    drawn = np.concatenate(points)
    assert_share(int(drawn.sum()), len(drawn), 0.5)
    _, other = run(alice, bob, 0.01, seed=1)
    again = [m.payload for m in other.messages if m.subject is Subject.HASH_SEED]
    assert not any(np.array_equal(*pair) for pair in zip(points, again, strict=True))


def test_no_parity_is_told_twice_and_none_is_random() -> None:
    # what Alice says of a frame is linear in its bits: all equations hold, and the parities are independent
    alice, bob = noisy_keys(1_500, 0.03, 4)
    _, channel = run(alice, bob, 0.03)
    (layout,) = plan_frames(1_500, 0.03)
    shuffle = np.random.default_rng(int(channel.find(Subject.FRAME_SEED))).permutation(1_500)
    frame = np.zeros(layout.code.n_bits, dtype=np.uint8)
    frame[layout.payload] = alice[shuffle]
    first, second = layout.code.by_pairs(layout.code.syndrome(frame))
    sums, *splits = [m.payload for m in channel.messages if m.subject is Subject.SYNDROME]
    assert np.array_equal(sums, first ^ second)
    order = np.argsort(layout.code.split_rank)
    told, start = np.concatenate(splits), 0
    for part in splits:
        assert np.array_equal(part, first[np.sort(order[start : start + len(part)])])
        start += len(part)
    assert len(told) <= len(first)


def test_the_check_is_the_hash_of_the_frame() -> None:
    alice, _ = noisy_keys(500, 0, 1)
    oracle, (layout,) = SyndromeOracle(alice, PublicChannel()), plan_frames(500, 0.02)
    keys = np.random.default_rng(1).permutation(500)
    oracle.announce(layout, keys)
    point = np.random.default_rng(2).integers(0, 2, 20, dtype=np.uint8)
    assert np.array_equal(oracle.check(point), PolynomialHash(point)(alice[keys]))


def test_bob_uses_nothing_but_what_was_announced() -> None:
    """Let a parrot repeat what Alice said: Bob must come to the same result without her."""

    class Parrot:
        def __init__(self, n: int, said: list[np.ndarray]) -> None:
            self.n, self.said = n, iter(said)

        def __len__(self) -> int:
            return self.n

        def repeat(self, *_: object) -> np.ndarray:
            return next(self.said)

        announce = check = split = disclose = repeat

    alice, bob = noisy_keys(6_000, 0.04, 5)
    done, channel = run(alice, bob, 0.02, seed=6)
    assert Subject.DISCLOSED in {message.subject for message in channel.messages}
    told = (Subject.SYNDROME, Subject.DISCLOSED, Subject.FRAME_CHECK)
    said = [message.payload for message in channel.messages if message.subject in told]
    parrot, rng = Parrot(6_000, said), np.random.default_rng(6)
    again = reconcile_ldpc(bob, parrot, qber=0.02, rng=rng, channel=PublicChannel())  # type: ignore[arg-type]
    assert np.array_equal(again.bits, done.bits)
    assert next(parrot.said, None) is None


# ---- frames that decode to a wrong word -------------------------------------------------------------------


class Misled(Decoder):
    """A decoder whose first two results are wrong, and fit all the same."""

    spoilt = 0

    def run(self, told: Told, **options: int) -> bool:
        found = super().run(told, **options)
        if found and Misled.spoilt < 2:
            Misled.spoilt += 1
            self.errors[:7] ^= 1
        return found


def test_a_wrong_frame_is_found_and_costs_some_parities(monkeypatch) -> None:
    # would catch: frames taken as they are decoded, checks that are not compared, a wrong word that stays
    alice, bob = noisy_keys(20_000, 0.02, 12)
    plain, _ = run(alice, bob, 0.02)
    monkeypatch.setattr(ldpc, "Decoder", Misled)
    monkeypatch.setattr(Misled, "spoilt", 0)
    done, channel = run(alice, bob, 0.02)
    assert Misled.spoilt == 2
    assert np.array_equal(done.bits, alice)
    assert done.counts.n_lost == 0
    assert plain.counts.alice_leak < done.counts.alice_leak < 1.1 * plain.counts.alice_leak
    replies = [bool(m.payload) for m in channel.messages if m.subject is Subject.DECODED]
    assert replies.count(False) >= 2
    assert replies.index(True) == len(replies) - 1


class Hopeless(Decoder):
    """A decoder that never comes to an end, before all bits are disclosed."""

    def run(self, told: Told, **options: int) -> bool:
        super().run(told, **options)
        return bool(np.all(np.abs(self._prior) >= CERTAIN))


class Idle(Decoder):
    """A decoder that finds nothing."""

    def run(self, told: Told, **options: int) -> bool:
        self.errors[:] = 0
        return False


def test_of_a_frame_that_is_never_decoded_bob_has_what_he_was_told(monkeypatch) -> None:
    # would catch a lost frame that stays as it was, or as the decoder left it
    monkeypatch.setattr(ldpc, "Decoder", Idle)
    alice, bob = noisy_keys(3_000, 0.03, 4)
    done, channel = run(alice, bob, 0.03)
    assert np.array_equal(done.bits, alice)
    assert done.counts.n_lost == 3_000
    said = [m.payload.size for m in channel.messages if m.subject is Subject.DISCLOSED]
    assert sum(said) == 3_000
    assert done.counts.alice_leak > 3_000


def test_a_session_loses_at_most_the_frames_that_cannot_be_decoded(monkeypatch) -> None:
    # would catch: a session that is rejected for a frame, lost bits that are not charged or not shown
    link = Link(length_km=0, misalignment_error=0.015, detector=Detector(efficiency=1))
    facts = {"n_pulses": 400_000, "seed": 1, "link": link, "correction": "ldpc"}
    plain = run_session(**facts)
    monkeypatch.setattr("qkdlab.distillation.correction.ldpc_frames.LONGEST_FRAME", 1 << 14)
    short = run_session(**facts)
    kinds = iter([Hopeless])

    def first_is_hopeless(code: LdpcCode, beliefs: np.ndarray) -> Decoder:
        return next(kinds, Decoder)(code, beliefs)

    monkeypatch.setattr(ldpc, "Decoder", first_is_hopeless)
    session = run_session(**facts)
    counts, steps = session.distillation.correction, session.distillation
    assert session.accepted
    assert session.key == session.bob_key
    assert 0 < counts.n_lost <= 1 << 14
    assert counts.n_bits == plain.distillation.correction.n_bits
    taken = {entry.stage: entry.taken for entry in session.ledger}
    assert taken[Stage.LOST] == counts.n_lost
    assert taken[Stage.LEAKED] + taken[Stage.LOST] == steps.charged_leak
    assert sum(taken.values()) + session.key_length == 400_000
    assert f"in lost frames{counts.n_lost:>19,}" in session.report()
    assert Stage.LOST not in {entry.stage for entry in plain.ledger}
    # the key pays for every bit of it, and for no other frame
    rest = short.distillation.charged_leak * (1 - counts.n_lost / counts.n_bits)
    assert steps.charged_leak == pytest.approx(rest + 1.2 * counts.n_lost, rel=0.05)
    assert session.key_length == short.key_length - (steps.charged_leak - short.distillation.charged_leak)


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
    assert done.counts.bob_leak < 0.005 * n + 20


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
    assert done.counts.n_corrected == done.counts.bob_leak == done.counts.n_lost == 0
    assert {message.subject for message in channel.messages} == {Subject.FRAME_SEED, Subject.SYNDROME}


def test_tiny_keys_are_announced_openly() -> None:
    for n in range(13):
        alice, bob = noisy_keys(n, 0.3, n)
        done, channel = run(alice, bob, 0.1)
        assert np.array_equal(done.bits, alice)
        assert done.counts.alice_leak == n
        assert done.counts.bob_leak == 0
        assert done.counts.n_lost == n  # the report says so
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
    oracle = SyndromeOracle(np.zeros(5, dtype=np.uint8), channel)
    assert len(oracle) == 5
    bits = np.zeros(5, dtype=np.uint8)
    with expect_refusal("bob_bits must have shape (5,), got shape (4,)"):
        reconcile_ldpc(bits[:4], oracle, qber=0.1, rng=rng, channel=channel)
    with expect_refusal("qber must lie between 0 and 0.5, got 0.6"):
        reconcile_ldpc(bits, oracle, qber=0.6, rng=rng, channel=channel)
    with expect_refusal("efficiency must be finite and at least 0, got -1"):
        reconcile_ldpc(bits, oracle, qber=0.1, rng=rng, channel=channel, efficiency=-1)
    with expect_refusal("likely_qber must lie between 0 and 0.5, got 0.6"):
        reconcile_ldpc(bits, oracle, qber=0.1, likely_qber=0.6, rng=rng, channel=channel)
    with expect_refusal(f"n_columns must be one of {', '.join(map(str, N_COLUMNS))}, got 51"):
        get_code(51, 10)
    with expect_refusal("lift must be even, got 3"):
        get_code(143, 3)
    assert channel.messages == ()


def test_progress_rises_and_may_cancel() -> None:
    alice, bob = noisy_keys(270_000, 0.03, 11)
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
    assert "leaked by parities" not in report


def test_settings_with_ldpc_go_to_json_and_back() -> None:
    chosen = SessionSettings(n_pulses=1, seed=0, correction="ldpc")
    assert SessionSettings.from_json(chosen.to_json()) == chosen
    with expect_refusal("correction must be one of 'cascade', 'ldpc', got 'turbo'"):
        SessionSettings(n_pulses=1, seed=0, correction="turbo")


def test_frames_are_of_a_shuffled_key() -> None:
    # all errors in the first tenth of the key: would catch frames of neighbours, some of which are told whole
    alice, spread = noisy_keys(300_000, 0.02, 6)
    burst = alice.copy()
    burst[np.random.default_rng(1).choice(30_000, np.count_nonzero(alice != spread), replace=False)] ^= 1
    leaks = []
    for bob in (spread, burst):
        done, _ = run(alice, bob, 0.02)
        assert np.array_equal(done.bits, alice)
        leaks.append(done.counts.alice_leak)
    assert leaks[1] < 1.1 * leaks[0]


def test_a_frame_that_never_fits_its_check_is_lost_whole_and_ends() -> None:
    # somebody changes the check on its way: would catch a search that goes on when nothing is left to ask
    alice, bob = noisy_keys(3_000, 0.03, 4)

    def changed(message):
        if message.subject is Subject.FRAME_CHECK:
            return replace(message, payload=message.payload ^ 1)
        return message

    channel = PublicChannel(changed)
    oracle = SyndromeOracle(alice, channel)
    done = reconcile_ldpc(bob, oracle, qber=0.03, rng=np.random.default_rng(1), channel=channel)
    assert np.array_equal(done.bits, alice)
    assert done.counts.n_lost == 3_000
    assert done.counts.alice_leak > 3_000
