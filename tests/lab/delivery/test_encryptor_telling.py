"""What the encryptor panel says is so: whole sentences, rows and numbers of what there is, and no more."""

import re
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest
from ipywidgets import HTML

from qkdlab.delivery.encryptor.rotation import Starvation
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.lab import DeliverySettings, EncryptorPanel, NetworkPanel
from qkdlab.lab.components.text import words_for
from qkdlab.lab.delivery.guide import GUIDE
from qkdlab.lab.delivery.presets import SCENARIOS
from qkdlab.lab.delivery.view import scene_traits
from qkdlab.lab.delivery.world.crossing import Crossing
from qkdlab.lab.delivery.world.kme_plant import CAPACITY_KEYS, KEY_BITS, KMES
from qkdlab.lab.delivery.world.kmes_here import KmesHere
from qkdlab.lab.delivery.world.quantum_supply import QuantumSupply, SupplyState
from qkdlab.lab.frame.cells import widgets_in
from qkdlab.session.session import SessionResult

pytestmark = pytest.mark.long

QUICK = DeliverySettings(rotate_seconds=2.0)
NO_PQC = {"use_pqc": False, "hybrid": HybridPolicy.AT_LEAST_QKD}


@pytest.fixture
def panel() -> Iterator[EncryptorPanel]:
    made = EncryptorPanel(QUICK)
    yield made
    made.close()


def move(panel: EncryptorPanel, seconds: float = 0.0, **values: object) -> None:
    """Move controls, and let time pass."""
    for name, value in values.items():
        panel.controls.widgets[name].value = value
    panel.step(seconds)


def press(panel: EncryptorPanel, name: str, seconds: float = 0.0) -> None:
    """Press a button of what can go wrong, and let time pass."""
    panel.buttons[name].click()
    panel.step(seconds)


# ---- the lamps ---------------------------------------------------------------------------------------------


def test_where_nothing_crosses_eve_s_lamp_says_so_in_a_whole_sentence(panel: EncryptorPanel) -> None:
    move(panel, eve=True)
    press(panel, "empty", 6)
    assert panel.lamp.title == "HELD: NOTHING IS SENT"
    assert panel.lamp.eve["reason"] == (
        "Nothing crosses now. To read what crossed before she would need the QKD keys and to break ML-KEM."
    )
    for starvation in ("PQC only", "stop", "hold"):
        move(panel, 2, starvation=starvation)
        panel.again.click()
        panel.step(2)
        assert panel.lamp.title == ("STOPPED" if starvation == "stop" else "NO KEY YET")
        assert (panel.lamp.eve["title"], panel.now.n_sent) == ("NOTHING TO READ", 0)
        assert " ." not in panel.lamp.reason + panel.lamp.eve["reason"]


def test_eve_on_the_quantum_link_alone_is_not_nobody(panel: EncryptorPanel) -> None:
    # before: "NOBODY LISTENS" beside a map on which she intercepts
    move(panel, 1, on_the_line="nobody")
    assert panel.lamp.eve["title"] == "NOBODY LISTENS"
    move(panel, 1, eve=True)
    assert panel.lamp.eve["title"] == "NOBODY ON THE DATA LINK"
    assert "Eve is on the quantum link alone" in panel.lamp.eve["reason"]


def test_who_breaks_ml_kem_reads_nothing_while_the_qkd_keys_before_are_secret(panel: EncryptorPanel) -> None:
    # before: the question said that such traffic hangs on ML-KEM alone, and its hint showed that it does not
    move(panel, 3, eve=True, starvation="PQC only", breaks_pqc=True)
    press(panel, "empty", 6)
    assert panel.lamp.title == "ENCRYPTED, ML-KEM ONLY"
    assert panel.lamp.eve["title"] == "EVE READS NOTHING"
    move(panel, 1, has_qkd_keys=True)
    assert panel.lamp.eve["title"] == "EVE READS EVERYTHING"
    assert (
        "of nothing else than QKD keys, which she has, and ML-KEM, which she breaks."
        in panel.lamp.eve["reason"]
    )
    (question,) = (one for one in GUIDE if one.name == "what to do without keys")
    assert "not broken" not in question.because
    assert "still lacks the QKD keys of the epochs before" in question.because


