"""What Cascade is expected to leak, against runs of it."""

import numpy as np
import pytest

from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.cascade_variants import ORIGINAL, VARIANTS
from qkdlab.distillation.correction.leakage import EFFICIENCIES, LDPC, expected_leak


def leak(name: str, n: int, qber: float, block_qber: float) -> tuple[int, int, float]:
    """What Alice and Bob announce in one run, and the share of errors in it."""
    rng = np.random.default_rng(7)
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    wrong = (rng.random(n) < qber).astype(np.uint8)
    channel = PublicChannel()
    oracle = ParityOracle(alice, channel)
    done = reconcile(alice ^ wrong, oracle, qber=block_qber, rng=rng, channel=channel, variant=VARIANTS[name])
    return done.counts.alice_leak, done.counts.bob_leak, float(wrong.mean())


@pytest.mark.parametrize("ratio", [1.0, 1.3, 2.0])
@pytest.mark.parametrize("qber", [0.005, 0.02, 0.08])
@pytest.mark.parametrize("name", VARIANTS)
def test_leak(name, qber, ratio) -> None:
    # would catch: blocks taken as made for the true error rate (the original leaks 15 % more at twice it),
    # natural logarithms; the sign of what shorter blocks save
    alice, bob, seen = leak(name, 60_000, qber, ratio * qber)
    expected = expected_leak(VARIANTS[name], 60_000, seen, block_qber=ratio * qber)
    rounded = VARIANTS[name].powers_of_two or VARIANTS[name].geometric
    assert alice == pytest.approx(expected, rel=0.05 if rounded else 0.03)
    assert bob == pytest.approx(alice, rel=0.01)  # "Bob's questions are as many"


def test_a_key_without_errors_still_shows_the_parities_of_its_blocks() -> None:
    alice, _, _ = leak("original", 60_000, 0.0, 0.01)
    assert alice == pytest.approx(expected_leak(ORIGINAL, 60_000, 0.0, block_qber=0.01), rel=0.02)


def test_every_variant_is_in_the_table() -> None:
    assert set(EFFICIENCIES) == {*VARIANTS, LDPC}
