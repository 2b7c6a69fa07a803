"""The search for the best numbers: known maxima, bounds, several hills, progress."""

import numpy as np
import pytest

from qkdlab.theory.search import Range, maximise, spread_points
from tests.refusals import expect_refusal

BOX = [Range(low=0, high=1), Range(low=1e-6, high=1, logarithmic=True)]


def hill(numbers: tuple[float, ...]) -> float:
    x, y = numbers
    return -((x - 0.7) ** 2) - (np.log10(y) + 4) ** 2


def test_finds_the_top_of_a_hill() -> None:
    found = maximise(hill, BOX)
    assert found.numbers == pytest.approx((0.7, 1e-4), rel=1e-3)
    assert found.value == pytest.approx(0, abs=1e-6)
    assert maximise(hill, BOX) == found


def test_finds_the_higher_of_two_hills() -> None:
    # would catch: one simplex from the middle, which climbs the wide hill
    def hills(numbers: tuple[float, ...]) -> float:
        x, y = numbers
        wide, high = (x - 0.3) ** 2 + (y - 0.3) ** 2, (x - 0.85) ** 2 + (y - 0.85) ** 2
        return float(np.exp(-wide / 0.1) + 2 * np.exp(-high / 0.01))

    found = maximise(hills, [Range(low=0, high=1)] * 2)
    assert found.numbers == pytest.approx((0.85, 0.85), abs=5e-3)


def test_a_maximum_at_a_bound_is_approached_from_inside() -> None:
    found = maximise(lambda x: x[0], [Range(low=2, high=3)])
    assert 2.999 < found.numbers[0] < 3


def test_a_guess_is_never_lost() -> None:
    # a peak that no point of the box would meet
    def needle(numbers: tuple[float, ...]) -> float:
        return float(abs(numbers[0] - 0.123456) < 1e-7)

    assert maximise(needle, [Range(low=0, high=1)]).value == 0
    assert maximise(needle, [Range(low=0, high=1)], start=[0.123456]).value == 1


def test_a_plain_of_nothing_is_no_error() -> None:
    assert maximise(lambda _: 0.0, BOX).value == 0


@pytest.mark.parametrize("n_dimensions", [1, 2, 6])
def test_points_fill_the_box(n_dimensions) -> None:
    # every half of every dimension gets its half of the points, and no two of them are close
    points = spread_points(200, n_dimensions)
    assert points.shape == (200, n_dimensions)
    assert np.all((points >= 0) & (points < 1))
    assert np.count_nonzero(points < 0.5, axis=0) == pytest.approx(np.full(n_dimensions, 100), abs=8)
    if n_dimensions == 1:
        assert np.diff(np.sort(points[:, 0])).min() > 1 / 600


def test_a_range_and_back() -> None:
    for one in BOX:
        assert one.share(one.at(0.3)) == pytest.approx(0.3)
        assert (one.share(-1.0), one.share(7.0)) == (0, 1)
    assert BOX[1].at(0.5) == pytest.approx(1e-3)


def test_progress_and_cancel() -> None:
    shares: list[float] = []
    maximise(hill, BOX, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)

    class Cancelled(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        maximise(hill, BOX, progress=stop)


def test_refusals() -> None:
    with expect_refusal("high must be above low, 1, got 1"):
        Range(low=1, high=1)
    with expect_refusal("low must be above 0 in a logarithmic range, got 0"):
        Range(low=0, high=1, logarithmic=True)
    with expect_refusal("the number of ranges must be at least 1, got 0"):
        maximise(hill, [])
