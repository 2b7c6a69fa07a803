"""Write the tables of docs/physics.md: what was simulated beside the closed forms, with its σ.

    python -m tools.physics_tables            write them
    python -m tools.physics_tables --check    write nothing; exit status 1 if they are not what is made now

σ is the standard deviation that the closed form predicts for the simulated share; a row off by more
than 5σ ends the program with an error.
"""

import sys
from collections.abc import Sequence
from itertools import count

from qkdlab.quantum.protocols import PROTOCOLS
from tools import finite_rows as finite
from tools import physics_rows as rows
from tools.pages import table, write

SEED = 2026


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
            map(rows.attack_row, count(SEED), rows.ATTACKS),
        ),
        "photon attacks": table(
            [
                "attack",
                triple.format("QBER"),
                triple.format("Eve knows for certain"),
                *(triple.format(f"gain of {name}") for name in ("signal", "decoy", "vacuum")),
                "textbook mode",
            ],
            map(rows.photon_attack_row, count(SEED), rows.PHOTON_ATTACKS),
        ),
        "combined attacks": table(
            [
                "attack",
                triple.format("QBER"),
                triple.format("Eve guesses right"),
                "information, bits",
            ],
            map(rows.combined_attack_row, count(SEED), rows.COMBINED_ATTACKS),
        ),
        "takeovers": table(
            ["protocol", "largest QBER seen", "Eve has both keys", "with authentication"],
            map(rows.takeover_row, count(SEED), ("BB84", "six-state", "SARG04", "E91")),
        ),
        "detector attacks": table(
            [
                "attack",
                "detectors",
                triple.format("gain"),
                triple.format("QBER"),
                triple.format("Eve guesses right"),
                "information, bits",
                "textbook mode",
            ],
            map(rows.detector_attack_row, count(SEED), rows.DETECTOR_ATTACKS),
        ),
        "protocols": table(
            [
                "protocol",
                triple.format("kept"),
                triple.format("kept under interception"),
                triple.format("QBER under interception"),
                "tolerable QBER, computed here",
                "published",
            ],
            map(rows.protocol_row, count(SEED), PROTOCOLS),
        ),
        "chsh": table(
            ["intercepted", triple.format("S"), "verdict"],
            map(rows.chsh_row, count(SEED), (0.0, 0.25, 0.5, 1.0)),
        ),
        "gys": table(
            [
                "km",
                triple.format("signal gain"),
                triple.format("signal QBER"),
                "Y₁ ≥, from the run | from exact gains | true Y₁",
                "e₁ ≤, from the run | from exact gains | true e₁",
                "secret bits per signal pulse",
                "in theory",
            ],
            map(rows.gys_row, count(SEED), rows.GYS_DISTANCES_KM),
        ),
        "distances": table(
            ["km", triple.format("gain"), triple.format("QBER")],
            map(rows.distance_row, count(SEED), rows.DISTANCES_KM),
        ),
        "memory": table(
            ["dead gates", "afterpulses", "after gates", triple.format("gain"), triple.format("QBER")],
            (rows.memory_row(SEED + place, *memory) for place, memory in enumerate(rows.MEMORIES)),
        ),
        "choices": table(
            [
                "pulses",
                "km",
                "μ₁",
                "μ₂",
                "sent: signal / decoy / vacuum",
                "Z",
                "disclosed of Z",
                "secret bits per pulse, expected",
                "a session",
            ],
            map(rows.chosen_row, count(SEED), rows.CHOICES),
        ),
        "samples": table(
            [
                "drawn",
                "left",
                "errors seen",
                "published",
                "fails, times as often",
                "exact",
                "fails, times as often",
            ],
            map(finite.sampling_row, finite.SAMPLES),
        ),
        "constructed attack": table(
            [
                "pulses",
                "Z",
                "errors of X",
                "none seen, times ε_sec",
                "secret at most",
                "published, before leak",
                "exact, before leak",
            ],
            map(finite.attack_row, finite.CONSTRUCTED),
        ),
        "decoy keys": table(
            [
                "line",
                "km",
                "decoys",
                "pulses",
                "Z",
                "published",
                "exact limits",
                "ratio",
                "exact, both bases equally likely",
                "exact, best settings",
            ],
            map(finite.key_row, finite.KEYS),
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
            map(rows.device_row, count(SEED), rows.DEVICES),
        ),
    }


def main(arguments: Sequence[str]) -> None:
    """Write the tables, or compare them with `--check`."""
    write("physics.md", tables(), "tools/physics_tables.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
