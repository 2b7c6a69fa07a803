"""What an attack says of itself: what it acts on, what is known of it on a link, how it can be shown."""

import pytest

from qkdlab import GYS_LINK, Detector, InterceptResend, Link, WeakCoherentSource
from qkdlab.attacks import (
    DETECTOR_ATTACKS,
    EAVESDROPPERS,
    PHOTON_ATTACKS,
    BeamSplitting,
    CombinedAttack,
    DetectorBlinding,
    EntanglingProbe,
    FakedStates,
    PhotonNumberSplitting,
    TimeShift,
)
from qkdlab.quantum.protocols import PROTOCOLS, get_protocol
from qkdlab.values import Basis, binary_entropy

LASER = Link(
    length_km=25, source=WeakCoherentSource(mean_photon_number=0.4), detector=Detector(mismatch=0.25)
)
TARGETS = {"qubit": EAVESDROPPERS, "photons": PHOTON_ATTACKS, "detectors": DETECTOR_ATTACKS}
KINDS = [(target, kind) for target, kinds in TARGETS.items() for kind in kinds]
COMBINED = ("photons and qubit", CombinedAttack)


@pytest.mark.parametrize(("target", "kind"), [*KINDS, COMBINED])
def test_a_list_of_attacks_is_of_one_kind(target, kind) -> None:
    assert kind().target == target
    assert kind.has_share == (kind is not CombinedAttack)


def test_what_is_known_on_a_link() -> None:
    # would catch: the closed form of attacked bits, or of single photons, taken for that of all sifted bits
    qubit = InterceptResend(fraction=0.4)
    assert (qubit.information_on(LASER), qubit.guess_on(LASER)) == pytest.approx((0.2, 0.6))
    photons = BeamSplitting(fraction=0.5)
    share = photons.expected_share(LASER)
    assert 0 < share < 0.5
    assert (photons.information_on(LASER), photons.guess_on(LASER)) == pytest.approx((share, (1 + share) / 2))
    shift = TimeShift(fraction=0.5)  # 4 of 5 clicks are in the better detector
    known = 0.5 * (1 - binary_entropy(0.8)), 0.5 + 0.5 * 0.3
    assert (shift.information_on(LASER), shift.guess_on(LASER)) == pytest.approx(known)
    faked = FakedStates(fraction=0.5)  # r = 1/4: a share 5/7 in her basis, guesses 6/7
    known = 0.5 * 5 / 7, 0.5 + 0.5 * (6 / 7 - 1 / 2)
    assert (faked.information_on(LASER), faked.guess_on(LASER)) == pytest.approx(known)
    blinding = DetectorBlinding(fraction=0.3)
    assert (blinding.information_on(LASER), blinding.guess_on(LASER)) == pytest.approx((0.3, 0.65))
    assert CombinedAttack().information_on(LASER) is CombinedAttack().guess_on(LASER) is None


def test_no_light_tells_nothing() -> None:
    dark = Link(
        source=WeakCoherentSource(mean_photon_number=0.0), detector=Detector(dark_count_probability=0)
    )
    assert (BeamSplitting().information_on(dark), BeamSplitting().guess_on(dark)) == (0, 0.5)


def test_what_is_known_before_the_bases_are() -> None:
    # halfway between the bases nothing is lost by not knowing them; in random bases she guesses 3 of 4 bits
    assert InterceptResend().information_before() == pytest.approx(1 - binary_entropy(0.75))
    assert InterceptResend(basis="Breidbart").information_before() == pytest.approx(0.3991, abs=1e-4)
    for target, kind in (*KINDS, COMBINED):
        assert (kind().information_before() is None) == (target in ("detectors", "photons and qubit"))


@pytest.mark.parametrize(("target", "kind"), [*KINDS, COMBINED])
def test_only_attacks_on_photon_numbers_change_gains(target, kind) -> None:
    assert (kind().gain_on(GYS_LINK, 0.1) is None) == (target != "photons")


def test_what_a_picture_of_the_pulses_can_show() -> None:
    assert InterceptResend().stage_bases == DetectorBlinding().stage_bases == (Basis.Z, Basis.X)
    assert InterceptResend(basis="X").stage_bases == (Basis.X,)
    others = (InterceptResend(basis="Breidbart"), EntanglingProbe(), FakedStates(), PhotonNumberSplitting())
    assert all(attack.stage_bases is None for attack in (*others, CombinedAttack()))


def test_which_protocols_an_attack_is_for() -> None:
    fits = {
        kind: [name for name in PROTOCOLS if not kind().refusal(get_protocol(name))] for _, kind in KINDS
    } | {CombinedAttack: [name for name in PROTOCOLS if not CombinedAttack().refusal(get_protocol(name))]}
    no_pairs = [name for name in PROTOCOLS if name not in ("BBM92", "E91")]
    assert fits.pop(DetectorBlinding) == [name for name in PROTOCOLS if name not in ("six-state", "E91")]
    assert fits.pop(FakedStates) == ["BB84", "BBM92"]
    for kind in (*PHOTON_ATTACKS, CombinedAttack):
        assert fits.pop(kind) == no_pairs
    assert all(fitting == list(PROTOCOLS) for fitting in fits.values())
