"""How a key of any length is cut into frames of LDPC codes; its length and error rate say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, sqrt

import numpy as np

from ...values import Bits, binary_entropy, read_only
from ..verification import tag_length
from .ldpc_codes import N_COLUMNS, N_ROWS, Indices, LdpcCode, get_code

LONGEST_FRAME = 1 << 17
"""Key bits of a frame, at the most: longer ones are decoded no better."""

LEAST_QBER = 0.0015
"""Error rates below are taken as this one: no code at hand tells less than a frame of it needs."""

LAST_EFFICIENCY, UPPER_EFFICIENCY = 1.3, 1.15
"""A frame is given a code whose m parities are at least 1.3 times the k h(Q) bits of Shannon's limit, and
1.15 times that of the highest error rate to expect."""

CHECK_EPSILON = 1e-4
"""With what probability, at the most, a wrong word passes the check of its frame. So the final verification
fails for about one frame in a hundred thousand: few frames are decoded wrongly, and those to few words."""

OPEN_FROM = 0.9
"""A frame of which the parities would tell so much of every bit is announced openly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameLayout:
    """What the bits of a frame are used for.

    Parameters
    ----------
    code
        The code; None for key bits that Alice announces openly, where parities would save nothing.
    n_payload
        The key bits of the frame; the rest is *shortened*, 0 and known to everybody.

    Notes
    -----
    `payload`, int64, shape (n_payload,), has the places of the key bits in the frame, in the order in which
    they are disclosed if the code's parities are not enough; they are spread evenly.
    """

    code: LdpcCode | None
    n_payload: int
    payload: Indices = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        payload = np.arange(self.n_payload)
        if self.code is not None:
            spread = np.argsort(np.arange(self.code.n_bits) * (sqrt(5) - 1) / 2 % 1, kind="stable")
            payload = spread[: self.n_payload]
        object.__setattr__(self, "payload", read_only(payload))

    @property
    def check_bits(self) -> int:
        """Length of the hash by which a decoded frame is checked; 0 if it is announced openly."""
        return tag_length(self.n_payload, CHECK_EPSILON) if self.code else 0

    def filled(self, payload: Bits) -> Bits:
        """Return the frame with its key bits, shape (n_payload,), in their places: uint8, shape (n,)."""
        frame = np.zeros(self.code.n_bits if self.code else self.n_payload, dtype=np.uint8)
        frame[self.payload] = payload
        return frame


def plan_frames(n_bits: int, qber: float, *, upper: float = 0.0) -> list[FrameLayout]:
    """Cut a key into frames that are as long as may be, and alike but for a bit.

    Parameters
    ----------
    n_bits
        Length of the key.
    qber
        The error rate to expect, 0 … 0.5.
    upper
        The highest to expect, for which a code must do as well.

    Examples
    --------
    >>> [(frame.code, frame.n_payload) for frame in plan_frames(200_001, 0.02)]
    [(LdpcCode(100160 bits, 20032 checks), 100001), (LdpcCode(100160 bits, 20032 checks), 100000)]
    """
    n_frames = ceil(n_bits / LONGEST_FRAME)
    sizes = [n_bits // n_frames + (frame < n_bits % n_frames) for frame in range(n_frames)]
    rates = (min(max(rate, LEAST_QBER), 0.5) for rate in (qber, upper))
    limit, upper_limit = map(binary_entropy, rates)
    wanted = max(LAST_EFFICIENCY * limit, UPPER_EFFICIENCY * upper_limit)
    return [_layout(size, wanted) for size in sizes]


def _layout(n_payload: int, wanted: float) -> FrameLayout:
    """Return a frame of that payload, whose code has at least so many checks a bit."""
    n_columns = next((n for n in N_COLUMNS if N_ROWS / n >= wanted), N_COLUMNS[-1])
    code = get_code(n_columns, 2 * ceil(n_payload / n_columns / 2))
    layout = FrameLayout(code=code, n_payload=n_payload)
    if code.n_checks / 2 + layout.check_bits >= OPEN_FROM * n_payload:
        return FrameLayout(code=None, n_payload=n_payload)
    return layout
