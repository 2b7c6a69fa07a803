"""The benchmark of the encryptor runs, on a small file; no test looks at a time."""

import re

from benchmarks import encryptor


def test_the_benchmark_runs_and_prints_its_ratios(capsys) -> None:
    encryptor.main(0.001)
    printed = capsys.readouterr().out
    assert printed.count("(baseline)") == 2
    ratios = [float(text) for text in re.findall(r"([\d.]+) ×", printed)]
    assert len(ratios) == 3
    assert min(ratios) > 0
    assert all(int(number) >= 10 for number in re.findall(r"(\d+) changes of keys", printed))
