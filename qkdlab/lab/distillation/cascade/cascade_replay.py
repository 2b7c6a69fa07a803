"""The Cascade replay: blocks, bisection and back-tracking on a short key, step by step."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar, Final

import traitlets

from ....errors import shown
from ....values import check_count
from ...components.base import (
    check_finite,
    check_record,
    check_switch,
    check_text,
    module_text,
    optional,
    style_text,
    synced,
)
from ...components.playback import Playback

KINDS: Final = ("start", "open", "compare", "halve", "flip", "again", "end")
"""What a frame of a story can be."""

_NEEDED: Final = frozenset({"variant", "bob", "wrong", "orders", "needed", "reference", "frames"})
_FRAME: Final = frozenset({"kind", "number", "text", "leak"})
_MORE: Final = frozenset({"blocks", "pieces", "asked", "at", "flipped", "again"})
_REFERENCE: Final = frozenset({"value", "qber", "n_bits"})
_NOTHING: Final[Mapping[str, Any]] = {
    "variant": "",
    "bob": [],
    "wrong": [],
    "orders": [],
    "needed": 0.0,
    "reference": None,
    "frames": [],
}


def _check_frame(name: str, value: Any, n_bits: int, n_passes: int) -> dict[str, Any]:
    frame = check_record(name, value, _FRAME, _MORE)
    if frame["kind"] not in KINDS:
        raise ValueError(f"{name}['kind'] must be one of {', '.join(KINDS)}, got {shown(frame['kind'])}")
    check_text(f"{name}['text']", frame["text"])
    check_count(f"{name}['number']", frame["number"], maximum=max(0, n_passes - 1))
    for bits in frame["leak"]:
        check_count(f"{name}['leak']", bits)
    for number, starts, states in frame.get("blocks", ()):
        check_count(f"{name}['blocks']", number, maximum=n_passes - 1)
        rising = all(one < other for one, other in pairwise([*starts, n_bits]))
        if starts[:1] != [0] or not rising or len(starts) != len(states) or not set(states) <= {0, 1, 2}:
            raise ValueError(f"{name}['blocks'] must cut the key and say what is known, got {shown(starts)}")
    return frame


def _check_story(name: str, value: Any) -> dict[str, Any]:
    story = check_record(name, value, _NEEDED, frozenset())
    n_bits, orders = len(story["bob"]), story["orders"]
    check_text(f"{name}['variant']", story["variant"])
    check_finite(f"{name}['needed']", story["needed"])
    optional(lambda at, record: check_record(at, record, _REFERENCE, frozenset()))(
        f"{name}['reference']", story["reference"]
    )
    if not set(story["bob"]) <= {0, 1}:
        raise ValueError(f"{name}['bob'] must hold bits, got {shown(story['bob'])}")
    for number, order in enumerate(orders):
        if sorted(order) != list(range(n_bits)):
            raise ValueError(f"{name}['orders'][{number}] must hold every place once, got {shown(order)}")
    for bit in story["wrong"]:
        check_count(f"{name}['wrong']", bit, maximum=n_bits - 1)
    story["frames"] = [
        _check_frame(f"{name}['frames'][{i}]", frame, n_bits, len(orders))
        for i, frame in enumerate(story["frames"])
    ]
    return story


class CascadeReplay(Playback):
    """Cascade on a short key: the key in the order of each pass, its blocks, and what Bob finds in them.

    It shows what Bob knows; a switch adds which bits are wrong in truth.

    Parameters
    ----------
    story
        A run as `cascade_story.cascade_story` returns it; ``CascadeReplay()`` has none.
    both_keys
        Whether the bits that are wrong in truth are marked, as nobody in reality can.
    playing, speed, position, epoch
        See `Playback`; `position` is the place of the frame shown. Setting `story` lets `epoch` grow.
    """

    _section: ClassVar = "cascade_replay"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    story = synced(_check_story, _NOTHING)
    both_keys = synced(check_switch, False)

    def __init__(self, story: Mapping[str, Any] | None = None, **traits: Any) -> None:
        super().__init__(**traits if story is None else {"story": dict(story), **traits})

    def load(self, story: Mapping[str, Any]) -> None:
        """Show a story from its first frame on, in one message to the browser; also if it is the same."""
        before = self.epoch
        with self.hold_sync():
            self.story = dict(story)
            if self.epoch == before:
                self.epoch += 1

    @property
    def efficiency(self) -> float | None:
        """The parities that Alice has told up to the frame shown over n h(Q); None if no bit is wrong."""
        needed, frames = self.story["needed"], self.story["frames"]
        return frames[self.position]["leak"][0] / needed if needed and frames else None

    @traitlets.observe("story")
    def _restart(self, _change: object) -> None:
        self.epoch += 1

    def _last(self) -> int:
        return max(0, len(self.story["frames"]) - 1)

    def _summary(self) -> str:
        frames = self.story["frames"]
        if not frames:
            return str(self.words["empty"])
        text = frames[min(self.position, self._last())]["text"]
        return str(self.words["summary"].format(number=self.position + 1, total=len(frames), text=text))

    def __repr__(self) -> str:
        story = self.story
        return (
            f"CascadeReplay({story['variant']!r}, {len(story['bob'])} bits, {len(story['frames'])} frames, "
            f"position={self.position})"
        )
