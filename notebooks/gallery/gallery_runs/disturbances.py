"""What attacks on single photons tell Eve, and the errors that they make: simulated, and by their formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from qkdlab import (
    IDEAL_LINK,
    AsymptoticSecurity,
    EntanglingProbe,
    InterceptResend,
    OptimalCloner,
    SessionSettings,
)
from qkdlab.attacks.attack import Eavesdropper
from qkdlab.distillation.channel import Subject
from qkdlab.exchange.run import Exchange
from qkdlab.session.information import eve_information
from qkdlab.session.session import run_session
from qkdlab.sweep import SweepResult, sweep
from qkdlab.values import Basis, binary_entropy

CLONER, PROBE = "optimal cloner", "entangling probe"
RANDOM, BREIDBART = "intercept-resend, Z or X", "intercept-resend, Breidbart"
SHARES = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
ATTACKS: dict[str, tuple[Eavesdropper, ...]] = {
    CLONER: tuple(OptimalCloner(disturbance=d) for d in (0.01, 0.02, 0.05, 0.08, 0.11, 0.1464, 0.2, 0.25)),
    PROBE: tuple(EntanglingProbe(strength=s) for s in SHARES),
    RANDOM: tuple(InterceptResend(fraction=share) for share in SHARES),
    BREIDBART: tuple(InterceptResend(fraction=share, basis="Breidbart") for share in SHARES),
}
"""The attacks of the figure, from weak to strong."""

SETTINGS = SessionSettings(
    n_pulses=400_000, link=IDEAL_LINK, security=AsymptoticSecurity(), correction="ldpc", seed=1997
)


def bound(disturbance: float) -> float:
    """Return the most bits that an attack on each photon by itself tells of a bit of one basis.

    φ[2 √(D (1 - D))] / 2 with φ(z) = (1 + z) log₂(1 + z) + (1 - z) log₂(1 - z), where D is the error rate of the
    other basis.

    >>> bound(0.0), bound(0.5)
    (0.0, 1.0)
    """
    z = 2 * sqrt(disturbance * (1 - disturbance))
    return sum(side * np.log2(side) for side in (1 + z, 1 - z) if side > 0).item() / 2 if z else 0.0


def seen(settings: SessionSettings) -> dict[str, float]:
    """Run a session; return what Eve knows of a sifted bit, and the errors, of both bases and of each."""
    result = run_session(settings)
    exchange, kept = result.exchange, result.channel.find(Subject.KEPT)
    in_z = exchange.alice.bases == Basis.Z
    found: dict[str, float] = {"sifted_bits": int(np.count_nonzero(kept))}
    for name, part in {"both_": kept, "z_": kept & in_z, "x_": kept & ~in_z}.items():
        found |= {f"{name}information": known(exchange, part), f"{name}error": errors(exchange, part)}
    return found


def known(exchange: Exchange, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """Return Eve's information on a bit of those kept, once the bases are announced, without its bias."""
    found = eve_information(exchange, kept, announced=True)
    return found.bits - found.bias if found else 0.0


def errors(exchange: Exchange, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """Return the share of the bits kept that Bob has wrong."""
    return float(np.mean(exchange.alice.bits[kept] != exchange.bob.bits[kept]))


def runs(over: Iterable[Mapping[str, Any]], *, executor: Any = "serial") -> SweepResult:
    """Run a session with each of these attacks."""
    return sweep(SETTINGS, list(over), what=seen, executor=executor, progress=False)


def stored(executor: Any = "serial") -> SweepResult:
    """Run all sessions of the figure."""
    attacks = (attack for several in ATTACKS.values() for attack in several)
    return runs([{"eavesdropper": attack} for attack in attacks], executor=executor)


def named(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the kind of the attack."""
    kinds = {repr(attack): kind for kind, several in ATTACKS.items() for attack in several}
    return [{**row, "attack": kinds[row["eavesdropper"]]} for row in rows]


def expected(attack: Eavesdropper) -> dict[str, float]:
    """Return in closed form what `seen` finds of an attack on all or some of the pulses."""
    found = {"both_information": attack.expected_information(), "both_error": attack.expected_error()}
    for name, basis in {"z_": Basis.Z, "x_": Basis.X}.items():
        effects = [tactic.effect(basis) for tactic in attack.tactics]
        told = attack.fraction * np.mean([1 - binary_entropy(effect.guess) for effect in effects])
        wrong = attack.fraction * np.mean([effect.error for effect in effects])
        found |= {f"{name}information": float(told), f"{name}error": float(wrong)}
    return found


def curves() -> list[dict[str, Any]]:
    """Return the closed forms as rows, of attacks from none to full strength."""
    steps = np.linspace(0, 1, 51).tolist()
    rows = []
    for kind, several in ATTACKS.items():
        last = several[-1]
        for step in steps:
            if isinstance(last, OptimalCloner):
                attack: Eavesdropper = OptimalCloner(disturbance=last.disturbance * step)
            elif isinstance(last, EntanglingProbe):
                attack = EntanglingProbe(strength=step)
            else:
                attack = replace(last, fraction=step)
            rows.append({"attack": kind, **expected(attack)})
    return rows