def test_keys_of_qkd_alone_name_the_ml_kem_of_the_epochs_before(panel: EncryptorPanel) -> None:
    # before: "keys of a QKD key" beside an Eve who has these and would "need to break ML-KEM"
    panel.step(1)
    move(panel, 5, use_pqc=False, has_qkd_keys=True)
    assert panel.now.made_of == {"QKD"}
    assert "keys of a QKD key, and of the keys before, which were made of ML-KEM, too." in panel.lamp.reason
    panel.again.click()
    panel.step(1)
    assert "too." not in panel.lamp.reason
    assert panel.lamp.eve["title"] == "EVE READS EVERYTHING"


def test_a_choice_that_changes_another_says_so(panel: EncryptorPanel) -> None:
    # before: "and 1 more" in the bar, and no word why
    move(panel, 0.25, hybrid="both")
    move(panel, 0.25, starvation="PQC only")
    assert panel.now.noted == "The new choice asks for this, too: Keys need: at least ML-KEM."
    press(panel, "empty", 0.25)
    assert "fills again" in panel.now.noted


@pytest.mark.parametrize(
    ("starvation", "seconds", "then"),
    [
        (Starvation.HOLD, 4, "then messages wait"),
        (Starvation.PQC_ONLY, 2, "then keys are made of ML-KEM alone"),
        (Starvation.STOP, 2, "then the session ends"),
    ],
)
@pytest.mark.parametrize("kme", KMES)
def test_without_a_kme_the_stored_keys_are_out_of_reach(
    kme: str, starvation: Starvation, seconds: float, then: str
) -> None:
    panel = EncryptorPanel(replace(QUICK, starvation=starvation))
    while panel.now.epoch_seconds:
        panel.step(0.25)
    press(panel, f"kill {kme}", 0.25)
    assert panel.now.running[kme] is False
    assert (panel.lamp.state, panel.lamp.title) == ("too_few", "ENCRYPTED, ON THE LAST KEY")
    assert panel.lamp.reason.startswith(f"{kme} does not answer, so no key can be fetched.")
    assert panel.lamp.reason.endswith(f"; {then}.")
    told = float(re.search(r"for (\d+) s more", panel.lamp.reason)[1])
    assert abs(told - seconds) <= 0.5
    assert "out of reach" in panel.lamp.figures[0]["value"]
    assert kme in panel.pool.value
    passed = 0.0
    while panel.lamp.title == "ENCRYPTED, ON THE LAST KEY":
        panel.step(0.25)
        passed += 0.25
    assert abs(passed - told) <= 1
    panel.close()


def test_of_a_link_that_makes_too_little_every_number_is_that_of_alice_s_half(panel: EncryptorPanel) -> None:
    move(panel, rotate_seconds=1.0)
    panel.step(1)
    for made, state, title in (
        (2 * KEY_BITS + 2, "accepted", "ENCRYPTED, KEYS FLOW"),
        (2 * KEY_BITS - 2, "too_few", "ENCRYPTED, TOO FEW NEW KEYS"),  # the whole would be enough
        (KEY_BITS, "too_few", "ENCRYPTED, TOO FEW NEW KEYS"),
    ):
        now = replace(panel.now, supply=SupplyState(bits_per_second=made, n_sessions=1, measured=True))
        panel._show(now)
        assert (panel.lamp.state, panel.lamp.title) == (state, title)
        rate = f"{made // 2} bit/s"
        assert panel.lamp.figures[2]["value"] == rate
        assert panel.scene.links["quantum"]["text"] == f"25 km, {rate}"
        assert panel.scene.links["quantum"]["note"] == "each way"
        assert f"makes {rate} for Alice" in panel.pool.value
        assert panel.pool.value.count("makes enough") == (5 if state == "accepted" else 4)
    # half of what is needed comes: the store lasts twice as long as without
    assert now.falls_seconds == pytest.approx(2 * now.stored_bits / KEY_BITS)
    assert f"The link makes 128 bit/s for Alice's encryptor, which uses {KEY_BITS} bit/s" in panel.lamp.reason


