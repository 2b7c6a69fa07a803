"""What fills a key pool: bits by their positions, in the order in which a link made them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import deque

import numpy as np
from numpy.typing import NDArray

from ...errors import shown
from ...values import Bits, read_only

_ROUNDING = 1e-9
"""Share of a period by which a session may seem to be short of its end, for rounding alone."""


class Supply(ABC):
    """What a link has made for one direction, by time."""

    @abstractmethod
    def made(self, now: float) -> int:
        """Return how many bits had been made by a moment, in seconds."""

    @abstractmethod
    def made_at(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the same for many moments, in order; shape (n,), n ≥ 1."""

    @abstractmethod
    def pull(self, start: int, stop: int) -> tuple[Bits, Bits]:
        """Return both ends' copies of the bits at these positions, and forget all up to there."""

    @abstractmethod
    def forget(self, stop: int) -> None:
        """Destroy all bits before this position."""


class SessionSupply(Supply):
    """Keys out of sessions, added as they come."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._totals = [0]
        self._blocks: deque[tuple[int, Bits, Bits]] = deque()

    def add(self, now: float, a_bits: Bits, b_bits: Bits) -> None:
        """Add a session's bits, the copy of each end; not earlier than the last."""
        if self._times and now < self._times[-1]:
            raise ValueError(f"now must be at least {self._times[-1]!r}, got {shown(now)}")
        if len(a_bits) != len(b_bits):
            raise ValueError(f"b_bits must be {len(a_bits)} bits, got {len(b_bits)}")
        self._blocks.append((self._totals[-1], np.array(a_bits), np.array(b_bits)))
        self._times.append(now)
        self._totals.append(self._totals[-1] + len(a_bits))

    def made(self, now: float) -> int:
        """See `Supply`."""
        return self._totals[bisect_right(self._times, now)]

    def made_at(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """See `Supply`."""
        return np.array(self._totals, dtype=np.int64)[np.searchsorted(self._times, times, side="right")]

    def pull(self, start: int, stop: int) -> tuple[Bits, Bits]:
        """See `Supply`."""
        parts = [
            (a[max(0, start - first) : stop - first], b[max(0, start - first) : stop - first])
            for first, a, b in self._blocks
            if first < stop and start < first + len(a)
        ]
        held = tuple(read_only(np.concatenate(side), np.uint8) for side in zip(*parts, strict=True))
        if not held or len(held[0]) != stop - start:
            raise ValueError(f"bits {start} … {stop} must not be forgotten yet")
        self.forget(stop)
        return held[0], held[1]

    def forget(self, stop: int) -> None:
        """See `Supply`: whole blocks go, the beginning of the next is overwritten with zeros and cut off."""
        while self._blocks and self._blocks[0][0] < stop:
            first, a, b = self._blocks.popleft()
            used = min(len(a), stop - first)
            a[:used] = b[:used] = 0
            if used < len(a):
                self._blocks.appendleft((first + used, a[used:], b[used:]))


class SteadySupply(Supply):
    """Bits that come in equal portions at equal times, at the rate that sessions were measured to have.

    A portion need not be whole: of k portions p, as of a rate that is stated, ⌊k p⌋ bits have come.

    Parameters
    ----------
    rng
        Draws the bits if they are asked for: both ends hold the same ones.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._runs: list[tuple[float, float, float, int]] = []  # start, period, portion, bits made before
        self._run: tuple[float, float, float, int] = (0.0, 1.0, 0, 0)

    def run(self, now: float, *, portion: float, period_seconds: float) -> None:
        """Make `portion` bits every `period_seconds` from now on, the first a period from now; 0 to stop."""
        self._runs.append(self._run)
        self._run = (now, period_seconds, portion, self.made(now))

    def made(self, now: float) -> int:
        """See `Supply`."""
        start, period, portion, before = self._run
        if now < start:
            past = (run for run in reversed(self._runs) if now >= run[0])
            start, period, portion, before = next(past, (now, 1.0, 0, 0))
        return before + int(portion * int((now - start) / period + _ROUNDING))

    def made_at(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """See `Supply`."""
        start, period, portion, before = self._run
        if times[0] >= start:  # the common case
            return before + (portion * ((times - start) / period + _ROUNDING).astype(np.int64)).astype(
                np.int64
            )
        runs = (*self._runs, self._run)
        at = np.searchsorted([run[0] for run in runs], times, side="right") - 1
        starts, periods, portions, made = (np.array(column)[at] for column in zip(*runs, strict=True))
        ended = ((times - starts) / periods + _ROUNDING).astype(np.int64)
        made = made + (portions * ended).astype(np.int64)
        return np.where(at < 0, 0, made)

    def pull(self, start: int, stop: int) -> tuple[Bits, Bits]:
        """See `Supply`."""
        bits = read_only(self._rng.integers(0, 2, stop - start, dtype=np.uint8))
        return bits, bits

    def forget(self, stop: int) -> None:
        """See `Supply`: nothing is held, so there is nothing to destroy."""
