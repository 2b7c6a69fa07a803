"""What Eve concludes from her probes, against what Born's rule and Bayes' rule say."""

import numpy as np
import pytest

from qkdlab import EntanglingProbe, InterceptResend, OptimalCloner
from qkdlab.link import BeamSplitting
from qkdlab.quantum.protocols import BB84, get_protocol
from qkdlab.quantum.readings import eve_readings, joint_distribution
from qkdlab.values import Basis


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