def test_a_line_that_was_not_measured_yet_has_no_rate(panel: EncryptorPanel) -> None:
    # before: "145 km, 29.7 kbit/s", "makes enough" and KEYS FLOW until a session of the new line ended
    assert panel.lamp.title == "ENCRYPTED, KEYS FLOW"
    shown = panel.lamp.figures[2]["value"]
    panel.settings = replace(panel.settings, length_km=145.0)
    assert panel.now.stored_keys
    told = "measuring the line of 145 km …"
    assert panel.scene.links["quantum"] == {"text": told, "note": "", "state": "low", "eve": ""}
    assert panel.lamp.title == "ENCRYPTED, ON STORED KEYS"
    assert panel.lamp.reason.startswith("Measuring the line of 145 km: no session of it has ended yet.")
    assert (panel.lamp.figures[2]["value"], panel.lamp.figures[2]["note"]) == ("?", told)
    assert "What the line of 145 km makes is being measured." in panel.pool.value
    assert "makes enough" not in panel.pool.value
    for part in (panel.lamp.reason, panel.pool.value, panel.scene.statement, str(panel.scene.links)):
        assert shown not in part
    panel.step(1)
    assert panel.now.supply.measured
    assert panel.scene.links["quantum"]["text"].startswith("145 km, ")


def test_a_session_of_a_line_that_is_no_more_does_not_keep_the_next_waiting() -> None:
    # before: each step of the slider left a session behind, and that of the last line waited for them all
    supply = QuantumSupply(DeliverySettings())
    waiting: Future[SessionResult] = Future()
    supply._session = waiting
    supply.change(DeliverySettings(length_km=60.0), 1.0)
    assert waiting.cancelled()


def test_the_kept_run_names_only_buttons_that_are_there(panel: EncryptorPanel) -> None:
    # before: "until you press Run again", where the button is "Start anew" and leaves the seed as it is
    told = " ".join(one.value for one in widgets_in(panel.kept.box) if isinstance(one, HTML))
    assert "Keep this run as A" in told
    assert "Run again" not in told
    other = NetworkPanel()
    told = " ".join(one.value for one in widgets_in(other.kept.box) if isinstance(one, HTML))
    assert f"until you press {other.again.description}." in told
    other.close()


def test_the_store_of_the_scenario_with_too_few_keys_falls() -> None:
    panel = EncryptorPanel()
    panel.preset.value = "far"
    panel.step(2)
    before = panel.now.stored_keys
    states = set()
    for _ in range(8):
        panel.step(1)
        states.add(panel.lamp.state)
    assert states == {"too_few"}
    assert panel.now.stored_keys < before
    panel.close()


# ---- beginnings --------------------------------------------------------------------------------------------


def test_a_scenario_does_not_inherit_the_store_of_the_one_before() -> None:
    panel = EncryptorPanel()
    for name in SCENARIOS:
        press(panel, f"kill {KMES[1]}")
        press(panel, f"restart {KMES[1]}")
        press(panel, "empty")
        press(panel, f"kill {KMES[0]}")
        panel.preset.value = name
        panel.step(0.5)
        assert panel.now.stored_keys >= CAPACITY_KEYS - 1, name
        assert (panel.now.epoch, panel.now.all_run) == (1, True)
    panel.close()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("eve_hold", "HELD: NOTHING IS SENT"),
        ("eve_pqc", "ENCRYPTED, ML-KEM ONLY"),
        ("eve_stop", "STOPPED"),
    ],
)
def test_scenarios_come_to_their_end_after_another(name: str, title: str) -> None:
    panel = EncryptorPanel()
    for one in ("eve_hold", name):
        panel.preset.value = ""
        panel.preset.value = one
        panel.step(5)
        assert panel.lamp.title == "ENCRYPTED, ON STORED KEYS"
        panel.step(27)
    assert panel.lamp.title == title
    panel.close()


