"""What `docs/architecture.md` says of where things are is true of the tree."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
FILES = [
    path.relative_to(ROOT).as_posix()
    for folder in ("qkdlab", "tests", "tools", "notebooks", "benchmarks")
    for path in (ROOT / folder).rglob("*")
    if "__pycache__" not in path.parts
]
NAMED = sorted({name.rstrip("/") for name in re.findall(r"`([\w./]+(?:\.py|\.js|/))`", PAGE)})
QUESTIONS = re.findall(r"^\| (?:Wh|How|…)[^|]*\? \| (.*) \|$", PAGE, flags=re.M)


def test_the_page_names_rooms_and_answers_questions() -> None:
    assert len(NAMED) > 50
    assert len(QUESTIONS) >= 15
    assert all("`" in answer for answer in QUESTIONS)


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_there(name: str) -> None:
    # would catch: a module that moved on and left its address behind
    assert any(file == name or file.endswith(f"/{name}") for file in FILES)
