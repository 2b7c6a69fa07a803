"""What a learner has done so far, kept in a file beside the notebooks."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from errno import EACCES
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from ...errors import cut, shown
from ..components.text import words_for

FILE_NAME: Final = "qkdlab_progress.json"
VARIABLE: Final = "QKDLAB_PROGRESS"
"""The environment variable with the path of the progress file; empty if none is to be kept."""
KIND, VERSION = "qkdlab progress", 1
MOST_TRIES: Final = 10**9


class ProgressError(ValueError):
    """A text is no progress; the message says why, in words for a learner."""


class NewerProgress(ProgressError):
    """It was written by a later version, and is better left alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """How often an exercise was tried, and whether an answer was right."""

    tries: int
    right: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done: notebook → exercise → attempts."""

    done: Mapping[str, Mapping[str, Attempt]] = field(default_factory=dict)

    def right_in(self, lesson: str) -> frozenset[str]:
        """Return the exercises of a notebook that were answered right."""
        return frozenset(name for name, one in self.done.get(lesson, {}).items() if one.right)

    def after(self, lesson: str, exercise: str, *, right: bool) -> Progress:
        """Return the progress after one more answer."""
        before = self.done.get(lesson, {}).get(exercise, Attempt(tries=0, right=False))
        now = Attempt(tries=before.tries + 1, right=before.right or right)
        return Progress({**self.done, lesson: {**self.done.get(lesson, {}), exercise: now}})

    def merged(self, other: Progress) -> Progress:
        """Return the better of both for each exercise."""
        merged: dict[str, dict[str, Attempt]] = {}
        for progress in (self, other):
            for lesson, exercises in progress.done.items():
                kept = merged.setdefault(lesson, {})
                for name, one in exercises.items():
                    before = kept.get(name, one)
                    kept[name] = Attempt(tries=max(before.tries, one.tries), right=before.right or one.right)
        return Progress(merged)

    def to_json(self) -> str:
        """Return the text of a progress file."""
        answers = {
            lesson: {name: asdict(one) for name, one in sorted(exercises.items())}
            for lesson, exercises in sorted(self.done.items())
        }
        data = {"kind": KIND, "version": VERSION, "answers": answers}
        return json.dumps(data, indent=1) + "\n"  # in ASCII: no name keeps it from being written

    @classmethod
    def from_json(cls, text: str) -> Progress:
        """Return the progress in the text of a file.

        Raises
        ------
        ProgressError
            If it is none, or damaged; `NewerProgress` if a newer version wrote it.
        """
        words = words_for("progress")
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ProgressError(words["not_text"]) from error
        if not isinstance(data, dict) or data.get("kind") != KIND:
            raise ProgressError(words["not_ours"])
        version = data.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise _damaged("version")
        if version > VERSION:
            raise NewerProgress(words["newer"].format(version=shown(version, 20), own=VERSION))
        answers = _dict(data.get("answers"), "answers")
        return cls(
            {
                lesson: {name: _attempt(one, name) for name, one in _dict(exercises, lesson).items()}
                for lesson, exercises in answers.items()
            }
        )


def _damaged(place: str) -> ProgressError:
    told = place[:80].encode(errors="replace").decode()
    return ProgressError(words_for("progress")["odd"].format(place=told))


def _dict(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _damaged(place)
    return value


def _attempt(value: Any, place: str) -> Attempt:
    data = _dict(value, place)
    tries, right = data.get("tries"), data.get("right")
    if type(tries) is not int or not 0 <= tries <= MOST_TRIES or type(right) is not bool:
        raise _damaged(place)
    return Attempt(tries=tries, right=right)


class ProgressFile:
    """The file with a learner's progress, and what of it could not be written.

    Several notebooks may be open: every change is put on top of what the file has at that moment, and the
    better of both is kept. The file is replaced as a whole. One that cannot be read is kept under another
    name; one of a newer version is left alone. What cannot be written stays here, and `trouble` says so.

    Parameters
    ----------
    path
        The file, which need not exist; None to keep nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path, self._own = path, Progress()
        self.trouble = ""
        self.read()

    @classmethod
    def usual(cls) -> ProgressFile:
        """Return the file that the environment names, or the one in the current folder."""
        named = os.environ.get(VARIABLE, FILE_NAME)
        return cls(Path(named) if named else None)

    def read(self) -> Progress:
        """Return the progress now: what other notebooks wrote, and what is only here."""
        with contextlib.suppress(ProgressError, OSError):
            self._own = self._own.merged(self._on_disk())
        return self._own

    def add(self, lesson: str, exercise: str, *, right: bool) -> str:
        """Add an answer and write the file; return what the learner must know of it, usually nothing."""
        self.read()
        self._own = self._own.after(lesson, exercise, right=right)
        return self._write()

    def merge(self, text: str) -> str:
        """Add what the text of another file has and write the file; as `add`. Raises `ProgressError`."""
        self._own = self.read().merged(Progress.from_json(text))
        return self._write()

    def _on_disk(self) -> Progress:
        if self._path is None or not self._path.exists():
            return Progress()
        try:
            return Progress.from_json(self._path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ProgressError(words_for("progress")["not_text"]) from error

    def _write(self) -> str:
        self.trouble = self._written()
        return self.trouble

    def _written(self) -> str:
        """Write the file, and return what is to be told of it."""
        if self._path is None:
            return ""
        words, told = words_for("progress"), ""
        try:
            try:
                self._own = self._own.merged(self._on_disk())
            except NewerProgress as error:
                return words["kept"].format(reason=str(error).capitalize())
            except ProgressError:
                told = words["moved"].format(name=_set_aside(self._path).name)
            _replace(self._path, self._own.to_json())
        except (OSError, RuntimeError, ValueError) as error:  # of a path with a loop, or with a NUL
            why = getattr(error, "strerror", None) or error
            reason = words["cannot_write"].format(name=cut(self._path.name), error=cut(str(why)))
            return words["kept"].format(reason=reason)
        return told


def _set_aside(path: Path) -> Path:
    """Give a file that cannot be read another name, and return it."""
    number = 1
    while (kept := path.with_suffix(f".unread{number}.json")).exists():
        number += 1
    path.rename(kept)
    return kept


def _replace(path: Path, text: str) -> None:
    """Write the whole file beside the old one, then put it in its place; one of no use is not left.

    Where the path is a link, the file that it leads to is written.
    """
    path = path.resolve()
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".progress", delete=False) as made:
        made.write(text)
    try:
        Path(made.name).replace(path)
    finally:
        Path(made.name).unlink(missing_ok=True)
