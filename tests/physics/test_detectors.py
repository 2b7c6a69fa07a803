"""Dead time and afterpulses in whole runs, against closed forms and against a run gate by gate (five sigma).

Clicks of detectors that remember are not independent: their number in a block of gates scatters more or less
than binomially. So the standard errors are taken from many blocks of one run.
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, LIM_LINK, RUSCA_LINK, DecoySource, Detector, InterceptResend, Link, run_session
from qkdlab.exchange import line as exchange_line
from qkdlab.exchange.expected import expected_sifting
from qkdlab.exchange.line import OPENING
from qkdlab.exchange.run import Exchange, Generators, run_exchange
from qkdlab.quantum.protocols import BB84, get_protocol
from qkdlab.quantum.sampling import get_sampler
from qkdlab.theory.rates import expected_observations
from tests.bounds import TooFewSamples, assert_distribution, assert_share

from .conftest import Run

BLOCKS = 200


def line(signal: float = 0.2, dark: float = 0.0, error: float = 0.0, **memory) -> Link:
    """Return a line without loss on which a photon is detected with probability `signal`."""
    detector = Detector(efficiency=signal, dark_count_probability=dark, **memory)
    return Link(misalignment_error=error, detector=detector)


def per_block(places: np.ndarray, total: int) -> np.ndarray:
    """Return how many of the places 0 … total - 1 lie in each of the blocks."""
    return np.bincount(places * BLOCKS // total, minlength=BLOCKS)


def assert_rate(places: np.ndarray, total: int, expected: float, *, rules_out: float | None = None) -> None:
    """Assert the share of `places` among `total`, within five standard errors found from blocks."""
    shares = per_block(places, total) * (BLOCKS / total)
    error = float(shares.std(ddof=1)) / sqrt(BLOCKS)
    if rules_out is not None and abs(rules_out - expected) <= 10 * error:
        raise TooFewSamples(f"standard error {error:.2g} does not tell {expected:.6g} from {rules_out:.6g}")
    off = (len(places) / total - expected) / error if error else (len(places) / total - expected) * np.inf
    assert abs(off) < 5, f"{len(places) / total:.6g}, expected {expected:.6g}: {off:.1f} σ"


def errors(exchange: Exchange) -> tuple[int, int]:
    same = exchange.alice.bases == exchange.bob.bases
    return np.count_nonzero((exchange.alice.bits != exchange.bob.bits)[same]), np.count_nonzero(same)


# ---- dead time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "dead"),
    [(1e-2, 1), (0.1, 1), (0.9, 1), (1e-2, 30), (0.1, 10), (0.5, 7), (0.3, 100), (0.1, 300)],
)
def test_rate_with_dead_time(run: Run, rate, dead) -> None:
    # R d from 0.01 to 30; would catch: a paralysable dead time, R (1 - R)^d, a dead time of one gate more
    # or less, and only the detector that clicked switched off (the other half of the clicks goes on)
    n, link = 2_000_000, line(rate, dead_gates=dead)
    expected = rate / (1 + rate * dead)
    assert link.expected_gain == pytest.approx(expected, rel=1e-12)
    slots = run(n, link=link).slots
    gaps = np.diff(slots)
    assert gaps.min() >= dead + 1
    paralysable = rate * (1 - rate) ** dead
    one_more = rate / (1 + rate * (dead + 1))
    rival = paralysable if rate * dead >= 0.7 else one_more if rate >= 0.1 else None
    assert_rate(slots, n, expected, rules_out=rival)
    # from the end of the dead time on, clicks are as likely as ever
    assert_share(np.count_nonzero(gaps == dead + 1), len(gaps), rate)


def test_a_click_in_every_gate_that_is_on(run: Run) -> None:
    exchange = run(
        10_001,
        link=replace(IDEAL_LINK, detector=Detector(efficiency=1, dark_count_probability=0, dead_gates=4)),
    )
    assert exchange.slots.tolist() == list(range(0, 10_001, 5))


def test_dead_time_causes_no_error_and_leaves_bits_and_bases_unbiased(run: Run) -> None:
    # would catch: one detector or one basis favoured after a click
    link = line(0.5, error=0.02, dead_gates=3)
    exchange = run(2_000_000, link=link)
    assert_share(*errors(exchange), 0.02)
    assert link.expected_qber() == pytest.approx(0.02, rel=1e-12)
    bits, bases = exchange.bob.bits, exchange.bob.bases
    n = len(bits) - 1
    assert_share(np.count_nonzero(bits[1:] != bits[:-1]), n, 0.5)
    assert_share(np.count_nonzero(bases[1:] != bases[:-1]), n, 0.5)
    soon = np.diff(exchange.slots) == 4
    assert_share(np.count_nonzero((bits[1:] != bits[:-1])[soon]), np.count_nonzero(soon), 0.5)


def test_eve_changes_neither_choices_nor_which_gates_are_dead() -> None:
    link = line(0.4, error=0.02, dead_gates=5)
    free, tapped = (exchange_of(300_000, link, eve) for eve in (None, InterceptResend()))
    assert np.array_equal(free.slots, tapped.slots)
    assert np.array_equal(free.alice.bits, tapped.alice.bits)
    assert np.array_equal(free.bob.bases, tapped.bob.bases)
    assert tapped.eve is not None
    assert len(tapped.eve.tactics) == len(tapped.slots)
    assert_share(*errors(tapped), 0.25 * 0.96 + 0.02)


# ---- afterpulses ------------------------------------------------------------------------------------------

AFTERPULSES = [
    # signal, dark, dead gates, afterpulse probability, mean delay
    (0.2, 0.0, 0, 0.04, 10.0),
    (0.2, 0.0, 0, 0.3, 1.0),
    (0.2, 0.01, 0, 0.1, 3.0),
    (0.9, 0.02, 0, 0.1, 20.0),
    (0.1, 0.001, 5, 0.1, 2.0),
    (0.3, 0.01, 20, 0.1, 10.0),
    (0.05, 0.01, 50, 0.1, 200.0),
    (0.01, 0.0, 100, 0.04, 10.0),
    (0.3, 0.1, 3, 0.5, 1.0),
]


@pytest.mark.parametrize(("signal", "dark", "dead", "p", "delay"), AFTERPULSES)
def test_rate_and_errors_with_afterpulses(run: Run, signal, dark, dead, p, delay) -> None:
    # would catch: one afterpulse at most for a photon (afterpulses that have none), afterpulses that take
    # the place of the pulse's own click, or that are right as often as photons are
    error = 0.02
    link = line(signal, dark, error, dead_gates=dead, afterpulse_probability=p, afterpulse_gates=delay)
    n = round(800_000 / link.expected_gain)
    plain = replace(link, detector=replace(link.detector, afterpulse_probability=0))
    exchange = run(n, link=link)
    assert_rate(exchange.slots, n, link.expected_gain, rules_out=plain.expected_gain if dead < 5 else None)
    same = exchange.alice.bases == exchange.bob.bases
    wrong = (exchange.alice.bits != exchange.bob.bits)[same]
    assert_rate(np.flatnonzero(wrong), len(wrong), link.expected_qber(), rules_out=plain.expected_qber())


def test_first_order_is_the_model_of_lim_et_al() -> None:
    # R = D (1 + p), and errors D e + p D / 2
    for p in (0.01, 0.04):
        link = line(1e-3, error=0.005, afterpulse_probability=p)
        plain = line(1e-3, error=0.005)
        assert link.expected_gain == pytest.approx(plain.expected_gain * (1 + p), rel=2 * p**2)
        wrong = link.expected_gain * link.expected_qber()
        assert wrong == pytest.approx(plain.expected_gain * (0.005 + p / 2), rel=2 * p)


def test_the_closed_form_is_off_where_it_says_so(run: Run) -> None:
    # half of the clicks have an afterpulse: the closed form holds to a few per cent, and no better
    link = line(0.3, afterpulse_probability=0.5, afterpulse_gates=4, dead_gates=8)
    rate = len(run(3_000_000, link=link).slots) / 3_000_000
    assert rate == pytest.approx(link.expected_gain, rel=0.02)


def test_bits_of_afterpulses_repeat_those_before(run: Run) -> None:
    # what no proof covers: isolated photons, and afterpulses that follow at once
    exchange = run(3_000_000, link=line(0.01, afterpulse_probability=0.5, afterpulse_gates=1))
    soon = np.diff(exchange.slots) == 1
    bits = exchange.bob.bits
    repeated = np.count_nonzero((bits[1:] == bits[:-1])[soon])
    both = 0.5 * 0.005 / (0.5 + 0.5 * 0.01)  # a photon beside the afterpulse, in the other detector
    photon = 0.5 * 0.005 / (0.5 + 0.5 * 0.01)  # a photon alone, in the other detector
    assert_share(repeated, np.count_nonzero(soon), 1 - photon - both / 2, rules_out=0.9)


def test_bits_of_afterpulses_are_random_if_detectors_are_assigned_at_random(run: Run) -> None:
    link = line(0.01, random_assignment=True, afterpulse_probability=0.5, afterpulse_gates=1)
    exchange = run(3_000_000, link=link)
    soon = np.diff(exchange.slots) == 1
    bits = exchange.bob.bits
    assert_share(np.count_nonzero((bits[1:] == bits[:-1])[soon]), np.count_nonzero(soon), 0.5)
    assert_rate(exchange.slots, 3_000_000, link.expected_gain)
    assert_share(*errors(exchange), link.expected_qber())  # the detectors' noise alone: photons stay right


@pytest.mark.parametrize("protocol", ["BB84", "B92", "SARG04", "three-state", "BBM92"])
def test_other_protocols(protocol) -> None:
    # bits of other protocols are not equally often 0: their detectors remember unequally
    link = line(0.3, 0.01, 0.01, dead_gates=2, afterpulse_probability=0.1, afterpulse_gates=2)
    result = run_session(
        n_pulses=1_000_000, protocol=protocol, link=link, seed=3, security="asymptotic", max_qber=0.5
    )
    expected = expected_sifting(get_protocol(protocol), link)
    assert result.expected_qber == expected.qber
    n, wrong = result.distillation.n_sifted, result.true_qber * result.distillation.n_sifted
    assert_share(round(wrong), n, expected.qber)
    if protocol != "three-state":  # of which bits of the other basis are sifted as well, but are no key
        assert_share(n, result.n_detected, expected.kept)


# ---- gate by gate -----------------------------------------------------------------------------------------


def gate_by_gate(n: int, link: Link, seed: int) -> dict[str, np.ndarray]:
    """Follow every gate of a run of single photons measured in Alice's basis, as lamp, detectors and clock.

    Returns the gates of clicks, of double clicks and of errors.
    """
    rng, own = np.random.default_rng(seed), link.detector
    alice = rng.integers(0, 2, n).tolist()
    found = (rng.random(n) < link.efficiency).tolist()
    astray = (rng.random(n) < link.misalignment_error).tolist()
    dark = (rng.random((n, 2)) < own.dark_count_probability).tolist()
    coins = rng.integers(0, 2, n).tolist()
    due: tuple[dict[int, int], dict[int, int]] = ({}, {})
    on_again = 0
    clicks, doubles, wrong = [], [], []
    for gate in range(n):
        fired = []
        for which in (0, 1):
            trapped = due[which].pop(gate, 0)
            if gate < on_again:
                continue
            lit = found[gate] and (alice[gate] != which) == astray[gate]
            if lit or dark[gate][which] or trapped:
                fired.append(which)
        if not fired:
            continue
        on_again = gate + 1 + own.dead_gates
        clicks.append(gate)
        for which in fired:
            if rng.random() < own.afterpulse_probability:
                later = gate + own.dead_gates + 1
                while rng.random() > 1 / own.afterpulse_gates:
                    later += 1
                due[which][later] = 1
        if len(fired) == 2:
            doubles.append(gate)
        if (coins[gate] if len(fired) == 2 else fired[0]) != alice[gate]:
            wrong.append(gate)
    return {
        name: np.array(gates) for name, gates in (("clicks", clicks), ("doubles", doubles), ("wrong", wrong))
    }


def assert_same_rate(one: np.ndarray, other: np.ndarray, total: int) -> None:
    """Assert that two runs have as many of something, within five standard errors found from blocks."""
    first, second = per_block(one, total), per_block(other, total)
    error = sqrt((first.var(ddof=1) + second.var(ddof=1)) * BLOCKS)
    assert min(len(one), len(other)) > 300
    assert abs(len(one) - len(other)) < 5 * error, f"{len(one)} and {len(other)}, ± {error:.0f}"


@pytest.mark.parametrize(
    ("signal", "dark", "dead", "p", "delay"),
    [
        (0.3, 0.05, 0, 0.0, 10.0),
        (0.3, 0.05, 4, 0.0, 10.0),
        (0.3, 0.05, 0, 0.3, 4.0),
        (0.3, 0.05, 4, 0.5, 6.0),
    ],
)
def test_counts_are_those_of_a_run_gate_by_gate(monkeypatch, signal, dark, dead, p, delay) -> None:
    # the model written a second time; would catch what the closed forms leave out or approximate
    n = 400_000
    link = line(signal, dark, 0.05, dead_gates=dead, afterpulse_probability=p, afterpulse_gates=delay)
    shown = []
    real = exchange_line.with_memory

    def spy(*facts, **settings):
        shown.append(real(*facts, **settings))
        return shown[-1]

    monkeypatch.setattr(exchange_line, "with_memory", spy)
    exchange = exchange_of(n, link)
    slow = gate_by_gate(n, link, seed=8)
    assert_same_rate(exchange.slots, slow["clicks"], n)
    gaps = [np.minimum(np.diff(slots), dead + 8) - dead - 1 for slots in (exchange.slots, slow["clicks"])]
    for gap in range(8):
        places = [np.flatnonzero(found == gap) for found in gaps]
        assert_same_rate(*places, max(map(len, gaps)))
    if shown:
        (slots, masks) = shown[0]
        assert np.array_equal(slots, exchange.slots)
        assert_same_rate(slots[masks == 3], slow["doubles"], n)
    same = exchange.alice.bases == exchange.bob.bases
    wrong = exchange.slots[same & (exchange.alice.bits != exchange.bob.bits)]
    half = slow["wrong"][np.random.default_rng(9).random(len(slow["wrong"])) < 0.5]  # bases that agree
    assert_same_rate(wrong, half, n)


# ---- what the parties hold --------------------------------------------------------------------------------

REMEMBERING = replace(
    LIM_LINK,
    length_km=5,
    source=DecoySource(signal=0.8, decoy=0.2, vacuum=0.01),
    detector=Detector(
        efficiency=0.5,
        dark_count_probability=0.001,
        dead_gates=3,
        afterpulse_probability=0.2,
        afterpulse_gates=5,
    ),
)


def exchange_of(n: int, link: Link, eve=None, seed: int = 1) -> Exchange:
    return run_exchange(
        n,
        protocol=BB84,
        link=link,
        eavesdropper=eve,
        sampler=get_sampler("exact"),
        generators=Generators.from_seed(seed),
    )


@pytest.mark.parametrize("n", [1, 50, OPENING, OPENING + 1, 30_000])
def test_the_opening_agrees_with_the_records(n) -> None:
    exchange = exchange_of(n, REMEMBERING, InterceptResend(fraction=0.5))
    assert len(exchange.opening) == min(n, OPENING)
    seen = [slot for slot, story in enumerate(exchange.opening) if story.bob_bit is not None]
    assert seen == exchange.slots[exchange.slots < OPENING].tolist()
    for at, slot in enumerate(seen):
        story = exchange.opening[slot]
        assert story.alice_bit == exchange.alice.bits[at]
        assert story.bob_bit == exchange.bob.bits[at]
        assert story.bob_basis == exchange.bob.bases[at]
        assert story.eve_tactic == exchange.eve.tactics[at]
        assert story.eve_outcome == exchange.eve.outcomes[at]
    assert all(not story.arrived for story in exchange.opening if story.bob_bit is None)


def test_every_record_has_a_row_for_each_click() -> None:
    exchange = exchange_of(200_000, REMEMBERING, InterceptResend())
    n = len(exchange.slots)
    assert np.all(np.diff(exchange.slots) > 3)
    assert exchange.slots[-1] < 200_000
    columns = (exchange.announcements, exchange.photons, exchange.eve.tactics, exchange.eve.outcomes)
    assert {len(column) for column in (*columns, exchange.alice, exchange.bob, exchange.intensities)} == {n}
    assert not exchange.eve.tactics[exchange.photons == 0].any()
    # a pulse without photons clicks after others, at random; its error rate is 1/2
    empty = (exchange.photons == 0) & (exchange.alice.bases == exchange.bob.bases)
    wrong = np.count_nonzero((exchange.alice.bits != exchange.bob.bits)[empty])
    assert_share(wrong, np.count_nonzero(empty), 0.5, rules_out=0.3)


def test_gains_of_intensities(run: Run) -> None:
    # would catch: the dead time of each intensity by itself, afterpulses in pulses of the same intensity
    # alone, pulses sent but not looked at that are counted twice or not at all
    n = 3_000_000
    record = run(n, link=REMEMBERING).intensities
    assert sum(record.n_sent) == n
    assert_distribution(record.n_sent, [0.7, 0.2, 0.1])
    slots = run(n, link=REMEMBERING).slots
    for number, observed in enumerate(expected_observations(REMEMBERING)):
        share = record.n_sent[number] / n
        assert_rate(slots[record.choices == number], n, observed.gain * share)
    alone = replace(REMEMBERING, source=REMEMBERING.source.signal_source).expected_gain
    assert expected_observations(REMEMBERING)[0].gain > 1.1 * alone


def test_detectors_without_memory_are_not_touched(monkeypatch) -> None:
    called = []
    monkeypatch.setattr(exchange_line, "with_memory", lambda *facts, **_settings: called.append(facts))
    link = replace(REMEMBERING, detector=Detector(efficiency=0.5, afterpulse_gates=3))
    assert len(exchange_of(20_000, link).slots) > 100
    assert not called


@pytest.mark.parametrize("link", [LIM_LINK, RUSCA_LINK], ids=["Lim", "Rusca"])
def test_published_links_give_a_key(link) -> None:
    result = run_session(n_pulses=20_000_000, link=link, seed=4, security="asymptotic")
    assert result.accepted
    assert ("afterpulses; the proof takes detectors that forget" in result.report()) == (link is LIM_LINK)
    n = result.distillation.n_sifted
    assert_share(round(result.true_qber * n), n, result.expected_qber)
