"""The notebooks of the course, in their order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...errors import shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """A notebook of the course: its number, the rest of its file's name, its short title, its question."""

    number: str
    stem: str
    title: str
    about: str

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.number}_{self.stem}.ipynb"


def _notebook(number: str, stem: str, title: str, about: str) -> Notebook:
    return Notebook(number=number, stem=stem, title=title, about=about)


COURSE: Final = (
    _notebook("00", "start", "Start here", "Can two people make a key and know who listened?"),
    _notebook("01", "bits_and_qubits", "Bits and qubits", "What can be read of a photon, and what not?"),
    _notebook("02", "bb84_by_hand", "BB84 by hand", "You are Alice, then Bob, then Eve."),
    _notebook("03", "eavesdroppers", "Eavesdroppers", "How much can Eve learn, and how surely is she seen?"),
    _notebook("04", "loss_noise_detectors", "Loss, noise, detectors", "How far does a real line reach?"),
    _notebook("05", "sifted_to_identical", "From sifted to identical", "How are errors found and mended?"),
    _notebook("06", "identical_to_secret", "From identical to secret", "How is Eve's knowledge taken away?"),
    _notebook("07", "decoys", "Decoys", "How does laser light become safe?"),
    _notebook("08", "networks", "Networks", "How does a key get further than one fibre?"),
    _notebook("09", "encryptors", "Encryptors", "What is done with the keys?"),
    _notebook("10", "qkd_and_pqc", "QKD and PQC", "What does each kind of protection assume?"),
)

_EXERCISE: Final = re.compile(r"^\s*lesson\.(?:check|ask|hint|solution)\(\s*(\w+)", flags=re.M)


def notebook_of(number: str) -> Notebook:
    """Return the notebook with a number, such as "03"."""
    found = next((one for one in COURSE if one.number == number), None)
    if found is None:
        numbers = ", ".join(repr(one.number) for one in COURSE)
        raise ValueError(f"number must be one of {numbers}, got {shown(number)}")
    return found


def neighbours(number: str) -> tuple[Notebook | None, Notebook | None]:
    """Return the notebooks before and after the one with this number."""
    place = COURSE.index(notebook_of(number))
    before = COURSE[place - 1] if place else None
    return before, COURSE[place + 1] if place + 1 < len(COURSE) else None


def exercises_in(path: Path) -> int | None:
    """Return how many exercises the cells of a notebook check or ask, or whose check gave way to a hint or
    a solution; None if it is not there."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, LookupError, TypeError):  # a learner's copy may be damaged
        return None
    return len(set(_EXERCISE.findall(code)))
