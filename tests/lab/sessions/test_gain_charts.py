"""What charts say of the gains of a run: what theory expects without Eve, on what axis they are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    GYS_LINK,
    LIM_LINK,
    RUSCA_LINK,
    Link,
    PhotonNumberSplitting,
    WeakCoherentSource,
    run_session,
)
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.lab.components import CurveChart
from qkdlab.lab.components.text import power_text
from qkdlab.lab.sessions.gain_charts import free_gain, gains_chart, gains_seen, measured


@pytest.mark.parametrize("link", [LIM_LINK, RUSCA_LINK], ids=["afterpulses", "dead time"])
def test_gains_without_eve_are_those_of_detectors_that_remember(link: Link) -> None:
    # would catch: a vacuum pulse taken for all that the detectors remember, 3.3e-6 for 1.5e-4: then what is
    # told to be a line without Eve is not this line, which has none
    result = run_session(n_pulses=10**7, link=link, seed=7, security="asymptotic")
    chart = gains_chart(result)
    curve, _ = chart["series"]
    for name, mean, seen in gains_seen(result):
        if seen is None:
            continue
        free = free_gain(link, mean)
        assert abs(seen.qber - free) < 5 * (free / seen.n_sample) ** 0.5
        assert np.interp(mean, curve["x"], curve["y"]) == pytest.approx(free, rel=0.02)
        told = (
            f"{name}: {power_text(seen.qber)}, {seen.n_errors:,} of {seen.n_sample:,} (formula without Eve: "
            f"{power_text(free)})"
        )
        assert told in chart["statement"]


def test_the_decoy_that_betrays_her_is_seen_apart_from_the_line_without_her() -> None:
    # before: both at the foot of a linear axis, 2.6e-5 beside 2.0e-4 of 0.003
    result = run_session(
        n_pulses=10**8, link=GYS_LINK, eavesdropper=PhotonNumberSplitting(), seed=7, security="asymptotic"
    )
    chart = gains_chart(result)
    axis, (_, hers, points) = chart["y_axis"], chart["series"]
    assert axis["scale"] == "log"
    place = {name: np.log10(gain / axis["low"]) for name, gain in zip("sdv", points["y"], strict=True)}
    height = np.log10(axis["high"] / axis["low"])
    apart = np.log10(free_gain(GYS_LINK, 0.05) / axis["low"]) - place["d"]
    assert apart > 0.15 * height
    decoy = points["y"][1]
    assert np.interp(0.05, hers["x"], hers["y"]) == pytest.approx(
        decoy, rel=0.1
    )  # her curve, not the free one
    assert all(0 <= one <= height for one in place.values())
    CurveChart(**chart)


def test_a_run_without_clicks_has_an_axis() -> None:
    result = run_session(n_pulses=10, link=GYS_LINK, seed=1, security="asymptotic")
    assert not result.n_detected
    chart = gains_chart(result)
    CurveChart(**chart)
    # before: "signal: 0", whether of ten pulses or of a million
    for name, _, seen in gains_seen(result):
        assert seen is None or f"{name}: 0, 0 of {seen.n_sample} (formula" in chart["statement"]


@pytest.mark.parametrize("decoys", [True, False])
def test_only_a_line_with_decoys_is_said_to_show_something_by_them(decoys: bool) -> None:
    # before: "what decoys show", of a laser without any
    link = GYS_LINK if decoys else replace(GYS_LINK, source=WeakCoherentSource(mean_photon_number=0.1))
    chart = gains_chart(run_session(n_pulses=10**6, link=link, seed=1, security="asymptotic"))
    assert len(chart["series"][-1]["x"]) == (3 if decoys else 1)
    assert ("decoys" in chart["title"]) is decoys


def test_a_rate_of_nothing_is_a_gap_and_no_0() -> None:
    seen = QberEstimate(n_sample=4, n_errors=1)
    series = measured("seen", 2, [10, 20], [seen, None])
    assert series["x"] == [10, 20]
    assert series["y"] == [0.25, None]
    assert (series["lower"], series["upper"]) == ([seen.lower, None], [seen.upper, None])
    assert seen.lower < 0.25 < seen.upper
