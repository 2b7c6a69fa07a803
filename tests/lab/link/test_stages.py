"""A session result as plain data for the components, and as a still picture."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    DecoySource,
    Detector,
    DetectorBlinding,
    InterceptResend,
    Link,
    SessionResult,
    SessionSettings,
    run_session,
)
from qkdlab.distillation.estimation.witnesses import NeededRate
from qkdlab.lab.components import QberGauge
from qkdlab.lab.components.text import words_for
from qkdlab.lab.link.pictures import KEY_PICTURE, bitmap, pictures_figure, pulses_drawing, session_figure
from qkdlab.lab.link.stage_pulses import REACH, stage_pulses, story_start
from qkdlab.lab.sessions.ending import key_stages, verdict_state

PNG = b"\x89PNG\r\n"
EVE = InterceptResend(fraction=1.0)


@pytest.fixture(scope="module")
def accepted() -> SessionResult:
    return run_session(n_pulses=50_000, link=IDEAL_LINK, seed=3)


@pytest.fixture(scope="module")
def rejected() -> SessionResult:
    return run_session(n_pulses=50_000, link=IDEAL_LINK, eavesdropper=EVE, seed=3)


def test_verdict_states(accepted: SessionResult, rejected: SessionResult) -> None:
    assert verdict_state(accepted) == "accepted"
    assert verdict_state(rejected) == "rejected"
    assert verdict_state(run_session(n_pulses=1_000, link=IDEAL_LINK, seed=3)) == "too_few"
    assert verdict_state(run_session(n_pulses=10, link=IDEAL_LINK, seed=3)) == "too_few"


def test_the_funnel_counts_what_the_session_counted(accepted: SessionResult) -> None:
    counts = [stage["count"] for stage in key_stages(accepted)]
    n_key = accepted.distillation.n_sifted - accepted.distillation.n_disclosed
    assert counts == [50_000, 50_000, accepted.distillation.n_sifted, n_key, n_key, accepted.key_length]


def test_a_rejected_session_has_nothing_after_sifting(rejected: SessionResult) -> None:
    assert [stage["count"] for stage in key_stages(rejected)][4:] == [0, 0]


def test_bits_that_were_not_disclosed_are_counted_where_too_few_were_compared() -> None:
    # would catch: "Not disclosed 0" of 13 sifted bits of which 3 were disclosed
    result = run_session(n_pulses=1_000_000, link=Link(length_km=174), seed=7)
    assert (result.distillation.n_sifted, result.distillation.n_disclosed) == (13, 3)
    stage = key_stages(result)[3]
    assert (stage["count"], stage["note"]) == (
        10,
        "3 disclosed, fewer than the 50 needed: all are thrown away",
    )
    assert QberGauge().words["no_interval"] == "no interval: too few bits were compared"


def test_the_funnel_names_the_bits_that_were_too_few_and_how_many_are_needed() -> None:
    # before: "222 disclosed, too few", where 64 were enough on another line
    source = DecoySource(signal=0.48, decoy=0.05)
    link = Link(length_km=60, source=source)
    result = run_session(n_pulses=300_000, link=link, seed=1, security="asymptotic")
    found = dict(result.distillation.compared)
    assert result.reason is AbortReason.TOO_FEW_SIFTED_BITS
    assert found[NeededRate.DECOY] < result.settings.security.minimum_sample < found[NeededRate.KEY]
    assert key_stages(result)[3]["note"] == (
        f"{result.distillation.n_disclosed} disclosed, of them {found[NeededRate.DECOY]} bits of decoys, "
        "fewer than the 50 needed: all are thrown away"
    )


def test_the_funnel_says_so_where_every_sifted_bit_was_disclosed() -> None:
    settings = SessionSettings(
        n_pulses=20, link=IDEAL_LINK, seed=1, security="classroom", sample_fraction=0.99
    )
    result = run_session(settings)
    steps = result.distillation
    assert (result.reason, steps.n_disclosed) == (AbortReason.TOO_FEW_SIFTED_BITS, steps.n_sifted)
    assert key_stages(result)[3]["note"] == f"all {steps.n_sifted} disclosed, none is left for a key"


def test_where_nothing_was_disclosed_the_funnel_says_that_the_session_had_ended() -> None:
    watched = Link(detector=Detector(watches_light=True, mismatch=0.25))
    result = run_session(n_pulses=100_000, link=watched, eavesdropper=DetectorBlinding(), seed=7)
    assert result.reason is AbortReason.DETECTOR_ALARM
    stage = key_stages(result)[3]
    assert stage["count"] == result.distillation.n_sifted > 0
    assert stage["note"] == "the session ended before any was compared"


def test_what_the_stage_says_where_it_opens_is_true_of_the_first_pulse_it_shows() -> None:
    # would catch: "there is soon something to see", which nobody can check
    assert words_for("photon_stage")["told_start_all"] == "The next one makes a click."
    for seed in range(20):
        result = run_session(n_pulses=400, link=Link(length_km=10), seed=seed)
        pulses = stage_pulses(result.exchange, None)
        if any(pulse[6] is not None for pulse in pulses):
            assert pulses[story_start(pulses)][6] is not None


def test_stage_pulses_tell_what_happened() -> None:
    link = Link(misalignment_error=0.0)
    result = run_session(n_pulses=1_000, link=link, eavesdropper=InterceptResend(fraction=0.5), seed=3)
    pulses = stage_pulses(result.exchange, result.settings.eavesdropper)
    assert len(pulses) == 200
    read = [pulse for pulse in pulses if pulse[2] is not None]
    assert 50 < len(read) < 150
    for a_bit, a_basis, e_basis, e_bit, arrived, b_basis, b_bit in pulses:
        assert (e_basis is None) == (e_bit is None)
        assert arrived == (b_bit is not None)  # no dark counts at this rate
        if e_basis == a_basis:
            assert e_bit == a_bit
        if e_basis == b_basis and e_bit is not None and arrived:
            assert b_bit == e_bit


def test_stage_pulses_without_eve(accepted: SessionResult) -> None:
    pulses = stage_pulses(accepted.exchange, None)
    assert all(pulse[2] is None and pulse[3] is None for pulse in pulses)
    assert all(pulse[0] == pulse[6] for pulse in pulses if pulse[1] == pulse[5])


@pytest.mark.parametrize("seed", range(12))
def test_a_story_starts_with_a_click_and_soon_shows_an_error(seed: int) -> None:
    # would catch: a start on a lost pulse, an error in different bases, a first error that comes too late
    link = Link(length_km=10.0, detector=Detector(efficiency=0.7, dark_count_probability=0.0))
    pulses = stage_pulses(run_session(n_pulses=200, link=link, eavesdropper=EVE, seed=seed).exchange, EVE)
    start = story_start(pulses)
    assert pulses[start][6] is not None
    wrong = [bob is not None and x == y and a != bob for a, x, _, _, _, y, bob in pulses]
    assert any(wrong[start : start + REACH])
    assert not any(wrong[:start])


def test_a_story_without_an_error_or_a_click_starts_at_once() -> None:
    lost, good, other = (
        [0, 0, None, None, 0, 0, None],
        [0, 0, None, None, 1, 0, 0],
        [0, 0, None, None, 1, 1, 1],
    )
    assert story_start([]) == story_start([lost, lost]) == 0
    assert story_start([lost, lost, good, other]) == 2  # other bases are no error


def test_stills_are_png_with_a_sentence(accepted: SessionResult, rejected: SessionResult) -> None:
    assert session_figure(accepted).png.startswith(PNG)
    assert repr(session_figure(rejected)).startswith("KEY REJECTED: QBER too high")
    nothing = run_session(n_pulses=1, seed=1)
    assert session_figure(nothing).png.startswith(PNG)
    pulses = stage_pulses(rejected.exchange, EVE)
    table = pulses_drawing(pulses[:16], eve_present=True)
    assert table.text == "The first 16 pulses: who sent, read and kept what."
    assert repr(pictures_figure({"a": KEY_PICTURE, "b": KEY_PICTURE})) == "Pictures side by side: a, b."


def test_the_table_of_pulses_shows_who_sent_read_and_kept_what() -> None:
    # would catch: bit and basis exchanged, a lost pulse kept, an error called kept
    pulses = [
        [0, 0, 1, 1, 1, 0, 1],
        [1, 1, None, None, 1, 1, 1],
        [1, 0, 0, 1, 0, 1, None],
        [0, 1, 1, 0, 1, 0, 0],
    ]
    axes = Figure().add_subplot()
    pulses_drawing(pulses, eve_present=True).draw(axes)
    places = [(text.get_position(), text.get_text()) for text in axes.texts]
    assert places == [((0, 3), "error"), ((1, 3), "kept"), ((2, 2), "lost")]
    angles: dict[tuple[int, int], float] = {}
    for line in axes.lines:
        (x, y), (right, low) = line.get_xydata()
        place = round((x + right) / 2), round((y + low) / 2)
        angles[place] = round(np.degrees(np.arctan2(y - low, right - x))) % 180  # y grows downwards
    assert [angles.get((x, 0)) for x in range(4)] == [0, 135, 90, 45]  # what Alice sends
    assert [angles.get((x, 1)) for x in range(4)] == [135, None, 90, 45]  # what Eve reads
    assert [angles.get((x, 2)) for x in range(4)] == [90, 135, None, 0]  # what Bob reads


def test_bitmap() -> None:
    assert bitmap(".#\n##").tolist() == [[0, 1], [1, 1]]
    assert KEY_PICTURE.shape == (27, 32)
    assert set(np.unique(KEY_PICTURE)) == {0, 1}
    with pytest.raises(ValueError, match="read-only"):
        KEY_PICTURE[0, 0] = 1


def test_the_stage_of_the_first_notebook_asks_for_no_more_than_percentages() -> None:
    # before: "cos² 45° = ½" above the photons; what a cosine has to do with it comes in the next notebook
    told = [text for name, text in words_for("photon_stage").items() if name.startswith("chance")]
    assert told
    assert not [text for text in told if "cos" in text or "½" in text]
