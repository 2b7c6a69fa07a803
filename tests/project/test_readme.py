"""The README names the two commands, and nothing it points to is missing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```[^\n]*\n(.*?)^```", README, flags=re.M | re.S)
PROSE = re.sub(r"^```.*?^```", "", README, flags=re.M | re.S)
TARGETS = re.findall(r"\]\(<?([^)\s>]+)", PROSE) + re.findall(r"(?:src|href)=\"([^\"]+)\"", PROSE)
LOCAL = sorted({target for target in TARGETS if not re.match(r"[a-z]+:|#", target)})


def headings(text: str) -> set[str]:
    """The anchors that the headings of a Markdown text make."""
    titles = re.findall(r"^#+ +(.+?)\s*$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_it_says_for_whom_it_is_and_what_they_must_know_before_it_says_how_to_start() -> None:
    # before: what it shows, and not for whom
    whom = README[README.index("## For whom") : README.index("## Start")]
    for word in (
        "students",
        "teachers",
        "engineers",
        "first notebook asks for no more than",
        "no programming",
    ):
        assert word in whom, word


def test_the_two_commands_and_no_other_of_make() -> None:
    commands = re.findall(r"\bmake +[\w-]+", "\n".join(FENCED))
    assert sorted(set(commands)) == ["make lab", "make test"]


def test_the_two_commands_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^lab:", makefile, flags=re.M)
    assert re.search(r"^test:", makefile, flags=re.M)


def test_the_readme_points_somewhere() -> None:
    assert LOCAL, "the README links to nothing in the project"


@pytest.mark.parametrize("target", LOCAL)
def test_what_it_points_to_exists(target: str) -> None:
    path, _, anchor = target.partition("#")
    assert (ROOT / path).exists(), target
    if anchor:
        assert anchor in headings((ROOT / path).read_text(encoding="utf-8")), target


def test_anchors_into_itself_exist() -> None:
    own = {target[1:] for target in TARGETS if target.startswith("#")}
    assert own <= headings(PROSE)


BLOCKS = re.findall(r"^```python\n(.*?)^```", README, flags=re.M | re.S)


@pytest.mark.qiskit("two of the examples draw and run its circuits")
@pytest.mark.parametrize("block", BLOCKS, ids=[block.split("\n", 1)[0] for block in BLOCKS])
def test_the_examples_run_as_pasted(
    block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # would catch: an example with a name that has moved, or that needs the one above it
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out
