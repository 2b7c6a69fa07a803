"""Tactics: their circuits against closed forms, and the closed forms against published values."""

from math import cos, pi, sqrt

import numpy as np
import pytest

from qkdlab import EntanglingProbe, InterceptResend, OptimalCloner
from qkdlab.attacks.attack import Eavesdropper
from qkdlab.attacks.qubit_attacks import EAVESDROPPERS
from qkdlab.quantum.circuits import build_circuit, circuit_table
from qkdlab.quantum.gates.circuit_builder import CircuitBuilder
from qkdlab.quantum.gates.probabilities import probabilities
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.sampling import outcome_distribution
from qkdlab.quantum.tactics import MeasureAndResend, PhaseCovariantCloner, Tactic, ZProbe
from qkdlab.values import Basis, binary_entropy

ATTACKS: list[Eavesdropper] = [
    *(InterceptResend(basis=basis) for basis in ("random", "Z", "X", "Breidbart")),
    *(EntanglingProbe(strength=strength) for strength in (0.0, 0.3, 0.7, 1.0)),
    *(OptimalCloner(disturbance=disturbance) for disturbance in (0.0, 0.02, 0.11, 0.25, 0.5)),
]
TACTICS = sorted({tactic for attack in ATTACKS for tactic in attack.tactics}, key=repr)


