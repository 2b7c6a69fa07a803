"""Choice questions beside a panel, one at a time."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar

import traitlets

from ...values import check_count
from ..components.base import Component, check_list, check_switch, module_text, style_text, synced
from .choice import Choice


class GuideLine(Component):
    """A line with one of several questions; a click opens its options, which are answered where they stand.

    It belongs to a panel and to no notebook: what is answered lasts as long as the panel, and counts as no
    progress.

    Parameters
    ----------
    choices
        One question or more.

    Attributes
    ----------
    position
        The place of the question that is shown.
    tried
        For each question the places of the options that were tried, in their order.
    unfolded, folded
        Whether the options are shown; whether the whole line is folded away.
    """

    _section: ClassVar = "guide_line"
    _shown_in_repr: ClassVar = ("position", "tried")
    _esm = module_text(__file__)
    _css = style_text(__file__, "question.css")

    questions: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    position = synced(check_count, 0)
    tried = synced(lambda name, value: [list(one) for _, one in check_list(name, value)], ())
    unfolded = synced(check_switch, False)
    folded = synced(check_switch, False)

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.set_trait("questions", [asdict(one) for one in choices])
        super().__init__(tried=[[] for _ in choices])
        self.add_class("qk-guide-line")

    def _summary(self) -> str:
        return str(self.words["name"])