def test_a_new_beginning_counts_anew_and_what_was_said_fades(panel: EncryptorPanel) -> None:
    move(panel, 12, on_the_line="replays")
    assert panel.now.n_rejected
    for begin in (panel.again.click, panel.reset.click, lambda: setattr(panel.preset, "value", "calm")):
        move(panel, 12, on_the_line="replays")
        begin()
        assert (panel.now.n_rejected, panel.now.n_sent, panel.now.n_keys) == (0, 0, 0)
        panel.step(0.5)
        assert "Rejected" not in panel.lamp.eve["reason"]
    assert "A new beginning" in panel.scene.noted
    panel.message.value = "noon"
    panel.send.click()
    assert "next to cross" in panel.scene.noted
    while panel.now.passage.plain != b"noon":
        panel.step(0.25)
    assert "next to cross" not in panel.scene.noted
    press(panel, "wrong_sae", 5)
    assert "401" in panel.scene.noted
    panel.step(20)
    assert "401" not in panel.scene.noted


def test_nobody_sees_the_new_kmes_empty() -> None:
    # would catch: "0 of 12 keys" and a triangle at both KMEs for a moment, when they are processes at last
    world = Crossing(QUICK, KmesHere())
    world.step(1.0)
    world.move_to(KmesHere())
    world.step(0.25)
    now = world.snapshot()
    assert now.stored_keys
    assert {site["kme"]["state"] for site in scene_traits(now)["sites"]} == {"good"}
    world.close()


def test_the_bar_says_that_frames_are_counted_and_where_a_refusal_stands(panel: EncryptorPanel) -> None:
    # would catch: a refused request that is looked for among the rejected frames, and a whisper as its answer
    press(panel, "wrong_sae")
    (told,) = [one for one in panel.lamp.figures if "ejected" in one["name"]]
    assert (told["name"], told["value"]) == ("Frames rejected", "0")
    assert "what a KME refuses stands in the tab Requests" in told["note"]
    assert panel.scene.noted.startswith("SAE-C asked")
    assert "SAE-C" not in panel.scene.foot


# ---- tables ------------------------------------------------------------------------------------------------


def rows_of(panel: EncryptorPanel) -> dict[str, tuple[str, str]]:
    """Return what stands in the tab of who knows what: name → what is known, and what is not."""
    found = re.findall(r"<tr><th scope='row'>(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", panel.knows.value)
    return {name: (knows, not_known) for name, knows, not_known in found}


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, "Eve on the data link"),
        ({"eve": True}, "Eve on both links"),
        ({"eve": True, "on_the_line": "nobody"}, "Eve on the quantum link"),
        ({"on_the_line": "nobody"}, None),
        ({"has_qkd_keys": True}, "Eve on the data link"),
    ],
)
@pytest.mark.parametrize("pqc", [True, False])
def test_who_knows_has_a_row_for_whom_there_is_and_nothing_that_is_not(
    changes: dict, who: str | None, pqc: bool
) -> None:
    panel = EncryptorPanel(replace(QUICK, **changes, **({} if pqc else NO_PQC)))
    rows = rows_of(panel)
    assert [name for name in rows if name.startswith("Eve")] == ([who] if who else [])
    assert ("a traitor at a KME" in rows) is bool(changes.get("has_qkd_keys"))
    assert ("ML-KEM" in panel.knows.value) is pqc
    panel.close()


def test_a_traitor_without_ml_kem_lacks_nothing() -> None:
    panel = EncryptorPanel()
    panel.preset.value = "traitor"
    panel.step(2)
    rows = rows_of(panel)
    assert rows["a traitor at a KME"][1].startswith("nothing that Eve would need")
    # would catch: ticks on both KMEs of the picture, as if nothing were amiss there
    for site in panel.scene.sites:
        assert site["kme"]["state"] == "low"
        assert site["kme"]["text"].endswith(f"of {CAPACITY_KEYS}, copied for Eve")
    assert rows["Eve on the data link"][1] == "nothing: she reads every message"
    assert "no message" not in rows["KME-A and KME-B"][1]
    panel.close()


def test_one_name_for_ml_kem_and_no_word_of_programmers(panel: EncryptorPanel) -> None:
    press(panel, f"kill {KMES[1]}", 6)
    press(panel, f"restart {KMES[1]}", 4)
    move(panel, 3, rotate_seconds=30.0, rotate_frames=1)
    press(panel, f"kill {KMES[0]}", 6)
    menus = str([widget.options for widget in panel.controls.widgets.values() if hasattr(widget, "options")])
    shown = panel.events.value + panel.lamp.title + panel.requests.value
    assert "PQC" not in shown + menus.replace("'PQC only'", "").replace("'at least PQC'", "")
    assert "rotation due" not in shown
    assert "as many messages as allowed" in shown
    assert "no key from QKD</td><td>the KME does not answer" in shown
    assert not re.search(r"\b1 keys\b", panel.pool.value + shown)