def measured_effect(tactic: Tactic, basis: Basis) -> tuple[float, float]:
    """Exact P(Bob wrong) and P(Eve right) from the circuits, for sifted bits of `basis`."""
    table = circuit_table(BB84, (tactic,), 0.0)
    error, guess = 0.0, 0.0
    for row, circuit_row in enumerate(outcome_distribution(table)):
        signal, (used, bob) = BB84.signals[row // 4], divmod(row % 4, 2)
        if used and signal.basis == bob == basis:
            error += sum(circuit_row[o] for o in range(4) if o & 1 != signal.bit) / 2
            guess += sum(circuit_row[o] for o in range(4) if o >> 1 == signal.bit) / 2
    return error, guess


@pytest.mark.parametrize("basis", [Basis.Z, Basis.X])
@pytest.mark.parametrize("tactic", TACTICS, ids=repr)
def test_circuits_do_what_the_closed_form_says(tactic: Tactic, basis: Basis) -> None:
    effect = tactic.effect(basis)
    assert measured_effect(tactic, basis) == pytest.approx((effect.error, effect.guess), abs=1e-12)


@pytest.mark.parametrize("factor", [0.95, 1.05])
@pytest.mark.parametrize(
    "tactic", [ZProbe(0.6 * pi), PhaseCovariantCloner(0.11), *InterceptResend(basis="Breidbart").tactics]
)
def test_an_angle_off_by_five_percent_is_seen(tactic: Tactic, factor: float, monkeypatch) -> None:
    """The test above would fail: its tolerance is far below what a wrong angle does."""
    for gate in ("ry", "cry"):
        right = getattr(CircuitBuilder, gate)
        monkeypatch.setattr(
            CircuitBuilder, gate, lambda self, angle, *to, right=right: right(self, factor * angle, *to)
        )
    error, guess = 0.0, 0.0
    effect = tactic.effect(Basis.Z)
    for bit in (0, 1):
        shares = probabilities(build_circuit(BB84.signals[bit], Basis.Z, tactic=tactic))
        error += sum(shares[o] for o in range(4) if o & 1 != bit) / 2
        guess += sum(shares[o] for o in range(4) if o >> 1 == bit) / 2
    assert max(abs(error - effect.error), abs(guess - effect.guess)) > 1e-4


@pytest.mark.parametrize(
    ("attack", "error", "guess", "information"),
    [
        (InterceptResend(), 1 / 4, 3 / 4, 1 / 2),
        (InterceptResend(basis="Z"), 1 / 4, 3 / 4, 1 / 2),
        (InterceptResend(basis="Breidbart"), 1 / 4, cos(pi / 8) ** 2, 0.3991),
        (InterceptResend(fraction=0.4), 0.1, 0.6, 0.2),
        (EntanglingProbe(), 1 / 4, 3 / 4, 1 / 2),
        (EntanglingProbe(strength=0.0), 0.0, 1 / 2, 0.0),
        # Fuchs, Gisin, Griffiths, Niu and Peres, PRA 56, 1163 (1997): I = φ(2 √(D (1 - D))) / 2
        (OptimalCloner(disturbance=0.02), 0.02, 0.64, 0.0573),
        (OptimalCloner(disturbance=0.05), 0.05, 0.7179, 0.1418),
        (OptimalCloner(disturbance=0.11), 0.11, 0.8129, 0.3046),
        (OptimalCloner(disturbance=(1 - 1 / sqrt(2)) / 2), 0.1464, 0.8536, 0.3991),
        (OptimalCloner(disturbance=0.25), 0.25, 0.9330, 0.6454),
        (OptimalCloner(disturbance=0.5), 0.5, 1.0, 1.0),
        (OptimalCloner(disturbance=0.11, fraction=0.5), 0.055, 0.6564, 0.1523),
    ],
    ids=repr,
)
def test_published_values(attack: Eavesdropper, error: float, guess: float, information: float) -> None:
    assert attack.expected_error() == pytest.approx(error, abs=5e-5)
    assert attack.expected_guess() == pytest.approx(guess, abs=5e-5)
    assert attack.expected_information() == pytest.approx(information, abs=5e-5)


@pytest.mark.parametrize("disturbance", [0.01, 0.05, 0.1, 0.1464466])
def test_cloner_information_is_fuchs_formula(disturbance: float) -> None:
    z = 2 * sqrt(disturbance * (1 - disturbance))
    phi = (1 + z) * np.log2(1 + z) + (1 - z) * np.log2(1 - z)
    assert OptimalCloner(disturbance=disturbance).expected_information() == pytest.approx(phi / 2, abs=1e-12)


def test_at_the_crossing_eve_knows_as_much_as_bob() -> None:
    disturbance = (1 - 1 / sqrt(2)) / 2
    eve = OptimalCloner(disturbance=disturbance).expected_information()
    assert eve == pytest.approx(1 - binary_entropy(disturbance), abs=1e-12)


@pytest.mark.parametrize("disturbance", np.linspace(0.01, 0.25, 9))
def test_no_individual_attack_beats_the_cloner(disturbance: float) -> None:
    best = OptimalCloner(disturbance=disturbance)
    share = 4 * disturbance
    for attack in (InterceptResend(fraction=share), InterceptResend(fraction=share, basis="Breidbart")):
        assert attack.expected_error() == pytest.approx(best.expected_error())
        assert attack.expected_information() < best.expected_information()
        assert attack.expected_guess() < best.expected_guess()
    # and no attack at all, collective ones included, beats the bound of the security proof
    assert best.expected_information() < binary_entropy(disturbance)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (EntanglingProbe, "strength", 1.01),
        (OptimalCloner, "disturbance", 0.51),
        (OptimalCloner, "disturbance", float("nan")),
        (OptimalCloner, "fraction", -0.1),
        (InterceptResend, "basis", "Y"),
        (InterceptResend, "basis", None),
    ],
)
def test_bad_settings(kind: type[Eavesdropper], name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must .*got {value!r}$"):
        kind(**{name: value})


def test_a_basis_without_closed_form_is_refused() -> None:
    for tactic in (ZProbe(1.0), PhaseCovariantCloner(0.1)):
        with pytest.raises(ValueError, match="basis must be Z or X for this attack"):
            tactic.effect(Basis.Y)
    assert MeasureAndResend(Basis.Y).effect(Basis.Y).guess == 1


def test_every_attack_is_described() -> None:
    words = [kind().describe() for kind in EAVESDROPPERS]
    assert len(set(words)) == len(EAVESDROPPERS)
    assert all("100 % of the pulses" in text for text in words)
    assert "Breidbart" in InterceptResend(basis="Breidbart").describe()
