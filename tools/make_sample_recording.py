"""Make the sample recording ``notebooks/data/kit.csv.gz``: ``python tools/make_sample_recording.py``.

The lab makes it: a simulated run of a kit with single photons, laid out as a kit's table is, a row for each
detected pulse, with ``+`` and ``x`` for the bases. The same table comes out on every machine.
"""

import gzip
from pathlib import Path

from qkdlab import Detector, Link, SinglePhotonSource, run_session

TARGET = Path(__file__).resolve().parents[1] / "notebooks" / "data" / "kit.csv.gz"
N_PULSES = 100_000
SEED = 1984


def table() -> str:
    """Return the table as text."""
    link = Link(source=SinglePhotonSource(), misalignment_error=0.012, detector=Detector(efficiency=0.3))
    exchange = run_session(n_pulses=N_PULSES, link=link, shared_bits=0, seed=SEED).exchange
    alice, bob = exchange.alice, exchange.bob
    columns = (exchange.slots, alice.bits, alice.bases, bob.bases, bob.bits)
    rows = (
        f"{slot},{sent},{'+x'[hers]},{'+x'[his]},{seen}"
        for slot, sent, hers, his, seen in zip(*(column.tolist() for column in columns), strict=True)
    )
    return "\n".join(["pulse,alice_bit,alice_basis,bob_basis,bob_bit", *rows]) + "\n"


def main() -> None:
    """Write the file, without the time at which it was made."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(gzip.compress(table().encode(), mtime=0))


if __name__ == "__main__":
    main()
