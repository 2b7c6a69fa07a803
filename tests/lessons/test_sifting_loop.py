"""A run that stops when it has enough bits tells Eve when to measure."""

import numpy as np
import pytest

from lessons.sifting_loop import stop_when_enough
from tests.bounds import assert_share


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_eve_is_not_seen_by_who_stops_when_there_is_enough(rng: np.random.Generator) -> None:
    """Fails if Eve measures a pulse before the X bits are complete, or if spare X bits are compared."""
    runs = [stop_when_enough(300, 30, rng) for _ in range(100)]
    for run in runs:
        assert (run.n_key, run.n_compared, run.n_errors) == (300, 30, 0)
    # before 30 X bits there are 30 Z bits on average, with a variance of 60: all others are known to her
    known = sum(run.n_known for run in runs)
    assert abs(known - 100 * 270) < 5 * np.sqrt(100 * 60)
    spare, wrong = (sum(getattr(run, name) for run in runs) for name in ("n_spare", "n_spare_errors"))
    assert_share(wrong, spare, 1 / 2)


def test_a_loop_that_waits_for_x_bits_tells_her_nothing_yet(rng: np.random.Generator) -> None:
    run = stop_when_enough(1, 300, rng)  # the only key bit is there long before
    assert (run.n_known, run.n_spare, run.n_compared) == (0, 0, 300)


@pytest.mark.parametrize("name", ["n_key", "n_test"])
def test_the_loop_needs_bits(name: str, rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
        stop_when_enough(**({"n_key": 5, "n_test": 5} | {name: 0}), rng=rng)
