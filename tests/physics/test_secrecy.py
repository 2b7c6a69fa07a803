"""What Eve knows of the final key: nothing that can be seen, over many accepted sessions."""

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, Detector, InterceptResend, Link, run_session
from tests.bounds import assert_share


@pytest.mark.parametrize("fraction", [0.1, 0.3])
def test_eves_guess_of_the_key_is_a_coin_toss(fraction) -> None:
    # would catch: keys without privacy amplification, where she would be right in 1/2 + f/4
    right = total = 0
    for seed in range(60):
        eve = InterceptResend(fraction=fraction)
        result = run_session(
            n_pulses=20_000, seed=seed, link=IDEAL_LINK, eavesdropper=eve, security="asymptotic"
        )
        if not result.accepted:  # the sample may show an error rate that leaves no key
            continue
        assert result.key == result.bob_key
        assert result.eve.true_guess_rate > 1 / 2 + fraction / 8
        right += np.count_nonzero(result.eve.key_guess.bits == result.key.bits)
        total += result.key_length
    assert_share(right, total, 0.5, rules_out=1 / 2 + fraction / 4)


def test_key_bits_are_fair_and_independent_of_their_neighbours() -> None:
    # would catch: a hash that copies or repeats, a seed used twice
    ones = total = equal = 0
    for seed in range(30):
        link = Link(length_km=5, detector=Detector(efficiency=0.9))
        bits = run_session(n_pulses=60_000, seed=seed, link=link).key.bits
        ones, total = ones + int(bits.sum()), total + len(bits)
        equal += np.count_nonzero(bits[1:] == bits[:-1])
    assert_share(ones, total, 0.5, rules_out=0.52)
    assert_share(equal, total - 30, 0.5, rules_out=0.52)
