"""docs/sweeps.md says what the code does: its example runs, and its numbers are those of the code."""

import re
from pathlib import Path

import pytest

from qkdlab import SessionSettings
from qkdlab.sweep import SweepResult, sweep
from qkdlab.sweep import __main__ as command
from qkdlab.sweep.batches import PATIENCE
from qkdlab.sweep.handing_out import IN_FLIGHT, MOST_DEATHS
from qkdlab.sweep.kinds import KINDS
from qkdlab.sweep.points.plain import SEED_BITS
from qkdlab.sweep.sweeping import MOST_CHECKED

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")
PROSE = " ".join(TEXT.split())


def test_the_first_example_runs(tmp_path, monkeypatch) -> None:
    # would catch: an example with settings that lack something, or a method that is called otherwise
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", TEXT, flags=re.S)[1]
    code = code.replace("10**6", "10**3").replace("seeds=20", "seeds=1, progress=False")
    names: dict[str, object] = {}
    exec(compile(code, "docs/sweeps.md", "exec"), names)
    assert isinstance(names["again"], SweepResult)
    assert len(names["again"]) == 33


@pytest.mark.parametrize(
    "sentence",
    [
        f"up to {MOST_CHECKED:,} points",
        f"not done after {('', 'once', 'twice')[int(PATIENCE)]} that time gives the rest back",
        f"{('', 'As', 'Twice as')[IN_FLIGHT]} many batches are out as there are workers",
        f"lost its processes {('one', 'two', 'three', 'four')[MOST_DEATHS]} times",
        f"SHA-256, {SEED_BITS} bits",
        f"ends with {command.DONE}; {command.LOST} if workers or the disk were lost; {command.MISUSED} if ",
        f"{command.SOME_FAILED} if all is done and some runs failed; {command.STOPPED} after Ctrl+C",
    ],
    ids=["points", "patience", "batches", "deaths", "seed", "status", "failed"],
)
def test_numbers_of_the_page_are_those_of_the_code(sentence) -> None:
    assert sentence in PROSE


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_in_the_table(name) -> None:
    assert f'| `"{name}"` |' in TEXT


def test_columns_that_the_page_names_are_there() -> None:
    settings = SessionSettings(n_pulses=1_000, seed=1, security="asymptotic")
    columns = sweep(settings, {}, progress=False).columns
    for name in ("qber", "qber_low", "qber_high", "true_qber", "key_length", "reason", "error", "seconds"):
        assert name in columns
        assert f"`{name}`" in PROSE
