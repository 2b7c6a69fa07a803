"""The distillation panel without a browser: bars that add up, ways to correct, hashes, the shared secret."""

import asyncio
import re
from dataclasses import replace

import numpy as np
import pytest
from ipywidgets import HTML

from qkdlab import IDEAL_LINK, DetectorBlinding, InterceptResend, Link, SessionSettings, run_session
from qkdlab.distillation.channel import Subject
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from qkdlab.distillation.correction.leakage import LDPC
from qkdlab.distillation.hashing.toeplitz import toeplitz_hash
from qkdlab.lab import DistillationPanel
from qkdlab.lab.components import BarRows
from qkdlab.lab.components.text import percent_text
from qkdlab.lab.distillation.account_box import SHARED_BITS, AccountBox
from qkdlab.lab.distillation.charts import eve_chart, ledger_chart, methods_chart
from qkdlab.lab.distillation.comparison import METHODS, MethodRun, compare_methods, undisclosed_keys
from qkdlab.lab.distillation.controls import DistillationControls
from qkdlab.lab.distillation.hashing.hash_box import HashBox
from qkdlab.lab.distillation.hashing.hash_story import hash_story
from qkdlab.lab.distillation.panel import DEFAULT, change_of_key
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.lab.frame import run_panel
from qkdlab.lab.frame.cells import widgets_in
from qkdlab.lab.frame.frame import is_off
from qkdlab.lab.sessions.ending import verdict_state
from qkdlab.session.man_in_the_middle import run_man_in_the_middle
from qkdlab.theory.error_limit import long_run_limit, method_of
from tests.refusals import expect_refusal

LINE = replace(DEFAULT, n_pulses=20_000)
TAPPED = replace(LINE, n_pulses=60_000, link=IDEAL_LINK, eavesdropper=InterceptResend(fraction=0.1))


@pytest.fixture(scope="module")
def result():
    return run_session(TAPPED)


def press(button) -> None:
    button.click()


# ---- charts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [LINE, TAPPED, replace(LINE, n_pulses=300), replace(LINE, eavesdropper=InterceptResend())],
    ids=["quiet", "eve", "short", "intercepted"],
)
def test_each_bar_begins_where_the_one_before_ended(settings) -> None:
    session = run_session(settings)
    chart = ledger_chart(session)
    BarRows(**chart)  # the component takes it
    left = session.distillation.n_sifted
    for row in chart["rows"][1:-1]:
        assert row["parts"][-1]["stop"] == left
        left = row["parts"][0]["stop"]
    assert chart["rows"][-1]["parts"][0]["stop"] == left == session.key_length
    assert session.accepted is ("secret in the end, " in chart["statement"])


def test_nothing_sifted_is_no_error() -> None:
    lost = run_session(LINE, n_pulses=1, link=replace(LINE.link, insertion_loss_db=190.0))
    chart = ledger_chart(lost)
    BarRows(**chart)
    assert chart["statement"] == "Nothing was sifted."


def test_eve_after_each_stage(result) -> None:
    # would catch: the rate of one stage at another, a share of the wrong number of bits
    chart = eve_chart(result)
    BarRows(**chart)
    eve = result.eve
    rates = [eve.true_guess_rate, eve.true_corrected_guess_rate, eve.true_key_guess_rate]
    assert [row["parts"][0]["stop"] for row in chart["rows"]] == rates
    assert rates[1] > rates[0]  # the parities tell her more
    sizes = [eve.n_sifted, result.distillation.correction.n_bits, result.key_length]
    assert [int(re.sub(r".* of |,", "", row["value"])) for row in chart["rows"]] == sizes
    assert eve_chart(run_session(LINE))["rows"] == []


def test_without_a_key_nothing_is_said_of_a_bar_for_it(result) -> None:
    # before: "the last bar a coin toss" above a single bar of 75 %
    chart = eve_chart(run_session(LINE, eavesdropper=InterceptResend()))
    assert [row["name"] for row in chart["rows"]] == ["sifted bits"]
    assert chart["statement"].endswith("No key was made of them.")
    assert "last bar a coin toss" in eve_chart(result)["statement"]


