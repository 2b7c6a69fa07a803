"""CHSH values and the error of a state that is never sent, from outcomes made here."""

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, DecoySource, Detector, InterceptResend, Link, run_session
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.estimation.decoys import yield_bounds
from qkdlab.distillation.estimation.witnesses import (
    BasisRate,
    Outcomes,
    announce_outcomes,
    count_outcomes,
    estimate_chsh,
    missing_state_bound,
    missing_state_error,
)
from qkdlab.values import Basis

SETTINGS = ((0, 3, 1), (0, 4, -1), (1, 3, 1), (1, 4, 1))


def outcomes(rows: list[tuple[int, int, int, int]]) -> Outcomes:
    announced, bases, alice, bob = (np.array(column, dtype=np.uint8) for column in zip(*rows, strict=True))
    return Outcomes(announced, np.zeros_like(announced), alice, bases, bob)


def test_chsh_by_hand() -> None:
    # three of four equal for each setting: E = 1/2, but for the one with the minus sign, -1/2
    rows = []
    for a, b, sign in SETTINGS:
        rows += [(a, b, bit, bit ^ (sign < 0)) for bit in (0, 1, 0)] + [(a, b, 0, int(sign > 0))]
    found = estimate_chsh(outcomes(rows), SETTINGS)
    assert found.value == pytest.approx(2.0)
    assert found.n_compared == 16
    assert found.standard_error == pytest.approx(np.sqrt(4 * 0.75 / 4))


def test_other_settings_do_not_count() -> None:
    rows = [(a, b, 0, int(sign < 0)) for a, b, sign in SETTINGS]
    assert estimate_chsh(outcomes(rows), SETTINGS).value == 4  # more than any physics allows
    assert estimate_chsh(outcomes([*rows, (3, 3, 0, 1), (0, 1, 1, 0)]), SETTINGS).value == 4
    assert estimate_chsh(outcomes(rows[1:]), SETTINGS) is None  # a setting is missing


def test_only_what_is_not_kept_is_disclosed() -> None:
    channel = PublicChannel()
    alice, bases, bob = (np.array(x, dtype=np.uint8) for x in ([1, 0, 1], [3, 4, 1], [0, 0, 1]))
    heard = announce_outcomes(np.array([True, False, True]), alice, bases, bob, channel)
    assert [list(column) for column in heard] == [[1, 1], [3, 1], [0, 1]]
    assert [(m.sender, m.subject, m.leaked_bits) for m in channel.messages] == [
        (Party.BOB, Subject.TEST_SETTINGS, 0),
        (Party.BOB, Subject.TEST_BITS, 0),
        (Party.ALICE, Subject.TEST_BITS, 0),
    ]


def random_channel(rng: np.random.Generator) -> list[np.ndarray]:
    """Kraus operators of a random qubit channel with loss."""
    operators = [rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)) for _ in range(3)]
    largest = np.linalg.eigvalsh(sum(k.conj().T @ k for k in operators))[-1]
    return [k / np.sqrt(largest) for k in operators]


@pytest.mark.parametrize("seed", range(20))
def test_the_missing_state_for_any_channel(seed) -> None:
    # the phase error is that of |+>, |-> sent and measured in X: computed with |->, which nobody sends
    channel = random_channel(np.random.default_rng(seed))
    r = np.sqrt(0.5)
    kets = {"0": [1, 0], "1": [0, 1], "+": [r, r], "-": [r, -r]}

    def chance(found: str, sent: str) -> float:
        return sum(abs(np.conj(kets[found]) @ k @ np.array(kets[sent])) ** 2 for k in channel)

    yields = np.array([[chance(found, sent) for sent in "01+"] for found in "+-"])
    wrong = chance("-", "+") + chance("+", "-")
    everything = sum(chance(found, sent) for found in "+-" for sent in "+-")
    assert missing_state_error(yields) == pytest.approx(wrong / everything, abs=1e-12)
    assert missing_state_error(7 * yields) == pytest.approx(missing_state_error(yields))
    # with decoys of many intensities the bound lies above, and close to it for weak ones
    means = np.array([0.5, 0.01, 0.0])
    photons = np.arange(60)
    factorials = np.cumprod(np.concatenate(([1.0], photons[1:])))
    weights = np.exp(-means[:, None]) * means[:, None] ** photons / factorials
    by_number = np.array([yields * min(1, n) for n in photons])  # more photons are detected no better
    gains = np.einsum("kn,nij->kij", weights, by_number)
    bound = missing_state_bound(gains, means.tolist())
    assert wrong / everything - 1e-9 <= bound <= wrong / everything + 0.05 or bound == 0.5


