"""Attacks on photon numbers: their closed forms against published figures and sums written out here."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from qkdlab import (
    BeamSplitting,
    DecoySource,
    Detector,
    Link,
    PhotonNumberSplitting,
    SinglePhotonSource,
    WeakCoherentSource,
)
from qkdlab.quantum.circuits import build_circuit
from qkdlab.quantum.gates.probabilities import probabilities
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.tactics import PASS, KeepPhoton


def line(transmittance: float, mean: float = 0.48, dark: float = 0.0, efficiency: float = 1.0) -> Link:
    return Link(
        insertion_loss_db=-10 * np.log10(transmittance),
        source=WeakCoherentSource(mean_photon_number=mean),
        detector=Detector(efficiency=efficiency, dark_count_probability=dark),
    )


def test_beam_splitting_share() -> None:
    # mu = 0.48, t = 0.1: 0.351; would catch: the share of all pulses with a photon kept and one
    # detected, or t for 1 - t
    assert BeamSplitting().expected_share(line(0.1)) == pytest.approx(0.351, abs=5e-4)
    for t, mean, dark, efficiency in [(0.5, 0.2, 1e-3, 0.3), (0.03, 3.0, 0.1, 1.0), (1.0, 0.5, 0, 0.5)]:
        # Eve's photons are independent of Bob's: dark counts and his efficiency change nothing
        link = line(t, mean, dark, efficiency)
        assert BeamSplitting().expected_share(link) == pytest.approx(1 - exp(-mean * (1 - t)), abs=1e-12)
        assert BeamSplitting().gain_on(link, mean) == pytest.approx(link.expected_gain, rel=1e-12)


@pytest.mark.parametrize("mean", [0.48, 0.1])
def test_splitting_is_total_where_several_photons_suffice_for_the_gain(mean) -> None:
    # Brassard, Lütkenhaus, Mor and Sanders 2000: total as soon as 1 - exp(-eta mu) < 1 - (1 + mu) e^-mu;
    # eta = 0.183 at mu = 0.48
    critical = -np.log((1 + mean) * exp(-mean)) / mean
    if mean == 0.48:
        assert critical == pytest.approx(0.183, abs=5e-4)
    assert {0.48: 0.0842, 0.1: 0.0047}[mean] == pytest.approx(1 - (1 + mean) * exp(-mean), abs=5e-5)
    for factor, total in [(0.99, True), (1.01, False)]:
        plan = PhotonNumberSplitting().plan(line(factor * critical, mean))
        assert (plan.single == 0) is total
        share = PhotonNumberSplitting().expected_share(line(factor * critical, mean))
        assert (share == pytest.approx(1)) is total


@pytest.mark.parametrize("dark", [0.0, 1e-3])
@pytest.mark.parametrize("t", [0.2, 0.5])
def test_gain_of_decoys_under_splitting(t, dark) -> None:
    # Y_n = 1 for n >= 2 and y1 from the signal's gain, as published:
    # Q_nu = Y0 e^-nu + y1 nu e^-nu + 1 - (1 + nu) e^-nu
    link, mu = line(t, dark=dark), 0.48
    y0 = 1 - (1 - dark) ** 2
    y1 = (link.expected_gain - y0 * exp(-mu) - (1 - (1 + mu) * exp(-mu))) / (mu * exp(-mu))
    for nu in (0.48, 0.1, 0.0):
        expected = y0 * exp(-nu) + y1 * nu * exp(-nu) + 1 - (1 + nu) * exp(-nu)
        assert PhotonNumberSplitting().gain_on(link, nu) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "attack", [BeamSplitting(), PhotonNumberSplitting(), PhotonNumberSplitting(fraction=0.4)]
)
@pytest.mark.parametrize("t", [1.0, 0.99, 0.8, 0.5, 0.1, 1e-3, 1e-12])
@pytest.mark.parametrize("efficiency", [0.0, 0.05, 0.7, 1.0])
@pytest.mark.parametrize(
    "source", [SinglePhotonSource(), WeakCoherentSource(mean_photon_number=3), DecoySource()]
)
def test_the_total_gain_is_kept_on_any_line(attack, t, efficiency, source) -> None:
    # would catch: a plan outside of [0, 1] on short lines, more blocked than there is
    link = replace(line(t, dark=1e-4, efficiency=efficiency), source=source)
    weights = source.photon_probabilities(400)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert float(weights @ attack._clicks(link)[0]) == pytest.approx(link.expected_gain, rel=1e-9)
    assert -1e-12 <= attack.expected_share(link) <= 1
    if isinstance(source, SinglePhotonSource) or (t == 1 and isinstance(attack, BeamSplitting)):
        silent = replace(link, detector=replace(link.detector, dark_count_probability=0))
        share = attack.expected_share(silent)
        assert share is None if efficiency == 0 else share == pytest.approx(0, abs=1e-9)
    if isinstance(attack, PhotonNumberSplitting):
        plan = attack.plan(link)
        assert all(0 <= share <= 1 + 1e-12 for share in (plan.single, plan.split, plan.several))


def test_without_clicks_there_is_nothing_to_know() -> None:
    link = line(0.1, efficiency=0.0)
    assert BeamSplitting().expected_share(link) is None
    assert PhotonNumberSplitting().expected_share(link) is None


def test_of_one_photon_eve_learns_nothing() -> None:
    for attack in (BeamSplitting(), PhotonNumberSplitting()):
        facts = (attack.expected_error(), attack.expected_guess(), attack.expected_information())
        assert facts == (0, 0.5, 0)
        for photons in (0, 1):
            branches = attack.branches(photons, line(0.1))
            # a lone photon that she keeps is none that Bob detects: at the most he has a dark count
            assert not any(branch.passing for branch in branches if branch.tactic != PASS)


@pytest.mark.parametrize("photons", range(6))
@pytest.mark.parametrize("t", [0.0, 0.02, 0.9, 1.0])
def test_a_pulse_never_gains_photons_and_something_becomes_of_it(photons, t) -> None:
    for attack in (BeamSplitting(fraction=0.5), PhotonNumberSplitting(fraction=0.5)):
        branches = attack.branches(photons, line(t, mean=2.0) if t else Link(length_km=10_000))
        assert sum(branch.probability for branch in branches) == pytest.approx(1, rel=1e-12)
        assert all(branch.probability >= 0 for branch in branches)
        for branch in branches:
            assert 0 <= branch.passing <= photons - (branch.tactic != PASS)


@pytest.mark.parametrize("attack", [BeamSplitting(fraction=0.3), PhotonNumberSplitting(fraction=0.6)])
def test_the_branches_are_those_of_the_closed_form(attack) -> None:
    # photon by photon; would catch: a branch with the fibre's loss left in, or counted twice
    link = line(0.3, mean=1.2, dark=1e-3, efficiency=0.4)
    for photons in range(8):
        branches = attack.branches(photons, link)
        silent = sum(b.probability * (1 - b.efficiency) ** b.passing for b in branches) * (1 - 1e-3) ** 2
        kept = sum(b.probability for b in branches if b.tactic != PASS)
        quiet = sum(b.probability * (1 - b.efficiency) ** b.passing for b in branches if b.tactic != PASS)
        clicks, known = (float(shares[photons]) for shares in attack._clicks(link))
        assert 1 - silent == pytest.approx(clicks, rel=1e-9, abs=1e-12)
        assert kept - quiet * (1 - 1e-3) ** 2 == pytest.approx(known, rel=1e-9, abs=1e-12)


def test_the_kept_photon_is_read_in_the_announced_basis() -> None:
    # would catch: the probe left in |0>, or measured in Bob's basis
    for signal in BB84.signals:
        for basis, _ in BB84.bases:
            circuit = build_circuit(signal, basis, tactic=KeepPhoton(), depolarizing_probability=0.3)
            shown, bob = (probabilities(circuit).reshape(2, 2).sum(axis=axis) for axis in (1, 0))
            assert shown[signal.bit] == pytest.approx(1)
            assert bob[signal.bit] == pytest.approx(0.85 if basis is signal.basis else 0.5)
