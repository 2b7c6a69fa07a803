"""Guided questions: what every topic asks, and that what it calls right is so."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from qkdlab import SessionSettings, run_session
from qkdlab.attacks.attack import BASES
from qkdlab.lab import (
    DistillationPanel,
    EavesdropperPanel,
    EncryptorPanel,
    LinkBudgetPanel,
    LinkPanel,
    NetworkPanel,
    SamplePanel,
    StagePanel,
)
from qkdlab.lab.components.text import words_for
from qkdlab.lab.delivery.guide import GUIDE as DELIVERY
from qkdlab.lab.distillation.guide import GUIDE as DISTILLATION
from qkdlab.lab.distillation.guide import SAMPLE_GUIDE
from qkdlab.lab.distillation.sampling.sample_chart import errors_in_samples
from qkdlab.lab.distillation.sampling.sample_panel import intercepted_key
from qkdlab.lab.eavesdropper.guide import GUIDE as EAVESDROPPER
from qkdlab.lab.frame.frame import Panel
from qkdlab.lab.frame.guide import guide_line
from qkdlab.lab.learning import Choice, ChoiceQuestion
from qkdlab.lab.learning.hard_points import HARD_POINTS
from qkdlab.lab.link.guide import GUIDE as LINK
from qkdlab.lab.link.guide import STAGE_GUIDE
from qkdlab.lab.link_budget.guide import GUIDE as LINK_BUDGET
from qkdlab.lab.link_budget.theory import Family, reach_km
from qkdlab.lab.network.actions import acted
from qkdlab.lab.network.forms import TWO_PATHS
from qkdlab.lab.network.guide import GUIDE as NETWORK
from qkdlab.lab.network.network_run import EXPOSED, OTHER, run_network
from qkdlab.lab.network.settings import NetworkSettings
from qkdlab.lab.sessions.facts import bits_to_compare, sample_errors
from qkdlab.session.result import Standing
from qkdlab.theory.error_limit import long_run_limit

GUIDES = {
    LinkPanel: LINK,
    EavesdropperPanel: EAVESDROPPER,
    LinkBudgetPanel: LINK_BUDGET,
    DistillationPanel: DISTILLATION,
    NetworkPanel: NETWORK,
    EncryptorPanel: DELIVERY,
    StagePanel: STAGE_GUIDE,
    SamplePanel: SAMPLE_GUIDE,
}
ALL = [pytest.param(one, id=one.name) for guide in GUIDES.values() for one in guide]
LONGEST = 150  # letters: two lines beside the buttons of a panel at 1366 pixels


@pytest.mark.parametrize("choice", ALL)
def test_every_question_has_what_a_learner_needs(choice: Choice) -> None:
    assert len(choice.question) <= LONGEST
    assert choice.question.endswith("?")
    assert len(choice.hints) == 3
    assert 2 <= len(choice.options) <= 4
    assert all(option.text.endswith(".") and option.feedback.endswith(".") for option in choice.options)
    assert {option.point for option in choice.options} - {""} <= set(HARD_POINTS)
    assert not choice.options[choice.right].point  # that is no wrong idea
    assert choice.because


def test_every_topic_asks_three_to_five_questions_and_never_all_in_one_place() -> None:
    for guide in GUIDES.values():
        assert 3 <= len(guide) <= 5
        places = [choice.right for choice in guide]
        assert max(map(places.count, places)) <= (len(guide) + 1) // 2  # or a learner finds it by its place


@pytest.mark.parametrize("kind", GUIDES)
def test_a_panel_asks_if_it_is_told_to(kind: type[Panel]) -> None:
    make: Callable[..., Panel] = kind
    with_guide, without, with_one = make(guide=True), make(), make(guide=LINK[:1])
    try:
        assert with_guide.guide is not None
        assert len(with_guide.guide.questions) == len(GUIDES[kind])
        assert with_guide.guide in with_guide._components  # so it gets large text
        assert without.guide is None
        assert [one["question"] for one in with_one.guide.questions] == [LINK[0].question]  # type: ignore[union-attr]
    finally:
        for panel in (with_guide, without, with_one):
            panel.close()


def test_no_questions_are_no_line_and_others_are_refused() -> None:
    assert guide_line(False, LINK) is None
    assert guide_line((), LINK) is None
    with pytest.raises(ValueError, match="guide must be True, False or choice questions, got 3"):
        guide_line(3, LINK)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="guide must be"):
        guide_line(("What?",), LINK)  # type: ignore[arg-type]


def test_the_line_has_the_data_of_a_question_in_a_cell_and_gives_nothing_away_as_text() -> None:
    line = guide_line(True, LINK)
    assert line is not None
    assert line.questions == [ChoiceQuestion(one).asked for one in LINK]
    assert line.tried == [[] for _ in LINK]
    assert line.drawing() is None
    assert LINK[0].because not in repr(line)


# ---- what is called right is so ---------------------------------------------------------------------------


def ran(settings: SessionSettings, **link: float) -> tuple[float, Standing, int]:
    """QBER of the sample, standing and clicks of a session, with parts of its link changed."""
    result = run_session(replace(settings, link=replace(settings.link, **link)))
    return result.qber or 0.0, result.standing, result.n_detected


def test_link() -> None:
    presets = LinkPanel.presets()
    near, far = ran(presets["quiet"]), ran(presets["quiet"], length_km=50.0)
    assert ran(presets["eve"])[:2] == (pytest.approx(0.25, abs=0.02), Standing.REJECTED)
    assert far[2] < near[2] / 2
    assert abs(far[0] - near[0]) < 0.01
    assert far[1] is Standing.ACCEPTED
    careful = run_session(presets["careful_eve"])
    assert careful.standing is Standing.ACCEPTED  # and not BROKEN: amplification took off what she had
    assert careful.eve is not None
    assert ran(presets["short"])[1] is Standing.TOO_FEW
    assert presets["short"].link == presets["quiet"].link


def test_eavesdropper() -> None:
    presets = EavesdropperPanel.presets()
    for name in ("one_basis", "copy"):
        z, x = (sample_errors(run_session(presets[name]))[basis] for basis in BASES)
        assert z is not None
        assert x is not None
        assert (z.qber, x.qber) == (0.0, pytest.approx(0.5, abs=0.03))
    assert bits_to_compare(0.25) == 49
    qber, standing, _ = ran(presets["blinded"])
    assert qber < 0.02
    assert standing is Standing.BROKEN


def test_link_budget() -> None:
    presets = LinkBudgetPanel.presets()
    reaches = []
    for dark in (8.5e-7, 8.5e-8):
        link = presets["gys_too_far"].link
        quieter = replace(link, detector=replace(link.detector, dark_count_probability=dark))
        family = Family.of(replace(presets["gys_too_far"], link=quieter))
        reaches.append(reach_km(family, family.kinds[0]) or 0.0)
    assert reaches[1] - reaches[0] == pytest.approx(10 / 0.21, rel=0.05)
    small = replace(presets["split"], n_pulses=10_000_000)
    alone, split = run_session(replace(small, eavesdropper=None)), run_session(small)
    assert split.qber == pytest.approx(alone.qber, abs=0.015)
    assert split.standing is Standing.REJECTED


def test_distillation() -> None:
    presets = DistillationPanel.presets()
    quiet = run_session(presets["quiet"])
    ldpc = run_session(replace(presets["quiet"], correction="ldpc"))
    leaks = quiet.distillation.charged_leak, ldpc.distillation.charged_leak
    assert leaks[1] < 0.65 * leaks[0]  # type: ignore[operator]
    assert ldpc.key_length > 1.1 * quiet.key_length
    assert leaks[0] > 5 * 0.02 * quiet.distillation.n_sifted  # type: ignore[operator]  # not "2 %"
    assert long_run_limit(presets["quiet"]) == pytest.approx(0.055, abs=0.005)
    assert long_run_limit(replace(presets["quiet"], correction="ldpc")) == pytest.approx(0.099, abs=0.002)
    assert ran(presets["quiet"], misalignment_error=0.04)[1] is Standing.ACCEPTED
    assert ran(presets["quiet"], misalignment_error=0.06)[1] is not Standing.ACCEPTED


def test_network() -> None:
    calm = NetworkSettings()
    run = run_network(calm, lambda share: None)
    assert set(run.knowing) == {"A", "B", "C"}
    traitor = run_network(acted(calm, "node", "B", "compromise"), lambda share: None)
    assert traitor.outcome == EXPOSED
    assert traitor.bits_per_second == run.bits_per_second
    split = run_network(replace(calm, compromised=("B",), way=TWO_PATHS), lambda share: None)
    assert split.attacker is not None
    assert not split.attacker.knows_all
    eve = run_network(acted(calm, "link", "A–B", "listen"), lambda share: None)
    assert eve.outcome == OTHER
    assert eve.attacker is not None
    assert not eve.attacker.knows_all


@pytest.mark.parametrize("choice", [pytest.param(one, id=one.name) for one in NETWORK])
def test_a_question_on_a_network_names_the_network_that_it_is_about(choice: Choice) -> None:
    # before: B, and the fibre A–B, beside a map of Vienna
    calm = NetworkSettings()
    assert (calm.form, calm.n_nodes, calm.a, calm.b) == ("ring", 5, "A", "C")
    assert choice.question.startswith("Ring of five: ")


def test_samples() -> None:
    key = intercepted_key()
    rates = {}
    for n in (5, 10, 60):
        errors = errors_in_samples(key, n, 2_000, np.random.default_rng(n))
        assert np.mean(errors == 0) == pytest.approx(0.75**n, abs=0.05)
        rates[n] = np.std(errors / n)
    assert rates[10] / rates[60] == pytest.approx(6**0.5, rel=0.15)


def test_stage() -> None:
    panel = StagePanel(guide=True)
    panel.eve.value = False
    alice, bob = panel.result.exchange.alice, panel.result.exchange.bob
    crossed = alice.bases != bob.bases
    right = alice.bits == bob.bits
    assert 0.3 < np.mean(right[crossed]) < 0.7
    assert right[~crossed].all()  # nobody touched the photons
    asked = next(one.question for one in STAGE_GUIDE if "Next error" in one.question)
    assert words_for("photon_stage")["view_all"] in asked  # elsewhere the button is off
    panel.close()


@pytest.mark.parametrize("guide", [None, 1, "", "x" * 100_000, {}, [1], iter([]), range(10**6)])
def test_a_guide_that_is_none_is_refused_in_a_line(guide: object) -> None:
    with pytest.raises(ValueError, match="^guide must be True, False or choice questions, got") as told:
        guide_line(guide, ())  # type: ignore[arg-type]
    assert len(str(told.value)) < 300
