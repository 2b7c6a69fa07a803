"""How a key of any length is cut into frames of LDPC codes: length and error rate say it, and both are known.

Of the n bits of a frame, p are *punctured* (random bits of Alice's that Bob knows nothing of: they make
the syndrome tell less) and s are *shortened* (known to everybody). The n - p - s others are key bits
(Elkouss, Martinez-Mateo and Martin, arXiv:1006.1163).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, sqrt

import numpy as np

from ..values import binary_entropy, read_only
from .ldpc_codes import LENGTHS, RATES, Indices, LdpcCode, get_code

LEAST_QBER = 0.002
"""Error rates below are taken as this one: no code at hand tells less than a frame of it needs."""

LAST_EFFICIENCY, LAST_EFFICIENCY_SLOPE = 1.2, 0.003
"""A frame is given a code whose whole syndrome has 1.2 + 0.003 / Q times the k h(Q) bits of Shannon's limit:
at low error rates the number of errors varies more from frame to frame, and codes of high rate are worse."""

PUNCTURED_SHARE = 1 / 3
"""Bits that are punctured, at the most, as a share of the checks: with more, frames that differ in a few key
bits come to have the same syndrome."""

OPEN_FROM = 0.9
"""A frame whose syndrome would tell so much of every bit is announced openly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameLayout:
    """What the bits of a frame are used for.

    Parameters
    ----------
    code
        The code; None for key bits that Alice announces openly, where a syndrome would save nothing.
    n_payload
        The key bits of the frame.
    n_punctured
        The punctured bits; the rest is shortened.

    Two arrays follow. `places`, int64, shape (n,), has the places of the punctured bits in the frame, then of
    the shortened, then of the payload, both spread evenly. `disclosure`, shape (p + n_payload,), has the
    places that are disclosed if decoding fails, in this order: the punctured, last first, then the payload.
    """

    code: LdpcCode | None
    n_payload: int
    n_punctured: int = 0
    places: Indices = field(init=False, repr=False, compare=False)
    disclosure: Indices = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = np.arange(self.n_payload)
        if self.code is not None:
            punctured = self.code.puncture_order[: self.n_punctured]
            others = np.setdiff1d(np.arange(self.code.n_bits), punctured)
            spread = np.argsort(np.arange(len(others)) * (sqrt(5) - 1) / 2 % 1, kind="stable")
            places = np.concatenate([punctured, others[spread]])
        object.__setattr__(self, "places", read_only(places))
        disclosure = np.concatenate([places[: self.n_punctured][::-1], self.payload])
        object.__setattr__(self, "disclosure", read_only(disclosure))

    @property
    def payload(self) -> Indices:
        """The places of the key bits in the frame, shape (n_payload,)."""
        return self.places[len(self.places) - self.n_payload :]

    @property
    def syndrome_leak(self) -> int:
        """What the syndrome tells of the key bits, m - p, or all of them if they are announced openly."""
        return self.n_payload if self.code is None else self.code.n_checks - self.n_punctured


def plan_frames(
    n_bits: int, qber: float, *, efficiency: float, lengths: tuple[int, ...] = LENGTHS
) -> list[FrameLayout]:
    """Cut a key into frames: as many long ones as fit, then shorter ones, the last shortened to fit.

    Parameters
    ----------
    n_bits
        Length of the key.
    qber
        The error rate to expect, 0 … 0.5.
    efficiency
        Bits that the syndrome of a frame of k key bits shall tell, as a multiple of k h(Q); it tells more
        where as many bits cannot be punctured.
    lengths
        Lengths of the codes to use, from `LENGTHS`.

    >>> [(frame.code, frame.n_payload) for frame in plan_frames(5_000, 0.02, efficiency=1.1)]
    [(LdpcCode(4096 bits, 819 checks), 3823), (LdpcCode(1024 bits, 205 checks), 956), \
(LdpcCode(1024 bits, 102 checks), 221)]
    """
    rate = min(max(qber, LEAST_QBER), 0.5)
    frames: list[FrameLayout] = []
    left = n_bits
    for length in sorted(lengths, reverse=True):
        code, n_payload = _full_frame(length, rate, efficiency)
        n_frames, left = divmod(left, n_payload)
        frames += [_layout(code, n_payload, rate, efficiency)] * n_frames
    if left:  # less than the shortest code holds
        codes = [get_code(min(lengths), code_rate) for code_rate in sorted(RATES, reverse=True)]
        fitting = (code for code in codes if left <= _capacity(code, rate, efficiency))
        frames.append(_layout(next(fitting, codes[-1]), left, rate, efficiency))
    return frames


def _puncturable(code: LdpcCode) -> int:
    return min(len(code.puncture_order), int(PUNCTURED_SHARE * code.n_checks))


def _capacity(code: LdpcCode, qber: float, efficiency: float) -> int:
    """Return how many key bits a frame may carry."""
    last = max(efficiency, LAST_EFFICIENCY + LAST_EFFICIENCY_SLOPE / qber)
    most = code.n_checks / (last * binary_entropy(qber))
    return max(1, min(code.n_bits - _puncturable(code), int(most)))


def _full_frame(length: int, qber: float, efficiency: float) -> tuple[LdpcCode, int]:
    """Return the code of a length with the most key bits, among equals that with the fewest checks."""
    codes = [get_code(length, rate) for rate in RATES]
    best = max(codes, key=lambda code: (_capacity(code, qber, efficiency), -code.n_checks))
    return best, _capacity(best, qber, efficiency)


def _layout(code: LdpcCode, n_payload: int, qber: float, efficiency: float) -> FrameLayout:
    """Return a frame of that payload, with as many bits punctured as the efficiency asks for."""
    surplus = code.n_checks - ceil(efficiency * n_payload * binary_entropy(qber))
    room = min(_puncturable(code), code.n_bits - n_payload)
    layout = FrameLayout(code=code, n_payload=n_payload, n_punctured=max(0, min(surplus, room)))
    if layout.syndrome_leak >= OPEN_FROM * n_payload:
        return FrameLayout(code=None, n_payload=n_payload)
    return layout
