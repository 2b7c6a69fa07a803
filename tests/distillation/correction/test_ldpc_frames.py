"""Frames: their codes are strong enough, their checks long enough, and each key bit is in one of them."""

import numpy as np
import pytest

from qkdlab.distillation.correction.ldpc_frames import LONGEST_FRAME, plan_frames
from qkdlab.values import binary_entropy


@pytest.mark.parametrize("n", [700, 20_000, 100_000, 300_000])
def test_a_wrong_frame_passes_its_check_less_than_once_in_ten_thousand(n) -> None:
    # ⌈n / b⌉ / 2ᵇ bounds how often two different frames of n bits have the same hash of b (`PolynomialHash`)
    for layout in plan_frames(n, 0.02):
        assert -(-layout.n_payload // layout.check_bits) / 2**layout.check_bits <= 1e-4
        assert layout.check_bits <= 32  # and it costs little


@pytest.mark.parametrize(("qber", "upper"), [(0.01, 0.01), (0.01, 0.05), (0.03, 0.04), (0.005, 0.0052)])
def test_codes_have_enough_parities_for_the_likeliest_and_for_the_highest_error_rate(qber, upper) -> None:
    for layout in plan_frames(200_000, qber, upper=upper):
        assert layout.code.n_checks >= 1.3 * layout.n_payload * binary_entropy(qber)
        assert layout.code.n_checks >= 1.15 * layout.n_payload * binary_entropy(upper)


@pytest.mark.parametrize("qber", np.geomspace(0.004, 0.15, 40))
def test_codes_have_hardly_more_parities_than_that(qber) -> None:
    # a code tells best with about two of five pairs joined: f would be 0.03 higher with half of the codes
    (layout,) = plan_frames(100_000, qber)
    assert layout.code.n_checks <= 1.5 * layout.n_payload * binary_entropy(qber)


def test_frames_hold_the_key_and_nothing_else() -> None:
    n = 2 * LONGEST_FRAME + 3
    layouts = plan_frames(n, 0.02)
    assert [layout.n_payload for layout in layouts] == [87_383, 87_382, 87_382]
    bits = np.random.default_rng(1).integers(0, 2, 87_383, dtype=np.uint8)
    frame = layouts[0].filled(bits)
    assert len(frame) == layouts[0].code.n_bits
    assert np.array_equal(frame[layouts[0].payload], bits)
    assert frame.sum() == bits.sum()
