"""An exercise: a check on many inputs, hints in turn, and an explained solution."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ...errors import cut, shown
from ..components.text import words_for
from .feedback import Feedback
from .hard_points import Misconception

TRIALS = 50
"""How many random inputs a function is tried on."""
MOST_ITEMS = 10_000
"""How much is taken of a generator or a range."""
Size: TypeAlias = tuple[bool, int, str]
"""The order of inputs: those that were chosen, as they come; then those that were drawn, by their length."""
PACKAGE = str(Path(__file__).resolve().parents[2])


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter, unless it begins with a symbol.

    >>> sentence("a key is used up."), sentence("x + y may be negative."), sentence("a^r is 1.")
    ('A key is used up.', 'x + y may be negative.', 'a^r is 1.')
    """
    return text[:1].upper() + text[1:] if re.match(r"[a-z]{2}|a ", text) else text


class Fault(Exception):
    """What keeps an answer from being right; `printed` is what its code printed for the input told."""

    printed = ""


class NotYet(Fault):
    """Says what is wrong with an answer, with the input that shows it.

    `concept` is the misunderstanding that it names; "" if it names none, None if it does not say.
    """

    def __init__(self, text: str, *, concept: str | None = None) -> None:
        super().__init__(text)
        self.concept = concept

    @classmethod
    def of(cls, case: str, concepts: Iterable[tuple[object, str]], otherwise: str) -> NotYet:
        """Return `case` with the first of the concepts that holds, or `otherwise`."""
        concept = next((told for holds, told in concepts if holds), "")
        return cls(f"{case}. {sentence(concept or otherwise)}", concept=concept)


class Crashed(Fault):
    """Says with which error the learner's code stopped, in which of its lines, and for which input."""


Examine = Callable[[Any, np.random.Generator], None]
"""Tries an answer; raises `NotYet` if it is wrong, and `Crashed` if its code stops with an error."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise.

    Parameters
    ----------
    name
        What it asks for.
    examine
        Tries an answer on random inputs.
    hints
        Three hints, each saying more than the one before.
    answer
        The answer.
    because
        Why it is right.
    wrong
        Answers that show a wrong idea of `HARD_POINTS`, which the check must name.
    """

    name: str
    examine: Examine
    hints: tuple[str, str, str]
    answer: str
    because: str
    wrong: tuple[Misconception, ...] = ()

    def check(self, answer: object, rng: np.random.Generator) -> Feedback:
        """Return whether `answer` is right.

        An error in the learner's code is "not checked", not "wrong", and so is an error of the check itself,
        which says that it is ours.
        """
        words = words_for("checks")
        if answer is None:
            return Feedback.of("open", words["open_hint"])
        try:
            self.examine(_answered(answer), rng)
        except NotYet as fault:
            return _with_print(Feedback.of("wrong", str(fault), concept=fault.concept), fault)
        except Crashed as fault:
            return _with_print(Feedback.of("not_checked", str(fault)), fault)
        except Exception as error:  # our own fault: no answer may be blamed for it
            told = cut(f"{type(error).__name__}: {error}")
            return Feedback.of("check_failed", words["check_failed_hint"].format(error=told))
        return Feedback.of("right", self.because)

    def hint(self, number: int) -> Feedback:
        """Return hint 1, 2 or 3."""
        if number not in (1, 2, 3):
            raise ValueError(f"number must be 1, 2 or 3, got {shown(number)}")
        return Feedback.of("hint", self.hints[number - 1], number=number)

    def explain(self) -> Feedback:
        """Return the solution, and in the next line its explanation."""
        return Feedback.of("solution", f"{self.answer}\n{self.because}")

    def __repr__(self) -> str:
        return f"Exercise({self.name!r})"


def _with_print(feedback: Feedback, fault: Fault) -> Feedback:
    told = words_for("checks")["printed"].format(text=cut(fault.printed))
    return replace(feedback, note=told) if fault.printed else feedback


