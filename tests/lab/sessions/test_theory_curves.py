"""The curves that a gauge follows are what theory expects of the settings with one control moved."""

from dataclasses import replace

import pytest

from qkdlab import DecoySource, InterceptResend
from qkdlab.exchange.expected import expected_sifting
from qkdlab.lab.link.controls import LARGEST, LinkControls
from qkdlab.lab.link.presets import PRESETS
from qkdlab.lab.sessions.theory_curves import sliders_of, theory_curves


def test_curves_of_a_line_with_eve_are_closed_formulas() -> None:
    settings = replace(PRESETS["quiet"].settings, eavesdropper=InterceptResend(fraction=0.5))
    curves = theory_curves(settings, LinkControls, LARGEST)
    assert curves.keys() == LARGEST.keys() - {"mean_photon_number"}  # single photons have no such control
    noise = settings.link.detector.dark_count_probability
    shares, qbers = curves["fraction"]["x"], curves["fraction"]["y"]
    clean = curves["fraction"]["y"][0]
    for share, qber in zip(shares, qbers, strict=True):
        # intercept-resend of a share: a quarter of it becomes errors, whatever else is wrong stays a coin
        assert qber == pytest.approx(clean + share / 4 * (1 - 2 * clean), abs=max(1e-3, 10 * noise))
    assert curves["misalignment_error"]["y"] == sorted(curves["misalignment_error"]["y"])
    # at the end of a long line only dark counts are left, which are coins
    assert curves["length_km"]["y"][-1] > 2 * curves["length_km"]["y"][0] or noise == 0
    assert 0 <= min(curves["length_km"]["y"]) <= max(curves["length_km"]["y"]) <= 0.5


@pytest.mark.parametrize("name", PRESETS)
def test_where_the_control_stands_the_curve_is_what_the_run_expects(name: str) -> None:
    settings = PRESETS[name].settings
    expected = expected_sifting(
        settings.protocol_table, settings.link, settings.eavesdropper, signals_only=True
    ).qber
    for curve in theory_curves(settings, LinkControls, LARGEST).values():
        # would catch: the curve of other settings, or of a control that others depend on
        assert curve["y"][curve["x"].index(curve["at"])] == pytest.approx(expected, abs=1e-12)


def test_with_decoys_the_curve_is_that_of_the_signals() -> None:
    laser = PRESETS["laser"].settings
    settings = replace(laser, link=replace(laser.link, source=DecoySource()))
    table, link = settings.protocol_table, settings.link
    signals = expected_sifting(table, link, signals_only=True).qber
    everything = expected_sifting(table, link).qber
    assert signals is not None
    assert everything is not None
    assert everything > signals + 1e-5  # weak decoys are dark counts more often
    for curve in theory_curves(settings, LinkControls, LARGEST).values():
        assert curve["y"][curve["x"].index(curve["at"])] == pytest.approx(signals, abs=1e-9)


def test_without_eve_there_is_no_curve_for_her_share_and_nothing_arrives_without_detectors() -> None:
    curves = theory_curves(PRESETS["quiet"].settings, LinkControls, LARGEST)
    assert "fraction" not in curves
    assert all(None not in curve["y"] for name, curve in curves.items() if name != "efficiency")
    assert None not in curves["efficiency"]["y"][1:]


def test_sliders_are_told_from_menus() -> None:
    assert sliders_of(LinkControls(lambda name: None)).keys() == LARGEST.keys()
