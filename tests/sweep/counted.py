"""A run of next to nothing that leaves a line in a file each time, so that runs can be counted."""

import hashlib
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Toy:
    """Settings of a run of next to nothing.

    Parameters
    ----------
    x
        Any whole number; a negative one is refused.
    log
        The file in which runs are counted; none if "".
    takes
        How long it takes, in seconds.
    kills
        A file: if it is not there, the run makes it and kills its own process.
    """

    x: int = 0
    log: str = ""
    takes: float = 0.0
    kills: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError(f"x must be at least 0, got {self.x!r}")


def run(toy: Toy) -> dict[str, object]:
    """Return what follows from the settings alone."""
    if toy.kills and not Path(toy.kills).exists():
        Path(toy.kills).touch()
        os.kill(os.getpid(), 9)
    time.sleep(toy.takes)
    if toy.x == 13:
        raise ValueError("unlucky")
    drawn = int(hashlib.sha256(str(toy.seed).encode()).hexdigest()[:8], 16)
    if toy.log:  # once it has come to something; one write of a short line is one write of the system
        with open(toy.log, "ab", buffering=0) as file:
            file.write(f"{toy.x} {toy.seed}\n".encode())
    return {
        "double": 2 * toy.x,
        "drawn": drawn / 2**32,
        "odd": bool(toy.x % 2),
        "word": "a, b" if toy.x else None,
    }


def runs(log: str | Path) -> Counter[str]:
    """How often each run was done."""
    return Counter(Path(log).read_text().splitlines())
