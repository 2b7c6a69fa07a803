"""The small runs that each show one step of distillation: samples, parity questions."""

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, InterceptResend, run_session
from qkdlab.distillation.channel import Subject
from qkdlab.lab.distillation.charts import eve_chart, ledger_chart, methods_chart
from qkdlab.lab.distillation.comparison import MethodRun
from qkdlab.lab.distillation.sampling.sample_chart import MOST_SHOWN, errors_in_samples, samples_chart
from qkdlab.lab.distillation.sampling.sample_panel import SamplePanel, intercepted_key
from qkdlab.lab.distillation.short_keys import (
    SHORT_BITS,
    SHORT_ERRORS,
    ParityQuestions,
    short_cascade,
    short_keys,
)
from tests.bounds import assert_share


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


# ---- samples ---------------------------------------------------------------------------------------------


def test_samples_are_without_replacement_and_follow_the_key(rng: np.random.Generator) -> None:
    wrong = np.arange(40) < 10
    assert set(errors_in_samples(wrong, 40, 5, rng)) == {10}  # the whole key; with replacement it would vary
    seen = errors_in_samples(wrong, 4, 4000, rng)
    assert_share(int(seen.sum()), 16_000, 0.25)
    with pytest.raises(ValueError, match="n_sample must be at least 1 and at most 40, got 41"):
        errors_in_samples(wrong, 41, 1, rng)


def test_the_intercepted_key_is_what_alice_and_bob_hold() -> None:
    """Fails if another mask of the session is taken: the disclosed bits are a quarter, too."""
    run = run_session(n_pulses=100_000, link=IDEAL_LINK, eavesdropper=InterceptResend(), seed=7)
    kept = run.channel.find(Subject.KEPT)
    wrong = (run.exchange.alice.bits != run.exchange.bob.bits)[kept]
    assert np.array_equal(intercepted_key(), wrong)


def test_chart_counts_every_sample_once() -> None:
    chart = samples_chart(np.array([0, 0, 3, MOST_SHOWN + 9]), 40, 0.25)
    missed, seen, expected = chart["series"]
    assert missed["y"] == [2]
    counts = dict(zip(seen["x"], seen["y"], strict=True))
    assert (counts[3], counts[MOST_SHOWN], sum(seen["y"])) == (1, 1, 2)
    assert sum(expected["y"]) == pytest.approx(4)
    assert expected["y"][0] == pytest.approx(4 * 0.75**40)
    assert chart["statement"].startswith("Bits compared: 40. Of 4 samples 2 show no error.")


def test_a_small_sample_shows_no_more_errors_than_it_has_bits() -> None:
    _, seen, expected = samples_chart(np.array([0, 1, 1]), 1, 0.25)["series"]
    assert (seen["x"], seen["y"]) == ([1], [2])
    assert expected["y"] == pytest.approx([3 * 0.75, 3 * 0.25])


def test_panel_follows_its_slider() -> None:
    panel = SamplePanel(5)
    assert "200 × 0.75⁵ = 47.5" in panel.chart.statement
    first = panel.chart.series
    panel.again.click()
    assert panel.chart.series != first
    panel.size.value = 49
    assert panel.chart.statement.startswith("Bits compared: 49. Of 200 samples 0 show no error.")
    assert "0.0002" in panel.chart.statement
    assert SamplePanel(5).chart.series == first  # the same size, the same samples
    data, metadata = panel._repr_mimebundle_()
    assert data["image/png"]
    assert metadata["image/png"]["alt"].startswith(panel.chart.statement)
    assert "Bits compared: 49" in repr(panel)


def test_panel_refuses_a_size_that_its_slider_does_not_have() -> None:
    with pytest.raises(ValueError, match="n_sample must be at least 1 and at most 60, got 61"):
        SamplePanel(61)


def test_panel_grows_with_the_page() -> None:
    panel = SamplePanel()
    panel.projector.value = True
    assert panel.chart.projector


# ---- parities and short keys -----------------------------------------------------------------------------


def test_short_keys_differ_in_as_many_places_as_asked(rng: np.random.Generator) -> None:
    for n_errors in range(9):
        alice, bob = short_keys(8, n_errors, rng)
        assert np.count_nonzero(alice != bob) == n_errors
    with pytest.raises(ValueError, match="n_errors must be at least 0 and at most 8, got 9"):
        short_keys(8, 9, rng)


