"""Every scenario of every panel × "is it true?": no lamp says what the record of the run does not show."""

from dataclasses import replace
from pathlib import Path

import pytest

from qkdlab import (
    IDEAL_LINK,
    DetectorBlinding,
    InterceptResend,
    Link,
    SessionSettings,
    SinglePhotonSource,
    distill_recording,
    run_session,
    save_recording,
)
from qkdlab.lab import EavesdropperPanel, LinkPanel
from qkdlab.lab.components.text import words_for
from qkdlab.lab.delivery.presets import SCENARIOS
from qkdlab.lab.eavesdropper.controls import ATTACKS
from qkdlab.lab.eavesdropper.presets import ATTACK_PRESETS
from qkdlab.lab.network.presets import QUESTIONS
from qkdlab.lab.sessions.ending import eve_lamp, key_rate, key_stages, verdict_state
from qkdlab.session.key_knowledge import KeyKnowledge
from qkdlab.session.report import HEADLINES
from qkdlab.session.result import Standing
from tools.lamp_tables import (
    ENCRYPTORS,
    EVE_READS,
    EVE_STATES,
    NETWORKS,
    OTHERS,
    PANELS,
    Row,
    rows,
    session_truth,
    tables,
)
from tools.pages import DOCS, filled
from tools.preset_table import preset_table

pytestmark = pytest.mark.long

BLINDED = ATTACK_PRESETS["blinded"].settings


@pytest.fixture(scope="module")
def found() -> list[Row]:
    return rows()


def test_every_lamp_tells_the_truth(found: list[Row]) -> None:
    # would catch: a tick on a key that Eve has, an alarm where amplification took off what she read, a lamp
    # that goes by the name of the attack
    assert [row for row in found if not row.is_true] == []
    assert {row.true_verdict for row in found} == {"accepted", "broken", "rejected", "too_few"}
    assert {row.true_eve for row in found} == set(EVE_STATES) | set(EVE_READS)


def test_no_scenario_is_left_out(found: list[Row]) -> None:
    sets = [*PANELS.values(), ATTACKS, OTHERS, QUESTIONS, NETWORKS, SCENARIOS, ENCRYPTORS]
    assert len(found) == sum(len(scenarios) for scenarios in sets)
    blinded = words_for("eavesdropper_panel")["preset_blinded"]
    (row,) = [row for row in found if row.scenario == blinded]
    assert (row.title, row.eve_title) == ("ACCEPTED, BUT BROKEN", "EVE KNOWS THE KEY")


def test_the_page_is_up_to_date(found: list[Row]) -> None:
    page = (DOCS / "lamps.md").read_text(encoding="utf-8")
    assert filled(page, tables(found), "lamps.md") == page
    assert all(f"| {headline}" in page for headline in HEADLINES.values())
    assert all(words_for("eve_lamp")[name] in page for name in EVE_STATES)


def test_the_presets_of_the_instructor_s_guide_end_as_it_says(found: list[Row]) -> None:
    # run `python -m tools.preset_table`
    page = (DOCS / "instructors.md").read_text(encoding="utf-8")
    assert filled(page, preset_table(found), "instructors.md") == page


@pytest.mark.parametrize(
    "wrong", [{"verdict": "accepted"}, {"eve": "safe"}, {"eve_title": "EVE KNOWS PART OF IT"}]
)
def test_a_lamp_that_is_not_true_is_refused(found: list[Row], wrong: dict[str, str]) -> None:
    row = next(row for row in found if row.panel == "network" and row.true_verdict == "broken")
    with pytest.raises(SystemExit, match="not true"):
        tables([replace(row, **wrong)])


def test_eve_who_blinds_can_follow_bob_s_correction_to_the_key() -> None:
    # the proof that she knows it: her bits are Bob's bits, and what makes the key of his is public
    result = run_session(BLINDED)
    record = result.exchange
    sifted = record.alice.bases == record.bob.bases
    lit = sifted & (record.eve.tactics != 0)
    assert (record.eve.outcomes[lit] != record.bob.bits[lit]).mean() < 0.01  # misalignment
    assert session_truth(result)[1] == "all"


def test_the_words_of_the_lamp_are_those_of_reports() -> None:
    lamp = words_for("verdict_lamp")
    for standing in (Standing.ACCEPTED, Standing.BROKEN, Standing.REJECTED):
        assert lamp[f"title_{standing.name.lower()}"] == HEADLINES[standing]
    panel = EavesdropperPanel(BLINDED)
    assert (panel.lamp.state, panel.lamp.eve) == ("broken", eve_lamp(panel.result))
    assert panel.lamp.title in panel.result.report()
    assert panel.lamp.reason in panel.result.report()


