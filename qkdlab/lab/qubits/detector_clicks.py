"""Clicks of two detectors, drawn in the order they came, and their count with its error bar."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from ...distillation.estimation.error_rate import QberEstimate
from ...values import Basis, check_count, check_probability
from ..components.base import (
    Component,
    check_record,
    check_text,
    list_of,
    module_text,
    optional,
    style_text,
    synced,
)
from ..components.figures import Drawing
from .qubit_pictures import clicks_drawing
from .qubit_view import check_basis

_NEEDED: Final = frozenset({"title", "basis", "clicks"})
_MORE: Final = frozenset({"n", "expected", "guess", "told", "lower", "upper"})


def counts_of(clicks: str) -> tuple[int, int]:
    """Return how many clicks each of two detectors had.

    >>> counts_of("00100")
    (4, 1)
    """
    return clicks.count("0"), clicks.count("1")


def click_text(results: Iterable[int]) -> str:
    """Return results, 0 or 1 each, as a string of a `DetectorClicks`.

    >>> click_text([0, 1, 1])
    '011'
    """
    return "".join(str(int(result)) for result in results)


def interval_of(count: int, n: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of Clopper and Pearson for a count, as counts.

    >>> [round(end, 1) for end in interval_of(100, 200)]
    [85.7, 114.3]
    """
    estimate = QberEstimate(n_sample=n, n_errors=count)
    return n * estimate.lower, n * estimate.upper


def _check_cell(name: str, value: Any) -> dict[str, Any]:
    cell = check_record(name, value, _NEEDED, _MORE)
    clicks = check_text(f"{name}['clicks']", cell["clicks"])
    if set(clicks) - set("01"):
        raise ValueError(f"{name}['clicks'] must hold 0 and 1 only, got {clicks[:40]!r}")
    zeros = counts_of(clicks)[0]
    lower, upper = interval_of(zeros, len(clicks)) if clicks else (0.0, 0.0)
    return {
        "title": check_text(f"{name}['title']", cell["title"]),
        "basis": check_basis(f"{name}['basis']", cell["basis"]),
        "clicks": clicks,
        "n": len(clicks) or check_count(f"{name}['n']", cell.get("n", 0)),
        "expected": optional(check_probability)(f"{name}['expected']", cell.get("expected")),
        "guess": optional(check_count)(f"{name}['guess']", cell.get("guess")),
        "told": check_text(f"{name}['told']", cell.get("told", "")),
        "lower": lower,
        "upper": upper,
    }


class DetectorClicks(Component):
    """Measurements of many photons each: what the two detectors of a basis did.

    Parameters
    ----------
    cells
        ``{"title": str, "basis": 0 … 2, "clicks": "0110…"}``, a click a photon in their order, and perhaps
        "n", how many photons there will be while there are no clicks; "expected", the probability of detector
        0; "guess", the count of detector 0 that was predicted; and "told", a sentence. The 95 % interval
        of the count is added as "lower" and "upper".
    columns
        1 or 2: cells side by side where there is room.
    """

    _esm = module_text(__file__)
    _css = style_text(__file__)
    _section: ClassVar[str] = "detector_clicks"
    _told_of: ClassVar = ("cells",)

    cells = synced(list_of(_check_cell, "cells"), ())
    columns = synced(lambda name, value: check_count(name, value, minimum=1, maximum=2), 1)

    def _summary(self) -> str:
        told = [
            self.words["summary_cell"].format(
                title=cell["title"],
                basis=Basis(cell["basis"]).name,
                zeros=counts_of(cell["clicks"])[0],
                ones=counts_of(cell["clicks"])[1],
            )
            for cell in self.cells
            if cell["clicks"]
        ]
        return " ".join(told) or str(self.words["summary_none"])

    def drawing(self) -> Drawing:
        """Return what a still picture shows of the clicks."""
        return clicks_drawing(self.cells, self.words, self.summary)
