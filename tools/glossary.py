"""Write notebooks/glossary.md, the page that notebooks link to, from the terms of the course in terms.toml.

python -m tools.glossary            write it
python -m tools.glossary --check    write nothing; exit status 1 if it is not what is made now
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qkdlab.lab.learning.course import notebook_of
from tools.pages import write_page
from tools.save_notebooks import NOTEBOOKS

PAGE = "glossary.md"

_HEAD = """# Glossary

What the words of the notebooks mean. The link behind each meaning leads to the notebook that explains it.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A term: its name, what it means, the number of the notebook that explains it, and related terms."""

    name: str
    where: str
    meaning: str
    see: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """What stands after ``glossary.md#`` in a link to it."""
        return anchor_of(self.name)


def read_terms() -> tuple[Term, ...]:
    """Return the terms of the course."""
    text = Path(__file__).with_name("terms.toml").read_text(encoding="utf-8")
    return tuple(Term(**{**one, "see": tuple(one["see"])}) for one in tomllib.loads(text)["term"])


def anchor_of(name: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")


def glossary_page(terms: Iterable[Term]) -> str:
    """Return the glossary as Markdown, in alphabetical order.

    Raises
    ------
    ValueError
        If two terms have the same anchor, or one refers to a term that is not there.
    """
    ordered = sorted(terms, key=lambda one: one.name.lower())
    names = {one.name for one in ordered}
    if len({one.anchor for one in ordered}) < len(ordered):
        raise ValueError(f"terms must have anchors of their own, got {[one.anchor for one in ordered]}")
    if unknown := sorted({other for one in ordered for other in one.see} - names):
        raise ValueError(f"see must name other terms, got {unknown[0]!r}")
    return "\n".join([_HEAD, *map(_entry, ordered)])


def _entry(term: Term) -> str:
    where = notebook_of(term.where)
    told = f"## {term.name}\n\n{term.meaning} → [{where.number} {where.title}]({where.file})\n"
    others = ", ".join(f"[{name}](#{anchor_of(name)})" for name in term.see)
    return f"{told}\nSee also {others}.\n" if others else told


def main(arguments: Sequence[str]) -> None:
    """Write the page, or compare it with `--check`."""
    write_page(NOTEBOOKS / PAGE, glossary_page(read_terms()), "tools/glossary.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
