"""What comes from npm is pinned and names no registry; our own JavaScript and CSS keep to the width."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import ensure_node

ROOT = Path(__file__).parents[2]
LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
PACKAGES = {path: entry for path, entry in LOCK.items() if path}
OURS = sorted(
    path
    for place in ("qkdlab", "tests")
    for path in (ROOT / place).rglob("*")
    if path.suffix in {".js", ".css"}
)


def test_the_lock_is_of_the_packages_that_are_named() -> None:
    named = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert LOCK[""]["devDependencies"] == named
    assert {name: LOCK[f"node_modules/{name}"]["version"] for name in named} == named


def test_scripts_of_others_are_read_as_their_authors_meant() -> None:
    # before: JupyterLab, in a virtual environment below ours, could not start its own scripts in Node.js
    assert "type" not in json.loads((ROOT / "package.json").read_text(encoding="utf-8"))


def test_the_lock_has_hashes_and_no_registry() -> None:
    assert PACKAGES
    for path, entry in PACKAGES.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert "resolved" not in entry, path


@pytest.mark.parametrize("path", OURS, ids=[path.name for path in OURS])
def test_no_line_is_longer_than_120_characters(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []


def declarations(path: Path) -> dict[str, set[str]]:
    """Return which properties each selector of a style sheet sets."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    found: dict[str, set[str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), set()).update(re.findall(r"(?:^|;)\s*([\w-]+)\s*:", body))
    return found


THEME = ROOT / "qkdlab/lab/components/theme.css"
ROOTS = [
    name
    for path in OURS
    for name in re.findall(r'\bmount\(model, el, "([\w-]+)"\)', path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("path", [path for path in OURS if path.suffix == ".css"], ids=lambda path: path.name)
def test_no_style_depends_on_which_component_came_last(path: Path) -> None:
    # each component brings the theme again: of two rules of equal weight the one that came last would win
    assert "clicks" in ROOTS
    theme = declarations(THEME)
    assert "font-size" in theme[".qk svg text"]
    for selector, names in declarations(path).items():
        twin = re.sub(rf"^\.qk-({'|'.join(ROOTS)})(?![\w-])", ".qk", selector)
        assert twin == selector or not names & theme.get(twin, set()), selector


def folder(place: Path, node: str, npm: str = "echo 10") -> Path:
    """Make stand-ins for both programs."""
    place.mkdir()
    for name, command in {"node": node, "npm": npm}.items():
        (place / name).write_text(f"#!{shutil.which('sh')}\n{command}\n", encoding="utf-8")
        (place / name).chmod(0o755)
    return place


def test_an_old_node_or_one_without_npm_does_not_do(tmp_path: Path) -> None:
    assert ensure_node.runs(folder(tmp_path / "new", "echo v18.0.0"))
    assert not ensure_node.runs(folder(tmp_path / "old", "echo v16.20.2"))
    assert not ensure_node.runs(folder(tmp_path / "broken", "echo v20.1.0", "exit 1"))
    assert not ensure_node.runs(tmp_path / "none")


def test_the_one_on_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = folder(tmp_path / "new", "echo v22.0.0")
    monkeypatch.setenv("PATH", str(wanted))
    assert ensure_node.find() == wanted


def test_without_any_it_is_installed_or_the_reason_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ensure_node, "FOLDER", tmp_path / "node")
    asked: list[list[object]] = []

    def no_network(command: list[object], **_options: object) -> int:
        asked.append(command)
        return 1

    monkeypatch.setattr(subprocess, "call", no_network)
    with pytest.raises(SystemExit, match=r"install Node\.js 18 or newer"):
        ensure_node.find()
    assert asked[0][-1] == ensure_node.WHEEL
