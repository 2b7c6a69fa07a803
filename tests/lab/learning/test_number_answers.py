"""Right numbers in another form are right; wrong ones do not pass for a whole number, or as text."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from qkdlab import lab
from qkdlab.lab.learning.exercise import Exercise, NotYet
from qkdlab.lab.learning.number_answers import judge_number
from qkdlab.lab.network.exercises import FORMS
from qkdlab.quantum.order_finding import factors_from

NUMBERS: dict[str, float] = {"STOP_AT": 5, "EVE_KNOWS": 3, "EXTRA_REACH": 50, "INTERCEPTED_QBER": 0.1}


def sift(alice: list[int], bob: list[int]) -> list[int]:
    return [place for place, (a, b) in enumerate(zip(alice, bob, strict=True)) if a == b]


def recover(last: list[int], parities: list[list[int]]) -> list[int]:
    return [sum(bits) % 2 for bits in zip(last, *parities, strict=True)]


def factors(base: int, order: int, modulus: int) -> tuple[int, ...]:
    return factors_from(order, base=base, modulus=modulus) or ()


def hashed(bits: list[int], seed: list[int]) -> list[int]:
    n = len(bits)
    rows = range(len(seed) - n + 1)
    return [sum(seed[row - j + n - 1] * bits[j] for j in range(n)) % 2 for row in rows]


LISTS: dict[str, Any] = {
    "SIFTING": sift,
    "PARITY_RELAY": recover,
    "ORDER_FACTORS": factors,
    "TOEPLITZ": hashed,
    "KEPT_ROWS": [1, 3, 5, 6, 8],
}


def exercise(name: str) -> Exercise:
    found = getattr(lab, name)
    assert isinstance(found, Exercise)
    return found


def mark(name: str, change: Callable[[Any], Any], answers: dict[str, Any]) -> str:
    answer = answers[name]
    given = (lambda *told: change(answer(*told))) if callable(answer) else change(answer)
    return exercise(name).check(given, np.random.default_rng(3)).mark


@pytest.mark.parametrize("kind", [Fraction, Decimal, np.float64, float])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_any_kind_is_one(name: str, kind: Any) -> None:
    assert mark(name, lambda number: kind(str(number)), NUMBERS) == "RIGHT"


@pytest.mark.parametrize("name", NUMBERS)
def test_text_is_no_number(name: str) -> None:
    # would catch: float("50"), which makes text as good as a number in one exercise and not in the next
    assert mark(name, str, NUMBERS) == "NOT YET"


@pytest.mark.parametrize("change", [tuple, np.array, lambda found: [float(one) for one in found], iter])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_whole_numbers_in_another_form_is_right(name: str, change: Callable[[Any], Any]) -> None:
    assert mark(name, change, LISTS) == "RIGHT"


@pytest.mark.parametrize(
    "change", [lambda found: [one + 0.4 for one in found], lambda found: [str(one) for one in found]]
)
@pytest.mark.parametrize("name", LISTS)
def test_what_is_no_whole_number_is_wrong(name: str, change: Callable[[Any], Any]) -> None:
    # would catch: int(3.4) and int("3") taken for 3
    assert mark(name, change, LISTS) == "NOT YET"


def test_places_in_a_set_are_in_no_wrong_order() -> None:
    # would catch: {3, 4, 9} comes as 9, 3, 4
    assert mark("SIFTING", set, LISTS) == "RIGHT"


def test_a_threshold_may_be_a_float() -> None:
    found = exercise("SHARE_THRESHOLD").check(
        lambda paths, read, lost: np.ceil(read + 0.5) if read + 1 <= paths - lost else 0.0,
        np.random.default_rng(3),
    )
    assert found.mark == "RIGHT", found


@pytest.mark.parametrize(
    ("got", "told"),
    [
        (0.2512, "rounded: return all the digits"),
        (0.25, "rounded"),
        ("0.251188643150958", "That is text"),
        (0.26, "but why?"),
        (0.748811356849042, "What is lost"),
        (0.749, "but why?"),
    ],
)
def test_a_rounded_number_is_told_so(got: object, told: str) -> None:
    # before: "you give 0.2512, but … 0.2512 of the photons survive"
    concepts = {0.748811356849042: "what is lost"}
    with pytest.raises(NotYet, match=re.escape(told)):
        judge_number(got, 0.251188643150958, case="30 km", concepts=concepts, otherwise="why?")


def test_rounding_is_no_misunderstanding_of_another_kind() -> None:
    # before: of a QBER with four digits, "the error e belongs to the clicks of photons alone"
    told = exercise("DARK_QBER").check(
        lambda signal, dark, error: round((error * signal + dark / 2) / (signal + dark), 4),
        np.random.default_rng(3),
    )
    assert "rounded" in told.text


def test_an_error_in_a_generator_is_the_learners() -> None:
    # before: "this is our fault and says nothing about your answer"
    def rows() -> Iterator[int]:
        yield 1
        raise KeyError("row")

    told = exercise("KEPT_ROWS").check(rows(), np.random.default_rng(3))
    assert told.kind == "not_checked"
    assert "KeyError" in told.text


def test_units_of_a_network_stay_whole_numbers() -> None:
    told = exercise("FORM_UNITS").check(
        lambda form, n: (FORMS[form](n).units.alice / 1,) * 2, np.random.default_rng(3)
    )
    assert "6 // 2 is 3" in told.text