def test_of_a_broken_key_no_coin_toss_is_shown() -> None:
    # would catch: a bar at one half for a key that Eve knows, and "secret in the end"
    result = run_session(LINE, link=Link(length_km=10), n_pulses=300_000, eavesdropper=DetectorBlinding())
    made = f"{result.distillation.n_amplified:,}"
    chart = eve_chart(result)
    assert [row["name"] for row in chart["rows"]] == ["sifted bits", "after correction"]
    assert f"knows {made} of the {made} bits" in chart["statement"]
    assert f"take {result.key_length:,} to be secret" in ledger_chart(result)["statement"]


# ---- what the bar and the tabs say of a run ---------------------------------------------------------------


def test_a_change_that_was_shown_is_not_named_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # before: "Misalignment: 2.0 % → 3.0 %, Seed: 1 → 2, in one move", though seed 2 had been shown
    monkeypatch.setattr(run_panel, "SAME_MOVE_SECONDS", 300)
    panel = DistillationPanel(LINE)
    slider = panel.controls.widgets["misalignment_error"]
    panel.again.click()
    assert panel.lamp.changed.startswith("Seed: ")
    with monkeypatch.context() as overtaken:  # the first run of the move is dropped
        overtaken.setattr(panel.runner, "request", lambda order: None)
        slider.value = 0.025
    slider.value = 0.03
    assert panel.lamp.changed == "Misalignment: 2.0 % → 3.0 %"
    slider.value = 0.035
    assert panel.lamp.changed == "Misalignment: 2.0 % → 3.5 %, in one move"
    panel.again.click()
    slider.value = 0.04  # soon after, but the button was pressed between
    assert panel.lamp.changed == "Misalignment: 3.5 % → 4.0 %"
    panel._refuse(ValueError("no"))
    slider.value = 0.045  # nor does a refused change go on
    assert panel.lamp.changed == "Misalignment: 4.0 % → 4.5 %"
    panel.close()


@pytest.mark.parametrize("error", [0.01, 0.02, 0.03])
def test_the_gauge_marks_where_runs_as_short_as_this_one_end(error: float) -> None:
    # before: 5.8 %, where endlessly long keys end, though this session's end near 4.4 %
    panel = DistillationPanel(replace(DEFAULT, link=replace(DEFAULT.link, misalignment_error=error)))
    limit, long = panel.gauge.limit, long_run_limit(panel.settings)
    assert panel.result.accepted
    assert panel.gauge.qber < limit < long - 0.005
    assert panel.gauge.limit_text.startswith(f"about {percent_text(limit)}: above this a run as short")
    for misaligned, accepted in ((limit - 0.004, True), (limit + 0.004, False)):
        link = replace(panel.settings.link, misalignment_error=misaligned)
        assert run_session(panel.settings, link=link).accepted is accepted
    panel.close()


def test_a_value_between_the_steps_of_a_slider_is_shown_as_it_is() -> None:
    # before: 3.3 % was run, and the browser showed 3.5 %
    panel = DistillationPanel(LINE)
    slider = panel.controls.widgets["misalignment_error"]
    assert (slider.step, slider.readout_format) == (0.005, ".1%")
    for loaded, text in ((0.033, "3.3%"), (0.0333, "3.33%"), (0.035, "3.5%")):
        panel.save.text.value = replace(LINE, link=replace(LINE.link, misalignment_error=loaded)).to_json()
        panel.save.load.click()
        assert panel.settings.link.misalignment_error == slider.value == loaded
        assert (loaded / slider.step) == pytest.approx(round(loaded / slider.step))
        assert format(slider.value, slider.readout_format) == text
    assert (slider.step, slider.readout_format) == (0.005, ".1%")
    panel.close()