def test_questions_compare_parities_and_are_counted(rng: np.random.Generator) -> None:
    alice, bob = short_keys(12, 5, rng)
    ask = ParityQuestions(alice, bob)
    blocks = [(start, stop) for start in range(12) for stop in range(start + 1, 13)]
    for start, stop in blocks:
        n_wrong = np.count_nonzero(alice[start:stop] != bob[start:stop])
        assert ask(start, stop) is bool(n_wrong % 2)
    assert ask.n_asked == len(blocks)
    assert len(ask) == 12


@pytest.mark.parametrize(("start", "stop"), [(0, 13), (3, 3), (-1, 4), (0.0, 4), (0, 0)])
def test_blocks_that_do_not_exist_are_refused_and_tell_nothing(start: int, stop: int) -> None:
    ask = ParityQuestions(*short_keys(12, 1, np.random.default_rng(1)))
    with pytest.raises(ValueError, match=r"must be"):
        ask(start, stop)
    assert ask.n_asked == 0


def test_keys_of_different_length_are_refused() -> None:
    bits = np.zeros(4, dtype=np.uint8)
    with pytest.raises(ValueError, match=r"bob_bits must have shape \(4,\), got shape \(3,\)"):
        ParityQuestions(bits, bits[:3])


def test_short_cascade_is_repeatable_and_begins_with_errors() -> None:
    one, other = short_cascade(3), short_cascade(3)
    assert np.array_equal(one.after, other.after)
    assert len(one.alice) == SHORT_BITS
    assert np.count_nonzero(one.alice != one.before) == SHORT_ERRORS


def test_a_small_number_of_missed_samples_is_no_number_of_programmers() -> None:
    panel = SamplePanel(60)
    assert "= 6 × 10⁻⁶." in panel.chart.statement
    panel.close()


# ---- charts of a handful of bits -------------------------------------------------------------------------


def test_one_sifted_bit_is_told_as_one() -> None:
    # before: "Of 1 sifted bits none is secret in the end"
    runs = (run_session(n_pulses=1, seed=seed, link=IDEAL_LINK, security="classroom") for seed in range(20))
    one = next(run for run in runs if run.distillation.n_sifted == 1)
    assert ledger_chart(one)["statement"].startswith("The only sifted bit is not secret in the end: ")


@pytest.mark.parametrize("correction", ["cascade", "ldpc"])
def test_only_ldpc_is_said_to_have_syndromes(correction: str) -> None:
    # before: where Cascade had told no bit by itself, "she makes no use of the syndromes here"
    seen = set()
    for seed in range(60):
        eve = InterceptResend(fraction=0.1)
        run = run_session(
            n_pulses=60,
            seed=seed,
            link=IDEAL_LINK,
            security="classroom",
            eavesdropper=eve,
            correction=correction,
        )
        if run.eve.n_told is None:
            continue
        note = eve_chart(run)["rows"][1]["note"]
        seen.add(min(run.eve.n_told, 2))
        assert ("syndromes" in note) is (correction == "ldpc" and not run.eve.n_told)
        assert ("none of them" in note) is (correction == "cascade" and not run.eve.n_told)
        assert ("1 of them was told" in note) is (run.eve.n_told == 1)
    assert 0 in seen
    assert correction == "ldpc" or {0, 2} <= seen


def test_keys_of_wrong_bits_alone_are_not_said_to_have_no_errors() -> None:
    # before: "There are no errors in these keys", as n h(1) is 0
    told = {"alice_leak": 3, "charged_leak": 3, "n_rounds": 2}
    wrong = methods_chart([MethodRun(method="original", n_bits=3, n_errors=3, n_left=0, **told)])
    assert wrong["statement"].startswith("Every bit that is to be corrected is wrong (3 of 3)")
    right = methods_chart([MethodRun(method="original", n_bits=3, n_errors=0, n_left=0, **told)])
    assert "There are no errors in these keys" in right["statement"]
    one = methods_chart([MethodRun(method="original", n_bits=9, n_errors=1, n_left=1, **told)])
    assert one["statement"].startswith("9 bits, 1 of them wrong, 11.1")  # before: "9 bits with 1 errors"
    assert one["rows"][0]["note"].endswith("1 error is left")
