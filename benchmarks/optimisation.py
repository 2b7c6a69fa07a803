"""How long it takes to choose the numbers of a session, and what they are worth."""

import time
from dataclasses import replace

from qkdlab import GENERIC_LINK, LIM_LINK, RUSCA_LINK, SessionSettings, optimise

CASES = {
    "single photons": SessionSettings(n_pulses=10**8, seed=1, link=GENERIC_LINK),
    "one decoy": SessionSettings(
        n_pulses=10**9, seed=1, link=replace(RUSCA_LINK, length_km=50), z_probability=0.9
    ),
    "two decoys": SessionSettings(
        n_pulses=10**9, seed=1, link=replace(GENERIC_LINK, source=LIM_LINK.source), z_probability=0.9
    ),
}


def main() -> None:
    """Print time and evaluations of each search, and the expected key over that of the settings before."""
    print("Choosing the numbers, finite mode (ratio: expected key over that of the settings before)")
    for name, settings in CASES.items():
        start = time.perf_counter()
        best = optimise(settings)
        seconds = time.perf_counter() - start
        ratio = best.key_length / best.before.key_length
        print(
            f"  {name:<28}{seconds:>11.2f} s, {best.n_evaluations:>5,} settings"
            f"   {ratio:>10,.2f} × {best.before.key_length:,} bits"
        )