def test_the_data_of_a_bar_are_what_the_picture_writes(result) -> None:
    # before: 0.0272 for a bar that says 52.7 %, as it was drawn from one half
    eve = BarRows(**eve_chart(result))
    assert eve.data()[0]["value"] == pytest.approx(result.eve.true_guess_rate)
    assert eve.data()[0]["note"].endswith(eve.rows[0]["value"])
    ledger = BarRows(**ledger_chart(result)).data()
    taken = [row["value"] for row in ledger if row["note"].startswith("taken")]
    assert sum(taken) == result.distillation.n_sifted - result.key_length


# ---- ways to correct -------------------------------------------------------------------------------------


def test_the_undisclosed_keys_are_those_that_were_corrected(result) -> None:
    alice, bob = undisclosed_keys(result)
    seed = result.channel.find(Subject.AMPLIFICATION_SEED)
    hashed = toeplitz_hash(alice, seed)
    assert np.array_equal(hashed[len(hashed) - result.key_length :], result.key.bits)
    assert np.count_nonzero(alice != bob) == result.distillation.correction.n_corrected


def test_every_way_corrects_the_same_errors(result) -> None:
    shares = []
    runs = compare_methods(result, shares.append)
    assert [run.method for run in runs] == list(METHODS)
    assert shares == sorted(shares)
    for run in runs:
        assert run.n_errors == result.distillation.correction.n_corrected
        assert run.n_left == 0
        assert 1 < run.efficiency < 1.6
    original, four, eight, ldpc = runs
    assert original.efficiency > four.efficiency > eight.efficiency
    assert ldpc.n_rounds < original.n_rounds < four.n_rounds < eight.n_rounds
    chart = methods_chart(runs)
    BarRows(**chart)
    ordered = sorted(runs, key=lambda run: run.charged_leak)
    assert ordered[0] is ldpc  # Bob's questions are charged, and LDPC codes need none
    assert [row["parts"][-1]["stop"] for row in chart["rows"]] == [run.charged_leak for run in ordered]
    assert [row["parts"][0]["stop"] for row in chart["rows"]] == [run.alice_leak for run in ordered]


def test_keys_without_errors_have_no_efficiency() -> None:
    runs = compare_methods(run_session(LINE, link=IDEAL_LINK), lambda _: None)
    assert all(run.efficiency == 0 for run in runs)
    assert "no errors" in methods_chart(runs)["statement"]
    assert compare_methods(run_session(LINE, n_pulses=20), lambda _: None) == ()


def test_errors_that_are_left_are_told() -> None:
    told = {"alice_leak": 250, "charged_leak": 250, "n_rounds": 9}
    run = MethodRun(method="original", n_bits=1000, n_errors=30, n_left=2, **told)
    chart = methods_chart([run])
    ticks = [one["at"] for one in chart["ticks"]]  # before: 0 alone
    assert ticks[0] == 0
    assert 0.5 * chart["room"][1] < ticks[-1] <= chart["room"][1]
    assert "2 errors are left" in chart["rows"][0]["note"]
    assert chart["rows"][0]["parts"][0]["kind"] == "warning"


# ---- hashes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bit", [1, 2, 777])
def test_one_bit_changes_the_hashes_as_hashing_again_does(result, bit) -> None:
    # would catch: the column of a neighbour, bits that authentication took
    alice, seed = np.array(undisclosed_keys(result)[0]), result.channel.find(Subject.AMPLIFICATION_SEED)
    story = hash_story(result, bit)
    alice[bit - 1] ^= 1
    hashed = toeplitz_hash(alice, seed)
    assert np.array_equal(story.flipped_key, hashed[len(hashed) - result.key_length :])
    assert np.array_equal(story.key, result.key.bits)
    assert 0.4 < story.n_changed / story.key_length < 0.6
    assert story.tag != story.flipped_tag


def test_bits_that_are_not_there(result) -> None:
    n_bits = result.distillation.correction.n_bits
    for bit in (0, n_bits + 1, 1.5):
        with pytest.raises(ValueError, match=r"^bit must "):
            hash_story(result, bit)
    assert hash_story(result, n_bits).n_bits == n_bits
    assert hash_story(run_session(LINE, eavesdropper=InterceptResend()), 1) is None


