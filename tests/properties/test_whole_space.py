"""Random sessions over all that can be set: none breaks, and none accepts what it must not.

Each protocol meets each source, attack, way to correct and mode of security that it can be set with; all the
rest is drawn at random.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from qkdlab import (
    BeamSplitting,
    CombinedAttack,
    DecoySource,
    Detector,
    DetectorBlinding,
    EntanglingProbe,
    InterceptResend,
    Link,
    OptimalCloner,
    PhotonNumberSplitting,
    SessionResult,
    SessionSettings,
    SinglePhotonSource,
    TimeShift,
    WeakCoherentSource,
    run_session,
)
from qkdlab.attacks.detector_attacks import DetectorAttack
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from qkdlab.quantum.protocols import PROTOCOLS
from tests.bounds import assert_share

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1_200),
]  # seconds, with the sessions that all tests look at
CLICKS = 40_000
COMBINATIONS = list(product(PROTOCOLS, range(4), range(9), ("cascade", "ldpc"), ("finite", "asymptotic")))
"""Protocol, source, attack (their places below), correction and security."""
TRIES = 20


def random_settings(rng: np.random.Generator, combination: tuple[Any, ...]) -> SessionSettings:
    """Any line, detectors and variant for one of `COMBINATIONS`; ``ValueError`` if they do not fit."""
    name, source, attack, correction, security = combination

    def some(*choices: object) -> object:
        return choices[rng.integers(len(choices))]

    def share() -> float:
        return float(some(0.02, 0.1, 0.3, 1.0, float(rng.random())))

    mean = float(rng.uniform(0.05, 1.0))
    sources = (
        SinglePhotonSource(),
        WeakCoherentSource(mean_photon_number=mean),
        DecoySource(signal=mean, decoy=0.2 * mean),
        DecoySource(signal=mean, decoy=0.3 * mean, decoy_probability=0.3, vacuum_probability=0),
    )
    link = Link(
        length_km=float(some(0.0, rng.uniform(0, 120))),
        misalignment_error=float(some(0.0, 0.01, rng.uniform(0, 0.1))),
        depolarizing_probability=float(some(0.0, 0.0, 0.0, 0.03)),
        source=sources[source],
        detector=Detector(
            efficiency=float(some(1.0, rng.uniform(0.05, 1))),
            dark_count_probability=float(some(0.0, 1e-6, 1e-4)),
            dead_gates=int(some(0, 0, 0, 20)),
            afterpulse_probability=float(some(0.0, 0.0, 0.03)),
            mismatch=float(some(1.0, 1.0, 0.5)),
        ),
    )
    attacks = (
        None,
        InterceptResend(fraction=share(), basis=str(some("random", "Z", "X", "Breidbart"))),
        EntanglingProbe(fraction=share(), strength=float(some(0.2, 1.0))),
        OptimalCloner(fraction=share(), disturbance=float(some(0.03, 0.11))),
        BeamSplitting(fraction=share()),
        PhotonNumberSplitting(fraction=share()),
        CombinedAttack(first=PhotonNumberSplitting(), second=InterceptResend(fraction=share())),
        DetectorBlinding(fraction=share()),
        TimeShift(fraction=share()),
    )
    return SessionSettings(
        n_pulses=max(1, min(10**9, round(float(rng.random()) * CLICKS / max(link.expected_gain, 1e-9)))),
        seed=int(rng.integers(2**62)),
        link=link,
        eavesdropper=attacks[attack],
        protocol=name,
        z_probability=some(None, 0.9, 0.7) if name in ("BB84", "BBM92", "three-state") else None,
        sample_fraction=float(some(0.25, rng.uniform(0.05, 0.6))),
        correction=correction,
        cascade=str(some(*VARIANTS)),
        security=security,
    )


def fitting(rng: np.random.Generator) -> Iterator[SessionSettings]:
    """Settings of every combination that fits; the others are refused beforehand, in words."""
    for combination in COMBINATIONS:
        for _ in range(TRIES):
            try:
                yield random_settings(rng, combination)
            except ValueError:
                continue
            break


@pytest.fixture(scope="module")
def results() -> list[SessionResult]:
    return [run_session(settings) for settings in fitting(np.random.default_rng(2026))]


def test_every_protocol_and_attack_was_tried_and_many_gave_a_key(results) -> None:
    assert {result.settings.protocol for result in results} == set(PROTOCOLS)
    accepted = Counter(result.settings.protocol for result in results if result.accepted)
    assert set(accepted) == set(PROTOCOLS) - {"B92"}
    assert sum(accepted.values()) > 100
    assert len({result.reason for result in results}) > 5
    assert {result.settings.correction for result in results if result.accepted} == {"cascade", "ldpc"}


def test_accepted_keys_are_equal_and_no_longer_than_what_was_not_told(results) -> None:
    for result in results:
        steps = result.distillation
        assert result.accepted is (result.reason is None) is hasattr(result, "key")
        if result.accepted:
            assert result.key == result.bob_key
            assert 0 < result.key_length <= steps.correction.n_bits - steps.charged_leak - steps.tag_bits
            assert max(result.qber, steps.witnesses.sample.qber) <= result.settings.max_qber
        else:
            assert not any(hasattr(steps, name) for name in ("alice_key", "bob_key"))


def test_what_eve_guesses_of_the_keys_is_a_coin(results) -> None:
    # attacks that the proofs cover; would catch a hash that lets her guesses through
    right = bits = 0
    for result in results:
        if result.accepted and result.eve and not isinstance(result.settings.eavesdropper, DetectorAttack):
            right += round(result.eve.true_key_guess_rate * result.key_length)
            bits += result.key_length
    assert_share(right, bits, 0.5, rules_out=0.512)


def test_reports_can_be_read(results) -> None:
    for result in results[::20]:
        assert result.report().strip().splitlines()[-1]
