"""A choice as a widget: what is said of an answer stands where it was clicked."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from ..components.base import module_text, style_text
from ..components.figures import GREY, ROW, Drawing
from .choice import Choice
from .shown_component import ShownComponent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LETTERS = 105
"""How many letters of a still picture fit into a line."""


class ChoiceQuestion(ShownComponent):
    """A choice with a button for each option; hints and the solution on demand.

    Every option may be tried. What was tried comes back in `tried`, in turn.

    Parameters
    ----------
    choice
        The question.
    """

    _section: ClassVar = "choice"
    _esm = module_text(__file__)
    _css = style_text(__file__, "question.css")

    asked: traitlets.Dict[str, Any] = traitlets.Dict(read_only=True).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    tried = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self.set_trait("asked", asdict(choice))
        super().__init__()

    def _summary(self) -> str:
        options = " ".join(f"{letter}) {text}." for letter, text in self._lettered())
        return str(self.words["told"].format(question=self._choice.question, options=options))

    def _lettered(self) -> list[tuple[str, str]]:
        return [("abcdefghij"[place], one.text.rstrip(".")) for place, one in enumerate(self._choice.options)]

    def drawing(self) -> Drawing:
        """Return a picture of the question and its options, which does not tell the right one."""
        asked = wrap(self._choice.question, _LETTERS)
        options = [f"{letter})  {text}" for letter, text in self._lettered()]
        told = [line for option in options for line in wrap(option, _LETTERS + 15)]

        def draw(axes: Axes) -> None:
            axes.axis("off")
            axes.text(0, 1, "\n".join(asked), weight="bold", fontsize=11.5, va="top")
            axes.text(0.01, 0, "\n".join(told), fontsize=10.5, color=GREY, linespacing=1.5)

        height = ROW * (0.8 * len(asked) + 0.85 * len(told) + 0.9)
        return Drawing(draw=draw, text=self.summary, height=height, wide=True)

    def __repr__(self) -> str:
        return "\n".join(
            [self._choice.question, *(f"  {letter}) {text}" for letter, text in self._lettered())]
        )