def test_the_hash_box(result) -> None:
    box = HashBox()
    assert "ended before any key was hashed" in box.told.value or box.told.value == ""
    box.show(result)
    assert "✓ The hashes agree" in box.told.value
    assert "≠" not in box.told.value.split("</pre>")[0]
    box.flip.value = True
    assert "<p role='status'>✗ The hashes differ" in box.told.value
    assert box.told.value.count("role='status'") == 1  # not the whole of the box at each bit
    assert "about half of the corrected bits" in box.told.value
    assert box.told.value.split("</pre>")[0].count("≠") > 5
    box.place.value = "0"
    assert f"Choose a whole number from 1 to {len(undisclosed_keys(result)[0]):,}." in box.told.value
    box.show(run_session(LINE, n_pulses=20))
    assert "ended before any key was hashed" in box.told.value
    # before: "Both hold the corrected key" beside it, and a bit to change
    assert [part.layout.display for part in box.box.children[1:3]] == ["none", "none"]
    box.place.value = "1"
    box.show(result)
    assert [part.layout.display for part in box.box.children[1:3]] == ["", ""]


def test_alice_stands_beside_bob_and_apart_from_the_next_pair(result) -> None:
    # before: the blank line stood within a pair, and none between two
    box = HashBox()
    box.show(result)
    for flipped, lines in ((False, ["Alice", "Bob"]), (True, ["Alice", "", "Bob"])):
        box.flip.value = flipped
        picture = box.told.value.split("<pre class='qk-circuit'>")[1].split("</pre>")[0]
        blocks = [[line[:5].strip() for line in block.splitlines()] for block in picture.split("\n\n")]
        assert blocks == [lines, lines]


# ---- the shared secret -----------------------------------------------------------------------------------


def test_the_account_box_from_the_first_key_to_the_last_bit() -> None:
    box = AccountBox(lambda: replace(LINE, security="asymptotic"))
    assert box.ledger.bits_left == SHARED_BITS
    press(box.run)
    assert "✓ Key accepted" in box.told.value
    assert box.ledger.bits_left == SHARED_BITS - 128
    box.middle.value = True
    for left in (640, 384, 128):
        press(box.run)
        assert "✓ Eve was found out" in box.told.value
        assert box.ledger.bits_left == left
    press(box.run)
    assert "✗ No key: no shared key left" in box.told.value
    box.tags.value = False
    press(box.run)
    assert "Eve has both keys" in box.told.value
    press(box.renew)
    assert box.ledger.bits_left == SHARED_BITS
    assert "1,024 bits" in box.table.value


def test_numbers_in_the_account_are_written_as_in_its_sentence() -> None:
    # before: "1,024 bits of shared secret are left", and below it "+1024", "-128"
    box = AccountBox(lambda: replace(LINE, security="asymptotic"))
    press(box.run)
    for text in ("+1,024", "−128", "−256"):
        assert f">{text}<" in box.table.value
    assert ">1024<" not in box.table.value


def test_another_kind_of_session_takes_away_what_was_said_of_the_last() -> None:
    # before: "✓ Key accepted" beside the choice of a man in the middle, until a key was made
    box = AccountBox(lambda: replace(LINE, security="asymptotic"))
    press(box.run)
    assert "✓ Key accepted" in box.told.value
    box.middle.value = True
    assert "✓" not in box.told.value
    assert "the lamps above are about the run of the panel" in box.box.children[0].value


def test_the_account_box_tells_how_far_it_is_and_of_which_settings() -> None:
    async def play() -> None:
        settings = [LINE]
        box = AccountBox(lambda: settings[0])
        box.middle.value = True
        press(box.run)
        assert "Running … 0 %" in box.told.value
        assert is_off(box.run)
        assert is_off(box.renew)
        ledger = box.ledger
        press(box.run)  # neither is heard
        press(box.renew)
        assert box.ledger is ledger
        box._tell_share(0.4)
        assert "Running … 40 %" in box.told.value
        await box.runner.idle()
        assert "✓ Eve was found out" in box.told.value
        assert box.ledger.bits_left == SHARED_BITS - 384
        assert not is_off(box.run)
        box.told_before()
        box.told_before()
        assert box.told.value.count("With the settings before:") == 1
        press(box.run)
        settings[0] = replace(LINE, seed=99)
        await box.runner.idle()
        assert "With the settings before:" in box.told.value

    in_loop(play)


