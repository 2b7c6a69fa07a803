"""The report: numbers, words, and every row that a session can need."""

import re

import pytest

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    Detector,
    FiniteSecurity,
    InterceptResend,
    Link,
    WeakCoherentSource,
    run_session,
)
from qkdlab.session.report import EXPLANATIONS, number, percent, verdict
from qkdlab.session.report.verdict import NO_PULSES_HELP
from qkdlab.session.result import Standing
from qkdlab.theory.expected_key import long_run_rate


def test_numbers_and_percentages() -> None:
    assert [number(value) for value in (0, 999, 1000, 1_000_000)] == ["0", "999", "1,000", "1,000,000"]
    assert [percent(value) for value in (None, 0, 0.25, 1)] == ["–", "0.00 %", "25.00 %", "100.00 %"]
    # before: 0.00 % of the pulses of a long line were detected
    assert [percent(value) for value in (0.0000467, 0.00123, 1e-17)] == ["0.0047 %", "0.12 %", "0.00 %"]


def test_every_reason_is_explained() -> None:
    assert set(EXPLANATIONS) == set(AbortReason)
    assert all(words.endswith(".") for words in EXPLANATIONS.values())


def test_accepted() -> None:
    result = run_session(n_pulses=50_000, seed=1, link=IDEAL_LINK)
    report = result.report()
    assert verdict(result) == ("KEY ACCEPTED", f"{number(result.key_length)} secret bits for Alice and Bob.")
    for words in (
        "BB84 session, seed 1, exact sampler",
        "Eve       none",
        "finite key, ε_sec = 1e-10, ε_cor = 1e-10 (Tomamichel et al. 2012)",
        "messages authenticated with 384 bits of shared key, forged with probability",
        "both, the safe count",
        f"{result.distillation.tag_bits}-bit hash compared",
        "KEY ACCEPTED",
    ):
        assert words in report
    assert re.search(r"pulses sent +50,000\n", report)
    assert re.search(rf"secret bits +{number(result.key_length)}\n", report)
    assert re.search(r"QBER estimate +0.00 %   95 % interval 0.00 % … 0.06 %", report)
    assert re.search(rf"leak charged +{number(result.distillation.charged_leak)} ", report)


def test_rejected_with_eve() -> None:
    result = run_session(
        n_pulses=4_000, seed=1, link=IDEAL_LINK, eavesdropper=InterceptResend(), security="asymptotic"
    )
    report = result.report()
    assert verdict(result) == ("KEY REJECTED: QBER too high", EXPLANATIONS[AbortReason.QBER_TOO_HIGH])
    assert "no security claim for a finite run" in report
    assert re.search(r"secret bits +0\n", report)
    assert re.search(r"QBER expected +25.00 %", report)
    assert re.search(rf"Eve attacked +{number(result.eve.n_sifted)} ", report)
    assert re.search(rf"Eve knows for certain +{number(result.eve.n_certain)} ", report)
    assert "of the secret key" not in report
    assert "reconciled" not in report


def test_eves_guess_of_an_accepted_key() -> None:
    eve = InterceptResend(fraction=0.05)
    result = run_session(n_pulses=50_000, seed=1, link=IDEAL_LINK, eavesdropper=eve, security="asymptotic")
    assert result.accepted
    assert f"{percent(result.eve.true_key_guess_rate)}   of the secret key" in result.report()


def test_too_few_bits_show_no_rate() -> None:
    report = run_session(n_pulses=1, seed=1).report()
    assert "QBER estimate" not in report
    assert "too few sifted bits" in report


@pytest.mark.parametrize(
    ("length_km", "n_pulses", "headline"),
    [(130.0, 1_000_000, "NO KEY YET"), (200.0, 1_000_000, "NO KEY HERE"), (500.0, 1_000, "NO KEY HERE")],
)
def test_no_key_yet_is_said_only_where_some_number_of_pulses_gives_one(
    length_km: float, n_pulses: int, headline: str
) -> None:
    # before: "yet" on lines on which no run ends with a key, however long it is
    link, eve = Link(length_km=length_km), InterceptResend(fraction=0.01)
    result = run_session(n_pulses=n_pulses, link=link, seed=1, eavesdropper=eve)
    assert result.standing is Standing.TOO_FEW
    assert (long_run_rate(result.settings) == 0) is (headline == "NO KEY HERE")
    assert result.true_verdict[0] == verdict(result)[0] == f"{headline}: {result.reason}"
    assert (NO_PULSES_HELP in result.report()) is (headline == "NO KEY HERE")
    assert ("a key may take more" in result.report()) is (headline == "NO KEY YET")


@pytest.mark.parametrize("charge_bob", [True, False])
def test_links_sources_and_charge_are_named(charge_bob) -> None:
    link = Link(
        length_km=3, insertion_loss_db=2, source=WeakCoherentSource(), detector=Detector(efficiency=1)
    )
    security = FiniteSecurity(charge_bob=charge_bob)
    report = run_session(n_pulses=100_000, seed=1, link=link, security=security).report()
    assert "3 km at 0.2 dB/km + 2 dB, weak coherent pulses, 0.1 photons on average" in report
    assert ("both, the safe count" in report) is charge_bob
    assert ("Alice's parities alone" in report) is not charge_bob


def test_no_timings_no_secrets() -> None:
    result = run_session(n_pulses=50_000, seed=1, link=IDEAL_LINK)
    assert not re.search(r"\bms\b|second|[01]{8}", result.report().replace("secret", ""))
