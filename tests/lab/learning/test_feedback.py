"""Feedback: plain text as before, and HTML that tells by sign and word as well as by colour."""

import re

import pytest

from qkdlab.lab.components.text import words_for
from qkdlab.lab.learning.feedback import _LOOKS, Feedback


def luminance(colour: str) -> float:
    """The relative luminance of a colour, by WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", _LOOKS)
def test_the_mark_has_a_sign_a_word_and_a_colour_that_can_be_read(kind: str) -> None:
    sign, colour = _LOOKS[kind]
    page = Feedback.of(kind, "text", number=1)._repr_html_()
    assert page is not None
    assert f"{sign} {words_for('checks')[kind].format(number=1)}</b>" in page
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5  # white on it
    assert "color:#000" not in page  # the text takes the colour of the theme


def test_signs_differ() -> None:
    told = [_LOOKS[kind][0] for kind in ("right", "wrong", "not_checked", "hint", "solution")]
    assert len(set(told)) == len(told)


def test_an_exercise_that_waits_is_plain_text_alone() -> None:
    # what notebooks store of it is compared letter for letter
    waiting = Feedback.of("open", "replace None")
    assert waiting._repr_html_() is None
    assert repr(waiting) == "NOT ANSWERED YET: replace None"


def test_what_a_learner_wrote_is_no_html() -> None:
    page = Feedback.of("wrong", "you give '<img src=x>' in `a < b`")._repr_html_()
    assert page is not None
    assert "<img" not in page
    assert "<code>a &lt; b</code>" in page


def test_code_keeps_its_indentation() -> None:
    # before: lines of a function all began at the margin, and a copy of them was an IndentationError
    page = Feedback.of("solution", "def half(x):\n    return x / 2")._repr_html_() or ""
    assert "white-space:pre-wrap'>def half(x):\n    return x / 2</span>" in page


def test_a_note_stands_below() -> None:
    told = Feedback("right", "RIGHT", "so", note="not saved")
    assert repr(told) == "RIGHT: so\nnot saved"
    assert re.search(r"<div[^>]*>not saved</div>", told._repr_html_() or "")