def test_both_halves_of_a_man_in_the_middle_are_in_the_progress() -> None:
    shares: list[float] = []
    run_man_in_the_middle(LINE, progress=shares.append)
    assert shares == sorted(shares)
    assert any(0 < share < 0.5 for share in shares)
    assert any(0.5 < share < 1 for share in shares)
    assert shares[-1] == 1


# ---- the panel -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DISTILLATION_PRESETS)
def test_presets_keep_their_promise(name) -> None:
    preset = DISTILLATION_PRESETS[name]
    assert verdict_state(run_session(preset.settings)) == preset.state
    assert SessionSettings.from_json(preset.settings.to_json()) == preset.settings


@pytest.mark.parametrize("method", [*VARIANTS, LDPC])
def test_controls_say_what_the_settings_are(method) -> None:
    moved = []
    controls = DistillationControls(moved.append)
    controls.show(LINE)
    assert controls.settings(LINE) == LINE
    controls.widgets["correction"].value = method
    assert method_of(controls.settings(LINE)) == method
    controls.show(controls.settings(LINE))
    assert controls.widgets["correction"].value == method


def test_a_panel_shows_what_ran() -> None:
    panel = DistillationPanel(LINE)
    assert panel.ledger.statement == ledger_chart(panel.result)["statement"]
    assert panel.gauge.qber == panel.result.qber
    panel.predictions.menu.value = "shorter"
    panel.settings = replace(LINE, link=replace(LINE.link, misalignment_error=0.04))
    assert panel.predictions.runs[0].observed == "shorter" or panel.result.key_length == 0
    assert panel.replay.story["variant"] == "modified (4)"
    press(panel.compare)
    assert [run.method for run in panel.runs] == list(METHODS)
    assert len(panel.methods.rows) == len(METHODS)
    assert not is_off(panel.compare)
    panel.settings = LINE
    assert panel.methods.rows == []
    assert panel.runs == ()


@pytest.mark.parametrize(
    ("security", "claims"), [("finite", True), ("asymptotic", False), ("classroom", False)]
)
def test_the_bar_says_where_no_secrecy_is_claimed(security: str, claims: bool) -> None:
    # before: "24,406 secret bits", as in the mode with a proof
    panel = DistillationPanel(replace(DEFAULT, security=security))
    assert panel.lamp.state == "accepted"
    assert ("No security is claimed: the" in panel.lamp.reason) is not claims
    assert panel.lamp.reason.endswith("mode ignores chance.") is not claims
    panel.settings = replace(panel.settings, eavesdropper=InterceptResend())
    assert "claimed" not in panel.lamp.reason
    panel.close()


def test_the_gauge_follows_the_sliders_that_move_the_qber() -> None:
    # before: the mark of the formula stood still until the run had landed
    panel = DistillationPanel(TAPPED)
    gauge, sliders = panel.gauge, panel.controls.widgets
    assert gauge.theory.keys() == {"misalignment_error", "fraction"}
    for name, curve in gauge.theory.items():
        assert gauge.followed[name] is sliders[name]
        assert curve["x"][-1] == sliders[name].max
        assert curve["y"][curve["x"].index(curve["at"])] == pytest.approx(gauge.expected, abs=1e-12)
    assert gauge.theory["fraction"]["y"][-1] == pytest.approx(0.25)
    sliders["fraction"].value = 0.2
    assert gauge.theory["fraction"]["at"] == 0.2
    assert gauge.expected == pytest.approx(0.05)
    sliders["eve"].value = False
    assert gauge.theory.keys() == {"misalignment_error"}


