"""Cascade: the information boundary, the count of leaked bits, the correction."""

from collections import Counter
from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.correction.cascade import SCHEDULES, CascadeStep, ParityOracle, reconcile
from qkdlab.distillation.correction.cascade_variants import ORIGINAL, VARIANTS, get_variant
from qkdlab.distillation.correction.reconciliation import Reconciliation
from qkdlab.values import Bits
from tests.bounds import TAIL
from tests.refusals import expect_refusal


def noisy_keys(n: int, qber: float, seed: int) -> tuple[Bits, Bits]:
    rng = np.random.default_rng(seed)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    return alice, alice ^ (rng.random(n) < qber).astype(np.uint8)


def run(
    alice: Bits,
    bob: Bits,
    qber: float,
    seed: int = 0,
    *,
    oracle: Any = None,
    channel: PublicChannel | None = None,
    **options: Any,
) -> tuple[Reconciliation, PublicChannel]:
    """Reconcile; return the result and the channel."""
    channel = channel or PublicChannel()
    oracle = oracle or ParityOracle(alice, channel)
    rng = np.random.default_rng(seed)
    return reconcile(bob, oracle, qber=qber, rng=rng, channel=channel, **options), channel


def transcript(
    channel: PublicChannel, n: int
) -> tuple[list[np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Return the orders of the passes and the (blocks, parities) pairs, from public messages alone."""
    orders = [np.arange(n)]
    talks = []
    for message in channel.messages:
        if message.subject is Subject.PERMUTATION:
            orders.append(np.random.default_rng(int(message.payload)).permutation(n))
        elif message.subject is Subject.QUESTION:
            question = message.payload
        else:
            assert message.subject is Subject.PARITY
            talks.append((question, message.payload))
    return orders, talks


@pytest.mark.parametrize(
    ("n", "qber"), [(10_000, 0.01), (10_000, 0.05), (3_000, 0.11), (2_000, 0.25), (500, 0.02)]
)
def test_corrects_nearly_always(n, qber) -> None:
    # a frame fails once in a few thousand; of 20, more than one failing would be a fault
    failures = 0
    for seed in range(20):
        alice, bob = noisy_keys(n, qber, seed)
        done, _ = run(alice, bob, qber, seed)
        assert done.bits.shape == alice.shape
        assert done.bits.dtype == np.uint8
        failures += not np.array_equal(done.bits, alice)
        if np.array_equal(done.bits, alice):
            # a bit may be flipped and flipped back, never fewer flips than errors
            assert done.counts.n_corrected >= np.count_nonzero(alice != bob)
            assert (done.counts.n_corrected - np.count_nonzero(alice != bob)) % 2 == 0
    assert failures <= 1


def test_alice_answers_with_parities_of_her_bits_and_every_one_is_counted() -> None:
    n = 2_000
    alice, bob = noisy_keys(n, 0.05, 1)
    done, channel = run(alice, bob, 0.05)
    orders, talks = transcript(channel, n)
    asked = answered = 0
    for blocks, parities in talks:
        for number, start, stop, parity in zip(*blocks, parities, strict=True):
            assert 0 <= start < stop <= n  # no empty block: it would cost a bit and tell nothing
            assert parity == alice[orders[number][start:stop]].sum() % 2
        asked += blocks.shape[1]
        answered += len(parities)
    assert done.counts.alice_leak == channel.leaked_bits(Party.ALICE) == answered
    assert done.counts.bob_leak == channel.leaked_bits(Party.BOB) == asked
    for message in channel.messages:
        expected = message.payload.shape[-1] if message.subject in (Subject.QUESTION, Subject.PARITY) else 0
        assert message.leaked_bits == expected
        sender = Party.BOB if message.subject is Subject.QUESTION else Party.ALICE
        assert message.sender is sender


def test_block_sizes_double_and_the_last_parity_of_a_pass_is_inferred() -> None:
    n, qber = 2_001, 0.05
    alice, bob = noisy_keys(n, qber, 2)
    _, channel = run(alice, bob, qber)
    _, talks = transcript(channel, n)
    first = {}
    for blocks, _ in talks:
        first.setdefault(int(blocks[0, 0]), blocks)
    k = ceil(0.73 / qber)
    for number in range(4):
        size = k * 2**number
        _, starts, stops = first[number]
        count = ceil(n / size) - (number > 0)
        assert starts.tolist() == [size * i for i in range(count)]
        assert stops.tolist() == [min(size * (i + 1), n) for i in range(count)]


def test_a_block_is_halved_in_at_most_log_k_parities() -> None:
    n = 73
    alice = np.zeros(n, dtype=np.uint8)
    for wrong in range(n):
        bob = alice.copy()
        bob[wrong] = 1
        done, channel = run(alice, bob, 0.01)
        assert np.array_equal(done.bits, alice)
        _, talks = transcript(channel, n)
        halvings = [blocks for blocks, _ in talks if blocks.shape[1] == 1 and blocks[0, 0] == 0]
        assert len(halvings) <= ceil(np.log2(37))  # blocks of at most half of the key


def test_without_errors_only_block_parities_leak() -> None:
    n, qber = 10_000, 0.02
    alice, _ = noisy_keys(n, 0, 3)
    done, channel = run(alice, alice, qber)
    k = ceil(0.73 / qber)
    expected = sum(ceil(n / (k * 2**i)) - (i > 0) for i in range(4))
    assert done.counts.alice_leak == done.counts.bob_leak == expected
    assert done.counts.n_corrected == 0
    assert Counter(message.subject for message in channel.messages)[Subject.PERMUTATION] == 3


def test_bob_uses_nothing_but_the_answers() -> None:
    """Let a parrot repeat the recorded answers: Bob, without Alice's key, must come to the same result."""

    class Parrot:
        def __init__(self, n: int, answers: list[np.ndarray]) -> None:
            self.n, self.answers = n, iter(answers)

        def __len__(self) -> int:
            return self.n

        def open_pass(self, order: np.ndarray) -> None:
            assert sorted(order) == list(range(self.n))

        def answer(self, number: int, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
            return next(self.answers)

    alice, bob = noisy_keys(1_500, 0.04, 5)
    done, channel = run(alice, bob, 0.04, seed=6)
    parrot = Parrot(
        1_500, [message.payload for message in channel.messages if message.subject is Subject.PARITY]
    )
    again, _ = run(alice, bob, 0.04, seed=6, oracle=parrot)
    assert np.array_equal(again.bits, done.bits)
    assert next(parrot.answers, None) is None


def test_bobs_key_is_not_changed_in_place() -> None:
    alice, bob = noisy_keys(500, 0.05, 7)
    before = bob.copy()
    done, _ = run(alice, bob, 0.05)
    assert np.array_equal(bob, before)
    with pytest.raises(ValueError, match="read-only"):
        done.bits[0] = 1


def test_shuffles_differ_between_passes_and_runs() -> None:
    alice, bob = noisy_keys(300, 0.05, 8)
    orders, _ = transcript(run(alice, bob, 0.05, seed=1)[1], 300)
    others, _ = transcript(run(alice, bob, 0.05, seed=2)[1], 300)
    assert np.array_equal(orders[0], others[0])  # the first pass takes the key as it is
    seen = {tuple(order) for order in orders + others[1:]}
    assert len(seen) == 7


@pytest.mark.parametrize("qber", [0.0, 0.01, 0.5])
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_tiny_keys(n, qber) -> None:
    for errors in range(n + 1):
        alice = np.zeros(n, dtype=np.uint8)
        bob = (np.arange(n) < errors).astype(np.uint8)
        done, channel = run(alice, bob, qber)
        assert done.bits.shape == (n,)
        assert done.counts.alice_leak == channel.leaked_bits(Party.ALICE)
        if n == 0:
            assert channel.messages == ()
        if n in (1, 2):  # blocks of one bit: everything is told, and everything is corrected
            assert np.array_equal(done.bits, alice)


def test_an_expected_error_rate_of_zero_still_finds_a_few_errors() -> None:
    alice, bob = noisy_keys(1_000, 0, 9)
    bob[[3, 600, 601]] ^= 1
    done, _ = run(alice, bob, 0.0)
    assert np.array_equal(done.bits, alice)


def test_unrelated_keys_cost_more_parities_than_there_are_bits() -> None:
    alice, bob = noisy_keys(1_000, 0.5, 9)
    done, _ = run(alice, bob, 0.5)
    assert done.counts.alice_leak > 1_000


def test_bad_arguments() -> None:
    channel, rng = PublicChannel(), np.random.default_rng(0)
    oracle = ParityOracle(np.zeros(5, dtype=np.uint8), channel)
    assert len(oracle) == 5
    with expect_refusal("bob_bits must have shape (5,), got shape (4,)"):
        reconcile(np.zeros(4, dtype=np.uint8), oracle, qber=0.1, rng=rng, channel=channel)
    with expect_refusal("qber must lie between 0 and 0.5, got 0.6"):
        reconcile(np.zeros(5, dtype=np.uint8), oracle, qber=0.6, rng=rng, channel=channel)
    with pytest.raises(ValueError, match=r"^qber must lie between 0 and 0\.5, got nan$"):
        reconcile(np.zeros(5, dtype=np.uint8), oracle, qber=float("nan"), rng=rng, channel=channel)
    with expect_refusal("bob_bits[0] must be 0 … 1, got 2"):
        reconcile(np.full(5, 2), oracle, qber=0.1, rng=rng, channel=channel)
    with expect_refusal("alice_bits[1] must be 0 … 1, got 3"):
        ParityOracle(np.array([0, 3]), channel)
    assert channel.messages == ()


def test_progress_rises_and_may_cancel() -> None:
    alice, bob = noisy_keys(1_000, 0.05, 10)
    shares: list[float] = []
    run(alice, bob, 0.05, progress=shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0]

    def cancel(_: float) -> None:
        raise InterruptedError("enough")

    channel = PublicChannel()
    with pytest.raises(InterruptedError):
        run(alice, bob, 0.05, channel=channel, progress=cancel)
    assert Subject.PERMUTATION not in {message.subject for message in channel.messages}


def test_leaks_of_earlier_messages_are_not_counted_again() -> None:
    alice, bob = noisy_keys(400, 0.05, 11)
    fresh, _ = run(alice, bob, 0.05)
    channel = PublicChannel()
    channel.say(Party.ALICE, Subject.TAG, [0], leaked_bits=77)
    channel.say(Party.BOB, Subject.TAG, [0], leaked_bits=7)
    again, _ = run(alice, bob, 0.05, channel=channel)
    assert (again.counts.alice_leak, again.counts.bob_leak) == (
        fresh.counts.alice_leak,
        fresh.counts.bob_leak,
    )


def test_repr_shows_no_bits() -> None:
    alice, bob = noisy_keys(100, 0.05, 12)
    done, _ = run(alice, bob, 0.05)
    expected = f"Reconciliation(100 secret bits, {done.counts.n_corrected} corrected, "
    assert repr(done) == expected + f"{done.counts.alice_leak} + {done.counts.bob_leak} bits leaked)"


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_corrects(name, schedule) -> None:
    for n, qber, seed in [
        (4_000, 0.03, 1),
        (4_000, 0.11, 2),
        (999, 0.2, 3),
        (50, 0.05, 4),
        (2, 0.5, 5),
        (1, 0.5, 6),
    ]:
        alice, bob = noisy_keys(n, qber, seed)
        done, channel = run(alice, bob, qber, seed, variant=VARIANTS[name], schedule=schedule)
        assert np.count_nonzero(done.bits != alice) <= (2 if n > 50 else n)
        assert done.counts.alice_leak == channel.leaked_bits(Party.ALICE)


@pytest.mark.parametrize("name", VARIANTS)
def test_no_parity_is_asked_for_that_follows_from_known_ones(name) -> None:
    # in each pass the known parities are those between cuts: a question must cut anew. Would catch halves
    # asked for again, or the last block of a pass
    n, qber = 6_000, 0.04
    alice, bob = noisy_keys(n, qber, 8)
    variant = VARIANTS[name]
    _, channel = run(alice, bob, qber, 1, variant=variant)
    cuts: dict[int, set[int]] = {}
    asked = 0
    for message in channel.messages:
        if message.subject is Subject.QUESTION:
            for number, start, stop in message.payload.T.tolist():
                known = cuts.setdefault(number, {0, n} if number else {0})
                assert start in known
                if variant.reuse or stop not in known:
                    assert stop not in known
                known.add(stop)
                asked += 1
    assert asked == channel.leaked_bits(Party.ALICE)


def test_the_smallest_block_first_leaks_less_in_more_messages() -> None:
    n, qber, leaks, rounds = 10_000, 0.05, {}, {}
    for schedule in SCHEDULES:
        leaks[schedule] = rounds[schedule] = 0
        for seed in range(12):
            alice, bob = noisy_keys(n, qber, seed)
            done, channel = run(alice, bob, qber, seed, schedule=schedule)
            leaks[schedule] += done.counts.alice_leak
            rounds[schedule] += len(channel.messages)
    assert 0.97 < leaks["sequential"] / leaks["batch"] < 0.998
    assert rounds["sequential"] > 10 * rounds["batch"]


def test_watching_tells_everything_and_changes_nothing() -> None:
    n, qber = 2_000, 0.05
    alice, bob = noisy_keys(n, qber, 9)
    steps: list[CascadeStep] = []
    results = []
    for watch in (None, steps.append):
        done, _ = run(alice, bob, qber, 1, variant=get_variant("modified (4)"), watch=watch)
        results.append(done)
    assert np.array_equal(results[0].bits, results[1].bits)
    assert results[0].counts == results[1].counts
    # replayed from the steps alone: the flips give the key, and what was odd really was
    bits, orders = bob.copy(), {}
    for step in steps:
        if step.order is not None:
            orders[step.number] = step.order
        elif step.flipped is not None:
            bits[step.flipped] ^= 1
        else:
            order = orders[step.number]
            for start, stop, odd in zip(step.starts, step.stops, step.odd, strict=True):
                block = order[start:stop]
                assert (alice[block].sum() + bits[block].sum()) % 2 == odd
    assert np.array_equal(bits, results[1].bits)


@pytest.mark.parametrize(
    ("name", "n", "qber", "sizes"),
    [
        ("original", 10_000, 0.02, [37, 74, 148, 296]),
        ("modified (1)", 10_000, 0.02, [46, 138]),
        ("modified (2)", 10_000, 0.02, [40, 200, *[5_000] * 8]),
        ("modified (3)", 10_000, 0.02, [50, 100, *[5_000] * 14]),
        ("modified (7)", 10_000, 0.02, [64, 256, *[5_000] * 12]),
        ("modified (8)", 2**14, 0.02, [64, 512, 4096, *[8192] * 11]),
        ("original", 10, 0.01, [5, 5, 5, 5]),
        ("original", 100, 0.0, [50] * 4),
        ("modified (8)", 3, 0.5, [2] * 14),
    ],
)
def test_block_sizes_of_the_variants(name, n, qber, sizes) -> None:
    assert VARIANTS[name].block_sizes(n, qber)[: len(sizes)] == sizes
    assert len(VARIANTS[name].block_sizes(n, qber)) == len(sizes)


def test_bad_choices() -> None:
    assert get_variant("original") is ORIGINAL
    with pytest.raises(ValueError, match="variant must be one of 'original', .*, got 'best'"):
        get_variant("best")
    with expect_refusal("schedule must be one of 'batch', 'sequential', got 'random'"):
        reconcile(
            [0, 1],
            ParityOracle([0, 1], PublicChannel()),
            qber=0.1,
            rng=np.random.default_rng(1),
            channel=PublicChannel(),
            schedule="random",
        )


def test_the_oracle_tells_the_parity_of_the_block_that_is_asked_for() -> None:
    # would catch: a block that is a bit too long, or one of the key's order and not of the pass's
    channel, bits = PublicChannel(), np.array([1, 0, 0, 1, 1, 0, 1], dtype=np.uint8)
    alice = ParityOracle(bits, channel)
    for order in (np.arange(7), np.array([6, 0, 5, 1, 4, 2, 3])):
        alice.open_pass(order)
    starts, stops = np.array([0, 1, 3, 5]), np.array([1, 3, 7, 5])
    assert alice.answer(0, starts, stops).tolist() == [1, 0, 1, 0]
    assert alice.answer(1, starts, stops).tolist() == [1, 1, 0, 0]
    assert channel.leaked_bits(Party.ALICE) == 8


def test_confirmations_start_again_after_an_error() -> None:
    # would catch: so many random halves in all, after which errors are left, instead of so many in a row
    variant = replace(VARIANTS["modified (1)"], n_passes=1, n_confirmations=4)
    seen: list[CascadeStep] = []
    alice, bob = noisy_keys(2_000, 0.05, 1)
    done, _ = run(alice, bob, 0.05, 1, variant=variant, watch=seen.append)
    opened = [number for number, step in enumerate(seen) if step.order is not None]
    corrected = [number for number, step in enumerate(seen) if step.flipped is not None]
    assert sum(number > corrected[-1] for number in opened) == 4
    assert len(opened) > 1 + 4
    assert np.array_equal(done.bits, alice)


def test_the_original_fails_in_up_to_one_run_of_ten_where_errors_are_few() -> None:
    # as the verdict says; would catch: pairs of errors that are never found, and that none is left by chance
    runs, failed = 300, 0
    for seed in range(runs):
        alice, bob = noisy_keys(1200, 0.003, seed)
        found, _ = run(alice, bob, 0.003, seed)
        failed += bool(np.any(found.bits != alice))
    assert binom.cdf(failed, runs, 0.1) > TAIL
    assert binom.sf(failed - 1, runs, 0.1) > TAIL
    assert binom.sf(failed - 1, runs, 0.01) < TAIL
