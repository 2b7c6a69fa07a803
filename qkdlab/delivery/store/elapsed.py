"""Time as a store counts it: never back, whatever the clock does."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import KeyStoreError

MOST_SECONDS = 1e12
"""A clock beyond this, either way, is out of order (31,000 years)."""


class ElapsedTime:
    """Seconds that have passed since a store was made, restarts included.

    A clock that is set back stops the count for a moment. One that jumps forward ages everything once, also
    if it is set right afterwards: keys may expire too early, and none lives for ever.

    Parameters
    ----------
    clock
        Seconds since any beginning.
    seconds
        What was counted before.
    last
        What the clock said then; None for the first time.
    """

    def __init__(self, clock: Callable[[], float], seconds: float = 0.0, last: float | None = None) -> None:
        self._clock = clock
        self.seconds = seconds
        self.last = self._read() if last is None else last

    def _read(self) -> float:
        value = float(self._clock())
        if not abs(value) <= MOST_SECONDS:
            raise KeyStoreError(f"the clock is out of order: it says {value!r} seconds")
        return value

    def now(self) -> float:
        """Read the clock and return the seconds counted so far."""
        value = self._read()
        self.seconds += max(0.0, value - self.last)
        self.last = value
        return self.seconds