def test_the_still_picture() -> None:
    still = DistillationPanel(TAPPED)._still()
    assert still.png.startswith(b"\x89PNG")
    assert "What becomes of the sifted bits" in still.text
    assert "How many bits Eve guesses right" in still.text


@pytest.mark.parametrize(
    ("length", "before", "change"),
    [
        (0, 100, "no_key"),
        (0, 0, "no_key"),
        (101, 100, "same"),
        (99, 100, "same"),
        (150, 100, "longer"),
        (50, 100, "shorter"),
        (5, 0, "longer"),
    ],
)
def test_how_a_key_changed(length, before, change) -> None:
    assert change_of_key(length, before) == change


# ---- runs and comparisons in the background ---------------------------------------------------------------


def in_loop(play) -> None:
    asyncio.run(asyncio.wait_for(play(), 60))


def test_compare_waits_for_the_run_that_was_asked_for() -> None:
    # would catch: a comparison that overtakes the run, so that the old result is shown as that of the new
    async def play() -> None:
        panel = DistillationPanel(LINE)
        shown = panel.result
        panel.settings = TAPPED
        press(panel.compare)
        assert "Not compared" in panel.methods.statement
        await panel.runner.idle()
        assert panel.result is not shown
        assert panel.result.settings == TAPPED
        assert panel.runs == ()
        panel.settings = LINE
        panel._on_progress(0.3)
        press(panel.cancel)
        press(panel.compare)
        assert "Not compared" in panel.methods.statement
        assert panel.lamp.title == "CANCELLED"
        panel.settings = TAPPED
        await panel.runner.idle()
        panel.controls.widgets["seed"].value = "-1"
        press(panel.compare)
        assert "Not compared" in panel.methods.statement
        assert panel.lamp.title == "NOT RUN"
        assert panel.ledger.stale

    in_loop(play)


def test_a_comparison_leaves_the_verdict_and_can_be_cancelled() -> None:
    async def play() -> None:
        panel = DistillationPanel(LINE)
        verdict = panel.lamp.title
        press(panel.compare)
        panel._on_progress(0.5)
        assert panel.methods.statement == "Comparing … 50 %"
        assert is_off(panel.compare)
        assert not panel.compare.disabled  # it would lose the focus
        assert not is_off(panel.cancel)
        press(panel.cancel)
        assert panel.lamp.title == verdict
        assert panel.methods.statement == methods_chart(())["statement"]
        assert not any(part.stale for part in panel._components)
        assert not is_off(panel.compare)
        await panel.runner.idle()
        assert panel.runs == ()
        press(panel.compare)
        panel.settings = replace(LINE, seed=9)  # a run overtakes the comparison
        assert not is_off(panel.compare)
        await panel.runner.idle()
        assert panel.result.settings.seed == 9
        assert panel.runs == ()

    in_loop(play)


def test_cancel_stops_a_comparison_within_a_way_to_correct(result) -> None:
    # would catch: progress that is told between the ways only, of which LDPC takes most of the time
    class Stop(Exception):
        pass

    shares = []

    def stop(share: float) -> None:
        shares.append(share)
        if 0.3 < share < 1:
            raise Stop

    with pytest.raises(Stop):
        compare_methods(result, stop)
    assert 0.3 < shares[-1] < 1


def test_nothing_to_compare_is_said() -> None:
    panel = DistillationPanel(replace(LINE, n_pulses=20))
    press(panel.compare)
    assert panel.methods.statement == "This session left no bits to correct."


@pytest.mark.parametrize(
    ("change", "whose"), [({}, "questions"), ({"correction": "ldpc"}, "replies")], ids=["cascade", "ldpc"]
)
def test_the_comparison_foretells_the_ledger(change, whose) -> None:
    # would catch: counts of another run than that of the ledger, Bob's part forgotten
    session = run_session(LINE, **change)
    runs = compare_methods(session, lambda _: None, keep_own=True)
    own = next(run for run in runs if run.is_own)
    counts = session.distillation.correction
    assert own.method == method_of(session.settings)
    assert own.charged_leak == session.distillation.charged_leak == counts.alice_leak + counts.bob_leak
    (row,) = [row for row in ledger_chart(session)["rows"] if row["name"] == "leaked in correction"]
    assert row["note"] == (
        f"takes {own.charged_leak:,}: {counts.alice_leak:,} from Alice, "
        f"{counts.bob_leak:,} from Bob's {whose}"
    )
    again = next(run for run in compare_methods(session, lambda _: None) if run.method == own.method)
    assert own.n_rounds == pytest.approx(again.n_rounds, rel=0.5, abs=15)


