"""Up to which error rate a run as short as it was has a key: by the formula of its mode, spelled out anew."""

from dataclasses import replace
from math import exp, log, log2, sqrt

import pytest

from qkdlab import (
    IDEAL_LINK,
    RUSCA_LINK,
    Detector,
    FiniteSecurity,
    Link,
    SessionResult,
    SinglePhotonSource,
    WeakCoherentSource,
    run_session,
)
from qkdlab.distillation.outcome import AbortReason
from qkdlab.distillation.security.proofs import PROOFS
from qkdlab.session.own_limit import own_limit, single_share
from qkdlab.theory.error_limit import method_of
from qkdlab.values import binary_entropy


def faint(mean: float) -> Link:
    """A laser whose pulses all reach Bob."""
    source = WeakCoherentSource(mean_photon_number=mean)
    return Link(misalignment_error=0.02, source=source, detector=Detector(efficiency=1.0))


def several(result: SessionResult) -> float:
    """How likely a pulse has several photons."""
    source = result.settings.link.source
    if isinstance(source, SinglePhotonSource):
        return 0.0
    return 1 - exp(-source.mean_photon_number) * (1 + source.mean_photon_number)


def leak(result: SessionResult, rate: float) -> float:
    """What correction would have told at another error rate."""
    settings = result.settings
    at, here = (settings.security.long_run_leak(q, method_of(settings)) for q in (rate, result.qber))
    return result.distillation.charged_leak * at / here


def textbook(result: SessionResult, rate: float) -> float:
    """The secret bits by GLLP: those of single photons, which may have made all errors."""
    steps, known = result.distillation, PROOFS[result.settings.protocol_table.proof].knowledge
    single = 1 - several(result) * result.settings.n_pulses / result.n_detected
    diluted = 1 - rate if result.settings.protocol == "SARG04" and single < 1 else 1
    n = single * diluted * (steps.n_sifted - steps.n_disclosed)
    return n * (1 - known(min(1, rate / single), None)) - leak(result, rate) - steps.tag_bits


def finite(result: SessionResult, rate: float) -> float:
    """The secret bits by Tomamichel et al. 2012, those of pulses with several photons taken out."""
    steps, security = result.distillation, FiniteSecurity()
    epsilon, k = security.epsilon_secrecy, float(steps.n_disclosed)
    n, wrong = float(steps.n_sifted) - k, rate * k
    if share := several(result):  # Bernstein's bound on those sent, Hoeffding's on those in either part
        rare = log(6 / epsilon)
        mean = result.settings.n_pulses * share / 2
        most = mean + rare / 3 + sqrt(rare**2 / 9 + 2 * mean * rare)
        n, k = (size - size * most / (n + k) - sqrt(size * rare / 2) for size in (n, k))
        epsilon /= 2
    margin = sqrt((n + k) / (n * k) * (k + 1) / k * log(4 / epsilon))
    fixed = 2 * log2(1 / epsilon) + max(steps.tag_bits, log2(2 / security.epsilon_correctness))
    return n * (1 - binary_entropy(min(0.5, wrong / k + margin))) - leak(result, rate) - fixed


@pytest.mark.parametrize(
    ("formula", "changes"),
    [
        (finite, {"n_pulses": 60_000}),
        (finite, {"n_pulses": 60_000, "correction": "ldpc"}),
        (finite, {"n_pulses": 60_000, "protocol": "BBM92"}),
        (finite, {"n_pulses": 4_000_000, "link": faint(0.02)}),
        (textbook, {"security": "asymptotic", "n_pulses": 8_000}),
        (textbook, {"security": "asymptotic", "n_pulses": 8_000, "protocol": "six-state"}),
        (textbook, {"security": "asymptotic", "n_pulses": 20_000, "protocol": "SARG04"}),
        (textbook, {"security": "asymptotic", "n_pulses": 60_000, "link": faint(0.1)}),
        (textbook, {"security": "asymptotic", "n_pulses": 60_000, "link": faint(0.1), "protocol": "SARG04"}),
    ],
)
def test_the_limit_is_where_the_formula_leaves_nothing(formula, changes: dict) -> None:  # type: ignore[no-untyped-def]
    # would catch: photons, sample, tag, leak or proof of another run than this
    result = run_session(**{"link": replace(IDEAL_LINK, misalignment_error=0.02), "seed": 3} | changes)
    limit, error = own_limit(result), 1 / result.distillation.n_disclosed
    assert limit
    assert formula(result, limit - error) > 0 > formula(result, limit + error)
    assert (limit > result.qber) == result.accepted


def test_where_no_error_rate_tells_it_nothing_is_said() -> None:
    # before: 0 % for a run of E91 that had a key, whose CHSH value was taken to be none
    cases = [
        {"protocol": "E91", "security": "asymptotic", "n_pulses": 60_000},
        {"link": RUSCA_LINK, "n_pulses": 2_000_000},
        {"n_pulses": 60_000},  # no errors to go by
    ]
    for changes in cases:
        base = {} if "link" in changes else {"link": IDEAL_LINK}
        assert own_limit(run_session(**base | changes, seed=1)) is None, changes
    error = {"link": replace(IDEAL_LINK, misalignment_error=0.02)}
    e91 = run_session(**error, seed=1, protocol="E91", security="asymptotic", n_pulses=60_000)
    assert e91.accepted
    assert own_limit(e91) is None


def test_the_share_of_single_photons_is_what_alice_and_bob_know() -> None:
    decoys = run_session(link=RUSCA_LINK, n_pulses=2_000_000, security="asymptotic", seed=1)
    found = decoys.distillation.witnesses
    assert found
    assert found.decoys
    assert single_share(decoys) == found.decoys.single_photon_share < 1
    plain = run_session(link=faint(0.1), n_pulses=60_000, seed=1)
    assert single_share(plain) == pytest.approx(1 - several(plain) * 60_000 / plain.n_detected)
    far = run_session(link=replace(faint(0.5), length_km=60), n_pulses=60_000, seed=1)
    assert far.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    assert single_share(far) == 0  # every click may be one of several photons
