"""Choices: what each answer is told, and what of it a picture gives away."""

from typing import Any

import pytest

from qkdlab.lab.learning import Choice, ChoiceQuestion, Option

OPTIONS = (
    Option(text="nothing", feedback="all bits are as likely as before"),
    Option(text="every bit", feedback="a basis is no bit", point="announcing"),
)


def choice(**changes: Any) -> Choice:
    given: dict[str, Any] = {
        "name": "announced bases",
        "question": "What does a basis tell Eve?",
        "options": OPTIONS,
        "right": 0,
        "hints": ("one", "two", "three"),
        "because": "The bit was drawn by itself.",
    }
    return Choice(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"options": OPTIONS[:1]}, "options must be two or more"),
        ({"right": 2}, "right must be the place of an option"),
        ({"right": 1}, "right must be no wrong idea"),
        ({"hints": ("one",)}, "hints must be three"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        choice(**changes)


def test_an_unknown_hard_point_is_refused() -> None:
    with pytest.raises(ValueError, match="point must be one of 'message'"):
        Option(text="a", feedback="b", point="magic")


def test_the_picture_and_the_text_list_the_options_and_give_nothing_away() -> None:
    question = ChoiceQuestion(choice())
    data, metadata = question._repr_mimebundle_()
    told = [data["text/plain"], metadata["image/png"]["alt"], question.summary]
    for text in told:
        assert "nothing" in text
        assert "every bit" in text
        for secret in ("as likely", "no bit", "by itself", "✓", "one", "right"):
            assert secret not in text.replace("this one", "")
    assert data["image/png"]