def test_nothing_seen_is_no_small_error() -> None:
    assert missing_state_error(np.zeros((2, 3))) == 1
    assert missing_state_bound(np.zeros((2, 2, 3)), [0.5, 0.1]) == 0.5


def test_counting_outcomes() -> None:
    # would catch: outcome and state exchanged, |+> weighted like |0>, Z measurements counted
    seen = outcomes([(0, 1, 0, 1), (0, 1, 1, 0), (0, 1, 1, 0), (1, 0, 0, 1), (0, 0, 1, 1)])
    counts = count_outcomes(
        seen, (0.25, 0.25, 0.5), np.zeros(3, dtype=np.uint8), np.array([True, False, False]), 1
    )
    assert counts.tolist() == [[[0, 8, 4], [4, 0, 2]]]


@pytest.mark.parametrize("means", [[0.6, 0.1], [0.6, 0.1, 0.0], [0.6, 0.1, 0.01]])
@pytest.mark.parametrize("transmittance", [0.5, 0.01, 1e-4])
def test_yield_bounds_enclose_the_truth(means, transmittance) -> None:
    photons = np.arange(60)
    factorials = np.cumprod(np.concatenate(([1.0], photons[1:])))
    columns = np.array(means)[:, None]
    weights = np.exp(-columns) * columns**photons / factorials
    empty = 1e-5
    yields = 1 - (1 - empty) * (1 - transmittance) ** photons
    low, high = yield_bounds(means, weights @ yields, weights @ np.full(60, empty))
    assert low <= yields[1] + 1e-12
    assert high >= yields[1] - 1e-12
    assert high < 1.2 * yields[1] + empty / means[1] * 1.3
    assert low > 0.8 * yields[1] - 2 * empty


def test_empty_pulses_that_eve_fills_do_not_hide_phase_errors() -> None:
    # she sees that a pulse is empty and puts a photon |+> in: no error among empty pulses in X, many clicks.
    # Would catch: half of the clicks of empty pulses taken for errors, and so Y1(+|+) believed too high
    means = np.array([0.5, 0.1, 0.0])
    photons = np.arange(40)
    factorials = np.cumprod(np.concatenate(([1.0], photons[1:])))
    weights = np.exp(-means[:, None]) * means[:, None] ** photons / factorials
    for wanted in (0.05, 0.125):
        single = 0.01 * np.array([[0.5, 0.5, 1 - wanted], [0.5, 0.5, wanted]])
        filled = 0.002 * np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
        by_number = np.array([filled, *(single * min(n, 3) for n in photons[1:])])
        gains = np.einsum("kn,nij->kij", weights, by_number)
        for some in (means, means[:2]):
            bound = missing_state_bound(gains[: len(some)], some.tolist())
            assert bound >= missing_state_error(single) - 1e-12
            assert missing_state_error(single) == pytest.approx(wanted)


