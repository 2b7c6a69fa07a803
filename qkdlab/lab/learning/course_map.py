"""The map of the course: its notebooks, what is done, and the progress as a file to take away and bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from ..components.base import module_text, style_text
from ..components.figures import BLUE, GREY, ROW, Drawing
from ..components.text import words_for
from .course import COURSE, neighbours
from .progress_file import FILE_NAME, Progress, ProgressError, ProgressFile
from .shown_component import ShownComponent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def course_rows(progress: Progress) -> list[dict[str, Any]]:
    """Return the notebooks as plain data, with what is done of each."""
    rows = []
    for one in COURSE:
        done = min(len(progress.right_in(one.number)), one.n_exercises)
        row = {"number": one.number, "title": one.title, "about": one.about, "file": one.file}
        rows.append({**row, "done": done, "total": one.n_exercises})
    return rows


class CourseMap(ShownComponent):
    """The course, with links to its notebooks; the progress is saved to a file and read from one.

    Parameters
    ----------
    here
        The number of the notebook that shows it.
    file
        The learner's progress.
    """

    _section: ClassVar = "course"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    here = traitlets.Unicode("", read_only=True).tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    way: traitlets.List[Any] = traitlets.List(read_only=True).tag(sync=True)
    saved = traitlets.Unicode("", read_only=True).tag(sync=True)
    file_name = traitlets.Unicode(FILE_NAME, read_only=True).tag(sync=True)
    told = traitlets.Unicode("", read_only=True).tag(sync=True)
    brought = traitlets.Unicode("").tag(sync=True)

    def __init__(self, here: str, file: ProgressFile) -> None:
        self._file = file
        before, after = neighbours(here)
        words = words_for(self._section)
        way = [
            {"text": words[name].format(title=f"{one.number} {one.title}"), "file": one.file}
            for name, one in (("before", before), ("after", after))
            if one
        ]
        self.set_trait("here", here)
        self.set_trait("way", way)
        self.set_trait("told", file.trouble)
        self.refresh()
        super().__init__()
        self.observe(self._on_brought, "brought")

    def refresh(self) -> None:
        """Show what is done now."""
        progress = self._file.read()
        self.set_trait("rows", course_rows(progress))
        self.set_trait("saved", progress.to_json())
        if self.comm:
            self._summarise()

    def _on_brought(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        try:
            told = self._file.merge(change["new"]) or self.words["imported"]
        except ProgressError as error:
            told = str(error).capitalize()
        self.refresh()
        self.set_trait("told", told)
        self.brought = ""  # the same file may be brought again

    def _count(self, row: dict[str, Any]) -> str:
        return str(self.words["done"].format(done=row["done"], total=row["total"]))

    def _lines(self, extra: Callable[[dict[str, Any]], str]) -> list[str]:
        return [f"{row['number']} {row['title']}{extra(row)}" for row in self.rows]

    def _summary(self) -> str:
        told = self._lines(lambda row: f" ({self._count(row)})")
        return str(self.words["told"].format(total=len(self.rows), rows="; ".join(told)))

    def drawing(self) -> Drawing:
        """Return a picture of the map."""

        def draw(axes: Axes) -> None:
            axes.axis("off")
            for place, row in enumerate(self.rows):
                y, here = 1 - (place + 0.5) / len(self.rows), row["number"] == self.here
                title = f"{row['number']}  {row['title']}" + (f"  ({self.words['here']})" if here else "")
                axes.text(0, y, title, va="center", weight="bold", color=BLUE if here else "black")
                axes.text(0.36, y, row["about"], va="center")
                axes.text(1, y, self._count(row), va="center", ha="right", color=GREY)

        return Drawing(draw=draw, text=self.summary, height=ROW * (len(self.rows) + 0.5), wide=True)

    def __repr__(self) -> str:
        return "\n".join(self._lines(lambda row: f": {row['about']}"))
