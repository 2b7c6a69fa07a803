"""The error rate from which error correction leaves no key."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from qkdlab import (
    IDEAL_LINK,
    AsymptoticSecurity,
    Detector,
    FiniteSecurity,
    Link,
    SessionSettings,
    WeakCoherentSource,
    run_session,
)
from qkdlab.distillation.channel import PublicChannel
from qkdlab.distillation.correction.cascade_variants import ORIGINAL, VARIANTS
from qkdlab.distillation.correction.leakage import EFFICIENCIES, LDPC, efficiency
from qkdlab.distillation.correction.methods import correct
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.witnesses import Witnesses
from qkdlab.distillation.outcome import AbortReason
from qkdlab.distillation.security.evidence import Evidence
from qkdlab.distillation.security.mode import Security
from qkdlab.lab.components import QberGauge
from qkdlab.lab.link.presets import PRESETS
from qkdlab.lab.sessions.gauge import gauge_traits
from qkdlab.quantum.protocols import get_protocol
from qkdlab.session.own_limit import single_share
from qkdlab.theory.error_limit import correction_limit, long_run_limit
from qkdlab.values import binary_entropy


@pytest.mark.parametrize(
    ("security", "about"),
    [(FiniteSecurity(), 0.052), (FiniteSecurity(charge_bob=False), 0.094), (AsymptoticSecurity(), 0.094)],
)
def test_where_error_correction_leaves_no_key(security: Security, about: float) -> None:
    limit = correction_limit(security)
    assert limit == pytest.approx(about, abs=5e-4)
    for qber, sign in ((0.99 * limit, 1), (1.01 * limit, -1)):
        assert sign * (1 - binary_entropy(qber) - security.long_run_leak(qber)) > 0


class Shannon(AsymptoticSecurity):
    """A mode in which error correction leaks no more than it must."""

    def long_run_leak(self, qber: float, method: str = "original") -> float:
        return binary_entropy(qber)


@pytest.mark.parametrize(
    ("protocol", "published"),
    [
        ("BB84", 0.1100),  # Shor and Preskill 2000
        ("BBM92", 0.1100),
        ("three-state", 0.1100),  # Tamaki et al. 2014: that of BB84
        ("six-state", 0.1262),  # Scarani et al. 2009
        ("SARG04", 0.0969),  # Tamaki and Lo 2006
        ("E91", 0.0715),  # Acín et al. 2007: 7.1 %
    ],
)
def test_each_protocol_has_the_limit_of_its_own_proof(protocol: str, published: float) -> None:
    # would catch: the 11 % of BB84 drawn for every protocol
    assert correction_limit(Shannon(), proof=get_protocol(protocol).proof) == pytest.approx(
        published, abs=1e-4
    )


@pytest.mark.parametrize("single", [0.4, 0.7, 0.95])
@pytest.mark.parametrize("proof", ["BB84", "six-state", "SARG04"])
def test_the_limit_of_a_laser_is_where_the_key_of_a_session_ends(proof: str, single: float) -> None:
    # before: for SARG04 it lay above the limit of sessions, where errors dilute the single photons
    security = AsymptoticSecurity()
    limit = correction_limit(security, proof=proof, single=single)
    for qber, sign in ((0.995 * limit, 1), (1.005 * limit, -1)):
        n = 10**9
        evidence = Evidence(
            n_pulses=n,
            n_detected=n,
            n_key=n,
            witnesses=Witnesses(estimate=QberEstimate(n_sample=n, n_errors=round(qber * n))),
            leaked_bits=round(security.long_run_leak(qber) * n),
            tag_bits=0,
            multiphoton_probability=1 - single,
            proof=proof,
        )
        assert sign * security.balance(evidence) > 0


def test_without_a_proof_no_error_rate_gives_a_key() -> None:
    base = SessionSettings(n_pulses=1000, seed=1, protocol="B92", security="asymptotic")
    assert long_run_limit(base) == 0.0


def test_pairs_in_the_green_have_a_key_and_others_none() -> None:
    settings = SessionSettings(
        n_pulses=300_000, link=IDEAL_LINK, seed=1, protocol="E91", security="asymptotic"
    )
    limit = long_run_limit(settings)
    assert limit < 0.0715
    for misaligned, state in ((0.9 * limit, True), (1.1 * limit, False)):
        link = replace(IDEAL_LINK, misalignment_error=misaligned)
        assert run_session(settings, link=link).accepted is state


def test_the_limit_is_that_of_the_way_to_correct() -> None:
    # would catch: Bob's few replies with LDPC codes charged like his questions in Cascade (5 % and not 10 %)
    base = SessionSettings(n_pulses=1000, seed=1)
    cascades = {name: long_run_limit(replace(base, cascade=name)) for name in VARIANTS}
    limits = {**cascades, LDPC: long_run_limit(replace(base, correction=LDPC))}
    assert limits.keys() == EFFICIENCIES.keys()
    assert limits["original"] < limits["modified (4)"] < limits["modified (8)"] < 0.06
    assert limits[LDPC] == pytest.approx(0.099, abs=5e-4)
    assert correction_limit(AsymptoticSecurity(), LDPC) == limits[LDPC]


@pytest.mark.parametrize(("method", "qber"), [("modified (4)", 0.057), ("modified (8)", 0.058), (LDPC, 0.1)])
def test_the_assumed_leak_is_that_of_a_run_at_the_limit(method: str, qber: float) -> None:
    rng, n = np.random.default_rng(5), 30_000
    alice = rng.integers(0, 2, n, dtype=np.uint8)
    wrong = rng.permutation(n) < round(qber * n)
    counts = correct(
        LDPC if method == LDPC else "cascade",
        alice,
        alice ^ wrong,
        qber=qber,
        rng=rng,
        channel=PublicChannel(),
        variant=VARIANTS.get(method, ORIGINAL),
    ).counts
    limit = n * binary_entropy(qber)
    assert counts.alice_leak / limit == pytest.approx(efficiency(method, qber), abs=0.03)
    assert counts.bob_leak / limit < 0.01 if method == LDPC else counts.bob_leak == counts.alice_leak


@pytest.mark.parametrize(
    ("mean", "misalignment", "told"),
    [
        (0.5, 0.005, ""),
        (0.5, 0.04, "the single photons give no key"),
        (None, None, "too many multi-photon pulses: no key at any error rate"),
    ],
)
def test_the_gauge_allows_no_qber_that_a_session_refuses_for_its_many_photons(
    mean: float | None, misalignment: float | None, told: str
) -> None:
    # before: green up to 5 or 11 %, beside "too many multi-photon pulses"
    settings = PRESETS["laser"].settings
    if mean and misalignment:
        source = WeakCoherentSource(mean_photon_number=mean)
        link = Link(misalignment_error=misalignment, source=source, detector=Detector(efficiency=1.0))
        settings = replace(settings, link=link)
    result = run_session(settings)
    assert result.qber is not None
    shown, mu = gauge_traits(result), settings.link.source.mean_photon_number
    several = 1 - exp(-mu) * (1 + mu)
    assert single_share(result) == pytest.approx(max(0, 1 - several * settings.n_pulses / result.n_detected))
    assert shown["limit"] < long_run_limit(settings)
    assert (shown["limit"] > result.qber) == result.accepted == (not told)
    assert told in (result.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES) * QberGauge(**shown).summary
    assert QberGauge(**shown).drawing()


def test_a_limit_is_of_a_known_method_and_proof() -> None:
    for wrong in ({"method": "turbo"}, {"proof": "B92"}, {"single": 1.5}, {"single": float("nan")}):
        with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must "):
            correction_limit(AsymptoticSecurity(), **wrong)