def test_a_variant_that_is_not_compared_stands_beside_the_others() -> None:
    session = run_session(LINE, cascade="modified (7)", security="asymptotic")
    runs = compare_methods(session, lambda _: None, keep_own=True)
    assert [run.method for run in runs] == ["modified (7)", *METHODS]
    chart = methods_chart(runs)
    assert any(row["name"] == "Cascade, modified (7) (this run)" for row in chart["rows"])
    assert all(len(row["parts"]) == 1 for row in chart["rows"])  # the textbook does not charge Bob
    assert "takes" in next(row["note"] for row in ledger_chart(session)["rows"] if "leaked" in row["name"])


def test_predictions_say_what_changed_and_by_how_much() -> None:
    panel = DistillationPanel(LINE)
    before = panel.result.key_length
    panel.predictions.menu.value = "longer"
    panel.settings = replace(LINE, correction="ldpc")
    assert panel.lamp.badge["state"] == "right"
    assert "before" in panel.lamp.badge["why"]
    (run,) = panel.predictions.runs
    assert run.label == "Correction: Cascade, modified (4) → LDPC"
    assert run.measured.startswith(f"{panel.result.key_length:,} bits, before {before:,}; QBER ")
    assert f"<td>longer: {panel.result.key_length:,} bits" in panel.predictions.table.value
    assert "LDPC has no passes; shown is the original Cascade." in panel.replay_title.value
    assert "An example of its own: Cascade, original, step by step; 128 bits" in panel.replay_title.value
    panel.predictions.menu.value = "same"
    panel.settings = replace(LINE, correction="ldpc", seed=8, max_qber=0.12)
    assert panel.predictions.runs[0].label == "Seed: 7 → 8"
    assert "about the same (within 2 %)" in panel.predictions.table.value


# ---- bar rows --------------------------------------------------------------------------------------------


def test_bars_are_told_in_words() -> None:
    rows = [{"name": "kept", "value": "3 bits", "parts": [{"start": 0, "stop": 3, "kind": "kept"}]}]
    bars = BarRows(heading="Bits", rows=rows, statement="So be it.")
    assert bars.summary == "Bits: kept 3 bits. So be it."
    assert BarRows(heading="Bits", statement="None yet.").summary == "Bits: None yet."
    assert BarRows().summary == "There is nothing to show yet."
    assert repr(bars) == "BarRows('Bits', 1 rows)"


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"rows": 5}, "rows must be a list, got 5"),
        (
            {"rows": [{"name": "a", "value": "b"}]},
            "rows[0] must have the key 'parts', got {'name': 'a', 'value': 'b'}",
        ),
        ({"room": (1, 1)}, "room must be two numbers, the lower first, got (1, 1)"),
        ({"mark": {"at": float("nan"), "text": ""}}, "mark['at'] must be a finite number, got nan"),
        (
            {"legend": [{"kind": "red", "text": ""}]},
            "legend[0]['kind'] must be one of 'kept', 'taken', 'secret', 'warning', got 'red'",
        ),
        ({"colour": 1}, "BarRows must be given its own traits, got 'colour'"),
    ],
)
def test_bad_traits_are_refused(traits, message) -> None:
    with expect_refusal(message):
        BarRows(**traits)


def test_the_panel_says_where_eve_can_hide() -> None:
    # before: nothing pointed to where a task can be done that cannot be done here
    panel = DistillationPanel()
    assert any(
        "notebook 03" in getattr(one, "value", "") for one in widgets_in(panel) if isinstance(one, HTML)
    )
    panel.close()
