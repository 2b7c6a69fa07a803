"""The challenge: repeatable, fair, and true to what the figures can show."""

from dataclasses import replace

import pytest
from scipy.stats import kstest

from qkdlab import DecoySource, Detector, InterceptResend, Link, SessionSettings, run_session
from qkdlab.lab import LinkBudgetPanel
from qkdlab.lab.components.text import words_for
from qkdlab.lab.link_budget.challenge import (
    ANSWERS,
    CHANGES,
    EITHER,
    EVE,
    INSTALLED,
    NOISE,
    Changed,
    draw_challenge,
    gains_chance,
    line_text,
    measured_figures,
)
from qkdlab.lab.link_budget.challenge_box import ChallengeBox
from qkdlab.lab.sessions.facts import expected_qbers
from qkdlab.quantum.protocols import get_protocol
from qkdlab.theory.rates import expected_observations
from qkdlab.values import Basis

NAMES = {"misaligned", "intercepted", "one_basis", "split", "dark"}
LINE = replace(INSTALLED, length_km=55.0)
BB84 = get_protocol("BB84")


def _changed(name: str, answer: str, added: float) -> Changed:
    right, change = CHANGES[name]
    assert right == answer
    return change(LINE, added)


def test_number_gives_settings_and_answer() -> None:
    for number in range(30):
        one, other = draw_challenge(number), draw_challenge(number)
        assert one == other
        assert one.settings == SessionSettings.from_json(one.settings.to_json())
        assert one.change.answer in ANSWERS
        assert 40 <= one.installed.length_km <= 70
        assert one.settings.link.length_km == one.installed.length_km
    assert draw_challenge(3).settings != draw_challenge(4).settings
    with pytest.raises(ValueError, match=r"number must be a whole number, got 1\.5"):
        draw_challenge(1.5)  # type: ignore[arg-type]


def test_the_first_five_numbers_show_everything_once() -> None:
    assert {draw_challenge(number).change.name for number in range(1, 6)} == NAMES
    assert {draw_challenge(number).change.name for number in range(6, 11)} == NAMES
    words = words_for("challenge")
    assert all(f"{kind}_{name}" in words for name in NAMES for kind in ("reveal", "truth"))


@pytest.mark.parametrize("added", [0.02, 0.07])
def test_misalignment_and_interception_give_the_same_figures(added: float) -> None:
    noisy, nobody, _ = _changed("misaligned", EITHER, added)
    line, eve, _ = _changed("intercepted", EITHER, added)
    assert nobody is None
    assert isinstance(eve, InterceptResend)
    read = line.signal_link.expected_qber(eve.expected_error())
    assert noisy.signal_link.expected_qber() == pytest.approx(read, rel=1e-12)
    alike = expected_qbers(BB84, line, eve)
    assert alike == pytest.approx(expected_qbers(BB84, noisy), rel=1e-12)
    assert alike[Basis.Z] == alike[Basis.X] == pytest.approx(read, rel=1e-12)
    for one, other in zip(expected_observations(noisy), expected_observations(line), strict=True):
        assert one.gain == other.gain


@pytest.mark.parametrize("added", [0.02, 0.07])
def test_what_betrays_her_does_so_clearly(added: float) -> None:
    (_, one_basis, _), (_, split, _) = (_changed(name, EVE, added) for name in ("one_basis", "split"))
    errors = expected_qbers(BB84, LINE, one_basis)
    assert errors[Basis.Z] == pytest.approx(LINE.signal_link.expected_qber(), rel=1e-12)
    assert errors[Basis.X] == pytest.approx(LINE.signal_link.expected_qber(2 * added), rel=1e-12)
    free = expected_observations(LINE)[1].gain
    assert split.gain_on(LINE, 0.05) < 0.6 * free  # type: ignore[union-attr]
    assert split.expected_error() == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("added", [0.02, 0.07])
def test_noisy_detectors_account_for_all_the_added_errors(added: float) -> None:
    dark, _, _ = _changed("dark", NOISE, added)
    before, now = (expected_observations(link) for link in (LINE, dark))
    extra = now[2].gain - before[2].gain
    for old, new in zip(before, now, strict=True):
        assert new.gain - old.gain == pytest.approx(extra, rel=0.03)  # the same for all
        assert new.error_gain - old.error_gain == pytest.approx(extra / 2, rel=0.06)  # half of it wrong
    assert now[2].gain > 30 * before[2].gain


