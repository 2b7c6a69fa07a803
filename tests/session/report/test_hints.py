"""Hints beside a verdict: true where they stand, silent elsewhere, and what they advise does."""

import re

import numpy as np
import pytest

from qkdlab import IDEAL_LINK, FiniteSecurity, InterceptResend, SessionSettings, run_session
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.witnesses import BasisRate
from qkdlab.distillation.outcome import AbortReason
from qkdlab.session.report.hints import basis_hints, pulses_for
from qkdlab.values import Basis


def rates(**errors: int) -> tuple[BasisRate, ...]:
    """So many wrong of 100 compared bits in each basis."""
    return tuple(
        BasisRate(basis=Basis[name], estimate=QberEstimate(n_sample=100, n_errors=wrong))
        for name, wrong in errors.items()
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            rates(Z=2, X=98),
            "bits in X are wrong more often than right: one party probably reads them the other",
        ),
        (rates(Z=97, X=100), "bits in every basis are wrong more often than right"),
        (rates(Z=100), "bits in Z are wrong more often than right"),
        (rates(Z=2, X=70, Y=95), "bits in X and Y are wrong more often than right"),
        (rates(Z=49, X=52), "agree no better than coins. So they do if Alice's and Bob's slots are shifted"),
        (
            rates(Z=0, X=51),
            "in X the bits agree no better than coins, in Z they do. That is what measuring every",
        ),
    ],
)
def test_what_rates_look_like(found, words) -> None:
    (hint,) = basis_hints(found)
    assert hint.startswith("Hint: ")
    assert words in hint
    assert not {"secure", "secret"} & set(hint.split())


@pytest.mark.parametrize(
    "found", [rates(Z=2, X=3), rates(Z=25, X=25), rates(Z=25, X=30), rates(Z=0, X=12), ()]
)
def test_no_hint_without_a_reason(found) -> None:
    # full interception is no inversion; a few bits tell nothing
    assert basis_hints(found) == []
    few = BasisRate(basis=Basis.X, estimate=QberEstimate(n_sample=4, n_errors=4))
    assert basis_hints([few]) == []


def test_no_hint_beside_honest_or_tapped_sessions() -> None:
    for seed in range(100):
        for eve in (None, InterceptResend()):
            report = run_session(
                n_pulses=2_000, seed=seed, link=IDEAL_LINK, eavesdropper=eve, security="asymptotic"
            ).report()
            assert "Hint" not in report
    report = run_session(
        n_pulses=2_000, seed=1, link=IDEAL_LINK, eavesdropper=InterceptResend(basis="Z")
    ).report()
    assert "measuring every pulse in Z" in report


@pytest.mark.parametrize("changes", [{}, {"z_probability": (0.9, 0.5)}, {"protocol": "SARG04"}])
def test_as_many_pulses_as_are_advised_do(changes) -> None:
    # would catch: a number that does only half of the time
    said = {"link": IDEAL_LINK, "security": "asymptotic"} | changes
    followed = []
    for seed in range(20):
        short = run_session(SessionSettings(n_pulses=300, seed=seed, **said))
        assert short.reason is AbortReason.TOO_FEW_SIFTED_BITS
        fewest = min(count for _, count in short.distillation.compared)
        pulses, enough = pulses_for(300, fewest, FiniteSecurity.minimum_sample)
        assert f"{pulses:,} pulses" in short.report()
        if enough:
            longer = run_session(SessionSettings(n_pulses=pulses, seed=seed + 100, **said))
            followed.append(longer.reason is not AbortReason.TOO_FEW_SIFTED_BITS)
    assert len(followed) >= 15
    assert np.mean(followed) > 0.9


def test_few_bits_are_shown_with_what_is_needed() -> None:
    report = run_session(n_pulses=128, seed=1, link=IDEAL_LINK).report()
    for words in (
        "0 of 15 compared bits, 95 % interval 0.00 % … 21.80 %",
        "50 compared bits are needed for each rate, and here were 15 bits that may become key.",
        "About 880 pulses would do for that",
        'security="classroom" goes on',
    ):
        assert words in report
    assert "More than 840 pulses" in run_session(n_pulses=50, seed=1, sample_fraction=0.001).report()
    everything = run_session(n_pulses=1_000, seed=1, link=IDEAL_LINK, sample_fraction=0.9999).report()
    assert "sifted bits were disclosed, so that none is left for a key." in everything
    one = run_session(n_pulses=1, seed=1, security="classroom").report()
    assert "1 compared bit is needed" in one
    assert "More than 1 pulse is needed for that, as not one was here." in one
    assert "security=" not in one
    few = [run_session(n_pulses=9, seed=seed, link=IDEAL_LINK).report() for seed in range(20)]
    assert any("and here was 1 bit that may become key." in report for report in few)
    assert not any("were 1 " in report for report in few)  # before: "here were 1 bits"
    small = [
        *few,
        run_session(n_pulses=1, seed=0, link=IDEAL_LINK, security="classroom", sample_fraction=0.9).report(),
        *(
            run_session(
                n_pulses=n,
                seed=s,
                link=IDEAL_LINK,
                security="classroom",
                eavesdropper=InterceptResend(fraction=share),
            ).report()
            for n in (1, 3, 10, 30)
            for s in range(15)
            for share in (0.1, 1.0)
        ),
    ]
    for words in (
        "1 sifted bit\n",
        "1 bit corrected",
        " 1   bit that may become key",
        "of 1 compared bit,",
        "The only sifted bit was disclosed",
        "1 of its bits was told",
    ):
        assert any(words in report for report in small), words
    assert not [
        line
        for report in small
        for line in report.splitlines()
        if re.search(r"(?<![\d,])1 (sifted |compared |secret )?bits", line)
    ]
