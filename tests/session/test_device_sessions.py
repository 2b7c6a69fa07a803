"""Sessions on devices: the same lab on exact probabilities, shots and a fake device; failures midway."""

from dataclasses import replace

import numpy as np
import pytest
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError
from qiskit_ibm_runtime.fake_provider import FakeManilaV2

from qkdlab import (
    IDEAL_LINK,
    AsymptoticSecurity,
    Detector,
    DeviceError,
    DeviceSampler,
    InterceptResend,
    Link,
    ScenarioError,
    SessionSettings,
    estimate_job,
    run_session,
)
from qkdlab.distillation.channel import Subject
from qkdlab.lab.link.panel import LinkPanel
from qkdlab.quantum import circuits, devices, sampling
from qkdlab.quantum.circuits import circuit_table
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.tactics import PASS
from tests.bounds import assert_same_distribution, assert_share
from tests.quantum.doubles import BreakingSampler, RecordingSampler, ShortSampler
from tests.refusals import expect_refusal

SETTINGS = SessionSettings(n_pulses=60_000, seed=7, link=IDEAL_LINK, security=AsymptoticSecurity())


def errors_by_basis(result) -> np.ndarray:
    """Right and wrong sifted bits, a row for Z and one for X."""
    kept = result.channel.find(Subject.KEPT)
    alice, bob = result.exchange.alice, result.exchange.bob
    counts = np.zeros((2, 2), dtype=np.int64)
    np.add.at(counts, (alice.bases[kept], (alice.bits != bob.bits)[kept].astype(int)), 1)
    return counts


# ---- the same session on three samplers --------------------------------------------------------------------


def test_exact_and_shots_agree() -> None:
    eve = InterceptResend(fraction=0.4)
    results = [
        run_session(SETTINGS, eavesdropper=eve, sampler=sampler, max_qber=0.4)
        for sampler in ("exact", "shots")
    ]
    assert np.array_equal(results[0].exchange.slots, results[1].exchange.slots)
    assert np.array_equal(results[0].exchange.alice.bits, results[1].exchange.alice.bits)
    assert_same_distribution(*map(errors_by_basis, results))
    wrong = errors_by_basis(results[1]).sum(axis=0)
    assert_share(int(wrong[1]), int(wrong.sum()), 0.1, rules_out=0.125)


def test_the_qber_of_a_fake_device_follows_from_its_calibration_data() -> None:
    """Prediction: readout error of the chosen qubit and the gates' error rates, see `calibrated_error`.

    The model leaves out that relaxation during a gate of 36 ns hits |1⟩ and not |0⟩: at most 36 ns / T1,
    which is 2e-4, for each of two gates.
    """
    backend = FakeManilaV2()
    sampler = DeviceSampler(backend)
    result = run_session(SETTINGS, sampler=backend)
    predicted = sampler.expected_errors(circuit_table(BB84, (), 0.0))
    circuit_of = [signal * 2 + int(state.basis) for signal, state in enumerate(BB84.signals)]
    readout = min(backend.target["measure"][(qubit,)].error for qubit in range(5))
    assert predicted[circuit_of[0]] == pytest.approx(readout)  # the transpiler took the best qubit
    for basis, counts in enumerate(errors_by_basis(result)):
        expected = float(predicted[[row for row in circuit_of if row % 2 == basis]].mean())
        n = int(counts.sum())
        off = counts[1] / n - expected
        assert abs(off) < 5 * np.sqrt(expected * (1 - expected) / n) + 4e-4
        # would catch: another qubit's readout (1.86 % is the next), errors counted at Alice's side as well
        assert 0.0186 - expected > 4e-4 + 3 * np.sqrt(expected * (1 - expected) / n)
    assert result.accepted
    assert result.key == result.bob_key


def test_readout_errors_raise_the_qber_that_theory_gives_for_the_link() -> None:
    noise = NoiseModel()
    noise.add_all_qubit_readout_error(ReadoutError([[0.96, 0.04], [0.04, 0.96]]))
    link = Link(misalignment_error=0.02, detector=Detector(efficiency=1.0, dark_count_probability=0.0))
    result = run_session(SETTINGS, link=link, sampler=AerSimulator(noise_model=noise))
    wrong = errors_by_basis(result).sum(axis=0)
    assert result.expected_qber == pytest.approx(0.02)
    assert_share(int(wrong[1]), int(wrong.sum()), 0.02 * 0.96 + 0.98 * 0.04, rules_out=0.04)