@pytest.mark.parametrize("number", range(1, 6))
def test_figures_show_what_the_reveal_says(number: int) -> None:
    challenge = draw_challenge(number)
    result = run_session(challenge.settings)
    rows = {row.name: row for row in measured_figures(challenge, result)}
    assert list(rows) == [
        "QBER of Z bits",
        "QBER of X bits",
        "gain of signal, μ = 0.48",
        "gain of decoy, ν = 0.05",
        "gain of vacuum, 0 photons",
    ]
    z, x = (float(rows[f"QBER of {basis} bits"].today.split()[0]) for basis in "ZX")
    before = float(rows["QBER of Z bits"].installed.split()[0])
    match challenge.change.name:
        case "one_basis":
            assert z < before + 0.5
            assert x > before + 3
        case "split":
            assert max(z, x) < before + 0.5
        case _:
            assert min(z, x) > before + 1
            assert abs(z - x) < 1
    # what "stayed, within chance" claims, and what may not be laid to chance
    stayed = challenge.change.name not in ("split", "dark")
    assert (gains_chance(challenge.installed, result) > 0.01) is stayed
    assert f"{challenge.installed.length_km:g} km" in line_text(challenge)


def test_chance_is_as_often_as_large_as_it_says() -> None:
    # a χ² test of a line that did not change: its figure is below p in a share p of the runs
    line = Link(length_km=30, source=DecoySource(), detector=Detector(dark_count_probability=1e-4))
    base = SessionSettings(n_pulses=200_000, seed=0, link=line, security="asymptotic")
    found = [gains_chance(line, run_session(base, seed=seed)) for seed in range(60)]
    assert kstest(found, "uniform").pvalue > 1e-4


def test_a_challenge_is_answered_once() -> None:
    box = ChallengeBox()
    assert all(button.disabled for button in box.answers.values())
    box.number.value = "1"
    box.draw.click()
    assert box.challenge == draw_challenge(1)
    assert "QBER of X bits" in box.told.value
    assert box.reveal.value == ""
    right = box.challenge.change.answer
    box.answers[right].click()
    assert "✓ Right" in box.reveal.value
    assert "stayed, within chance: in 11.2\xa0% of all runs on an unchanged line" in box.reveal.value
    assert "Right so far: 1 of 1." in box.reveal.value
    assert all(button.disabled for button in box.answers.values())
    told = box.reveal.value
    box._on_answer(right)
    assert box.reveal.value == told

    box.following.click()
    assert box.number.value == "2"
    assert box.reveal.value == ""
    wrong = next(answer for answer in ANSWERS if answer != draw_challenge(2).change.answer)
    box.answers[wrong].click()
    assert "✗ Not so" in box.reveal.value
    assert "Right so far: 1 of 2." in box.reveal.value


def test_a_number_that_is_none_is_refused_in_words_and_next_goes_on() -> None:
    # before: "number must be a whole number, got ''", and Next did nothing
    box = ChallengeBox()
    for number in ("1.5", "-3", "", "seven", "1e99"):
        box.number.value = number
        box.draw.click()
        assert "Type a whole number, 0 or larger" in box.told.value
        assert box.challenge is None
    box.following.click()
    assert box.number.value == "1"
    assert box.challenge == draw_challenge(1)
    box.number.value = ""
    box.following.click()
    assert box.challenge == draw_challenge(2)


def test_the_reason_takes_the_place_of_what_is_asked() -> None:
    # before: it stood below the fold
    box = ChallengeBox()
    box.draw.click()
    assert box.intro.layout.display == ""
    box.answers[EVE].click()
    assert box.intro.layout.display == "none"
    box.following.click()
    assert box.intro.layout.display == ""


def test_misalignment_is_not_called_no_noise() -> None:
    # before: the answer "noise" was not so for a misaligned receiver, and noise it is
    words = words_for("challenge")
    assert words["answer_noise"] == "dark counts"
    assert "if noise, such as misalignment, and an Eve" in words["intro"]
    assert all("χ²" not in text for text in words.values())


def test_the_bar_does_not_answer_a_challenge() -> None:
    # before: "NOBODY LISTENS. There is no Eve on this line" above the question whether she is
    panel = LinkBudgetPanel()
    told = panel.lamp.summary
    assert "NOBODY LISTENS" in told
    panel.tabs.selected_index = panel.tabs.titles.index("Challenge")
    assert panel.lamp.eve is None
    assert panel.lamp.state == "idle"
    assert panel.lamp.figures == []
    assert "asks about another line" in panel.lamp.reason
    panel.controls.widgets["length_km"].value = 25.0  # the panel runs on; the bar waits
    assert "asks about another line" in panel.lamp.reason
    panel.tabs.selected_index = 0
    assert "NOBODY LISTENS" in panel.lamp.summary
    assert panel.lamp.changed == "Fibre, km: 50 → 25"
