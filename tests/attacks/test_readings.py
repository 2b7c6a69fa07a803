"""What Eve concludes from her probes, against what Born's rule and Bayes' rule say."""

import numpy as np
import pytest

from qkdlab import EntanglingProbe, InterceptResend, OptimalCloner
from qkdlab.attacks import BeamSplitting, DetectorBlinding
from qkdlab.attacks.readings import eve_readings, joint_distribution
from qkdlab.link import Link
from qkdlab.quantum.protocols import BB84, get_protocol
from qkdlab.values import NO_BIT, Basis


def test_reading_is_certain_exactly_where_the_bases_agree() -> None:
    readings = eve_readings(BB84, InterceptResend().tactics, 0.3)
    # announcement Z, X; tactic pass, Z, X; outcome 0, 1
    assert readings.certain.tolist() == [
        [[False, False], [True, True], [False, False]],
        [[False, False], [False, False], [True, True]],
    ]
    assert readings.guesses[:, 1:].tolist() == [[[0, 1]] * 2] * 2
    assert not readings.guesses.flags.writeable


def test_certain_only_where_a_guess_cannot_fail() -> None:
    def certain(eve) -> list[bool]:
        return eve_readings(BB84, eve.tactics, 0.0).certain[:, 1].all(axis=-1).tolist()

    assert certain(EntanglingProbe()) == [True, False]
    assert certain(EntanglingProbe(strength=0.9)) == [False, False]
    assert certain(OptimalCloner()) == [False, False]
    assert certain(BeamSplitting()) == [True, True]


def test_the_pair_of_sarg04_hides_the_bit_from_a_kept_photon() -> None:
    # the two states overlap: Helstrom's guess is right with probability (1 + sin 45°) / 2, never for certain
    protocol, tactics = get_protocol("SARG04"), BeamSplitting().tactics
    readings = eve_readings(protocol, tactics, 0.0)
    assert not readings.certain[:, 1].any()
    joint, right = joint_distribution(protocol, tactics, 0.0), 0.0
    for number, signal in enumerate(protocol.signals):
        shown = joint[number, 1, 0].sum(axis=(1, 2))
        right += signal.probability * shown[readings.guesses[signal.announcement, 1] == signal.bit].sum()
    assert right == pytest.approx((1 + np.sqrt(0.5)) / 2)


@pytest.mark.parametrize("name", ["BB84", "six-state", "SARG04", "B92", "three-state", "BBM92", "E91"])
def test_distributions_are_normalised(name) -> None:
    joint = joint_distribution(get_protocol(name), InterceptResend().tactics, 0.1)
    np.testing.assert_allclose(joint.sum(axis=(3, 4, 5)), 1, atol=1e-12)


def test_pairs_are_correlated_as_quantum_mechanics_says() -> None:
    # E(a, b) = cos of the angle; would catch: Alice's bit read from the wrong place, or her basis turned
    protocol = get_protocol("E91")
    joint = joint_distribution(protocol, (), 0.0)[:, 0, :, 0]
    for number, signal in enumerate(protocol.signals):
        for place, (basis, _) in enumerate(protocol.bases):
            found = joint[number, place]
            equal = found[0, 0] + found[1, 1] - found[0, 1] - found[1, 0]
            assert equal == pytest.approx(signal.basis.overlap(basis), abs=1e-12)


def test_a_copy_of_half_a_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="tactic must not need a copy of the photon of a pair"):
        eve_readings(get_protocol("BBM92"), BeamSplitting().tactics, 0.0)
    assert Basis.Z in {signal.basis for signal in get_protocol("BBM92").signals}


@pytest.mark.parametrize("attack", [InterceptResend(), DetectorBlinding()], ids=lambda attack: attack.name)
@pytest.mark.parametrize("name", ["BB84", "six-state", "three-state", "SARG04", "B92"])
def test_guesses_are_the_likelier_bit_given_that_bob_kept_the_pulse(name, attack) -> None:
    # Bayes' rule with Born's: Alice sends, Eve finds v in her basis and sends that on, Bob reads a bit or not
    # Blinded detectors answer in her basis alone. Would catch: guesses from all pulses, kept or not
    def chance(found: tuple[Basis, int], sent: tuple[Basis, int]) -> float:
        return (1 + (1 - 2 * found[1]) * (1 - 2 * sent[1]) * found[0].overlap(sent[0])) / 2

    protocol, tactics, blind = get_protocol(name), attack.tactics, isinstance(attack, DetectorBlinding)
    readings = eve_readings(protocol, tactics, 0.0, attack.response(Link()))
    table = protocol.reading_table()
    weights = np.zeros((protocol.n_announcements, len(tactics), 2, 2))
    for signal in protocol.signals:
        for number, tactic in enumerate(tactics):
            for shown in (0, 1):
                for basis, often in protocol.bases:
                    if blind and basis != tactic.basis:
                        continue
                    for outcome in (0, 1):
                        if table[signal.announcement, basis, outcome] < NO_BIT:
                            weight = signal.probability * often
                            weight *= chance((tactic.basis, shown), (signal.basis, signal.value))
                            weight *= chance((basis, outcome), (tactic.basis, shown))
                            weights[signal.announcement, number, shown, signal.bit] += weight
    differ = np.abs(weights[..., 0] - weights[..., 1]) > 1e-9
    assert differ.any()
    shown = np.broadcast_to([0, 1], differ.shape)  # what she writes down on a tie
    assert np.array_equal(readings.guesses[:, 1:], np.where(differ, np.argmax(weights, axis=-1), shown))
    if not blind:
        assert np.array_equal(readings.certain[:, 1:], differ & (weights.min(axis=-1) < 1e-12))
