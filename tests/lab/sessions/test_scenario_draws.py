"""The draws of the panels' scenarios: all readers see the run of a fixed seed, so it must be a usual one."""

import math

import pytest

from qkdlab import run_session
from qkdlab.distillation.outcome import AbortReason
from qkdlab.lab.link.presets import PRESETS
from tools.lamp_tables import PANELS


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section, presets in PANELS.items() for name in presets]
)
def test_the_draw_of_a_scenario_is_a_usual_one(section: str, name: str) -> None:
    # before: 5.7 % of a short run's compared bits, where 2 % are expected; no test of physics, which 5σ hold
    result = run_session(PANELS[section][name].settings)
    expected, estimate = result.expected_qber, result.distillation.estimate
    spread = math.sqrt(expected * (1 - expected) / estimate.n_sample)
    assert abs(estimate.qber - expected) <= 2.5 * spread


def test_a_line_that_is_too_long_stops_for_its_error_rate() -> None:
    # before: "too many errors to correct", which a longer run of this line does not give
    assert run_session(PRESETS["long"].settings).reason is AbortReason.QBER_TOO_HIGH