def test_a_few_outcomes_that_are_all_equal_leave_an_error() -> None:
    # before: S = 4.000 ± 0.000 of four outcomes, one for each setting
    few = [(announced, basis, 0, 0 if sign > 0 else 1) for announced, basis, sign in SETTINGS]
    found = estimate_chsh(outcomes(few), SETTINGS)
    assert (found.value, found.n_compared) == (4, 4)
    assert found.standard_error == pytest.approx(np.sqrt(4 * (1 - 1 / 9)))
    perfect = [
        found
        for seed in range(300)
        if (found := run_session(n_pulses=200, seed=seed, protocol="E91", security="classroom").distillation)
        and found.witnesses
        and found.witnesses.chsh
    ]
    within = [
        abs(one.witnesses.chsh.value - 2 * np.sqrt(2)) / one.witnesses.chsh.standard_error for one in perfect
    ]
    assert len(within) >= 60
    assert np.mean(np.array(within) <= 2) >= 0.8


def test_correlations_of_the_wrong_sign_lower_the_chsh_value() -> None:
    # would catch: magnitudes added up, by which bits that Eve made opposite would pass for entangled
    rows = [(a, b, 0, int(sign < 0)) for a, b, sign in SETTINGS]
    opposite = [(a, b, alice, bob ^ (a == 1)) for a, b, alice, bob in rows]
    assert estimate_chsh(outcomes(opposite), SETTINGS).value == 0


def test_kept_bits_are_in_no_message() -> None:
    channel = PublicChannel()
    alice, bases, bob = (np.array(x, dtype=np.uint8) for x in ([1, 0, 1], [3, 4, 1], [0, 0, 1]))
    announce_outcomes(np.array([True, False, True]), alice, bases, bob, channel)
    said = {(message.sender, message.subject): message.payload.tolist() for message in channel.messages}
    assert said == {
        (Party.BOB, Subject.TEST_SETTINGS): [3, 1],
        (Party.BOB, Subject.TEST_BITS): [0, 1],
        (Party.ALICE, Subject.TEST_BITS): [1, 1],
    }


@pytest.mark.parametrize("name", ["BB84", "six-state", "three-state", "SARG04", "B92", "BBM92", "E91"])
def test_rates_by_basis_are_those_of_bob_s_own_record(name) -> None:
    # would catch: Alice's announcement of SARG04 taken for a basis, decoys or undisclosed bits counted
    eve = InterceptResend(basis="Z")
    said = {"n_pulses": 60_000, "link": IDEAL_LINK, "seed": 4, "security": "asymptotic", "protocol": name}
    result = run_session(eavesdropper=eve, **said)
    channel, exchange = result.channel, result.exchange
    kept = channel.find(Subject.KEPT)
    sample = channel.find(Subject.SAMPLE)
    readings = result.settings.protocol_table.reading_table()
    read = readings[exchange.announcements, exchange.bob.bases, exchange.bob.bits][kept][sample]
    wrong = read != exchange.alice.bits[kept][sample]
    bases = exchange.bob.bases[kept][sample]
    found = result.distillation.basis_rates
    assert [rate.basis for rate in found] == sorted(set(bases.tolist()))
    for rate in found:
        assert rate.estimate.n_sample == np.count_nonzero(bases == rate.basis)
        assert rate.estimate.n_errors == np.count_nonzero(wrong[bases == rate.basis])
    report = result.report()
    words = "QBER read in" if name in ("SARG04", "B92") else "QBER in"
    assert all(f"{words} {rate.basis.name} " in report for rate in found)
    if name == "BB84":
        assert found[0] == BasisRate(basis=Basis.Z, estimate=found[0].estimate)
        assert found[0].estimate.n_errors == 0 < found[1].estimate.n_errors


def test_rates_by_basis_are_those_of_signals() -> None:
    # vacuum pulses show coins, whatever the basis
    source = DecoySource(signal_probability=0.4, decoy_probability=0.2, vacuum_probability=0.4)
    link = Link(source=source, detector=Detector(efficiency=0.9, dark_count_probability=1e-3))
    result = run_session(n_pulses=400_000, link=link, seed=1, security="asymptotic")
    signal = result.distillation.decoys.counts[0]
    rates = result.distillation.basis_rates
    assert sum(rate.estimate.n_sample for rate in rates) == signal.n_compared
    assert sum(rate.estimate.n_errors for rate in rates) == signal.n_errors
