"""Write the tables of docs/physics.md: what was simulated beside the closed forms, with its σ.

    python tools/physics_tables.py            write them
    python tools/physics_tables.py --check    write nothing; exit status 1 if they are not what is made now

σ is the standard deviation that the closed form predicts for the simulated share; a row off by more
than 5σ ends the program with an error.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from itertools import count
from math import sqrt
from pathlib import Path

import numpy as np
from qiskit_ibm_runtime import fake_provider

from qkdlab import (
    IDEAL_LINK,
    Detector,
    DeviceSampler,
    EntanglingProbe,
    InterceptResend,
    Link,
    OptimalCloner,
    SessionResult,
    run_session,
)
from qkdlab.distillation.channel import Subject
from qkdlab.quantum.circuits import circuit_table
from qkdlab.quantum.eavesdroppers import Eavesdropper
from qkdlab.quantum.protocols import BB84
from qkdlab.values import Basis

PAGE = Path(__file__).resolve().parents[1] / "docs" / "physics.md"
SEED = 2026
ATTACKS: list[Eavesdropper] = [
    InterceptResend(),
    InterceptResend(fraction=0.4),
    InterceptResend(basis="Z"),
    InterceptResend(basis="Breidbart"),
    EntanglingProbe(),
    EntanglingProbe(strength=0.5),
    OptimalCloner(disturbance=0.05),
    OptimalCloner(disturbance=0.11),
    OptimalCloner(disturbance=0.25),
]
DEVICES = ("FakeManilaV2", "FakeLagosV2", "FakeBelemV2")
DISTANCES_KM = (0, 20, 40, 60, 80, 100, 120, 140, 160, 180)


def compared(wrong: int, trials: int, expected: float) -> str:
    """Return a simulated share, the expected one and their distance in σ, as three cells."""
    sigma = sqrt(expected * (1 - expected) / trials)
    off = (wrong / trials - expected) / sigma if sigma else 0.0
    if abs(off) > 5 or (not sigma and wrong != expected * trials):
        raise SystemExit(f"{wrong} of {trials} = {wrong / trials:.6f} is {off:.1f}σ from {expected:.6f}")
    return f"{100 * wrong / trials:.3f} % | {100 * expected:.3f} % | {off:+.1f}σ"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(head), "|".join(["---"] * " | ".join(head).count("|") + ["---"])]
    return "\n".join(f"| {line} |" for line in [*lines, *(" | ".join(row) for row in rows)])


def errors_of(result: SessionResult, basis: Basis | None = None) -> tuple[int, int]:
    """Return the wrong and all sifted bits of a session, of one basis or of both."""
    kept = result.channel.find(Subject.KEPT)
    alice, bob = result.exchange.alice, result.exchange.bob
    here = kept if basis is None else kept & (alice.bases == basis)
    return int(np.count_nonzero(alice.bits[here] != bob.bits[here])), int(np.count_nonzero(here))


def attack_row(seed: int, attack: Eavesdropper) -> list[str]:
    """Return the row of one attack on 10⁶ pulses of an ideal link."""
    result = run_session(n_pulses=1_000_000, link=IDEAL_LINK, eavesdropper=attack, seed=seed, max_qber=0.5)
    cells = [attack.describe().removesuffix(" of the pulses")]
    for basis in (Basis.Z, Basis.X):
        error = attack.fraction * float(np.mean([tactic.effect(basis).error for tactic in attack.tactics]))
        cells.append(compared(*errors_of(result, basis), error))
    eve = result.eve
    if eve is None or eve.true_guess_rate is None:
        raise SystemExit(f"no record of Eve for {attack}")
    guessed = round(eve.true_guess_rate * eve.n_sifted)
    cells.append(compared(guessed, eve.n_sifted, attack.expected_guess()))
    return [*cells, f"{attack.expected_information():.4f}"]


def distance_row(seed: int, length_km: float) -> list[str]:
    """Return the row of one distance: gain and QBER of 4·10⁶ single photons, detectors of 10 %."""
    link = Link(length_km=length_km, detector=Detector(efficiency=0.1, dark_count_probability=2e-5))
    result = run_session(n_pulses=4_000_000, link=link, seed=seed, max_qber=0.5)
    expected = link.expected_qber()
    if expected is None:
        raise SystemExit(f"no clicks at {length_km} km")
    gain = compared(result.n_detected, 4_000_000, link.expected_gain)
    return [f"{length_km}", gain, compared(*errors_of(result), expected)]


def device_row(seed: int, name: str) -> list[str]:
    """Return the row of one fake device: 400,000 pulses of an ideal link beside its calibration data."""
    backend = getattr(fake_provider, name)()
    table = circuit_table(BB84, (), 0.0)
    errors = DeviceSampler(backend).expected_errors(table)
    result = run_session(n_pulses=400_000, link=IDEAL_LINK, seed=seed, sampler=backend)
    readout = errors[0]  # |0⟩ measured in Z has no gates
    cells = [backend.name, f"{100 * readout:.3f} %"]
    for basis in (Basis.Z, Basis.X):
        rows = [signal * 2 + basis for signal, sent in enumerate(BB84.signals) if sent.basis is basis]
        expected = float(errors[rows].mean())
        cells += [f"{100 * (expected - readout):.3f} %", compared(*errors_of(result, basis), expected)]
    return cells


def tables() -> dict[str, str]:
    """Return every table by the name of its place on the page."""
    triple = "{0} | closed form | off"
    return {
        "attacks": table(
            [
                "attack",
                triple.format("QBER of Z bits"),
                triple.format("QBER of X bits"),
                triple.format("Eve guesses right"),
                "information, bits",
            ],
            map(attack_row, count(SEED), ATTACKS),
        ),
        "distances": table(
            ["km", triple.format("gain"), triple.format("QBER")], map(distance_row, count(SEED), DISTANCES_KM)
        ),
        "devices": table(
            [
                "device",
                "readout",
                "gates, Z",
                triple.format("QBER of Z bits"),
                "gates, X",
                triple.format("QBER of X bits"),
            ],
            map(device_row, count(SEED), DEVICES),
        ),
    }


def page_with_tables(page: str) -> str:
    """Return the text of the page with its tables made anew."""
    for name, text in tables().items():
        place = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->", flags=re.S)
        if not place.search(page):
            raise SystemExit(f"docs/physics.md has no place for the table {name!r}")
        page = place.sub(lambda _, name=name, text=text: f"<!-- {name} -->\n{text}\n<!-- end -->", page)
    return page


def main(arguments: Sequence[str]) -> None:
    """Write the tables, or compare them with `--check`."""
    before = PAGE.read_text(encoding="utf-8")
    after = page_with_tables(before)
    if "--check" not in arguments:
        PAGE.write_text(after, encoding="utf-8")
    elif after != before:
        sys.exit("The tables of docs/physics.md are not what tools/physics_tables.py makes: run it.")


if __name__ == "__main__":
    main(sys.argv[1:])
