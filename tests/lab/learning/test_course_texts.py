"""Texts of the course: solutions that are read as they are meant, labels as in the menus, the map."""

import importlib
import json
import pkgutil
import re
from pathlib import Path

import mistune
import pytest

from qkdlab import lab
from qkdlab.lab import Lesson
from qkdlab.lab.catalogue import WORDS
from qkdlab.lab.learning import COURSE
from qkdlab.lab.learning.choice import Choice
from qkdlab.lab.learning.exercise import Exercise
from qkdlab.lab.learning.progress_file import ProgressFile
from tests.lab.learning.test_choice import choice

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
SOLUTION = re.compile(r"<details>\s*<summary>.*?</summary>(.*?)</details>", re.DOTALL)
CHOSEN = re.compile(r"\b(?:choose|scenario)\s+\*([^*]+)\*", re.IGNORECASE)


def texts(file: str) -> list[str]:
    """The Markdown cells of a notebook."""
    cells = json.loads((NOTEBOOKS / file).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def choices() -> dict[str, Choice]:
    """All choice questions, those beside panels included, by their text."""
    found = {}
    for module in pkgutil.walk_packages(lab.__path__, "qkdlab.lab."):
        for value in vars(importlib.import_module(module.name)).values():
            group = value if isinstance(value, tuple | list) else [value]
            found |= {one.question: one for one in group if isinstance(one, Choice)}
    return found


@pytest.mark.parametrize("notebook", COURSE, ids=lambda one: one.number)
def test_a_solution_is_no_list(notebook) -> None:
    # would catch: "3. In the kept pulses …", of which Markdown makes the third item of a list
    for text in texts(notebook.file):
        for solution in SOLUTION.findall(text):
            assert "<ol" not in mistune.html(solution), solution


def test_the_answer_stands_in_a_line_of_its_own() -> None:
    # would catch: "5. 5 of 40 is 12.5 %"
    exercises = [one for name in lab.__all__ if isinstance(one := getattr(lab, name), Exercise)]
    assert len(exercises) > 20
    for one in exercises:
        assert one.explain().text.split("\n")[: one.answer.count("\n") + 1] == one.answer.split("\n")
        assert not re.match(r"\d+[.)]\s", one.explain().text)


@pytest.mark.parametrize("notebook", COURSE, ids=lambda one: one.number)
def test_what_is_to_be_chosen_is_called_as_in_the_menu(notebook) -> None:
    # would catch: "choose *single photons, detectors that differ, 25 km*" where the menu has fewer words
    labels = {text for section in WORDS.values() for text in section.values()}
    for text in texts(notebook.file):
        for label in CHOSEN.findall(text):
            assert " ".join(label.split()) in labels, label


def test_nothing_is_said_no_to_twice() -> None:
    # would catch: "✗ Not yet. No detector has ever clicked half."
    assert len(choices()) > 20
    for one in choices().values():
        for place, option in enumerate(one.options):
            assert place == one.right or not re.match(r"No\b", option.feedback), option.feedback


@pytest.mark.parametrize("notebook", COURSE, ids=lambda one: one.number)
def test_hints_name_what_a_function_is_given_as_the_notebook_does(notebook) -> None:
    # before: "used for most_bytes bytes", and N, where the notebook calls them `most` and n
    cells = json.loads((NOTEBOOKS / notebook.file).read_text(encoding="utf-8"))["cells"]
    for source in ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"):
        stub = re.search(r"def \w+\(([^)]*)\): \.\.\.\s+lesson\.check\((\w+),", source)
        if not stub:
            continue
        hints = " ".join(getattr(lab, stub[2]).hints)
        named = set(re.findall(r"(?<![.\w])[a-z]+_[a-z_]+\b|(?<=, )[A-Z](?=\))", hints))
        assert named <= set(stub[1].split(", ")), (stub[2], named)


def test_no_question_shows_the_marks_of_markdown() -> None:
    # before: "Choose *Eve reads every photon* in the panel."
    for one in choices().values():
        told = [one.question, one.because, *one.hints]
        told += [text for option in one.options for text in (option.text, option.feedback)]
        assert not [text for text in told if re.search(r"\*\w|\w\*", text)]


def test_the_map_follows_what_is_answered(tmp_path: Path) -> None:
    # would catch: a map that shows 0 of 6 until its cell runs again
    lesson = Lesson("00", progress=ProgressFile(tmp_path / "progress.json"))
    shown = lesson.map()
    assert shown.rows[0]["done"] == 0
    lesson.ask(choice()).tried = [0]
    assert shown.rows[0]["done"] == 1
    assert "(1 of 6 exercises done)" in shown.summary
    assert shown.saved == lesson.map().saved


def test_a_closed_map_is_left_alone() -> None:
    lesson = Lesson("00")
    shown = lesson.map()
    shown.close()
    lesson.ask(choice()).tried = [0]
    assert shown.comm is None


@pytest.mark.parametrize("notebook", COURSE, ids=lambda one: one.number)
def test_a_notebook_says_how_long_it_takes_as_the_guide_for_instructors_does(notebook) -> None:
    # before: six said nothing, and three another time than the guide
    told = re.findall(r"take about (\d+) minutes|takes about (\d+) minutes", texts(notebook.file)[0])
    guide = (NOTEBOOKS.parent / "docs" / "instructors.md").read_text(encoding="utf-8")
    (listed,) = re.findall(
        rf"\({re.escape('../notebooks/' + notebook.file)}\) [^|]*\| (?:2 × )?(\d+) min", guide
    )
    assert ["".join(one) for one in told] == [listed]


@pytest.mark.parametrize("notebook", COURSE, ids=lambda one: one.number)
def test_terms_are_linked_to_the_glossary_where_they_are_explained(notebook) -> None:
    # before: notebooks 04, 07 and 09 had no link but to the glossary as a whole
    linked = {
        anchor for text in texts(notebook.file) for anchor in re.findall(r"\(glossary\.md#([\w-]+)\)", text)
    }
    assert len(linked) >= 4


@pytest.mark.parametrize("notebook", COURSE, ids=lambda one: one.number)
def test_hints_come_with_the_place_to_type_them(notebook) -> None:
    # before: from 04 on nothing said where
    asked = [text for text in texts(notebook.file) if "lesson.hint(" in text]
    assert asked
    assert "Type it into an empty cell" in asked[0]
