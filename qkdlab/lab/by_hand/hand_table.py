"""The table of a game by hand: a row for each pulse, columns for each party, and cells to choose in."""

from __future__ import annotations

from itertools import count
from typing import Any, ClassVar, Final

import traitlets

from ...errors import shown
from ..components.base import Component, check_record, module_text, style_text, synced
from ..components.figures import Drawing
from .still_table import table_drawing

_EMPTY: Final[dict[str, Any]] = {
    **dict.fromkeys(("steps", "actions", "views", "groups", "cells"), ()),
    **{
        "editable": {},
        "choices": {},
        "epoch": 0,
        "at": 0,
        "row": 0,
        "told": "",
        "viewpoint": "",
        "wrong": False,
    },
}
_SCENE: Final = frozenset(_EMPTY)
_NUMBER = count()


def _check_scene(name: str, value: object) -> dict[str, Any]:
    scene = check_record(name, value, _SCENE, frozenset())
    keys = [column["key"] for group in scene["groups"] for column in group["columns"]]
    for place, cells in enumerate(scene["cells"]):
        if unknown := sorted(set(cells) - set(keys)):
            raise ValueError(f"{name}['cells'][{place}] must be of its columns, got {shown(unknown[0])}")
    return scene


class HandTable(Component):
    """A table in which choices are made by a click, a tap, or the space key, and a story with a next step.

    The browser keeps the choices of a step and tells all of them at once, with what was pressed, so that none
    is lost however fast somebody taps. Who listens gives the next scene.

    Parameters
    ----------
    scene
        All that is drawn, in one value: "steps" (titles) and "at"; "told" and whether that is "wrong";
        "actions" ("name", "label", "hint", "main", "off"); "views" and "viewpoint"; "groups" of columns;
        "cells", a dict for each row: column → [kind, …]; "editable", column → "kind", "options", "rows";
        "choices", column → one number a row, -1 where it is open; the chosen "row"; and "epoch", which grows
        with each action, so that late news of the step before are known as such.
    """

    _section: ClassVar = "hand_table"
    _told_of: ClassVar = ("scene",)
    _esm = module_text(__file__)
    _css = style_text(__file__)

    scene = synced(_check_scene, _EMPTY)
    number = traitlets.Int(read_only=True).tag(sync=True)
    _said: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self.set_trait("number", next(_NUMBER))
        super().__init__(**traits)

    def _summary(self) -> str:
        steps = self.scene["steps"]
        return f"{steps[self.scene['at']]}. {self.scene['told']}" if steps else ""

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the table."""
        return table_drawing(self.scene, self.words, self.summary) if self.scene["cells"] else None

    def __repr__(self) -> str:
        return f"HandTable({self.summary!r})"
