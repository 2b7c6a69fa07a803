"""The progress file: nothing that a learner did is lost, and what cannot be kept is told."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.lab.learning.progress_file import Attempt, NewerProgress, Progress, ProgressError, ProgressFile

names = st.sampled_from(["00", "03"]) | st.text(max_size=8)  # so that both files often have the same
attempts = st.builds(Attempt, tries=st.integers(0, 9), right=st.booleans())
progresses = st.builds(
    Progress, st.dictionaries(names, st.dictionaries(names, attempts, max_size=3), max_size=3)
)


@given(progresses)
def test_a_file_gives_back_what_went_in(progress: Progress) -> None:
    assert Progress.from_json(progress.to_json()).done == progress.done


@given(progresses, progresses)
def test_merging_is_the_best_of_both_in_any_order(a: Progress, b: Progress) -> None:
    both = a.merged(b)
    assert both == b.merged(a)
    assert both.merged(a) == both
    for lesson in both.done:
        assert both.right_in(lesson) == a.right_in(lesson) | b.right_in(lesson)


def test_what_was_right_in_either_file_is_right() -> None:
    # would catch: the file that comes later wins
    right, wrong = (Progress().after("00", "a", right=one) for one in (True, False))
    for both in (right.merged(wrong), wrong.merged(right), wrong.merged(right).merged(wrong)):
        assert both.done["00"]["a"] == Attempt(tries=1, right=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("{}", "no progress file of qkdlab"),
        ('{"kind": "qkdlab progress", "version": true}', "damaged at version"),
        ('{"kind": "qkdlab progress", "version": 1}', "damaged at answers"),
        ('{"kind": "qkdlab progress", "version": 1, "answers": {"00": []}}', "damaged at 00"),
        (
            '{"kind": "qkdlab progress", "version": 1, "answers": {"0": {"a": {"tries": -1}}}}',
            "damaged at a",
        ),
        (
            '{"kind": "qkdlab progress", "version": 1, "answers": {"0": {"\\ud800": {"tries": 1e3}}}}',
            r"damaged at \?",
        ),
    ],
)
def test_what_is_no_progress_is_told_in_words(text: str, told: str) -> None:
    with pytest.raises(ProgressError, match=told):
        Progress.from_json(text)


def test_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    newer = json.dumps({"kind": "qkdlab progress", "version": 2, "else": 1})
    path.write_text(newer, encoding="utf-8")
    with pytest.raises(NewerProgress, match=r"newer qkdlab \(version 2; this one reads up to 1\)"):
        Progress.from_json(newer)
    with pytest.raises(NewerProgress) as told:  # its number may be of any length
        Progress.from_json(newer.replace("2", "2" * 4_000))
    assert len(str(told.value)) < 200
    file = ProgressFile(path)
    assert "only in this notebook" in file.add("00", "a", right=True)
    assert path.read_text(encoding="utf-8") == newer
    assert file.read().right_in("00") == {"a"}


def test_a_file_that_cannot_be_read_is_kept_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    for number, garbage in enumerate((b'{"kind": "qkdlab pro', b"\xff\xfe\x00"), start=1):
        path.write_bytes(garbage)
        file = ProgressFile(path)
        assert f"kept as p.unread{number}.json" in file.add("00", "a", right=True)
        assert (tmp_path / f"p.unread{number}.json").read_bytes() == garbage
        assert file.add("00", "b", right=True) == ""  # told once
        assert ProgressFile(path).read().right_in("00") == {"a", "b"}


def test_two_notebooks_write_on_top_of_each_other_and_lose_nothing(tmp_path: Path) -> None:
    one, other = ProgressFile(tmp_path / "p.json"), ProgressFile(tmp_path / "p.json")
    one.add("00", "a", right=True)
    other.add("03", "b", right=False)
    one.add("00", "c", right=True)
    done = ProgressFile(tmp_path / "p.json").read().done
    assert sorted(done) == ["00", "03"]
    assert sorted(done["00"]) == ["a", "c"]
    assert list(tmp_path.glob(".progress*")) == []


def test_where_nothing_can_be_written_it_is_told_and_stays_in_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.json"
    file = ProgressFile(path)
    file.add("00", "a", right=True)
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    told = file.add("00", "b", right=True)
    assert "p.json cannot be written (Permission denied)" in told
    assert path.read_bytes() == before
    monkeypatch.undo()
    assert file.add("00", "c", right=True) == ""
    assert ProgressFile(path).read().right_in("00") == {"a", "b", "c"}


def test_a_write_that_is_interrupted_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.json"
    ProgressFile(path).add("00", "a", right=True)
    before = path.read_bytes()

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    assert "No space left" in ProgressFile(path).add("00", "b", right=True)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be written" in ProgressFile(tmp_path / "none" / "p.json").add("00", "a", right=True)


def test_no_name_and_no_number_of_tries_keeps_the_file_from_being_written(tmp_path: Path) -> None:
    # would catch: half of a surrogate pair, which UTF-8 does not have; a number that Python does not write
    path = tmp_path / "p.json"
    odd = Progress().after("00", "\ud800", right=True).to_json()
    path.write_text(odd, encoding="utf-8")
    assert ProgressFile(path).add("00", "b", right=True) == ""
    assert ProgressFile(path).read().right_in("00") == {"\ud800", "b"}
    path.write_text(odd.replace('"tries": 1', f'"tries": {"9" * 4300}'), encoding="utf-8")
    assert "could not be read" in ProgressFile(path).add("00", "\ud800", right=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.json", "p.unread1.json"]


def test_a_link_to_a_file_in_another_folder_stays_one(tmp_path: Path) -> None:
    # would catch: the link replaced by a file, whose progress the other folder never sees
    link, there = tmp_path / "p.json", tmp_path / "there"
    there.mkdir()
    ProgressFile(there / "p.json").add("00", "a", right=True)
    link.symlink_to(there / "p.json")
    assert ProgressFile(link).add("00", "b", right=True) == ""
    assert link.is_symlink()
    assert ProgressFile(there / "p.json").read().right_in("00") == {"a", "b"}
    assert list(there.iterdir()) == [there / "p.json"]


@pytest.mark.parametrize("name", ["loop.json", "nul\0.json", "a" * 5_000])
def test_a_path_that_leads_nowhere_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    told = ProgressFile(tmp_path / name).add("00", "a", right=True)
    assert "cannot be written" in told
    assert len(told) < 700
