"""The link-budget panel without a browser: controls, sweep, charts, scenarios, errors."""

import asyncio
import dataclasses
from dataclasses import replace

import pytest

from qkdlab import (
    GENERIC_LINK,
    GYS_LINK,
    IDEAL_LINK,
    BeamSplitting,
    ClassicalChannel,
    DecoySource,
    Detector,
    InterceptResend,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    TimeShift,
    WeakCoherentSource,
    run_session,
)
from qkdlab.lab import LinkBudgetPanel
from qkdlab.lab.components.text import words_for
from qkdlab.lab.frame.frame import is_off
from qkdlab.lab.link_budget import controls
from qkdlab.lab.link_budget.controls import ATTACKS, LINK_SLIDERS, NONE, BudgetControls
from qkdlab.lab.link_budget.panel import DEFAULT, MOST_PULSES, SWEEP_CLICKS, family_of, sweep_settings
from qkdlab.lab.link_budget.presets import BUDGET_PRESETS
from qkdlab.lab.link_budget.theory import Family, reach_km
from qkdlab.lab.sessions.control_set import DETECTOR_FIELDS, LINK_FIELDS
from qkdlab.lab.sessions.ending import verdict_state
from qkdlab.lab.sessions.facts import without_control
from qkdlab.session.result import Standing

QUICK = replace(DEFAULT, n_pulses=10**7)


@pytest.fixture
def panel() -> LinkBudgetPanel:
    return LinkBudgetPanel(QUICK)


LINKS = [
    GYS_LINK,
    GENERIC_LINK,
    Link(length_km=320.5, attenuation_db_per_km=0.217, insertion_loss_db=3.3, source=WeakCoherentSource()),
    Link(detector=Detector(efficiency=0.123, dark_count_probability=3.3e-7), source=DecoySource(vacuum=0.01)),
]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.describe())
@pytest.mark.parametrize(
    "eve", [None, BeamSplitting(fraction=0.3), InterceptResend(fraction=0.1)], ids=lambda eve: str(eve)[:9]
)
def test_controls_show_every_setting_and_change_none(
    link: Link, eve: BeamSplitting | InterceptResend | None
) -> None:
    settings = replace(QUICK, link=link, eavesdropper=eve, n_pulses=12_345, seed=99, security="finite")
    controls = BudgetControls(lambda name: pytest.fail(f"{name} was moved by nobody"))
    controls.show(settings)
    assert controls.settings(settings) == settings
    assert controls.settings(settings).to_json() == settings.to_json()


def test_every_control_reaches_the_session(panel: LinkBudgetPanel) -> None:
    moves = {
        "length_km": (60.0, lambda s: s.link.length_km),
        "attenuation_db_per_km": (0.2, lambda s: s.link.attenuation_db_per_km),
        "insertion_loss_db": (1.5, lambda s: s.link.insertion_loss_db),
        "efficiency": (0.08, lambda s: s.link.detector.efficiency),
        "dark_count_probability": (1e-7, lambda s: s.link.detector.dark_count_probability),
        "misalignment_error": (0.01, lambda s: s.link.misalignment_error),
        "signal_mean": (0.6, lambda s: s.link.source.signal),
        "decoy_mean": (0.1, lambda s: s.link.source.decoy),
        "attack": ("BeamSplitting", lambda s: type(s.eavesdropper).__name__),
        "n_pulses": (1_000_000, lambda s: s.n_pulses),
        "security": ("finite", lambda s: s.security.name),
        "seed": (11, lambda s: s.seed),
    }
    for name, (value, read) in moves.items():
        panel.controls.widgets[name].value = str(value) if name == "seed" else value
        assert read(panel.result.settings) == value, name
        assert panel.settings == panel.result.settings == SessionSettings.from_json(panel.save.text.value)
    assert set(moves) | {"source"} == set(panel.controls.widgets)


def test_an_attack_without_a_word_is_called_by_its_name(monkeypatch) -> None:
    # would catch: a new attack on photon numbers, and a panel that does not open for want of a word
    monkeypatch.setattr(controls, "ATTACKS", (*ATTACKS, "TimeShift"))
    menu = BudgetControls(lambda _: None).widgets["attack"]
    assert menu.options[-1] == (TimeShift.name, "TimeShift")


def test_sources_dim_what_they_do_not_use(panel: LinkBudgetPanel) -> None:
    widgets = panel.controls.widgets
    for source, off in (("single", (True, True)), ("weak", (False, True)), ("decoy", (False, False))):
        widgets["source"].value = source
        assert (widgets["signal_mean"].disabled, widgets["decoy_mean"].disabled) == off
    assert panel.settings.link.source == replace(GYS_LINK.source, signal=0.48, decoy=0.05) or isinstance(
        panel.settings.link.source, DecoySource
    )
    widgets["source"].value = "weak"
    assert panel.settings.link.source == WeakCoherentSource(mean_photon_number=0.48)


