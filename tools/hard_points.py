"""Write the table of hard points in docs/instructors.md: where each is met, and what its check says.

    python -m tools.hard_points            write it
    python -m tools.hard_points --check    write nothing; exit status 1 if it is not what is made now

The table is made by running the checks: each exercise and choice that a cell of a notebook asks is given the
answers that show the wrong ideas. A check that takes such an answer for right, or names no idea, ends the
program with an error, and so does a hard point without a check.
"""

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from qkdlab.lab.learning import COURSE, HARD_POINTS, Choice, Exercise, Feedback
from qkdlab.lab.learning.lesson import SEED
from tools.pages import table, write
from tools.save_notebooks import NOTEBOOKS

ASKED = {"check", "ask"}
"""The methods of a lesson that ask something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A wrong idea as it is met: notebook, exercise, the answer that shows it, and what the check says."""

    point: str
    notebook: str
    task: str
    wrong: str
    told: str


def code_of(path: Path) -> str:
    """Return the code of a notebook, without magics."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return re.sub(r"^[%!].*$", "", code, flags=re.M)


def tasks_of(path: Path) -> list[Exercise | Choice]:
    """Return what the cells of a notebook ask, each once, in their order."""
    nodes = list(ast.walk(ast.parse(code_of(path))))
    imported = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    asked: dict[str, int] = {}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Name(id=name), *_]) if method in ASKED:
                asked.setdefault(name, node.lineno)
    named = [imported[name] for name in sorted(asked, key=asked.__getitem__) if name in imported]
    found = [getattr(import_module(module), name) for module, name in named]
    return [one for one in found if isinstance(one, Exercise | Choice)]


def ideas_in(task: Exercise | Choice) -> Iterator[tuple[str, str, Feedback]]:
    """Yield each wrong idea that a task has an answer for: hard point, answer, and what is said of it."""
    if isinstance(task, Choice):
        for option in task.options:
            if option.point:
                yield option.point, option.text, Feedback.of("wrong", option.feedback)
        return
    for one in task.wrong:
        yield one.point, answer_text(one.answer), task.check(one.answer, np.random.default_rng(SEED))


def answer_text(answer: object) -> str:
    """Return an answer as it stands in the table: of a function what it returns, if it is short."""
    if not callable(answer):
        return f"`{answer!r}`"
    lines = inspect.getsource(answer).strip().splitlines()
    returned = [line.strip() for line in lines if line.strip().startswith("return ")]
    return f"`{returned[-1]}`" if returned else f"`{lines[0].strip().rstrip(',')}`"


def rows(folder: Path = NOTEBOOKS) -> list[Row]:
    """Give every task of every notebook its wrong answers; refuse a check that does not name the idea."""
    found = []
    for notebook in COURSE:
        path = folder / notebook.file
        for task in tasks_of(path) if path.exists() else []:
            for point, wrong, told in ideas_in(task):
                if told.kind != "wrong" or told.concept == "" or not told.text:
                    raise SystemExit(f"{task!r}: {wrong} shows {point!r}, and the check says {told!r}")
                found.append(
                    Row(point=point, notebook=notebook.file, task=task.name, wrong=wrong, told=told.text)
                )
    return found


def hard_points_table(found: Sequence[Row]) -> dict[str, str]:
    """Return the table by the name of its place on the page; refuse a hard point without a check."""
    if missing := HARD_POINTS.keys() - {row.point for row in found}:
        raise SystemExit(f"no notebook has a check for {', '.join(sorted(missing))}")
    lines = []
    for name, point in HARD_POINTS.items():
        for row in (row for row in found if row.point == name):
            link = f"[{row.notebook[:2]}](../notebooks/{row.notebook})"
            lines.append((point.idea, point.kind, link, *map(_cell, (row.task, row.wrong, row.told))))
    head = [
        "wrong idea",
        "kind",
        "notebook",
        "exercise or question",
        "the wrong answer",
        "what the check says",
    ]
    return {"hard points": table(head, lines)}


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def main(arguments: Sequence[str]) -> None:
    """Write the table, or compare it with `--check`."""
    write("instructors.md", hard_points_table(rows()), "tools/hard_points.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
