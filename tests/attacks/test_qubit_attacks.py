"""Intercept-resend: its settings, its choices and its reading of the record."""

import numpy as np
import pytest

from qkdlab import InterceptResend
from qkdlab.quantum.tactics import PASS
from tests.bounds import assert_distribution, assert_share


@pytest.mark.parametrize("fraction", [1.2, -0.1, float("nan"), "1", True, None])
def test_fraction_is_checked(fraction) -> None:
    with pytest.raises(ValueError, match=r"^fraction must ") as caught:
        InterceptResend(fraction=fraction)
    assert str(caught.value).endswith(f"got {fraction!r}")


def test_choices_are_independent_and_unbiased() -> None:
    # would catch: a fixed number of attacks, the first pulses attacked, one basis preferred
    n, f = 400_000, 0.3
    chosen = InterceptResend(fraction=f).choose(n, np.random.default_rng(1))
    assert chosen.dtype == np.uint8
    assert_distribution(np.bincount(chosen, minlength=3), [1 - f, f / 2, f / 2])
    attacked = chosen != PASS
    assert_share(np.count_nonzero(attacked[: n // 2]), n // 2, f)
    assert_share(np.count_nonzero(attacked[1:] & attacked[:-1]), n - 1, f * f)


@pytest.mark.parametrize(("fraction", "attacked"), [(0.0, 0), (1.0, 1000)])
def test_never_and_always(fraction, attacked) -> None:
    chosen = InterceptResend(fraction=fraction).choose(1000, np.random.default_rng(1))
    assert np.count_nonzero(chosen != PASS) == attacked


def test_words_and_numbers() -> None:
    eve = InterceptResend(fraction=0.5)
    assert eve.expected_error() == 0.125
    assert InterceptResend().expected_error() == 0.25
    assert eve.describe() == "intercept-resend on 50 % of the pulses"
    assert len(eve.tactics) == 2
    assert eve == InterceptResend(fraction=0.5)
    assert hash(eve) == hash(InterceptResend(fraction=0.5))
