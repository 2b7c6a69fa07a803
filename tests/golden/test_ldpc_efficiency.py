"""Efficiency of blind reconciliation, frame error rates one way, and the limit no one-way code beats.

Blind, 1.12 to 1.15 on 10⁵ bits in the mean, near the 1.1 of published protocols, and below an independent
implementation of arXiv:1205.5729 with 16384 bits: 1.33, 1.22, 1.19 and 1.17 at 1, 2, 3, 5 %. One way:
Tomamichel, Martinez-Mateo, Pacher and Elkouss, Quantum Inf. Process. 16, 280 (2017).
"""

import numpy as np
import pytest
from scipy.stats import binom, norm

from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.ldpc import SyndromeOracle, reconcile_ldpc
from qkdlab.distillation.correction.leakage import LDPC
from qkdlab.distillation.correction.leakage import efficiency as expected_efficiency
from tests.bounds import TAIL


def entropy(p: float) -> float:
    return float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def run(n: int, qber: float, seed: int, **options: object) -> tuple[int, float, bool]:
    """Return bits announced, Shannon's limit for the errors of this key, and whether Bob has it."""
    rng, channel = np.random.default_rng(seed), PublicChannel()
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    bob = alice ^ (rng.random(n) < qber).astype(np.uint8)
    oracle = SyndromeOracle(alice, channel)
    done = reconcile_ldpc(bob, oracle, qber=qber, rng=rng, channel=channel, **options)  # type: ignore[arg-type]
    limit = n * entropy(float(np.mean(alice != bob)))
    return done.counts.alice_leak, limit, bool(np.array_equal(done.bits, alice))


@pytest.mark.parametrize("qber", [0.005, 0.01, 0.02, 0.03, 0.05, 0.1])
def test_blind_efficiency(qber) -> None:
    # would catch: codes worse than those, parities that are not counted (below the limit), steps too wide
    runs = [run(100_000, qber, seed) for seed in range(16)]
    assert all(right for *_, right in runs)
    values = np.array([leak / limit for leak, limit, _ in runs])
    assert 1 < values.min() < np.mean(values) < 1.15
    assert values.max() < 1.3  # no key is left with a few wrong bits until all parities are told
    assert np.mean(values) == pytest.approx(expected_efficiency(LDPC, qber), abs=0.015)


def test_one_way_no_more_frames_are_decoded_than_is_possible() -> None:
    # at Shannon's limit little more than half of the frames have few enough errors for any code. Would catch
    # a leak counted too low, or a decoder that knows more than it was told
    n, qber, frames = 4096, 0.05, 60
    runs = [run(n, qber, seed, blind=False, efficiency=1.0) for seed in range(frames)]
    room = runs[0][0] - n * entropy(qber) + 0.5 * np.log2(n)
    spread = np.sqrt(n * qber * (1 - qber)) * np.log2((1 - qber) / qber)
    most = float(norm.cdf(room / spread))
    assert sum(right for *_, right in runs) <= binom.isf(TAIL, frames, most)
    # and somewhat above it the codes decode nearly all
    runs = [run(n, qber, seed, blind=False, efficiency=1.35) for seed in range(frames)]
    assert sum(right for *_, right in runs) > 2 * frames / 3
