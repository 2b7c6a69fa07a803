"""What sessions of a link give: each with a seed of its own, on average, never rounded up."""

from dataclasses import replace

import pytest

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings, run_session
from qkdlab.network import LinkYield, measure_yield
from tests.refusals import expect_refusal

SETTINGS = SessionSettings(n_pulses=5_000, seed=3, link=IDEAL_LINK, security="asymptotic")


def test_each_session_has_a_seed_of_its_own() -> None:
    # would catch: one session counted as many, whose luck would be that of the link
    found = measure_yield(SETTINGS, 4)
    expected = [run_session(replace(SETTINGS, seed=3 + number)).key_length for number in range(4)]
    assert found.key_lengths == tuple(expected)
    assert len(set(expected)) > 1
    assert (found.reason, found.aborts) == (None, False)


@pytest.mark.parametrize(
    ("lengths", "mean", "aborts"), [((10, 11), 10, False), ((0, 5, 0), 1, False), ((0, 0), 0, True)]
)
def test_the_mean_is_rounded_down_and_counts_sessions_without_a_key(lengths, mean, aborts) -> None:
    found = LinkYield(settings=SETTINGS, key_lengths=lengths, reason=None)
    assert (found.bits_per_session, found.aborts) == (mean, aborts)


def test_eve_is_told_as_the_reason() -> None:
    found = measure_yield(replace(SETTINGS, eavesdropper=InterceptResend()), 2)
    assert (found.key_lengths, found.aborts, str(found.reason)) == ((0, 0), True, "QBER too high")


def test_a_measurement_tells_its_progress_and_can_be_cancelled() -> None:
    # would catch: half a measurement that is kept, and one that is run again because somebody else was told
    settings = replace(SETTINGS, seed=77)
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        if share > 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        measure_yield(settings, 2, progress=stop)
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5
    found = measure_yield(settings, 2, progress=shares.append)
    assert found is measure_yield(settings, 2)
    assert len(found.key_lengths) == 2
    assert shares[-1] == 1.0


def test_refused() -> None:
    with expect_refusal("n_sessions must be at least 1, got 0"):
        measure_yield(SETTINGS, 0)
