"""The benchmarks run, at a tiny size, and print a ratio in every section; no test looks at a time."""

import re
import runpy
import sys
from importlib.util import find_spec

import numpy as np

from benchmarks.core import plain_cascade


def test_benchmarks_run(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--scale", "0.002"])
    runpy.run_module("benchmarks", run_name="__main__")
    printed = capsys.readouterr().out
    for title in (
        "Exchange",
        "A billion pulses",
        "First session",
        "Session of",
        "Cascade,",
        "Privacy",
        "Peak memory",
    ):
        assert title in printed
    reference = find_spec("randextract") is not None  # not for every Python
    assert printed.count("(baseline") == 4 + reference
    ratios = [float(text.replace(",", "")) for text in re.findall(r"([\d,.]+) ×", printed)]
    assert len(ratios) == 19 + 2 * reference
    assert all(ratio > 0 for ratio in ratios)


def test_the_benchmark_of_ldpc_codes_runs(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["ldpc", "--scale", "0.004"])
    runpy.run_module("benchmarks.ldpc", run_name="__main__")
    printed = capsys.readouterr().out
    assert printed.count(", ours:") == 5
    assert printed.count("× Cascade") == 4


def test_the_plain_cascade_is_a_fair_baseline() -> None:
    # it corrects the same errors and tells about as many parities
    rng = np.random.default_rng(1)
    alice = rng.integers(0, 2, 3_000)
    bob = alice ^ (rng.random(3_000) < 0.03)
    corrected, leaked = plain_cascade(alice.tolist(), bob.tolist(), 0.03)
    assert corrected == alice.tolist()
    entropy = -0.03 * np.log2(0.03) - 0.97 * np.log2(0.97)
    assert 1.0 < leaked / (3_000 * entropy) < 1.5
