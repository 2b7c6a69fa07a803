"""Rows on disk: nothing is lost, nothing is run twice, and nothing is mixed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from qkdlab.errors import MissingExtra
from qkdlab.extras import is_installed
from qkdlab.sweep import SweepResult, handing_out, sweep
from qkdlab.sweep.batches import run_batch
from qkdlab.sweep.files import file_formats, sweep_folder
from qkdlab.sweep.files.file_formats import row_files
from qkdlab.sweep.files.sweep_folder import PART
from tests.sweep.counted import Toy, run, runs

ROOT = Path(__file__).resolve().parents[2]
OVER = {"x": range(14, 64), "takes": [0, 0.001]}
FORMATS = [".csv", *([".parquet"] if is_installed("pyarrow") else [])]


@pytest.fixture(params=FORMATS)
def suffix(request, monkeypatch) -> str:
    """Each format of files in turn."""
    monkeypatch.setattr(file_formats, "is_installed", lambda module: request.param == ".parquet")
    return request.param


def toys(out, *, toy=None, over=OVER, **options) -> SweepResult:
    options = {"batch_seconds": 0.02, "seeds": 2, "what": run} | options
    return sweep(toy or Toy(), over, out=out, progress=False, **options)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.long
def test_one_file_at_the_end_the_same_whatever_the_batches(tmp_path, suffix) -> None:
    # would catch: parts in the order in which they came, groups of rows or types that depend on them
    finished = []
    for number, options in enumerate(
        ({}, {"batch_seconds": 0.0}, {"batch_seconds": 9.0}, {"executor": ThreadPoolExecutor(3)})
    ):
        folder = tmp_path / str(number)
        toys(folder, **options)
        assert names(folder) == {"manifest.json", "lock", "seconds.csv", f"rows{suffix}"}
        finished.append((folder / f"rows{suffix}").read_bytes())
    assert len(set(finished)) == 1


def test_rows_on_disk_are_those_in_memory(tmp_path, suffix) -> None:
    stored, kept = toys(tmp_path / "out"), toys(None)
    stored.to_csv(tmp_path / "stored.csv")
    kept.to_csv(tmp_path / "kept.csv")
    assert (tmp_path / "stored.csv").read_bytes() == (tmp_path / "kept.csv").read_bytes()
    assert len(stored) == len(kept) == 200
    assert all(row["seconds"] > 0 for row in stored)
    read = SweepResult.read(tmp_path / "out")
    assert (read.swept, read.columns) == (stored.swept, stored.columns)


def test_rows_are_not_kept_in_memory(tmp_path) -> None:
    result = toys(tmp_path / "out")
    assert result._rows is None
    assert len(result) == 200
    assert result._rows is None
    assert len(result.rows) == 200


@pytest.mark.long
def test_the_memory_of_the_client_does_not_grow_with_the_rows(tmp_path, suffix) -> None:
    # would catch: rows, futures or parts that are kept until the end
    peaks = []
    for n_rows in (20, 200):
        tracemalloc.start()
        toys(tmp_path / str(n_rows), over={"x": range(n_rows)}, seeds=1, what=wide, batch_seconds=0.0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 20 * WIDTH


WIDTH = 20_000


def wide(toy: Toy) -> dict[str, object]:
    return {"text": random.Random(toy.x).randbytes(WIDTH // 2).hex()}


def test_workers_give_bytes_back(tmp_path, suffix, monkeypatch) -> None:
    # would catch: rows that the client has to hold and to encode itself
    seen = set()

    def watched(*arguments) -> tuple[int, object, float]:
        found = run_batch(*arguments)
        seen.add(type(found[1]))
        return found

    monkeypatch.setattr(handing_out, "run_batch", watched)
    toys(tmp_path / "out")
    assert seen == {bytes}


def test_the_same_call_runs_nothing_again(tmp_path, suffix) -> None:
    toy = Toy(log=str(tmp_path / "log"))
    first = toys(tmp_path / "out", toy=toy)
    second = toys(tmp_path / "out", toy=toy)
    assert first.rows == second.rows
    assert set(runs(toy.log).values()) == {1}
    assert len(runs(toy.log)) == 200


def stopped(folder: Path, toy: Toy, monkeypatch, after: int) -> set[int]:
    """Run a sweep that is stopped after some parts; return the row numbers on disk."""
    write, count = sweep_folder.SweepFolder.write, 0

    def failing(self, rows, data) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise KeyboardInterrupt
        write(self, rows, data)

    with monkeypatch.context() as patch:
        patch.setattr(sweep_folder.SweepFolder, "write", failing)
        with ThreadPoolExecutor(2) as pool, pytest.raises(KeyboardInterrupt):
            toys(folder, toy=toy, executor=pool)
    return on_disk(folder)


def on_disk(folder: Path) -> set[int]:
    """The numbers of the rows in parts."""
    found = [PART.fullmatch(name) for name in names(folder)]
    return {row for one in found if one for row in range(int(one[1]), int(one[2]))}


def test_ctrl_c_keeps_the_parts_and_the_rest_is_run_once(tmp_path, suffix, monkeypatch) -> None:
    toy = Toy(log=str(tmp_path / "log"))
    kept = stopped(tmp_path / "out", toy, monkeypatch, after=5)
    assert 0 < len(kept) < 200
    before = runs(toy.log)
    result = toys(tmp_path / "out", toy=toy)
    lines = [f"{row['x']} {row['seed']}" for row in result]
    again = runs(toy.log) - before
    assert {lines[number] for number in kept}.isdisjoint(again)
    assert sum(again.values()) == 200 - len(kept)
    toys(tmp_path / "other", toy=toy)
    assert (tmp_path / "out" / f"rows{suffix}").read_bytes() == (
        tmp_path / "other" / f"rows{suffix}"
    ).read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_kill_minus_nine_of_the_client(tmp_path, executor) -> None:
    # would catch: rows that are only in memory, parts half written that are read, rows that are run again
    log, out = tmp_path / "log", tmp_path / "out"
    code = (
        "from qkdlab.sweep import sweep\nfrom tests.sweep.counted import Toy, run\n"
        "if __name__ == '__main__':\n"
        f"    sweep(Toy(log={str(log)!r}, takes=0.02), {{'x': range(14, 64)}}, what=run, seeds=2, "
        f"progress=False, executor={executor!r}, n_workers=2, out={str(out)!r}, batch_seconds=0.1)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, str(script)], env=environment, start_new_session=True)
    while process.poll() is None and not (out.is_dir() and len(on_disk(out)) >= 20):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept, before = on_disk(out), runs(log)
    assert 20 <= len(kept) < 100
    result = sweep(
        Toy(log=str(log), takes=0.02),
        {"x": range(14, 64)},
        **{"what": run, "seeds": 2, "progress": False, "out": out, "batch_seconds": 0.1},
    )
    lines = [f"{row['x']} {row['seed']}" for row in result]
    again = runs(log) - before
    assert {lines[number] for number in kept}.isdisjoint(again)
    assert set(lines) == set(runs(log))
    assert len(result) == 100 == len(set(lines))


@pytest.mark.parametrize(
    ("toy", "options", "words"),
    [
        (Toy(x=1), {}, "settings.x is 0, and now it is 1"),
        (Toy(seed=1), {}, "settings.seed is 0, and now it is 1"),
        (Toy(), {"seeds": 3}, "repetitions.last is 1, and now it is 2"),
        (Toy(), {"seeds": [0, 2]}, "repetitions is"),
        (Toy(), {"over": {"x": [14]}}, "over.x is"),
        (Toy(), {"over": [{"x": 14}]}, "over.x is"),
        (Toy(), {"what": sorted}, "what is 'tests.sweep.counted.run', and now it is 'builtins.sorted'"),
    ],
    ids=["setting", "seed", "seeds", "numbers", "over", "points", "what"],
)
def test_another_sweep_is_refused_with_what_differs(tmp_path, toy, options, words) -> None:
    toys(tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(ValueError, match="take another folder") as caught:
        toys(tmp_path / "out", toy=toy, **options)
    assert words in str(caught.value)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_another_version_of_the_package_is_refused(tmp_path, monkeypatch) -> None:
    toys(tmp_path / "out")
    monkeypatch.setattr(sweep_folder, "package_version", lambda: "99.0")
    with pytest.raises(ValueError, match=r"package is '.*', and now it is '99.0'"):
        toys(tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(tmp_path) -> None:
    (tmp_path / "thesis.tex").write_text("…")
    with pytest.raises(ValueError, match="out must be a new folder or that of a sweep.*thesis.tex"):
        toys(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ValueError, match="manifest.json must be that of a sweep"):
        toys(tmp_path)


def test_a_torn_file_is_removed_and_its_rows_are_run(tmp_path, suffix, monkeypatch) -> None:
    toy = Toy(log=str(tmp_path / "log"))
    stopped(tmp_path / "out", toy, monkeypatch, after=3)
    (tmp_path / "out" / f"part-000000000150-000000000152-0123456789abcdef{suffix}.tmp").write_bytes(b"half")
    assert len(toys(tmp_path / "out", toy=toy).rows) == 200
    assert not list((tmp_path / "out").glob("*.tmp"))


def test_a_part_that_was_changed_is_not_read(tmp_path, suffix, monkeypatch) -> None:
    toy = Toy(log=str(tmp_path / "log"))
    stopped(tmp_path / "out", toy, monkeypatch, after=3)
    part = next((tmp_path / "out").glob("part-*"))
    part.write_bytes(part.read_bytes().replace(b"a, b", b"a, c"))
    with pytest.raises(ValueError, match="must be as it was written: delete it"):
        toys(tmp_path / "out", toy=toy)
    part.unlink()
    assert len(toys(tmp_path / "out", toy=toy).rows) == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
@pytest.mark.parametrize("below", ["", "more"])
def test_a_file_is_no_folder(below: str, tmp_path) -> None:
    (tmp_path / "rows").touch()
    with pytest.raises(ValueError, match="out must be a folder, or a name for one, got"):
        sweep(Toy(), {"x": [1]}, what=run, out=tmp_path / "rows" / below, progress=False)


def test_two_clients_do_not_write_to_one_folder(tmp_path) -> None:
    def second(toy: Toy) -> dict[str, object]:
        with pytest.raises(BlockingIOError, match="another process is writing to"):
            toys(tmp_path / "out", what=second)
        return {"tried": True}

    (row,) = toys(tmp_path / "out", over={"x": [1]}, seeds=1, what=second)
    assert row["tried"]
    assert row["error"] is None


def test_the_end_may_be_cut_short_anywhere(tmp_path, suffix, monkeypatch) -> None:
    # killed after the file was put in its place, and before the parts were gone
    toy = Toy(log=str(tmp_path / "log"))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            toys(tmp_path / "out", toy=toy)
    assert (tmp_path / "out" / f"rows{suffix}").is_file()
    assert on_disk(tmp_path / "out")
    assert len(toys(tmp_path / "out", toy=toy).rows) == 200
    assert not on_disk(tmp_path / "out")
    assert set(runs(toy.log).values()) == {1}


def test_a_sweep_goes_on_in_the_format_it_was_begun_in(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(file_formats, "is_installed", lambda module: False)
    stopped(tmp_path / "out", Toy(), monkeypatch, after=3)
    monkeypatch.setattr(file_formats, "is_installed", lambda module: True)
    toys(tmp_path / "out")
    assert json.loads((tmp_path / "out/manifest.json").read_text())["files"] == ".csv"
    assert (tmp_path / "out/rows.csv").is_file()


def test_columns_of_parts_that_differ(tmp_path, suffix) -> None:
    # one part has only failed runs, another whole numbers where the next has fractions, or words
    result = toys(tmp_path / "out", over={"x": range(13, 18)}, seeds=1, what=changing, batch_seconds=0.0)
    assert result.columns == ("x", "repetition", "seed", "half", "late", "error", "seconds")
    assert list(result.column("half"))[1:] == [7.0, 7.5, 8.0, 8.5]
    assert [row["late"] for row in result] == [None, None, None, True, True]


def changing(toy: Toy) -> dict[str, object]:
    if toy.x == 13:
        raise ValueError("unlucky")
    half = toy.x // 2 if toy.x % 2 == 0 else toy.x / 2
    return {"half": half} | ({"late": True} if toy.x > 15 else {})


@pytest.mark.skipif(is_installed("pyarrow"), reason="pyarrow is there")
def test_parquet_without_pyarrow_names_the_extra() -> None:
    with pytest.raises(MissingExtra, match="sweep"):
        row_files(".parquet")


def test_settings_are_told_whole(tmp_path) -> None:
    toys(tmp_path / "out", toy=replace(Toy(), seed=3))
    told = json.loads((tmp_path / "out/manifest.json").read_text())
    assert told["settings"] == {"type": "Toy", "x": 0, "log": "", "takes": 0, "kills": "", "seed": 3}
    assert told["what"] == "tests.sweep.counted.run"