def function_check(
    name: str,
    inputs: Callable[[np.random.Generator], Iterable[tuple[Any, ...]]],
    judge: Callable[..., None],
) -> Examine:
    """Return the check of a function called `name`.

    It is called with each of the `inputs`, and ``judge(got, *arguments)`` raises `NotYet` if what it
    returned is wrong. Each call gets arguments of its own, which it may change. What the judge cannot take,
    such as text for a number, is a wrong answer and no error in the learner's code. Of the inputs that show
    a fault the smallest is told, those that were chosen rather than drawn before all others; and of several
    concepts the one that explains half of them or more. What the function prints is told with that input,
    and not for the others.
    """

    def examine(answer: Any, rng: np.random.Generator) -> None:
        if not callable(answer):
            raise NotYet(f"{name} must be a function, got {shown(answer)}.", concept="")
        faults: list[tuple[Size, NotYet | Crashed]] = []
        fresh = rng.bit_generator.state
        for place, arguments in enumerate(inputs(rng)):
            drawn = rng.bit_generator.state != fresh
            told = ", ".join(map(_told, arguments))  # before the call: it may change what is counted
            with redirect_stdout(StringIO()) as printed:
                fault = _fault(name, answer, judge, arguments, told)
            if fault:
                fault.printed = printed.getvalue().strip()
                faults.append(((drawn, len(told) if drawn else place, told), fault))
        if faults:
            raise _most_telling(faults)

    return examine


def _listed(value: Any) -> Any:
    """Return a value, or a list of what a generator or a range gives, which may have no end in sight."""
    return list(islice(value, MOST_ITEMS)) if isinstance(value, Iterator | range) else value


def _answered(answer: object) -> Any:
    """Return an answer, as a list if it is a generator, whose errors are the learner's."""
    try:
        return _listed(answer)
    except (Exception, SystemExit) as error:
        raise Crashed(_crash(error, shown(answer))) from error


def _told(argument: object) -> str:
    return "…" if callable(argument) else shown(argument)


def _fault(
    name: str, answer: Callable[..., Any], judge: Callable[..., None], arguments: tuple[Any, ...], told: str
) -> NotYet | Crashed | None:
    """Return what is wrong with an answer for one input; None if nothing is."""
    own = (deepcopy(one) if isinstance(one, list | set | dict) else one for one in arguments)
    try:
        got = _listed(answer(*own))  # a generator runs here, where its errors are its own
    except (Exception, SystemExit) as error:  # the learner's code may raise anything, and call `exit`
        return Crashed(_crash(error, f"{name}({told})"))
    if got is None:
        return NotYet(f"for {told} {name} returns nothing: it met no `return` with a result.", concept="")
    try:
        judge(got, *arguments)
    except NotYet as fault:
        return fault
    except (AttributeError, IndexError, OverflowError, TypeError, ValueError):
        return NotYet(f"{name} returns {shown(got)}, which is not what is asked for.", concept="")
    return None


def _crash(error: BaseException, call: str) -> str:
    """Return an error in words, with the line of the learner's code where it happened, if that is known."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(PACKAGE)
    ]
    told = cut(f"{type(error).__name__}: {error}".removesuffix(": "))
    own = [frame for frame in frames if Path(frame.filename).parent == Path(frames[0].filename).parent]
    place = own[-1] if own else None
    form = "crash_line" if place and place.line else "crash"
    line, code = (place.lineno, place.line) if place else (None, None)
    return words_for("checks")[form].format(error=told, call=call, line=line, code=code)


def _most_telling(faults: list[tuple[Size, NotYet | Crashed]]) -> NotYet | Crashed:
    """Return the fault with the smallest input, among those of the concept, or the error, of half of them."""

    def kind(fault: NotYet | Crashed) -> object:
        return fault.concept if isinstance(fault, NotYet) else Crashed

    kinds = Counter(kind(fault) for _, fault in faults)
    common = {one for one, count in kinds.items() if 2 * count >= len(faults)}  # one, or two of the same size
    named = {one for one in kinds if one not in ("", Crashed)}
    if 2 * sum(kinds[one] for one in named) < len(faults):
        named = {"", *named}
    chosen = (common - {""}) or named
    told = [pair for pair in faults if kind(pair[1]) in chosen] or faults
    return min(told, key=lambda pair: pair[0])[1]
