"""Which frames came already: a window over their counters (RFC 4303, 3.4.3 and appendix A2)."""

from __future__ import annotations

from ...values import check_count
from .frames import Rejection


class ReplayWindow:
    """Remembers which counters were accepted.

    A frame is looked up only after its tag was found right, so that the reason it is rejected for is true
    of it, and nobody without the keys can move the window.

    Parameters
    ----------
    size
        How far a frame may be behind the newest one. 0: frames must come in order and without a gap, as a
        stream of bytes needs them.

    Examples
    --------
    >>> window = ReplayWindow(4)
    >>> [window.accept(counter) for counter in (0, 3, 1)]
    [None, None, None]
    >>> window.accept(3).value, window.accept(9), window.accept(5).value, window.accept(6)
    ('replayed', None, 'too old', None)
    """

    def __init__(self, size: int = 1024) -> None:
        self.size = check_count("size", size)
        self._next = 0
        self._seen = 0  # bit k: the frame k before the newest one came

    def accept(self, counter: int) -> Rejection | None:
        """Enter a counter, and return None; or return why its frame is to be rejected."""
        if self.size == 0:
            if counter != self._next:
                return Rejection.REPLAYED if counter < self._next else Rejection.OUT_OF_ORDER
            self._next += 1
            return None
        ahead = counter - (self._next - 1)
        if ahead > 0:
            kept = self._seen << ahead if ahead < self.size else 0
            self._seen = (kept | 1) & ((1 << self.size) - 1)
            self._next = counter + 1
            return None
        if -ahead >= self.size:
            return Rejection.TOO_OLD
        if self._seen >> -ahead & 1:
            return Rejection.REPLAYED
        self._seen |= 1 << -ahead
        return None