def test_what_has_no_control_is_said_as_long_as_it_is_on(panel: LinkBudgetPanel) -> None:
    # would catch: a fibre that is moved under light or dead time of a scenario nobody sees any more
    assert not panel.unseen.value
    for name, words in (
        ("shared", "0 dBm of classical light co-propagating"),
        ("dead_time", "dead for 100 gates after a click"),
        ("afterpulses", "afterpulses 4 %, 10 gates later on average"),
    ):
        panel.preset.value = name
        panel.controls.widgets["length_km"].value = 30 + panel.controls.widgets["length_km"].value
        assert panel.preset.value == ""
        assert f"Also on, without a control here: {words}." in panel.unseen.value
    panel.preset.value = "gys"
    assert not panel.unseen.value


def test_everything_of_a_link_has_a_control_or_is_said() -> None:
    # would catch: a new setting of the fibre or the detectors that a saved text brings in unseen
    controlled = {*LINK_FIELDS, *DETECTOR_FIELDS, "source", "detector"}
    changed = {
        "depolarizing_probability": 0.02,
        "classical": ClassicalChannel(),
        "mismatch": 0.5,
        "random_assignment": True,
        "watches_light": True,
        "dead_gates": 5,
        "afterpulse_probability": 0.01,
        "afterpulse_gates": None,  # told with the probability
    }
    fields = {field.name for kind in (Link, Detector) for field in dataclasses.fields(kind)}
    assert fields == controlled | changed.keys()
    told = set()
    for name, value in changed.items():
        if value is not None:
            own = name in {field.name for field in dataclasses.fields(Link)}
            link = Link(**{name: value}) if own else Link(detector=Detector(**{name: value}))
            told.add(without_control(link))
    assert len(told) == 7
    assert "" not in told
    assert without_control(GYS_LINK) == ""


def test_a_refused_value_is_named_and_nothing_runs(panel: LinkBudgetPanel) -> None:
    panel.controls.widgets["decoy_mean"].value = 0.5
    assert panel.lamp.state == "error"
    assert "decoy must be weaker than the signal" in panel.lamp.reason
    assert panel.rate.stale
    panel.controls.widgets["decoy_mean"].value = 0.1
    assert panel.lamp.state != "error"
    assert not panel.rate.stale


def test_sweep_draws_points_that_stay_until_something_else_moves(panel: LinkBudgetPanel) -> None:
    assert len(panel.points) == 1
    panel.sweep.click()
    lengths = sorted(point.length_km for point in panel.points)
    assert len(lengths) == 9
    assert lengths[0] == 0
    assert lengths[-1] > 140
    others = next(one for one in panel.rate.series if one["name"] == "other runs, simulated")
    assert len(others["x"]) >= 4
    assert any(one["name"].startswith("no key") for one in panel.rate.series)
    assert any(one["name"] == "other runs, compared bits" for one in panel.errors.series)
    assert panel.lamp.state == verdict_state(panel.result)
    assert panel.settings == panel.result.settings == QUICK
    assert not panel.sweep.disabled

    panel.controls.widgets["length_km"].value = 30
    panel.controls.widgets["seed"].value = "8"
    assert len(panel.points) == 11
    panel.controls.widgets["misalignment_error"].value = 0.02
    assert [point.length_km for point in panel.points] == [30]


def test_a_sweep_is_eight_affordable_runs_of_one_family() -> None:
    for link in (GYS_LINK, GENERIC_LINK, IDEAL_LINK, replace(GYS_LINK, misalignment_error=0.3)):
        settings = replace(DEFAULT, link=link)
        runs = sweep_settings(settings)
        assert 2 <= len(runs) <= 8
        for run in runs:
            assert replace(family_of(run), n_pulses=settings.n_pulses) == family_of(settings)
            assert run.n_pulses * run.link.expected_gain <= 1.01 * SWEEP_CLICKS
            assert run.n_pulses <= MOST_PULSES
    short = replace(DEFAULT, n_pulses=10**6, security="finite")
    assert max(run.n_pulses for run in sweep_settings(short)) == 10**6


def test_a_sweep_runs_in_the_background_and_can_be_cancelled() -> None:
    async def play() -> tuple[int, int, str]:
        panel = LinkBudgetPanel(QUICK)
        panel.sweep.click()
        assert panel.sweep.disabled
        assert not is_off(panel.cancel)
        assert panel.lamp.title == "RUNNING: 0 of 8 distances"
        panel.cancel.click()
        await panel.runner.idle()
        cancelled = len(panel.points)
        assert (
            panel.lamp.title == "KEY ACCEPTED"
        )  # of the run of these settings, which is still the one shown
        assert not panel.rate.stale
        assert "Sweep stopped after 0 of 8 distances." in panel.stopped.value
        assert not panel.sweep.disabled
        panel.sweep.click()
        assert not panel.stopped.value
        panel.controls.widgets["length_km"].value = 33.0  # a move meanwhile: both come true
        while panel._swept or panel.runner.busy:
            await panel.runner.idle()
            await asyncio.sleep(0.01)
        assert panel.result.settings.link.length_km == 33
        return cancelled, len(panel.points), panel.lamp.state

    cancelled, points, state = asyncio.run(asyncio.wait_for(play(), 60))
    assert cancelled == 1
    assert points == 10
    assert state == "accepted"


