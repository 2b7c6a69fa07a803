"""The notebooks of the course, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...errors import shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """A notebook of the course: its number, the rest of its file's name, its short title, its question.

    `n_exercises` counts the exercises and questions that it asks.
    """

    number: str
    stem: str
    title: str
    about: str
    n_exercises: int

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.number}_{self.stem}.ipynb"


def _notebook(number: str, stem: str, n_exercises: int, title: str, about: str) -> Notebook:
    return Notebook(number=number, stem=stem, title=title, about=about, n_exercises=n_exercises)


COURSE: Final = (
    _notebook("00", "start", 6, "Start here", "Can two people make a key that nobody else knows?"),
    _notebook("01", "bits_and_qubits", 8, "Bits and qubits", "What can be read of a photon, and what not?"),
    _notebook("02", "bb84_by_hand", 7, "BB84 by hand", "You are Alice, then Bob, then Eve."),
    _notebook(
        "03", "eavesdroppers", 4, "Eavesdroppers", "How much can Eve learn, and how surely is she seen?"
    ),
    _notebook("04", "loss_noise_detectors", 5, "Loss, noise, detectors", "How far does a real line reach?"),
    _notebook("05", "sifted_to_identical", 6, "From sifted to identical", "How are errors found and mended?"),
    _notebook(
        "06", "identical_to_secret", 5, "From identical to secret", "How is Eve's knowledge taken away?"
    ),
    _notebook("07", "decoys", 3, "Decoys", "How does laser light become safe?"),
    _notebook("08", "networks", 6, "Networks", "How does a key get further than one fibre?"),
    _notebook("09", "encryptors", 5, "Encryptors", "What is done with the keys?"),
    _notebook("10", "qkd_and_pqc", 6, "QKD and PQC", "What does each kind of protection assume?"),
)


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
