"""Pages that a program makes: whole, or of docs/ the tables between `<!-- name -->` and `<!-- end -->`."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(head), "|".join(["---"] * " | ".join(head).count("|") + ["---"])]
    return "\n".join(f"| {line} |" for line in [*lines, *(" | ".join(row) for row in rows)])


def filled(page: str, tables: Mapping[str, str], name: str) -> str:
    """Return the text of the page docs/`name` with its tables put in."""
    for title, text in tables.items():
        place = re.compile(rf"<!-- {re.escape(title)} -->\n.*?<!-- end -->", flags=re.S)
        if not place.search(page):
            raise SystemExit(f"docs/{name} has no place for the table {title!r}")
        page = place.sub(lambda _, title=title, text=text: f"<!-- {title} -->\n{text}\n<!-- end -->", page)
    return page


def write(name: str, tables: Mapping[str, str], tool: str, arguments: Sequence[str]) -> None:
    """Write the tables into docs/`name`, or with `--check` end with an error if they are not what it has."""
    path = DOCS / name
    write_page(path, filled(path.read_text(encoding="utf-8"), tables, name), tool, arguments)


def write_page(path: Path, text: str, tool: str, arguments: Sequence[str]) -> None:
    """Write a whole page, or with `--check` end with an error if it is not `text`."""
    if "--check" not in arguments:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path.parent.name}/{path.name} is not what {tool} makes: run it.")