def test_a_run_that_is_cancelled_during_a_sweep_leaves_no_verdict() -> None:
    async def play() -> None:
        panel = LinkBudgetPanel(QUICK)
        panel.sweep.click()
        panel.controls.widgets["length_km"].value = 33.0
        panel.cancel.click()
        await panel.runner.idle()
        assert panel.lamp.title == "CANCELLED"
        assert panel.rate.stale
        assert not panel.stopped.value
        panel.sweep.click()
        panel.cancel.click()
        assert panel.lamp.title == "CANCELLED"  # the run shown is still that of other settings
        assert panel.rate.stale

    asyncio.run(asyncio.wait_for(play(), 60))


def test_a_sweep_ends_when_another_family_is_chosen() -> None:
    async def play() -> None:
        panel = LinkBudgetPanel(QUICK)
        panel.sweep.click()
        panel.controls.widgets["attack"].value = "PhotonNumberSplitting"
        while panel.runner.busy:
            await panel.runner.idle()
        assert [point.length_km for point in panel.points] == [50]
        assert panel.result.settings.eavesdropper == PhotonNumberSplitting()
        assert not panel.sweep.disabled

    asyncio.run(asyncio.wait_for(play(), 60))


def test_a_sweep_leaves_a_prediction_open(panel: LinkBudgetPanel) -> None:
    panel.predictions.menu.value = "rejected"
    panel.sweep.click()
    assert not panel.predictions.runs
    panel.controls.widgets["misalignment_error"].value = 0.15
    assert panel.predictions.runs[0].observed == "rejected"


@pytest.mark.parametrize("name", BUDGET_PRESETS)
def test_presets_show_their_verdict(name: str) -> None:
    preset = BUDGET_PRESETS[name]
    assert verdict_state(run_session(preset.settings)) == preset.state
    assert f"preset_{name}" in words_for("link_budget_panel")


def test_attacks_of_the_menu_have_words_and_any_attack_can_be_loaded(panel: LinkBudgetPanel) -> None:
    words = words_for("link_budget_panel")
    assert all(name in words for name in (NONE, *ATTACKS))
    loaded = replace(QUICK, eavesdropper=InterceptResend(fraction=0.2))
    panel.save.text.value = loaded.to_json()
    panel.save.load.click()
    assert panel.result.settings == loaded
    panel.controls.widgets["attack"].value = "none"
    assert panel.result.settings.eavesdropper is None


def test_picture_large_text_and_repr(panel: LinkBudgetPanel) -> None:
    panel.projector.value = True
    assert all(
        part.projector for part in (panel.rate, panel.errors, panel.gains, panel.photons, panel.funnel)
    )
    data, _ = panel._repr_mimebundle_()
    assert data["image/png"]
    assert panel._still().text.startswith("50 km at 0.21 dB/km")
    assert panel.rate.statement in panel._still().text
    assert repr(panel).startswith("LinkBudgetPanel(AcceptedSession(10000000 pulses")


def test_every_chart_says_what_it_shows(panel: LinkBudgetPanel) -> None:
    for chart in (panel.rate, panel.errors, panel.gains, panel.photons):
        assert chart.statement.endswith(".")
        assert chart.summary == chart.statement
    assert panel.funnel.statement.startswith("Key rate: ")


def test_the_slider_of_the_fibre_reaches_beyond_the_end_of_the_key() -> None:
    # before: it ended at 200 km, and theory at 213.5
    families = [Family.of(preset.settings) for preset in BUDGET_PRESETS.values()]
    assert max(reach_km(family, family.kinds[0]) or 0.0 for family in families) < LINK_SLIDERS["length_km"][0]


def test_beyond_the_end_of_theory_the_bar_says_that_no_run_gives_a_key(panel: LinkBudgetPanel) -> None:
    # before: NO KEY YET beside a chart on which theory expects none
    far = replace(BUDGET_PRESETS["gys_too_far"].settings, seed=3)
    panel.settings = replace(far, n_pulses=1_000_000)
    assert panel.result.standing is Standing.TOO_FEW
    assert panel.lamp.title.startswith("NO KEY HERE: too few")
    assert "theory expects none" in panel.rate.statement
    near = replace(far.link, length_km=far.link.length_km - 35)
    panel.settings = replace(far, n_pulses=1_000_000, link=near)
    assert panel.lamp.title.startswith("NO KEY YET: too few")
    assert "theory expects none" not in panel.rate.statement
