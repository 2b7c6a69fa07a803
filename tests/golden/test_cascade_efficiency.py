"""Efficiency of the variants of Cascade against published figures.

Source: Martinez-Mateo, Pacher, Peev, Ciurana and Martin, "Demystifying the information reconciliation
protocol Cascade", Quantum Inf. Comput. 15, 453 (2015), arXiv:1407.3257, figures of the efficiency; values
read off the figures, ± 0.004. For modified (8) the figure charges lost frames too; there are none here.
"""

import numpy as np
import pytest

from gallery_runs.corrections import FRAME_BITS, PUBLISHED
from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.cascade import ParityOracle, reconcile
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from tests.bounds import assert_mean

pytestmark = pytest.mark.long
# so many that the error of the mean is below 0.0012; of longer frames as many bits
FRAMES = {0.01: 180, 0.02: 80, 0.03: 60, 0.05: 60, 0.08: 60, 0.11: 60}


def entropy(p: float) -> float:
    return float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def run_frames(name: str, n: int, qber: float, frames: int) -> tuple[list[float], int]:
    """Return bits Alice announced / (n h(Q)) of each frame, and how many frames stayed wrong.

    What the number of errors of a frame adds, h'(Q) for each one above n Q, is taken off: its mean is zero,
    and it is nine tenths of the spread at 1 %.
    """
    rng = np.random.default_rng(2015)
    efficiencies, failed, slope = [], 0, np.log2((1 - qber) / qber)
    for _ in range(frames):
        alice = rng.integers(0, 2, n, dtype=np.uint8)
        errors = (rng.random(n) < qber).astype(np.uint8)
        channel = PublicChannel()
        oracle = ParityOracle(alice, channel)
        done = reconcile(alice ^ errors, oracle, qber=qber, rng=rng, channel=channel, variant=VARIANTS[name])
        leak = done.counts.alice_leak - slope * (errors.sum() - n * qber)
        efficiencies.append(leak / (n * entropy(qber)))
        failed += not np.array_equal(done.bits, alice)
    return efficiencies, failed


@pytest.mark.parametrize("name", PUBLISHED)
def test_efficiency(name) -> None:
    # would catch: a parity asked for that follows from others, halves that are not used again, a schedule
    # that halves one block at a time (1 to 1.5 % less leak)
    wrong, n = 0, FRAME_BITS[name]
    for (qber, frames), value in zip(FRAMES.items(), PUBLISHED[name], strict=True):
        efficiencies, failed = run_frames(name, n, qber, frames * 10_000 // n)
        assert_mean(efficiencies, value, standard_error=0.0012, tolerance=0.004 + 5 * 0.0012)
        wrong += failed
    # published frame error rates: at most 4.2e-4 (original, 1 %), 1e-4 and less for the others
    assert wrong <= 1


@pytest.mark.parametrize(
    ("qber", "most"), [(0.01, 1.045), (0.02, 1.045), (0.03, 1.045), (0.05, 1.045), (0.11, 1.065)]
)
def test_the_best_variant_on_long_keys(qber, most) -> None:
    efficiencies, failed = run_frames("modified (8)", 100_000, qber, 8)
    assert_mean(efficiencies, most - 0.01, standard_error=0.002, tolerance=0.01)
    assert not failed


@pytest.mark.parametrize(("name", "rate"), [("modified (1)", 1.5e-3), ("modified (2)", 3.3e-3)])
def test_frame_error_rate(name, rate) -> None:
    # 1,000 frames of 10⁴ bits at 3 %: some stay wrong, and no more than the figure's rate and 5 sigma. Would
    # catch modified (1) without its confirmations, where 167 of 300 stay wrong. Would not see a pass too few
    # or blocks that do not grow, after which at most 1 of 300 does: those change how much leaks, as above
    frames = 1_000
    _, failed = run_frames(name, 10_000, 0.03, frames)
    assert 0 < failed <= rate * frames + 5 * np.sqrt(rate * frames)
