"""The size of a device's jobs, told before anything runs."""

import pytest
from qiskit.primitives import StatevectorSampler
from qiskit_ibm_runtime.fake_provider import FakeManilaV2

from qkdlab import (
    IDEAL_LINK,
    DeviceSampler,
    InterceptResend,
    Link,
    OptimalCloner,
    SessionSettings,
    estimate_job,
    run_session,
)
from tests.quantum.doubles import RecordingSampler

SETTINGS = SessionSettings(n_pulses=20_000, seed=7, link=IDEAL_LINK)
REPORT = """\
Job estimate for fake_manila
  pulses    20,000 to be measured
  circuits  8 distinct circuits, 1 qubit at most
  gates     depth 7 and 0 two-qubit gates at most
  shots     about 20,752 shots in 2 jobs"""


def test_the_estimate_of_a_fake_device_in_words() -> None:
    assert str(estimate_job(SETTINGS, sampler=FakeManilaV2())) == REPORT


@pytest.mark.parametrize("link", [IDEAL_LINK, Link(length_km=30)], ids=["ideal", "lossy"])
def test_the_estimate_is_what_the_run_asks_for(link) -> None:
    recorder = RecordingSampler()
    settings = SessionSettings(
        n_pulses=20_000, seed=3, link=link, sampler=recorder, eavesdropper=InterceptResend(fraction=0.5)
    )
    estimate = estimate_job(settings)
    assert not recorder.asked
    result = run_session(settings)
    assert estimate.n_jobs == len(recorder.asked)
    assert estimate.n_shots == sum(map(sum, recorder.asked)) == estimate.n_pulses
    lost = sum(story.bob_bit is None for story in result.exchange.opening)
    assert estimate.n_pulses == result.n_detected + lost
    assert (estimate.n_circuits, estimate.n_qubits) == (24, 2)


def test_nothing_is_sent(monkeypatch) -> None:
    def run(*_arguments, **_options):
        raise AssertionError("sent")

    backend = FakeManilaV2()
    monkeypatch.setattr(FakeManilaV2, "run", run)
    estimate = estimate_job(SETTINGS, sampler=backend, eavesdropper=OptimalCloner(disturbance=0.1))
    assert estimate.n_two_qubit_gates > 0


def test_copies_and_the_limits_of_a_device() -> None:
    whole = estimate_job(SETTINGS, sampler=FakeManilaV2())
    packed = estimate_job(SETTINGS, sampler=DeviceSampler(FakeManilaV2(), copies=5))
    assert (packed.copies, packed.n_circuits) == (5, 8)
    assert packed.n_shots == pytest.approx(whole.n_shots / 5, rel=0.01)
    assert str(packed).endswith("up to 5 pulses a shot")
    limited = DeviceSampler(StatevectorSampler(), max_shots=1_000)
    assert estimate_job(SETTINGS, sampler=limited).n_shots == 20_000


@pytest.mark.parametrize("sampler", ["exact", "shots"])
def test_without_a_device_there_is_nothing_to_send(sampler) -> None:
    estimate = estimate_job(SETTINGS, sampler=sampler)
    assert (estimate.n_jobs, estimate.n_shots, estimate.n_circuits) == (0, 0, 8)
    assert str(estimate).endswith("none: no device takes part")
