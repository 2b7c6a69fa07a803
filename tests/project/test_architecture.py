"""What `docs/architecture.md` says of where things are is true of the tree."""

import re
from pathlib import Path

import pytest

from qkdlab import AbortReason

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
FOLDERS = ("qkdlab", "tests", "tools", "notebooks", "benchmarks")
FILES = [
    *FOLDERS,
    *(
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if "__pycache__" not in path.parts
    ),
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


def test_every_reason_for_no_key_is_explained() -> None:
    # would catch: a new reason that the page leaves out, or one that is called otherwise
    table = PAGE.partition("| reason for no key |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| ([^|]+?) \|", table, flags=re.M)) - {"---"} == set(AbortReason)
