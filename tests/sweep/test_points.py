"""Points, labels and seeds."""

from dataclasses import dataclass

import numpy as np
import pytest

from qkdlab import DeviceSampler, InterceptResend, OptimalCloner, SessionSettings
from qkdlab.sweep import random_design, sweep
from qkdlab.sweep.points.design import design_of
from qkdlab.sweep.points.plain import canonical, run_seed
from qkdlab.sweep.sweeping import _repetitions
from tests.sweep.counted import Toy, run


def labels(over) -> list[tuple]:
    design = design_of(over)
    return [tuple(one.label for one in design.point(number)) for number in range(design.n_points)]


def test_a_grid_goes_through_all_pairs_in_order() -> None:
    assert labels({"x": [3, 1], "takes": [0, 0.5]}) == [(3, 0.0), (3, 0.5), (1, 0.0), (1, 0.5)]


def test_settings_as_values_have_names() -> None:
    attacks = [None, InterceptResend(fraction=0.5), OptimalCloner(disturbance=0.1)]
    assert labels({"eavesdropper": attacks})[0] == (None,)
    assert labels({"eavesdropper": attacks})[1] == ("InterceptResend(fraction=0.5, basis='random')",)
    assert labels({"eavesdropper": {"none": None, "half": attacks[1]}}) == [("none",), ("half",)]


def test_many_repetitions_take_no_memory() -> None:
    assert _repetitions(1_000_000) == range(1_000_000)
    assert _repetitions([4, 5, 6]) == range(4, 7)
    assert _repetitions([4, 6]) == (4, 6)


def test_points_of_a_list_stay_as_they_are() -> None:
    assert labels([{"x": 1, "takes": 2}, {"takes": 0.5, "x": 3}]) == [(1, 2.0), (3, 0.5)]
    assert labels([{"x": 1}, {"x": "1"}]) == [(1,), ("1",)]


@pytest.mark.parametrize("again", [{"x": 1, "y": 2}, {"y": 2.0, "x": np.int64(1)}], ids=["same", "equal"])
def test_a_point_of_a_list_stands_there_once(again) -> None:
    # would catch: one run, with one seed, that counts as two
    with pytest.raises(ValueError, match="^over must have each point once, got .* twice$"):
        design_of([{"x": 1, "y": 2}, {"x": 1, "y": 3}, again])


def test_numbers_of_numpy_make_a_range() -> None:
    whole = random_design({"n": (np.int64(5), np.int64(5))}, n=1, seed=1).point(0)
    assert [(type(one.value), one.value) for one in whole] == [(int, 5)]


def test_a_random_design_is_even_and_its_beginning_stays() -> None:
    design = random_design({"a": (2.0, 4.0), "b": (1, 6), "c": (1.0, 1e4, "log"), "d": ["u", "v"]}, 4_000, 3)
    drawn = list(zip(*labels(design), strict=True))
    a, b, c = (np.array(one) for one in drawn[:3])
    spread = 5 / np.sqrt(len(a))
    assert abs(a.mean() - 3) < spread * 2 / np.sqrt(12)
    assert (a.min() >= 2, a.max() <= 4, set(b)) == (True, True, set(range(1, 7)))
    assert abs(np.mean(b == 6) - 1 / 6) < spread * np.sqrt(5 / 36)
    assert abs(np.mean(c < 100) - 0.5) < spread / 2  # evenly in the logarithm
    assert abs(np.mean(np.array(drawn[3]) == "u") - 0.5) < spread / 2
    assert (
        labels(random_design({"a": (2.0, 4.0)}, 5, 3)) == labels(random_design({"a": (2.0, 4.0)}, 9, 3))[:5]
    )


@pytest.mark.parametrize(
    "ranges",
    [
        {"x": (1,)},
        {"x": (2, 1)},
        {"x": (0.0, 1.0, "log")},
        {"x": (1, 2, "even")},
        {"x": []},
        {"x": 3},
        {"x": (-np.inf, 1.0)},
    ],
)
def test_ranges_that_are_none(ranges) -> None:
    with pytest.raises(ValueError, match="x must"):
        random_design(ranges, 5, 1)


def test_a_seed_follows_from_settings_and_repetition_alone() -> None:
    # would catch: seeds by row number, by worker, or by the order in which names were given
    wide = {(row["x"], row["repetition"]): row["seed"] for row in toys({"x": range(5)}, seeds=3)}
    narrow = {(row["x"], row["repetition"]): row["seed"] for row in toys({"x": [3, 1]}, seeds=[2, 0])}
    assert len(set(wide.values())) == 15
    assert narrow.items() <= wide.items()
    one, other = toys({"x": [1], "takes": [0.0]}), toys([{"takes": 0, "x": 1}])
    assert one.rows[0]["seed"] == other.rows[0]["seed"] == wide[1, 0]
    assert toys({"x": [1]}, settings=Toy(seed=5)).rows[0]["seed"] != wide[1, 0]  # the master seed
    assert toys({"x": [1]}, settings=Toy(kills="/")).rows[0]["seed"] != wide[1, 0]  # what is not swept


def toys(over, *, settings=None, seeds=1):
    return sweep(settings or Toy(), over, what=run, seeds=seeds, progress=False)


def test_a_field_at_its_default_changes_no_seed() -> None:
    # would catch: new seeds for everybody once the package has a new field
    plain = SessionSettings(n_pulses=1_000, seed=1)
    assert canonical(plain) == canonical(SessionSettings(n_pulses=np.int64(1_000), seed=9, max_qber=0.11))
    assert canonical(plain) == '{"n_pulses":1000,"type":"SessionSettings"}'
    assert len({run_seed(1, canonical(plain), number) for number in range(1_000)}) == 1_000
    assert all(0 <= run_seed(1, "", number) < 2**63 for number in range(1_000))


@pytest.mark.qiskit(reason="a device")
def test_devices_cannot_be_swept() -> None:
    from qiskit.providers.fake_provider import GenericBackendV2

    settings = SessionSettings(n_pulses=100, seed=1, sampler=DeviceSampler(GenericBackendV2(5, seed=1)))
    with pytest.raises(
        ValueError, match="settings.sampler.device must be numbers, text or settings to be swept"
    ):
        sweep(settings, {"link.length_km": [1]}, progress=False)


@pytest.mark.parametrize(
    "seeds", [0, -1, [], [1, 1], [-1], 1.5, 10**60, range(-1, 2), range(10**60)], ids=repr
)
def test_repetitions_that_are_none(seeds) -> None:
    with pytest.raises(ValueError, match="seeds must"):
        toys({"x": [1]}, seeds=seeds)


def test_repetitions_of_what_is_not_random_are_refused() -> None:
    with pytest.raises(ValueError, match="seeds must be 1 for expected_key"):
        sweep(SessionSettings(n_pulses=1_000, seed=1), {}, what="expected_key", seeds=2, progress=False)


def test_a_swept_name_is_no_column_of_its_own() -> None:
    # would catch: two columns of one name, of which a file keeps one
    @dataclass(frozen=True)
    class Timed:
        seconds: float = 1.0

    with pytest.raises(ValueError, match="over must name no column of a row, got 'seconds'"):
        sweep(Timed(), {"seconds": [1]}, what=lambda settings: {}, progress=False)


def test_equal_numbers_have_one_seed() -> None:
    # would catch: other rows for a grid of 0, 10, 20 than for one of 0.0, 10.0, 20.0
    assert canonical(Toy(takes=2)) == canonical(Toy(takes=2.0)) == canonical(Toy(takes=np.float64(2)))
