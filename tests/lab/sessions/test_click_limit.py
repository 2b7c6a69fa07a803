"""How many clicks a panel runs: one limit on what is expected, for all panels and boxes with sessions."""

from dataclasses import replace

import pytest

from qkdlab import (
    IDEAL_LINK,
    LIM_LINK,
    RUSCA_LINK,
    Link,
    PhotonNumberSplitting,
    SessionSettings,
    WeakCoherentSource,
    run_session,
)
from qkdlab.attacks.attack import Eavesdropper
from qkdlab.attacks.detector_attacks import DetectorBlinding
from qkdlab.lab import (
    DistillationPanel,
    EavesdropperPanel,
    LinkBudgetPanel,
    LinkPanel,
    NetworkPanel,
    NetworkSettings,
    StagePanel,
)
from qkdlab.lab.distillation.account_box import AccountBox
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.lab.eavesdropper.controls import LINES
from qkdlab.lab.eavesdropper.presets import ATTACK_PRESETS
from qkdlab.lab.frame.run_panel import RunPanel
from qkdlab.lab.link.presets import PRESETS
from qkdlab.lab.link_budget.challenge import draw_challenge
from qkdlab.lab.link_budget.panel import sweep_settings
from qkdlab.lab.link_budget.presets import BUDGET_PRESETS
from qkdlab.lab.sessions.click_limit import MOST_CLICKS, affordable, expected_clicks
from qkdlab.network import chain, topology_to_json
from tests.bounds import assert_share

SMALL = SessionSettings(n_pulses=20_000, link=IDEAL_LINK, seed=3)
LASER = Link(length_km=10, source=WeakCoherentSource(mean_photon_number=0.5))
LARGE = replace(SMALL, n_pulses=10**8)
TOLD = (
    "n_pulses must make at most 5,000,000 clicks in a panel, which keeps a record of each, got about "
    "100,000,000: send fewer pulses or lengthen the line"
)


@pytest.mark.parametrize(
    ("link", "eve"),
    [
        (LASER, None),
        (LASER, PhotonNumberSplitting()),
        (replace(RUSCA_LINK, length_km=0.0), None),  # dead time
        (replace(LIM_LINK, length_km=10.0), None),  # afterpulses
    ],
)
def test_the_clicks_expected_are_those_that_come(link: Link, eve: Eavesdropper | None) -> None:
    settings = replace(SMALL, n_pulses=300_000, link=link, eavesdropper=eve)
    result = run_session(settings)
    share = expected_clicks(settings) / settings.n_pulses
    if link.detector.has_memory:  # such clicks depend on one another and scatter more
        assert result.n_detected / settings.n_pulses == pytest.approx(share, rel=0.03)
    else:
        assert_share(result.n_detected, settings.n_pulses, share)


def test_the_clicks_that_eve_makes_count() -> None:
    blinded = replace(SMALL, n_pulses=500_000, link=Link(length_km=25), eavesdropper=DetectorBlinding())
    expected, calm = expected_clicks(blinded), expected_clicks(replace(blinded, eavesdropper=None))
    assert expected > 1.5 * calm
    assert expected >= run_session(blinded).n_detected


def test_all_that_the_panels_offer_by_name_can_be_run() -> None:
    presets = (PRESETS, ATTACK_PRESETS, BUDGET_PRESETS, DISTILLATION_PRESETS)
    named = [one.settings for group in presets for one in group.values()]
    lines = [replace(SMALL, link=link, n_pulses=n_pulses) for link, n_pulses, _ in LINES.values()]
    sweeps = [run for preset in BUDGET_PRESETS.values() for run in sweep_settings(preset.settings)]
    for settings in (*named, *lines, *sweeps, *(draw_challenge(number).settings for number in range(50))):
        assert affordable(settings) is settings
    just = replace(SMALL, n_pulses=MOST_CLICKS)
    assert affordable(just) is just


@pytest.mark.parametrize("kind", [LinkPanel, EavesdropperPanel, LinkBudgetPanel, DistillationPanel])
def test_too_many_clicks_are_refused_in_words_and_the_panel_goes_on(kind: type[RunPanel]) -> None:
    panel = kind(SMALL)
    menu = panel.controls.widgets["n_pulses"]
    menu.options = [*menu.options, ("10⁸", LARGE.n_pulses)]
    before, menu.value = panel.result, LARGE.n_pulses
    assert (panel.lamp.state, panel.lamp.title, panel.lamp.reason) == ("error", "NOT RUN", TOLD)
    panel.settings = LARGE
    assert (panel.lamp.state, panel.lamp.reason) == ("error", TOLD)
    panel.save.text.value = LARGE.to_json()
    panel.save.load.click()
    assert TOLD in panel.save.told.value
    assert panel.result is before
    panel.reset.click()
    assert panel.lamp.state != "error"
    assert panel.result is not before


@pytest.mark.parametrize("kind", [LinkPanel, StagePanel])
def test_a_panel_does_not_begin_with_too_many_clicks(kind: type) -> None:
    with pytest.raises(ValueError, match="n_pulses must make at most 5,000,000 clicks"):
        kind(LARGE)


def test_the_account_runs_no_more_than_a_panel() -> None:
    box = AccountBox(lambda: LARGE)
    for middle in (False, True):
        box.middle.value = middle
        box.run.click()
        assert f"Not run. {TOLD}" in box.told.value


def test_links_of_a_learners_network_are_limited_too() -> None:
    # would catch: a file with long sessions of a short fibre, and a kernel that is killed for its memory
    fibre = {"link": Link(length_km=1), "pulse_rate_hz": 1e8}
    short, long = (chain(2, **fibre, session_seconds=seconds) for seconds in (0.1, 10.0))
    assert NetworkSettings(form="file", topology=short, a="A", b="B").network == short
    said = r"^session_seconds of the link A–B must bring at most 5,000,000 clicks .*, got about [0-9,]{10}"
    with pytest.raises(ValueError, match=said):
        NetworkSettings(form="file", topology=long, a="A", b="B")
    panel = NetworkPanel(NetworkSettings(form="file", topology=short, a="A", b="B"))
    panel.save.text.value = topology_to_json(long)
    panel.save.load.click()
    assert "session_seconds of the link" in panel.save.told.value
    assert panel.settings.topology == short
