"""Which input a wrong answer is shown, and who is blamed for an error."""

import re

import numpy as np
import pytest

from qkdlab.lab.learning.exercise import Exercise, NotYet, function_check
from qkdlab.lab.learning.number_answers import judge_number
from qkdlab.lab.link.exercises import SIFTING


def drawn(rng):
    yield from ((int(n),) for n in rng.integers(1, 10_000, 40))


def chosen_first(rng):
    yield (7_777,)
    yield from drawn(rng)


def exercise(judge, inputs=drawn) -> Exercise:
    check = function_check("double", inputs, judge)
    return Exercise(name="double", examine=check, hints=("a", "b", "c"), answer="2 * n", because="so")


def judge(got, n) -> None:
    concepts = {float(n): "that is the number itself", n + 2.0: "that adds two"}
    judge_number(got, 2 * n, case=f"{n}", concepts=concepts, otherwise="two of it are asked for")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_the_smallest_of_the_drawn_inputs_is_told(rng) -> None:
    smallest = min(n for (n,) in drawn(np.random.default_rng(11)))
    told = exercise(judge).check(lambda n: n, rng)
    assert told.text.startswith(f"for {smallest} you give {smallest}. That is the number itself")
    assert told.concept == "that is the number itself"


def test_an_input_that_was_chosen_comes_before_smaller_ones(rng) -> None:
    # would catch: an example that the author chose because mistakes differ there, hidden by a smaller one
    assert exercise(judge, chosen_first).check(lambda n: n, rng).text.startswith("for 7777 ")
    right_there = exercise(judge, chosen_first).check(lambda n: n if n != 7_777 else 2 * n, rng)
    assert not right_there.text.startswith("for 7777 ")


def test_the_concept_that_explains_most_of_it_is_told(rng) -> None:
    # one input in forty where another idea fits as well must not name that other idea
    values = sorted(n for (n,) in drawn(np.random.default_rng(11)))
    told = exercise(judge).check(lambda n: n if n == values[0] else n + 2, rng)
    assert told.concept == "that adds two"
    assert told.text.startswith(f"for {values[1]} ")


def test_an_odd_answer_names_no_concept(rng) -> None:
    assert exercise(judge).check(lambda n: -5, rng).concept == ""
    assert exercise(judge).check(3, rng).concept == ""
    assert exercise(judge).check(lambda n: None, rng).concept == ""


def test_a_crash_is_told_with_its_line_and_the_smallest_input(rng) -> None:
    def crashing(alice, bob):
        places = list(alice)
        return places[99]

    told = SIFTING.check(crashing, rng)
    assert told.kind == "not_checked"
    assert re.search(r"IndexError: list index out of range\. It happened in line \d+ of", told.text)
    assert "`return places[99]`" in told.text
    assert re.search(r"called as sift\(\[\d\], \[\d\]\)\.$", told.text), "the smallest is one pulse"


def test_the_line_is_the_learner_s_even_if_a_library_stopped(rng) -> None:
    told = exercise(judge).check(lambda n: np.linalg.inv(np.zeros((2, 2))), rng)
    assert "LinAlgError" in told.text
    assert "np.linalg.inv(np.zeros((2, 2)))" in told.text


def test_an_idea_that_stops_at_one_input_alone_is_wrong_and_no_crash(rng) -> None:
    smallest = min(n for (n,) in drawn(np.random.default_rng(11)))
    told = exercise(judge).check(lambda n: n + 0 * (1 // (n - smallest)), rng)
    assert (told.kind, told.concept) == ("wrong", "that is the number itself")
    only = exercise(judge).check(lambda n: 2 * n + 0 // (n - smallest), np.random.default_rng(11))
    assert only.kind == "not_checked"
    assert f"called as double({smallest})" in only.text


def test_a_generator_that_stops_blames_its_own_line(rng) -> None:
    def places(alice, bob):
        yield alice[50]

    assert SIFTING.check(places, rng).kind == "not_checked"
    assert SIFTING.check(lambda a, b: (i for i in range(len(a)) if a[i] == b[i]), rng).kind == "right"


def test_an_error_of_the_check_never_blames_the_answer(rng) -> None:
    def broken(answer, rng):
        raise KeyError("ours")

    def broken_judge(got, n):
        return 1 / 0

    for one in (
        Exercise(name="x", examine=broken, hints=("a", "b", "c"), answer="1", because="so"),
        exercise(broken_judge),
    ):
        told = one.check(lambda n: 2 * n, rng)
        assert told.kind == "check_failed"
        assert "our fault and says nothing about your answer" in told.text


def test_what_an_answer_does_to_its_arguments_reaches_nobody(rng) -> None:
    seen = []

    def inputs(rng):
        yield ([[1, 2], [3]],)

    def examine(got, rows):
        seen.append(rows)
        raise NotYet("no")

    def spoil(rows):
        rows[0].clear()
        return 1

    check = function_check("spoil", inputs, examine)
    Exercise(name="x", examine=check, hints=("a", "b", "c"), answer="1", because="so").check(spoil, rng)
    assert seen == [[[1, 2], [3]]]
