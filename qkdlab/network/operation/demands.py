"""Who asks a network for keys, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import shown
from ...values import as_index, check_between, check_choice, check_count
from ..topology.network_fibre import link_name

ARRIVALS = ("poisson", "constant")


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Two users who ask for keys, in turns, one of them and then the other.

    Parameters
    ----------
    a, b
        The users.
    n_bits
        Length of each key.
    interval_seconds
        Time between two requests; on average, if they come at random.
    arrivals
        ``"poisson"`` (at random, independently of each other) or ``"constant"``.
    n_paths
        Over how many disjoint paths each key goes, in shares.
    """

    a: str
    b: str
    n_bits: int = 256
    interval_seconds: float = 60.0
    arrivals: str = "poisson"
    n_paths: int = 1

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise ValueError(f"b must be another user than a, got {shown(self.b)}")
        check_count("n_bits", self.n_bits, minimum=1)
        check_between("interval_seconds", self.interval_seconds, 1e-6, 1e9)
        check_choice("arrivals", self.arrivals, ARRIVALS)
        check_count("n_paths", self.n_paths, minimum=1)

    @property
    def name(self) -> str:
        """The two users."""
        return link_name((self.a, self.b))

    @property
    def turns(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Who asks for a key with whom: first the one, then the other."""
        return (self.a, self.b), (self.b, self.a)

    def moments(self, seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return when keys are asked for, from the beginning on, shape (n,)."""
        if self.arrivals == "constant":
            n = int(seconds / self.interval_seconds + 1e-9)
            return np.arange(1, n + 1).astype(np.float64) * self.interval_seconds
        n = rng.poisson(seconds / self.interval_seconds)
        return np.sort(rng.uniform(0.0, seconds, n))


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """All requests of a run, in the order of time.

    Parameters
    ----------
    times
        float64, shape (n,), in seconds.
    demands
        int64, shape (n,): the number of the demand.
    turns
        uint8, shape (n,): which of its two users asks.
    """

    times: NDArray[np.float64]
    demands: NDArray[np.int64]
    turns: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def draw(cls, demands: Sequence[Demand], seconds: float, rng: np.random.Generator) -> Requests:
        """Return the requests of `seconds`; each demand has randomness of its own."""
        moments = [
            demand.moments(seconds, own) for demand, own in zip(demands, rng.spawn(len(demands)), strict=True)
        ]
        lengths = [len(one) for one in moments]
        times = np.concatenate([np.zeros(0), *moments])
        order = np.argsort(times, kind="stable")
        whose = np.repeat(np.arange(len(demands), dtype=np.int64), as_index(lengths))
        turns = np.concatenate([np.zeros(0, np.uint8), *(np.arange(n) % 2 for n in lengths)]).astype(np.uint8)
        return cls(times[order], whose[order], turns[order])