def test_a_session_with_eve_on_a_primitive() -> None:
    result = run_session(SETTINGS, sampler=RecordingSampler(), eavesdropper=InterceptResend(), max_qber=0.4)
    wrong = errors_by_basis(result).sum(axis=0)
    assert_share(int(wrong[1]), int(wrong.sum()), 0.25, rules_out=0.28)
    assert np.all(result.exchange.eve.tactics != PASS)


def test_the_same_settings_give_the_same_report() -> None:
    settings = SessionSettings(
        n_pulses=20_000, link=IDEAL_LINK, security="asymptotic", seed=7, sampler=FakeManilaV2()
    )
    report = run_session(settings).report()
    assert report == run_session(settings).report()
    assert report.startswith("BB84 session, seed 7, fake_manila sampler\n")
    assert "closed form for these settings, without the device's errors" in report
    assert report != run_session(settings, seed=8).report()


# ---- settings ----------------------------------------------------------------------------------------------


def test_settings_with_a_device() -> None:
    backend = AerSimulator()
    settings = SessionSettings(n_pulses=10, seed=1, sampler=backend)
    assert settings == SessionSettings(n_pulses=10, seed=1, sampler=backend)
    assert settings != SessionSettings(n_pulses=10, seed=1)
    assert DeviceSampler(backend) == DeviceSampler(backend) != DeviceSampler(backend, copies=2)
    for sampler in (backend, DeviceSampler(backend)):
        with expect_refusal(
            "sampler must be a name to be saved as JSON, got the device 'aer_simulator'", ScenarioError
        ):
            SessionSettings(n_pulses=10, seed=1, sampler=sampler).to_json()


def test_a_panel_shows_a_device_and_says_that_it_cannot_be_saved() -> None:
    panel = LinkPanel(SessionSettings(n_pulses=5_000, seed=1, link=IDEAL_LINK, sampler=AerSimulator()))
    assert "got the device 'aer_simulator'" in panel.save.text.value
    panel.close()


# ---- failures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "message"),
    [
        (
            BreakingSampler(2),
            "BreakingSampler failed in job 1 of 1: the cryostat is warm "
            "(after 200 pulses, of which nothing is reported)",
        ),
        (
            BreakingSampler(1),
            "BreakingSampler failed in job 1 of 1: the cryostat is warm "
            "(after 0 pulses, of which nothing is reported)",
        ),
    ],
)
def test_a_device_that_fails_midway_leaves_no_result(device, message) -> None:
    with expect_refusal(message, DeviceError):
        run_session(SETTINGS, sampler=device)


def test_a_device_that_returns_too_little_leaves_no_result() -> None:
    with pytest.raises(
        DeviceError, match=r"^ShortSampler returned \d+ of \d+ shots of a circuit in job 1 of 1"
    ):
        run_session(SETTINGS, sampler=ShortSampler())


def test_a_panel_says_that_a_device_failed_and_goes_on() -> None:
    panel = LinkPanel(SETTINGS)
    before = panel.result
    panel.settings = replace(SETTINGS, sampler=BreakingSampler(2))
    assert panel.lamp.state == "error"
    assert panel.lamp.reason.startswith("BreakingSampler failed in job 1 of 1: the cryostat is warm")
    assert panel.result is before
    panel.settings = SETTINGS
    assert panel.lamp.state == "accepted"


# ---- what a run pays for -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "simulated", "made", "transpiled"),
    [(lambda: "exact", 8, 0, 0), (lambda: "shots", 0, 8, 0), (FakeManilaV2, 0, 8, 8)],
    ids=["exact", "shots", "fake"],
)
def test_circuits_are_built_and_transpiled_once(monkeypatch, make, simulated, made, transpiled) -> None:
    # would catch: a panel that pays for its circuits again at every click
    calls: list[str] = []

    def count(module, name: str) -> None:
        real = getattr(module, name)

        def counted(*arguments, **options):
            calls.append(name)
            return real(*arguments, **options)

        monkeypatch.setattr(module, name, counted)

    count(circuits, "build_circuit")
    count(sampling, "probabilities")
    count(circuits, "to_qiskit")
    count(devices, "side_by_side")  # once for each circuit that is transpiled
    circuit_table.cache_clear()
    settings = SessionSettings(n_pulses=3_000, seed=1, sampler=make())
    run_session(settings)
    assert calls.count("build_circuit") == 8
    counted = [calls.count(name) for name in ("probabilities", "to_qiskit", "side_by_side")]
    assert counted == [simulated, made, transpiled]
    calls.clear()
    run_session(settings, seed=2)
    run_session(settings, n_pulses=4_000, link=Link(length_km=10))
    estimate_job(settings)
    assert not calls
