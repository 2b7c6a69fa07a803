"""Messages quote what they were given, but never all of something endless."""

import numpy as np
import pytest

from qkdlab import Basis, Link, RecordingError, ScenarioError, TopologyError, run_session
from qkdlab.errors import LONGEST_MESSAGE, shown
from qkdlab.values import check_choice, check_count, check_instance, check_probability

LONG_TEXT = "x" * 10**6
ENDLESS = [LONG_TEXT, list(range(10**6)), {LONG_TEXT: 1}, np.arange(999), [[LONG_TEXT[:999]] * 9] * 9]


@pytest.mark.parametrize("value", ["Z", 0.5, [1, 2], {"a": 1}, (), None, b"Z", Basis.Z])
def test_short_values_are_shown_as_they_are(value) -> None:
    assert shown(value) == repr(value)


@pytest.mark.parametrize("value", ENDLESS, ids=lambda value: type(value).__name__)
def test_long_ones_are_cut_to_a_line(value) -> None:
    assert len(shown(value)) <= 201
    assert "\n" not in shown(value)
    for check in (
        lambda: check_choice("name", value, ("a", "b")),
        lambda: check_count("name", value),
        lambda: check_probability("name", value),
        lambda: check_instance("name", value, Link),
        lambda: run_session(n_pulses=value, seed=1),
        lambda: Link(length_km=value),
    ):
        with pytest.raises((ValueError, TypeError)) as caught:
            check()
        assert len(str(caught.value)) < 400


def test_errors_about_files_are_cut_whatever_they_are_given() -> None:
    for kind in (RecordingError, TopologyError, ScenarioError):
        assert len(str(kind("x" * 10**6))) == LONGEST_MESSAGE + 1
        assert str(kind("a.csv: must be")) == "a.csv: must be"
