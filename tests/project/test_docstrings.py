"""All public docstrings render: sections are sections, and what they say of parameters is true of them."""

import logging
from collections.abc import Iterator
from pathlib import Path

import griffe
import pytest

import qkdlab

PACKAGE = griffe.load(
    "qkdlab", search_paths=[str(Path(qkdlab.__file__).parents[1])], docstring_parser="numpy"
)
OF_TRAITS = ("does not appear in the function signature", "No types or annotations for parameters")
"""What is said of the parameters of a widget, which are traits and stand in no signature."""


def documented(parent: griffe.Module | griffe.Class) -> Iterator[griffe.Object]:
    """All that has a docstring and a public name, in order."""
    for member in parent.members.values():
        if member.is_alias or (member.name.startswith("_") and member.name != "__init__"):
            continue
        if member.docstring:
            yield member
        if isinstance(member, griffe.Module | griffe.Class):
            yield from documented(member)


def complaints(thing: griffe.Object, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the parser of numpydoc sections does not understand in a docstring."""
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="griffe"):
        sections = thing.docstring.parse("numpy")
    found = [record.getMessage() for record in caplog.records]
    if isinstance(thing, griffe.Class):
        names = {
            parameter.name.lstrip("*")
            for section in sections
            if section.kind is griffe.DocstringSectionKind.parameters
            for parameter in section.value
        }
        if names <= thing.all_members.keys():
            found = [text for text in found if not any(part in text for part in OF_TRAITS)]
    # a heading that lost its line is text of the section before it
    if "---" in "".join(line for line in thing.docstring.value.splitlines() if line.strip("- ")):
        found.append("a line of dashes within a line of text")
    return found


def test_every_public_docstring_renders(caplog: pytest.LogCaptureFixture) -> None:
    things = list(documented(PACKAGE))
    assert len(things) > 1_000
    assert not {f"{thing.path}: {text}" for thing in things for text in complaints(thing, caplog)}
