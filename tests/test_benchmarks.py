"""The benchmarks run, at a tiny size, and print a ratio in every section; no test looks at a time."""

import re
import runpy
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from benchmarks.cascade import BEST, plain_cascade, plain_orders, run_ours
from benchmarks.sweep import carried_on, costs
from qkdlab.distillation.channel import PublicChannel, Subject
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.values import binary_entropy


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
        "Toeplitz hash",
        "Privacy",
        "Peak memory",
        "Choosing the numbers",
        "A day of a network",
    ):
        assert title in printed
    reference = find_spec("randextract") is not None  # not for every Python
    assert printed.count("(baseline") == 6 + reference
    ratios = [float(text.replace(",", "")) for text in re.findall(r"([\d,.]+) ×", printed)]
    assert len(ratios) == 22 + 2 * reference
    assert all(ratio > 0 for ratio in ratios)


@pytest.mark.parametrize(("n", "qber", "seed"), [(3_000, 0.03, 1), (20_001, 0.05, 2), (900, 0.11, 3)])
def test_the_plain_cascade_is_the_same_variant(n, qber, seed) -> None:
    # two programs that share nothing but shuffles and block sizes: same key and as many parities, to the bit.
    # Would catch parities of Bob's that miss a flip, halves taken wrongly for odd, a parity too many
    rng = np.random.default_rng(seed)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    bob = alice ^ (rng.random(n) < qber).astype(np.uint8)
    channel = PublicChannel()
    oracle = ParityOracle(alice, channel)
    done = reconcile(bob, oracle, qber=qber, rng=rng, channel=channel, variant=BEST)
    orders = [list(range(n))]
    for message in channel.messages:
        if message.subject is Subject.PERMUTATION:
            orders.append(np.random.default_rng(int(message.payload)).permutation(n).tolist())
    corrected, told = plain_cascade(alice.tolist(), bob.tolist(), BEST.block_sizes(n, qber), orders)
    assert corrected == done.bits.tolist() == alice.tolist()
    assert told == done.counts.alice_leak


def test_the_plain_cascade_leaks_as_much_with_shuffles_of_its_own() -> None:
    # mean efficiency of 10 keys within 0.02, six standard errors: shuffles alone change that of one key of
    # 10⁴ bits by 0.010 (measured). Would catch a parity in fifty that need not be told
    n, qber, told, ours = 10_000, 0.03, 0, 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        alice = rng.integers(0, 2, n, dtype=np.uint8)
        bob = alice ^ (rng.random(n) < qber).astype(np.uint8)
        plain = plain_cascade(alice.tolist(), bob.tolist(), BEST.block_sizes(n, qber), plain_orders(n))
        told += plain[1]
        ours += run_ours(alice, bob).counts.alice_leak
        assert plain[0] == alice.tolist()
    assert abs(told - ours) / (10 * n * binary_entropy(qber)) < 0.02


def test_the_benchmark_of_ldpc_codes_runs(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["ldpc", "--scale", "0.004"])
    monkeypatch.delitem(sys.modules, "benchmarks.ldpc", raising=False)  # the comparison with peers imports it
    runpy.run_module("benchmarks.ldpc", run_name="__main__")
    printed = capsys.readouterr().out
    assert printed.count(", ours:") == 5
    assert printed.count("× Cascade") == 12


def test_what_a_sweep_costs_is_measured(tmp_path) -> None:
    lines, cost = costs(100, tmp_path)
    assert len(lines) == 4
    assert all(0 < value < 1e4 for value in cost.values())
    (line,) = carried_on({"point": 0.01, "batch": 0.006, "row": 150.0})
    # 10⁸ × 1.01 s / 1,000 = 28.06 h; 10⁸ / 600 batches of 6 ms = 1,000 s; 15 GB
    assert "28.1 h" in line
    assert "166,667 batches, 17 min" in line
    assert "15 GB" in line
