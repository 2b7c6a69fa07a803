"""The error rate of a frame from its parities: right on average, and as exact as it says."""

import numpy as np
import pytest

from qkdlab.distillation.correction.belief_propagation import Told
from qkdlab.distillation.correction.ldpc_codes import get_code
from qkdlab.distillation.correction.ldpc_estimate import error_rate
from tests.bounds import assert_mean


def told(code, qber: float, share: float, seed: int) -> tuple[Told, float]:
    """Return what is told of a frame, and its true error rate."""
    rng = np.random.default_rng(seed)
    errors = (rng.random(code.n_bits) < qber).astype(np.uint8)
    first, second = code.by_pairs(code.syndrome(errors))
    split = rng.random(len(first)) < share
    firsts = np.where(split, first, 0).astype(np.uint8)
    return Told(sums=first ^ second, firsts=firsts, split=split), float(errors.mean())


@pytest.mark.parametrize("share", [0, 0.6, 1])
def test_the_parities_tell_the_error_rate(share) -> None:
    # nothing is known before. Would catch: joined checks counted with the bits of one (twice the rate), the
    # second parities of split pairs left out
    code, ratios, scores = get_code(103, 80), [], []
    for seed in range(100):
        known, truth = told(code, 0.03, share, seed)
        rate, spread = error_rate(code, code.n_bits, known, 0.03, 0.15)
        ratios.append(rate / truth)
        scores.append((rate - truth) / spread)
    assert_mean(ratios, 1, standard_error=0.015, tolerance=0.04)
    assert_mean(scores, 0, standard_error=0.15, tolerance=0.5)
    assert 0.6 < np.std(scores) < 1.4


def test_shortened_bits_are_never_wrong() -> None:
    # an eighth of the frame is 0 and known: the rest has all errors
    code, rates = get_code(103, 80), []
    for seed in range(60):
        errors = (np.random.default_rng(seed).random(code.n_bits) < 0.06).astype(np.uint8)
        errors[np.random.default_rng(seed).permutation(code.n_bits)[: code.n_bits // 8]] = 0
        first, second = code.by_pairs(code.syndrome(errors))
        known = Told(sums=first ^ second, firsts=first, split=np.ones(first.shape, dtype=bool))
        rates.append(error_rate(code, code.n_bits * 7 // 8, known, 0.06, 0.3)[0])
    assert_mean(rates, 0.06, standard_error=0.0008, tolerance=0.0025)


def test_what_was_likely_before_counts_unless_the_parities_contradict() -> None:
    code = get_code(103, 80)
    near, _ = told(code, 0.033, 0.5, 1)
    alone, _ = error_rate(code, code.n_bits, near, 0.03, 0.15)
    rate, spread = error_rate(code, code.n_bits, near, 0.03, 0.03)
    assert min(alone, 0.03) < rate < max(alone, 0.03)
    assert spread < 0.08 * 0.03
    far, truth = told(code, 0.055, 0.5, 2)
    assert error_rate(code, code.n_bits, far, 0.03, 0.03)[0] == pytest.approx(truth, rel=0.1)
