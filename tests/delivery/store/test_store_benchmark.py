"""The benchmark of key stores runs; no test looks at a time."""

import re

from benchmarks.key_store import main


def test_the_benchmark_prints_its_ratios(capsys) -> None:
    main(0.1)
    printed = capsys.readouterr().out
    assert printed.count("(baseline)") == 1
    ratios = [float(text) for text in re.findall(r"([\d.]+) ×", printed)]
    assert len(ratios) == 2
    assert min(ratios) > 0
