"""The budget of ε: its parts are those that the formulas use, and they sum to what the theorems say."""

from math import floor, fsum, log, log2, sqrt

import pytest

from qkdlab import (
    AsymptoticSecurity,
    DecoySource,
    Detector,
    FiniteSecurity,
    Link,
    SessionSettings,
    WeakCoherentSource,
)
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.witnesses import Witnesses
from qkdlab.distillation.security.epsilon import EpsilonPart
from qkdlab.distillation.security.evidence import Evidence
from qkdlab.values import binary_entropy
from tests.refusals import expect_refusal

MODE = FiniteSecurity(epsilon_secrecy=3e-9, epsilon_correctness=2e-12)


@pytest.mark.parametrize(
    ("changes", "n_parts"),
    [
        ({}, 2 + 1),  # 2 ε + ε' of Tomamichel et al. 2012, with ε = ε_sec / 4 and ε' = ε_sec / 2
        ({"tagging": True}, 3 + 2 + 1),
        ({"n_intensities": 2}, 11 + 2 + 1),
        ({"n_intensities": 3}, 12 + 2 + 1),
    ],
)
def test_the_parts_sum_to_the_whole(changes, n_parts) -> None:
    # would catch: ε of the phase error counted once, three bounds on tagged bits beside a full ε_sec
    budget = MODE.epsilon_budget(**changes)
    assert sum(part.count for part in budget.secrecy) == n_parts
    assert budget.epsilon_secrecy == pytest.approx(3e-9, rel=1e-12)
    assert budget.epsilon_correctness == 2e-12
    assert budget.total == pytest.approx(3.002e-9, rel=1e-12)
    assert budget.total == pytest.approx(fsum(part.count * part.each for part in budget.parts), rel=1e-12)


def test_the_key_length_follows_from_the_parts() -> None:
    # Serfling's bound fails with ε², amplification costs 2 log 1/(2 ε'), verification log 2/ε_cor
    n, k, errors, leak = 400_000, 100_000, 2_000, 70_000
    budget = MODE.epsilon_budget()
    smoothing, hashing = budget.each("phase error"), budget.each("amplification")
    margin = sqrt((n + k) * (k + 1) / (2 * n * k**2) * log(1 / smoothing**2))
    length = n * (1 - binary_entropy(errors / k + margin)) - leak
    length -= 2 * log2(1 / (2 * hashing)) + log2(2 / budget.each("verification"))
    evidence = Evidence(
        n_pulses=10**6,
        n_detected=10**6,
        n_key=n,
        leaked_bits=leak,
        tag_bits=30,  # a hash no longer than the formula takes it
        witnesses=Witnesses(estimate=QberEstimate(n_sample=k, n_errors=errors)),
    )
    assert MODE.key_length(evidence) == floor(length)
    assert MODE.balance(evidence) == pytest.approx(length, abs=1e-6)


def test_a_balance_below_zero_is_no_key() -> None:
    evidence = Evidence(
        n_pulses=1_000,
        n_detected=1_000,
        n_key=400,
        leaked_bits=100,
        tag_bits=40,
        witnesses=Witnesses(estimate=QberEstimate(n_sample=100, n_errors=5)),
    )
    assert MODE.balance(evidence) < 0
    assert AsymptoticSecurity().balance(evidence) > 0
    assert MODE.key_length(evidence) == 0


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["phase error", "amplification", "verification"]),
        (
            {"link": Link(source=WeakCoherentSource())},
            [
                "multi-photon pulses sent",
                "of them in the key",
                "of them in the sample",
                "phase error",
                "amplification",
                "verification",
            ],
        ),
        (
            {"link": Link(source=DecoySource()), "z_probability": 0.9},
            ["limits on decoy counts", "phase error", "amplification", "verification"],
        ),
    ],
)
def test_settings_know_their_budget(changes, names) -> None:
    settings = SessionSettings(n_pulses=1_000, seed=1, **changes)
    assert [part.name for part in settings.epsilon_budget.parts] == names
    assert settings.epsilon_budget.total == pytest.approx(2e-10)


@pytest.mark.parametrize(
    "changes",
    [
        {"security": "asymptotic"},
        {"security": FiniteSecurity(charge_bob=False)},
        {"security": "published", "link": Link(source=DecoySource()), "z_probability": 0.9},
        {"link": Link(detector=Detector(afterpulse_probability=0.02))},
        {"link": Link(detector=Detector(afterpulse_probability=0.02, random_assignment=True))},
        {"link": Link(detector=Detector(mismatch=0.9))},
        {"link": Link(detector=Detector(mismatch=0.9, random_assignment=True))},
    ],
)
def test_nothing_is_claimed_where_no_proof_covers_it(changes) -> None:
    settings = SessionSettings(n_pulses=1_000, seed=1, **changes)
    assert settings.epsilon_budget is None
    assert settings.epsilon is None


def test_without_decoys_the_published_formula_is_that_of_the_finite_mode() -> None:
    settings = SessionSettings(n_pulses=1_000, seed=1, security="published")
    assert settings.epsilon == SessionSettings(n_pulses=1_000, seed=1).epsilon == pytest.approx(2e-10)


def test_detectors_that_a_proof_covers_keep_their_epsilon() -> None:
    detector = Detector(dead_gates=50, random_assignment=True, watches_light=True)
    settings = SessionSettings(n_pulses=1_000, seed=1, link=Link(detector=detector))
    assert settings.epsilon == pytest.approx(2e-10)
    assert settings.broken_assumptions == ()


def test_refusals() -> None:
    with expect_refusal("each must lie strictly between 0 and 1, got 1.0"):
        EpsilonPart(name="everything", each=1.0)
    with pytest.raises(KeyError):
        MODE.epsilon_budget().each("authentication")