def test_what_a_broken_key_is_called_beside_the_lamp() -> None:
    # would catch: "secret bits" that Eve has, a green dot in the history, a prediction without an answer
    panel = LinkPanel(replace(BLINDED, n_pulses=300_000))
    panel.predictions.menu.value = "accepted"
    panel.again.click()
    assert [run["verdict"] for run in panel.gauge.history] == ["broken", "broken"]
    assert "accepted, but broken" in panel.predictions.table.value
    assert "surprise" in panel.predictions.table.value
    assert key_stages(panel.result)[-1]["note"] == "so Alice and Bob take them to be"
    assert key_rate(panel.result).endswith("which Alice and Bob take to be secret.")
    honest = run_session(replace(BLINDED, eavesdropper=None))
    assert key_stages(honest)[-1]["note"] == "after privacy amplification"
    assert "secret bits per pulse" in key_rate(honest)


@pytest.mark.parametrize(
    ("unknown", "state", "title", "reason"),
    [
        (
            1_000.0,
            "safe",
            "EVE DOES NOT KNOW IT",
            "about 0 of the 1,000 corrected bits, and at least as much was taken off",
        ),
        (700.0, "safe", "EVE DOES NOT KNOW IT", "about 300 of the 1,000 corrected bits"),
        (699.5, "safe", "EVE DOES NOT KNOW IT", "Less than one bit of the key is open to her"),
        (698.6, "knows", "EVE KNOWS PART OF IT", "About 1 of 600 bits of key are open to her"),
        (
            100.0,
            "knows",
            "EVE KNOWS THE KEY",
            "her record holds about 900 of the 1,000 corrected bits, public talk the rest",
        ),
    ],
)
def test_the_lamp_goes_by_what_she_lacks(unknown: float, state: str, title: str, reason: str) -> None:
    # 1,000 bits, 100 announced, 600 made of them: 300 taken off
    facts = KeyKnowledge(n_corrected=1_000, unknown=unknown, announced=100, n_amplified=600)
    run = run_session(n_pulses=20_000, link=IDEAL_LINK, eavesdropper=InterceptResend(fraction=0.02), seed=1)
    lamp = eve_lamp(replace(run, eve=replace(run.eve, true_key=facts)))
    assert (lamp["state"], lamp["title"]) == (state, title)
    assert reason in lamp["reason"]


def test_nobody_can_tell_of_recorded_events(tmp_path: Path) -> None:
    # the same clicks, from a file: what Eve had is not in it
    run = run_session(n_pulses=300_000, link=Link(length_km=25), seed=3, eavesdropper=DetectorBlinding())
    save_recording(run, tmp_path / "run.csv")
    recorded = distill_recording(tmp_path / "run.csv", n_pulses=300_000, source=SinglePhotonSource(), seed=1)
    assert (run.standing, eve_lamp(run)["state"]) == (Standing.BROKEN, "knows")
    assert (recorded.standing, eve_lamp(recorded)) == (Standing.ACCEPTED, None)
    assert (verdict_state(run), verdict_state(recorded)) == ("broken", "accepted")


@pytest.mark.parametrize(
    ("changes", "title", "reason"),
    [
        ({"n_pulses": 1}, "NO KEY TO KNOW", "No sifted bits were left for her to guess."),
        ({}, "NO KEY TO KNOW", " sifted bits right, and none of them became key."),
        (
            {"eavesdropper": InterceptResend(fraction=0.0)},
            "EVE DOES NOT KNOW IT",
            "holds about 0 of the 3,579 corrected bits,",
        ),
        (
            {"n_pulses": 1_500, "seed": 0},
            "NO KEY TO KNOW",
            "She guesses 93.3\xa0% of the 15 sifted bits right,",
        ),
        ({"eavesdropper": None}, "NOBODY LISTENS", "There is no Eve on this line."),
    ],
)
def test_what_is_said_of_eve(changes: dict, title: str, reason: str) -> None:
    settings = SessionSettings(
        n_pulses=300_000, link=Link(length_km=25), eavesdropper=InterceptResend(), seed=3
    )
    lamp = eve_lamp(run_session(replace(settings, **changes)))
    assert lamp["title"] == title
    assert reason in lamp["reason"]
