"""The photon stage: pulses fly from Alice to Bob, past Eve, and a table keeps what each of them knows."""

import operator
from collections.abc import Sequence
from typing import Any, ClassVar, Final, NamedTuple

import traitlets

from ...distillation.estimation.error_rate import QberEstimate
from ...errors import shown
from ...values import check_choice, check_count
from ..components.base import check_switch, module_text, style_text, synced
from ..components.figures import Drawing
from ..components.playback import Playback
from .pictures import pulses_drawing
from .stage_pulses import is_kept

VIEWPOINTS: Final = ("alice", "eve", "bob", "all")
"""With whose eyes the stage can be seen."""

_FIELDS: Final = ("alice_bit", "alice_basis", "eve_basis", "eve_bit", "arrived", "bob_basis", "bob_bit")
_MAY_BE_NONE: Final = frozenset({"eve_basis", "eve_bit", "bob_bit"})


class Tally(NamedTuple):
    """Counts over the first pulses: clicks, kept bits, and kept bits in which Alice and Bob differ."""

    clicks: int
    kept: int
    errors: int


def _check_entry(name: str, field: str, value: Any) -> int | None:
    if value is None and field in _MAY_BE_NONE:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        number = -1
    if number not in (0, 1):
        rule = "0, 1 or None" if field in _MAY_BE_NONE else "0 or 1"
        raise ValueError(f"{name} ({field}) must be {rule}, got {shown(value)}")
    return number


def _check_pulses(name: str, value: Any) -> list[list[int | None]]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError(f"{name} must be a list of pulses, got {shown(value)}")
    pulses = []
    for index, pulse in enumerate(value):
        if isinstance(pulse, str) or not isinstance(pulse, Sequence) or len(pulse) != len(_FIELDS):
            raise ValueError(f"{name}[{index}] must hold {', '.join(_FIELDS)}, got {shown(pulse)}")
        entries = zip(_FIELDS, pulse, strict=True)
        pulses.append([_check_entry(f"{name}[{index}][{i}]", *entry) for i, entry in enumerate(entries)])
    return pulses


def _trace(pulses: Sequence[Sequence[int | None]]) -> list[list[float]]:
    """Return, after each kept bit, its pulse (from 1 on), the QBER so far and its 95 % interval."""
    rows: list[list[float]] = []
    errors = 0
    for number, pulse in enumerate(pulses, start=1):
        if is_kept(pulse):
            errors += pulse[0] != pulse[6]
            estimate = QberEstimate(n_sample=len(rows) + 1, n_errors=errors)
            rows.append([number, estimate.qber, estimate.lower, estimate.upper])
    return rows


class PhotonStage(Playback):
    """An animation of BB84 pulse by pulse, seen by Alice, Eve, Bob, or all at once.

    Seen by one of them, the stage shows what that one knows and what is said in public, and nothing else: the
    bits are never public, and neither Alice nor Bob can see whether Eve is there.

    Parameters
    ----------
    pulses
        For each pulse ``[alice_bit, alice_basis, eve_basis, eve_bit, arrived, bob_basis, bob_bit]``; bases
        0 = Z, 1 = X; `eve_basis` and `eve_bit` are None where Eve did not measure; `arrived` is 1 if a photon
        triggered Bob's detector; `bob_bit` is None if it did not click. A click without an arrived photon is
        a dark count.
    eve_present
        Whether Eve is on the line.
    viewpoint
        One of `VIEWPOINTS`.
    playing, speed
        Whether the animation runs, and how fast; `speed` is one of `SPEEDS`.
    position
        How many pulses have arrived. Follows the animation; setting it moves the animation.
    start
        How many pulses have arrived when the story begins. They count, and stand in the table.
    epoch
        A number that grows when the stage starts anew; setting `pulses` lets it grow.
    """

    _section: ClassVar = "photon_stage"
    _told_of: ClassVar = ("viewpoint",)
    _esm = module_text(__file__)
    _css = style_text(__file__)

    pulses = synced(_check_pulses, ())
    eve_present = synced(check_switch, False)
    viewpoint = synced(lambda name, value: check_choice(name, value, VIEWPOINTS), "bob")
    start = synced(check_count, 0)
    _kept = traitlets.List(traitlets.Int()).tag(sync=True)
    # after each kept bit: its pulse (1, 2, …), the QBER so far, lower and upper end of its interval
    _trace: Any = traitlets.List().tag(sync=True)

    def __init__(self, pulses: Sequence[Sequence[int | None]] = (), **traits: Any) -> None:
        super().__init__(pulses=pulses, **traits)

    def load(self, pulses: Sequence[Sequence[int | None]], *, eve_present: bool, start: int = 0) -> None:
        """Show pulses from their start on, in one message to the browser; also if they are the same."""
        before = self.epoch
        with self.hold_sync():
            self.show(start=start, pulses=pulses, eve_present=eve_present)
            if self.epoch == before:
                self.epoch += 1

    def tally(self, position: int | None = None) -> Tally:
        """Return the counts over the first `position` pulses; by default over those that have arrived."""
        pulses = self.pulses[: self.position if position is None else position]
        kept = [pulse for pulse in pulses if is_kept(pulse)]
        clicks = sum(pulse[6] is not None for pulse in pulses)
        return Tally(clicks=clicks, kept=len(kept), errors=sum(pulse[0] != pulse[6] for pulse in kept))

    @traitlets.observe("pulses")
    def _restart(self, _change: object) -> None:
        with self.hold_sync():
            self._kept = [int(is_kept(pulse)) for pulse in self.pulses]
            self._trace = _trace(self.pulses)
            self.epoch += 1

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the stage: the first pulses as a table, seen by all."""
        return pulses_drawing(self.pulses[:16], eve_present=self.eve_present) if self.pulses else None

    def _last(self) -> int:
        return len(self.pulses)

    def _first(self) -> int:
        return min(int(self.start), len(self.pulses))

    def _summary(self) -> str:
        if not self.pulses:
            return str(self.words["summary_empty"])
        text = self.words["summary_all" if self.viewpoint == "all" else "summary"]
        counts = self.tally()._asdict()
        return str(text.format(position=self.position, total=len(self.pulses), **counts))

    def __repr__(self) -> str:
        return (
            f"PhotonStage({len(self.pulses)} pulses, position={self.position}, viewpoint={self.viewpoint!r}, "
            f"eve_present={self.eve_present})"
        )
