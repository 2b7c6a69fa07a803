"""The sample recording in the repository: made by the lab, and read as the README says."""

import gzip
import re
from pathlib import Path

from tools.make_sample_recording import N_PULSES, TARGET, table

ROOT = Path(__file__).resolve().parents[2]


def test_the_sample_is_what_its_tool_makes() -> None:
    assert gzip.decompress(TARGET.read_bytes()).decode() == table(), "run tools/make_sample_recording.py"
    assert TARGET.stat().st_size < 200_000


def test_the_readme_s_example_runs_as_written_in_a_clone(monkeypatch, capsys) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.S)
    (example,) = (block for block in blocks if "distill_recording" in block)
    monkeypatch.chdir(ROOT)
    exec(compile(example, "README.md", "exec"), {})
    report = capsys.readouterr().out
    assert "KEY ACCEPTED" in report
    assert "finite key" in report
    assert re.search(rf"pulses sent +{N_PULSES:,}\n", report)
    assert "'+' is Z, 'x' is X" in report
