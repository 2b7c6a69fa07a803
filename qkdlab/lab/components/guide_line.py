"""One question at a time beside a panel: its options, what each shows, hints in turn, and the answer."""

from typing import Any, ClassVar, Final

from ...values import check_count
from .base import (
    Component,
    check_list,
    check_record,
    check_switch,
    check_text,
    module_text,
    style_text,
    synced,
)

_QUESTION: Final = frozenset({"question", "options", "right", "hints", "because"})
_OPTION: Final = frozenset({"text", "feedback"})


def _check_questions(name: str, value: Any) -> list[dict[str, Any]]:
    """Return questions, each with the places of what was chosen and of hints that were taken."""
    checked = []
    for at, item in check_list(name, value, "questions"):
        one = check_record(at, item, _QUESTION, frozenset())
        options = [
            {key: check_text(f"{place}[{key!r}]", option[key]) for key in ("text", "feedback")}
            for place, given in check_list(f"{at}['options']", one["options"], "options")
            for option in [check_record(place, given, _OPTION, frozenset())]
        ]
        right = check_count(f"{at}['right']", one["right"], maximum=max(0, len(options) - 1))
        hints = [check_text(place, hint) for place, hint in check_list(f"{at}['hints']", one["hints"])]
        texts = {key: check_text(f"{at}[{key!r}]", one[key]) for key in ("question", "because")}
        checked.append({**texts, "options": options, "right": right, "hints": hints})
    return checked


class GuideLine(Component):
    """A line with one of several questions; a click opens its options, which are answered where they stand.

    Parameters
    ----------
    questions
        Each a dict of ``"question"``, ``"options"`` (dicts of ``"text"`` and ``"feedback"``), ``"right"``
        (the place of the right option), ``"hints"`` and ``"because"``.
    position
        The place of the question that is shown.
    chosen
        For each question the places of the options that were tried, in their order.
    unfolded, folded
        Whether the options are shown; whether the whole line is folded away.
    """

    _section: ClassVar = "guide_line"
    _shown_in_repr: ClassVar = ("position", "chosen")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    questions = synced(_check_questions, ())
    position = synced(check_count, 0)
    chosen = synced(lambda name, value: [list(one) for _, one in check_list(name, value)], ())
    unfolded = synced(check_switch, False)
    folded = synced(check_switch, False)

    @property
    def answered(self) -> int:
        """How many questions the learner has answered right."""
        return sum(one["right"] in tried for one, tried in zip(self.questions, self.chosen, strict=False))

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.add_class("qk-guide-line")

    def _summary(self) -> str:
        return str(self.words["name"])
