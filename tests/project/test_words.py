"""No word of the catalogue is left over: each is asked for by name somewhere in the code of the package."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import qkdlab
from qkdlab import DecoySource, InterceptResend, Link, SessionSettings, WeakCoherentSource
from qkdlab.lab.catalogue import WORDS
from qkdlab.sweep.points.dotted import dotted_names

PACKAGE = Path(qkdlab.__file__).parent
JOINED = frozenset({"PQC_QKD", "told_read", "told_decide", "Z0", "Z1", "X0", "X1", "Y0", "Y1"})
"""Parts of names that the code joins of others."""

NAME = re.compile(r"[A-Za-z_]\w*")
TEMPLATE = re.compile(r"`((?:[\w ]|\$\{[^}]*\})+)`")

Pattern = tuple[str | None, ...]
"""A name made of parts: what is written there, and None for what is filled in."""


def asked_for(tree: ast.AST) -> Iterator[str | Pattern]:
    """The texts of a module, its docstrings left out, the names of its classes, and its f-strings."""
    homes = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(one.body[0].value)
        for one in ast.walk(tree)
        if isinstance(one, homes) and one.body and isinstance(one.body[0], ast.Expr)
    }
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str | int) and id(one) not in docs:
            yield str(one.value)
        elif isinstance(one, ast.ClassDef):
            yield one.name
            targets = (line.targets[0] for line in one.body if isinstance(line, ast.Assign))
            for target in targets:  # the members of an enum are asked for by name
                if isinstance(target, ast.Name):
                    yield from (target.id, target.id.lower())
        elif isinstance(one, ast.JoinedStr):
            yield tuple(part.value if isinstance(part, ast.Constant) else None for part in one.values)


@cache
def found() -> tuple[frozenset[str], frozenset[Pattern]]:
    """Texts and patterns of all Python but the catalogue, and of all JavaScript, and names of settings."""
    all_found: set[str | Pattern] = set(JOINED)
    for source in (WeakCoherentSource(), DecoySource()):  # a column of a sweep is called after its setting
        link = Link(source=source)
        all_found.update(
            dotted_names(SessionSettings(n_pulses=1, seed=1, link=link, eavesdropper=InterceptResend()))
        )
    for path in PACKAGE.rglob("*.py"):
        if path.name != "words.py":
            all_found.update(asked_for(ast.parse(path.read_text(encoding="utf-8"))))
    for path in PACKAGE.rglob("*.js"):
        script = path.read_text(encoding="utf-8")
        all_found.update(NAME.findall(script))
        for template in TEMPLATE.findall(script):
            parts = re.split(r"(\$\{[^}]*\})", template)
            all_found.add(tuple(None if part.startswith("$") else part for part in parts if part))
    texts = frozenset(one for one in all_found if isinstance(one, str))
    return texts, frozenset(one for one in all_found if isinstance(one, tuple) and {None} < set(one))


def fits(pattern: Pattern, name: str) -> bool:
    """Whether a name is a pattern whose gaps are filled with texts that there are."""
    if not pattern:
        return not name
    part, rest = pattern[0], pattern[1:]
    if part is not None:
        return name.startswith(part) and fits(rest, name.removeprefix(part))
    ends = range(1, len(name) + 1)
    return any(name[:end] in found()[0] and fits(rest, name[end:]) for end in ends)


def is_put_together(name: str) -> bool:
    """Whether the code has a name, or a pattern for it and what fills the gaps."""
    texts, patterns = found()
    return name in texts or any(fits(pattern, name) for pattern in patterns)


def is_asked_for(name: str) -> bool:
    """Whether the code puts a name together, or one that it gives this end: "_hint"."""
    ends = {pattern[1] for pattern in found()[1] if pattern[0] is None and len(pattern) == 2 and pattern[1]}
    return is_put_together(name) or any(
        name.endswith(end) and is_put_together(name.removesuffix(end)) for end in ends
    )


@pytest.mark.parametrize("section", sorted(WORDS))
def test_every_word_is_asked_for(section: str) -> None:
    assert not [name for name in WORDS[section] if not is_asked_for(name)]


@pytest.mark.parametrize("name", ["no_such_word", "reason_for_nothing", "view_hiden", "refreshed_hint"])
def test_a_word_that_nobody_asks_for_is_seen(name: str) -> None:
    assert not is_asked_for(name)
