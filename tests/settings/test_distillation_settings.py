"""What simulated and recorded sessions share: the same checks, defaults, plan and ε."""

import re
from dataclasses import MISSING, fields, is_dataclass

import pytest

from qkdlab import (
    DecoySource,
    Detector,
    Link,
    RecordingSettings,
    SessionSettings,
    SinglePhotonSource,
    WeakCoherentSource,
)
from qkdlab.distillation.correction.cascade_variants import VARIANTS
from qkdlab.settings.distillation_settings import DistillationSettings
from tests.refusals import expect_refusal

LASER = WeakCoherentSource(mean_photon_number=0.3)


def simulated(source, **changes) -> SessionSettings:
    return SessionSettings(**{"n_pulses": 1000, "seed": 1, "link": Link(source=source)} | changes)


def recorded(source, **changes) -> RecordingSettings:
    return RecordingSettings(**{"n_pulses": 1000, "seed": 1, "source": source} | changes)


BOTH = pytest.mark.parametrize("make", [simulated, recorded])


def test_the_same_fields_with_the_same_defaults() -> None:
    # would catch: a recording distilled with a looser limit than a session
    of = {kind: {one.name: one for one in fields(kind)} for kind in (SessionSettings, RecordingSettings)}
    shared = DistillationSettings.__annotations__
    assert not is_dataclass(DistillationSettings)
    assert set(shared) == set(of[SessionSettings]) & set(of[RecordingSettings])
    for name in shared:
        session, recording = (found[name] for found in of.values())
        assert session.default == recording.default, name
        assert session.default_factory is recording.default_factory, name
        assert name in {"n_pulses", "seed"} or (session.default, session.default_factory) != (MISSING,) * 2


def test_what_is_shared_is_told_by_either() -> None:
    assert simulated(LASER).source is LASER
    assert recorded(LASER).source is LASER
    with pytest.raises(TypeError, match="abstract"):
        DistillationSettings()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n_pulses": 0}, "n_pulses must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"z_probability": 1.0}, "z_probability must"),
        ({"correction": "turbo"}, "correction must be one of 'cascade', 'ldpc'"),
        ({"cascade": "none"}, "cascade must be one of"),
        ({"sample_fraction": 1.0}, "sample_fraction must"),
        ({"max_qber": 0.6}, "max_qber must lie between 0 and 0.5"),
        ({"max_qber": float("nan")}, "max_qber must lie between 0 and 0.5"),
        ({"security": "perfect"}, "security must be one of"),
        ({"z_probability": 0.9}, "security must be 'asymptotic' for a laser and z_probability 0.9"),
        ({"protocol": "BBM92"}, "source must be SinglePhotonSource() for pairs"),
    ],
)
def test_either_refuses_the_same(changes, words) -> None:
    said = []
    for make in (simulated, recorded):
        with pytest.raises(ValueError, match=rf"^{re.escape(words)}") as refusal:
            make(LASER, **changes)
        said.append(re.sub(" and at most 10*,", ",", str(refusal.value)))
    assert said[0] == said[1]


def test_a_recording_may_have_as_many_pulses_as_can_be_numbered() -> None:
    assert recorded(LASER, n_pulses=10**18).n_pulses == 10**18
    with pytest.raises(ValueError, match="^n_pulses must be at least 1 and at most 1000000000000000000, got"):
        recorded(LASER, n_pulses=10**18 + 1)
    with expect_refusal("n_pulses must be at least 1 and at most 1000000000, got 1000000000000"):
        simulated(LASER, n_pulses=10**12)


@BOTH
def test_the_plan_is_what_was_set(make) -> None:
    decoys = DecoySource(signal=0.5, decoy=0.1)
    changes = {"z_probability": 0.9, "cascade": "modified (3)", "correction": "ldpc"}
    plan = make(decoys, sample_fraction=0.3, max_qber=0.08, **changes).plan
    assert (plan.sample_fraction, plan.max_qber, plan.correction) == (0.3, 0.08, "ldpc")
    assert plan.cascade is VARIANTS["modified (3)"]
    # of a signal pulse, and not of the dim decoys and the vacuum between them
    assert plan.multiphoton_probability == decoys.signal_source.multiphoton_probability
    assert plan.multiphoton_probability > decoys.multiphoton_probability
    assert plan.rule.match_probability == pytest.approx(0.9**2)  # the key is from one basis
    assert plan.rule.key.tolist() == [True, False]


@BOTH
@pytest.mark.parametrize("source", [SinglePhotonSource(), LASER, DecoySource()])
def test_the_epsilon_of_the_same_source_is_the_same(make, source) -> None:
    settings = make(source)
    assert settings.n_finite_intensities == len(source.intensities)
    assert settings.epsilon == simulated(source).epsilon > 0
    assert make(source, security="asymptotic").epsilon is None


def test_only_a_simulation_knows_its_detectors() -> None:
    link = Link(source=LASER, detector=Detector(afterpulse_probability=0.01))
    assert simulated(LASER, link=link).epsilon is None
    assert recorded(LASER).broken_assumptions == ()