def test_names_in_tables_are_not_broken(panel: EncryptorPanel) -> None:
    assert "<td style='white-space:nowrap'>SAE-B</td>" in panel.requests.value
    assert "<td style='white-space:nowrap'>KME-A</td>" in panel.requests.value


def test_ranges_of_sliders_go_back_with_the_reset(panel: EncryptorPanel) -> None:
    sliders = [one for one in panel.controls.widgets.values() if hasattr(one, "readout_format")]
    ranges = [(one.min, one.max) for one in sliders]
    assert len(ranges) == 3
    panel.settings = replace(QUICK, length_km=200.0, rotate_seconds=600.0, rotate_frames=10_000)
    assert [one.max for one in sliders] == [200, 600, 10_000]
    panel.reset.click()
    assert [(one.min, one.max) for one in sliders] == ranges


def test_a_slider_is_not_sent_back_without_its_dust(panel: EncryptorPanel) -> None:
    # before: 155 km came back while the learner was at 152 already, and of 30 presses of a key 4 counted
    slider = panel.controls.widgets["length_km"]
    slider.value = 155.00000000000003  # as the browser says it
    assert panel.settings.length_km == 155
    assert slider.value == 155.00000000000003


def test_the_guided_questions_name_controls_as_the_panel_does() -> None:
    told = set(words_for("encryptor_panel").values())
    quoted = [text for one in GUIDE for text in re.findall("“(.*?)”", " ".join([one.question, *one.hints]))]
    assert quoted
    assert not [text for text in quoted if not any(one.startswith(text) for one in told)]


def test_the_price_of_a_one_time_pad_is_told_in_parts_that_add_up(panel: EncryptorPanel) -> None:
    # before: "512 bits of key for a message of 24 bytes, tag included", and nobody knew of what the rest was
    panel.step(2)
    told = panel.pool.value.replace(",", "")
    found = re.search(
        r"take (\d+) bits of key for a message of (\d+) bytes: (\d+) .* (\d+) for a tag and (\d+)", told
    )
    total, n_bytes, message, tag, unused = map(int, found.groups())
    assert message == 8 * n_bytes
    assert (tag, total % 256) == (256, 0)
    assert message + tag + unused == total


# ---- a message of one's own --------------------------------------------------------------------------------


def test_enter_sends_and_what_became_of_it_stays_to_be_read(panel: EncryptorPanel) -> None:
    # before: Enter did nothing, and the next message took the place of one's own
    panel.step(2)
    assert "Your last message" not in panel.shown.value
    panel.message.value = "noon & night"
    panel.message._handle_custom_msg({"event": "submit"}, [])  # as the browser tells of Enter
    for _ in range(12):
        panel.step(1)
    now, own = panel.now.passage, panel.now.own
    assert (own.plain, own.arrived) == (b"noon & night", b"noon & night")
    assert now.number > own.number + 3
    lead = panel.shown.value.index("Your last message")
    told = panel.shown.value[lead:]
    assert told.count("noon &amp; night") == 2  # at Alice and at Bob
    assert own.sealed.hex(" ")[:40] in told
    panel.again.click()
    panel.step(1)
    assert panel.now.own is None


@pytest.mark.parametrize("use_pqc", [True, False])
def test_a_kme_of_which_copies_are_kept_is_not_said_to_keep_none(use_pqc: bool) -> None:
    # before: "does not know: messages, while they keep no copy", beside a picture that says "copied for Eve"
    for traitor in (True, False):
        chosen = QUICK if use_pqc else replace(QUICK, **NO_PQC)
        panel = EncryptorPanel(replace(chosen, has_qkd_keys=traitor, on_the_line="listens"))
        panel.step(2)
        (told,) = re.findall("<tr><th scope='row'>KME-A and KME-B.*?</tr>", panel.knows.value)
        assert ("traitor keeps copies" in told) is traitor
        assert ("until they are fetched" in told) is not traitor
        assert ("keep no copy" in told) is not (traitor or use_pqc)
        panel.close()
