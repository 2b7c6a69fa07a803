"""The mark on the gauge of the distillation panel: where keys of runs as short as its own end."""

from dataclasses import replace

import pytest

from qkdlab import IDEAL_LINK, SessionSettings, run_session
from qkdlab.lab.components.text import percent_text
from qkdlab.lab.distillation.charts import own_mark
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.theory.error_limit import long_run_limit

QUIET = DISTILLATION_PRESETS["quiet"].settings


def at(error: float, base: SessionSettings = QUIET) -> SessionSettings:
    """The same run with another error rate."""
    return replace(base, link=replace(base.link, misalignment_error=error))


def test_above_the_mark_runs_as_short_have_no_key_and_below_it_they_have() -> None:
    # would catch: the limit of long runs there, or one that errors of this run move
    marks = []
    for error in (0.01, 0.02, 0.03):
        result = run_session(at(error))
        mark = own_mark(result)
        assert result.qber < mark["limit"] < long_run_limit(QUIET)
        assert mark["limit_text"] == (
            f"about {percent_text(mark['limit'])}: above this a run as short as this one has no key"
        )
        marks.append(mark["limit"])
    assert max(marks) - min(marks) < 0.006
    assert not run_session(at(max(marks) + 0.006)).accepted
    assert run_session(at(min(marks) - 0.006)).accepted


@pytest.mark.parametrize(
    "settings",
    [
        at(0.05),
        SessionSettings(link=IDEAL_LINK, n_pulses=60_000, protocol="E91", security="asymptotic", seed=1),
    ],
    ids=["too short", "E91"],
)
def test_without_a_key_or_with_a_chsh_value_the_gauge_stays_as_it_is(settings: SessionSettings) -> None:
    assert own_mark(run_session(at(settings.link.misalignment_error or 0.02, settings))) == {}
