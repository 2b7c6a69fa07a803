"""The quantum part: shapes, parties that do not disturb each other, blocks, progress."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import GYS_LINK, IDEAL_LINK, DecoySource, Detector, InterceptResend, Link, WeakCoherentSource
from qkdlab.exchange.line import BLOCK, OPENING
from qkdlab.exchange.run import EveRecord, Exchange, Generators, exchange_blocks, run_exchange
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import get_sampler
from tests.bounds import assert_distribution, assert_share
from tests.quantum.samplers import SAMPLERS
from tests.refusals import expect_refusal

NOISY = Link(
    length_km=10,
    misalignment_error=0.02,
    depolarizing_probability=0.05,
    source=WeakCoherentSource(mean_photon_number=0.8),
    detector=Detector(efficiency=0.5, dark_count_probability=0.1),
)


def run(n: int, link: Link = IDEAL_LINK, fraction: float | None = None, seed: int = 1, **changes) -> Exchange:
    eve = None if fraction is None else InterceptResend(fraction=fraction)
    facts = {"protocol": BB84, "link": link, "eavesdropper": eve, "sampler": get_sampler("exact")}
    return run_exchange(n, **facts | {"generators": Generators.from_seed(seed)} | changes)


def test_what_each_party_holds() -> None:
    exchange = run(5_000, NOISY, 0.5)
    n = len(exchange.slots)
    assert 0 < n < 5_000
    assert exchange.n_pulses == 5_000
    assert exchange.slots.dtype == np.int64
    assert np.all(np.diff(exchange.slots) > 0)
    assert exchange.slots[0] >= 0
    assert exchange.slots[-1] < 5_000
    assert len(exchange.alice) == len(exchange.bob) == n
    assert exchange.eve.tactics.shape == exchange.eve.outcomes.shape == (n,)
    assert np.all(exchange.eve.outcomes[exchange.eve.tactics == 0] == 0)
    assert set(np.unique(exchange.eve.tactics)) == {0, 1, 2}
    for array in (exchange.slots, exchange.eve.tactics, exchange.eve.outcomes, exchange.bob.bits):
        assert not array.flags.writeable


def test_an_ideal_link_loses_nothing() -> None:
    exchange = run(1_000)
    assert exchange.slots.tolist() == list(range(1_000))
    assert exchange.eve is None
    same = exchange.alice.bases == exchange.bob.bases
    assert np.array_equal(exchange.alice.bits[same], exchange.bob.bits[same])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_eve_changes_neither_choices_nor_losses(sampler) -> None:
    # in every block: a choice drawn by one party must not depend on how many draws another needed
    n = 5 * BLOCK
    free, tapped = (run(n, NOISY, fraction, sampler=get_sampler(sampler)) for fraction in (None, 1.0))
    assert np.array_equal(free.slots, tapped.slots)
    assert len(free.slots) > 1.5 * BLOCK
    assert np.array_equal(free.alice.bits, tapped.alice.bits)
    assert np.array_equal(free.alice.bases, tapped.alice.bases)
    assert np.array_equal(free.bob.bases, tapped.bob.bases)
    assert not np.array_equal(free.bob.bits, tapped.bob.bits)
    same = free.alice.bases == free.bob.bases
    errors = [np.count_nonzero((x.alice.bits != x.bob.bits)[same]) for x in (free, tapped)]
    assert errors[0] < errors[1]


def test_noise_on_the_line_changes_neither_choices_nor_losses() -> None:
    calm, noisy = (run(5 * BLOCK, replace(NOISY, depolarizing_probability=p)) for p in (0.0, 1.0))
    assert np.array_equal(calm.slots, noisy.slots)
    assert np.array_equal(calm.alice.bits, noisy.alice.bits)
    assert np.array_equal(calm.bob.bases, noisy.bob.bases)


def test_eve_leaves_empty_pulses_alone() -> None:
    link = Link(
        source=WeakCoherentSource(mean_photon_number=0), detector=Detector(dark_count_probability=0.5)
    )
    exchange = run(2_000, link, 1.0)
    assert len(exchange.slots) > 1_000
    assert not exchange.eve.tactics.any()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_same_seed_same_exchange(sampler) -> None:
    one, two, other = (run(3_000, NOISY, 0.5, seed=seed, sampler=get_sampler(sampler)) for seed in (1, 1, 2))
    assert np.array_equal(one.bob.bits, two.bob.bits)
    assert np.array_equal(one.eve.outcomes, two.eve.outcomes)
    assert one.opening == two.opening
    assert not np.array_equal(one.alice.bits[:100], other.alice.bits[:100])


def test_the_opening_is_told_whole_and_agrees_with_the_records() -> None:
    exchange = run(5_000, NOISY, 0.5)
    assert len(exchange.opening) == OPENING
    at = 0
    for slot, story in enumerate(exchange.opening):
        if slot != exchange.slots[at]:
            assert story.bob_bit is None
            assert not story.arrived
            continue
        assert story.alice_bit == exchange.alice.bits[at]
        assert story.alice_basis == exchange.alice.bases[at]
        assert story.bob_bit == exchange.bob.bits[at]
        assert story.bob_basis == exchange.bob.bases[at]
        assert story.eve_tactic == exchange.eve.tactics[at]
        assert story.eve_outcome == exchange.eve.outcomes[at]
        at += 1
    assert 0 < at < OPENING
    assert len(run(7).opening) == 7


@pytest.mark.parametrize("extra", [-1, 0, 1, 2, BLOCK])
def test_block_borders(extra) -> None:
    # the opening is a block of its own; on an ideal link every pulse is a click
    n, shares = OPENING + BLOCK + extra, []
    exchange = run(n, progress=shares.append)
    assert exchange.slots.tolist() == list(range(n))
    assert len(shares) == 1 + (extra > 0)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_blocks_hold_as_many_clicks_whatever_the_loss() -> None:
    shares: list[float] = []
    exchange = run(40 * BLOCK, Link(detector=Detector(efficiency=0.1)), progress=shares.append)
    assert len(shares) == 4
    assert_share(len(exchange.slots), 40 * BLOCK, 0.1)


@pytest.mark.parametrize("n", [1, 2, OPENING - 1, OPENING, OPENING + 1])
def test_few_pulses(n) -> None:
    exchange = run(n)
    assert len(exchange.slots) == n
    assert len(exchange.opening) == min(n, OPENING)


def test_a_billion_pulses_over_a_lossy_line_take_no_longer_than_their_clicks() -> None:
    # would catch: work or memory for every pulse
    exchange = run(10**9, Link(length_km=150))
    assert_share(len(exchange.slots), 10**9, Link(length_km=150).expected_gain)
    assert np.all(np.diff(exchange.slots) > 0)


def test_blocks_differ() -> None:
    exchange = run(2 * BLOCK)
    assert not np.array_equal(exchange.alice.bits[:BLOCK], exchange.alice.bits[BLOCK:])
    assert not np.array_equal(exchange.bob.bases[:BLOCK], exchange.bob.bases[BLOCK:])


def test_nothing_detected() -> None:
    exchange = run(1_000, Link(detector=Detector(efficiency=0, dark_count_probability=0)), 1.0)
    assert len(exchange.slots) == len(exchange.alice) == len(exchange.bob) == len(exchange.eve.tactics) == 0
    assert len(exchange.opening) == OPENING
    assert all(story.bob_bit is None for story in exchange.opening)


def test_progress_may_cancel() -> None:
    def cancel(share: float) -> None:
        raise InterruptedError(share)

    with pytest.raises(InterruptedError):
        run(10 * BLOCK, Link(detector=Detector(efficiency=0.01)), progress=cancel)


@pytest.mark.parametrize("n", [0, -1, 1.5, True, None])
def test_pulses_are_checked(n) -> None:
    with pytest.raises(ValueError, match=r"^n_pulses must "):
        run(n)


def test_generators_are_independent_children_of_the_seed() -> None:
    names = ("alice", "bob", "eve", "link", "qubits", "public")
    first, again, other = (Generators.from_seed(seed) for seed in (1, 1, 2))
    draws = [tuple(getattr(g, name).integers(2**62) for name in names) for g in (first, again, other)]
    assert draws[0] == draws[1]
    assert len(set(draws[0] + draws[2])) == 12
    with expect_refusal("seed must be at least 0, got -1"):
        Generators.from_seed(-1)


def test_repr_shows_no_bits() -> None:
    exchange = run(1_000, fraction=1.0)
    assert repr(exchange) == "Exchange(1000 pulses, 1000 detected)"
    assert repr(exchange.eve) == "EveRecord(1000 pulses)"
    assert {repr(story) for story in exchange.opening} == {"PulseStory(one pulse)"}
    assert repr(EveRecord(tactics=np.zeros(3), outcomes=np.ones(3))) == "EveRecord(3 pulses)"


def test_the_record_of_intensities() -> None:
    # in several blocks; would catch: sent pulses counted in the last block alone, or detected ones only
    n = 20 * BLOCK
    exchange = run(n, replace(GYS_LINK, length_km=0, source=DecoySource(signal=5, decoy=2, vacuum=1)))
    assert len(exchange.slots) > 1.5 * BLOCK
    record = exchange.intensities
    assert record.means == (5, 2, 1)
    assert sum(record.n_sent) == n
    assert len(record) == len(exchange.slots) == len(exchange.alice)
    detected = np.bincount(record.choices)
    assert np.all(detected < record.n_sent)
    assert_distribution(record.n_sent, [0.7, 0.2, 0.1])
    for mean, clicks, sent in zip(record.means, detected, record.n_sent, strict=True):
        source = WeakCoherentSource(mean_photon_number=mean)
        assert_share(clicks, sent, replace(GYS_LINK, length_km=0, source=source).expected_gain)


def test_one_intensity_needs_no_record() -> None:
    assert run(100).intensities is run(100, NOISY).intensities is None


def test_decoys_leave_what_alice_and_bob_choose_as_it_is() -> None:
    # in the first block, where no earlier draw has moved her generator on
    plain, decoys = (
        run(1_000, replace(IDEAL_LINK, source=source))
        for source in (WeakCoherentSource(mean_photon_number=99), DecoySource(signal=99, decoy=98, vacuum=97))
    )
    assert np.array_equal(plain.alice.bits, decoys.alice.bits)
    assert np.array_equal(plain.bob.bases, decoys.bob.bases)


@pytest.mark.parametrize("link", [NOISY, replace(GYS_LINK, length_km=0)], ids=["one intensity", "decoys"])
def test_blocks_are_the_same_run_in_parts(link) -> None:
    facts = {
        "protocol": BB84,
        "link": link,
        "eavesdropper": InterceptResend(fraction=0.5),
        "sampler": get_sampler("exact"),
    }
    n = (10 if link is NOISY else 200) * BLOCK
    whole = run_exchange(n, **facts, generators=Generators.from_seed(1))
    parts = list(exchange_blocks(n, **facts, generators=Generators.from_seed(1)))
    assert len(parts) > 3
    assert sum(part.n_pulses for part in parts) == n
    assert np.array_equal(np.concatenate([part.slots for part in parts]), whole.slots)
    assert np.array_equal(np.concatenate([part.bob.bits for part in parts]), whole.bob.bits)
    assert np.array_equal(np.concatenate([part.eve.outcomes for part in parts]), whole.eve.outcomes)
    assert parts[0].opening == whole.opening
    if whole.intensities:
        sent = np.sum([part.intensities.n_sent for part in parts], axis=0)
        assert sent.tolist() == list(whole.intensities.n_sent)


def test_blocks_need_detectors_that_forget() -> None:
    link = Link(detector=Detector(dead_gates=3))
    with pytest.raises(ValueError, match="detector must not remember earlier clicks in blocks, got Detector"):
        next(
            exchange_blocks(
                10,
                protocol=BB84,
                link=link,
                eavesdropper=None,
                sampler=get_sampler("exact"),
                generators=Generators.from_seed(1),
            )
        )
