"""Circuits on backends and primitives: right shares, few jobs, circuits transpiled once, clear failures."""

import sys

import numpy as np
import pytest
import qiskit_ibm_runtime
from qiskit import transpiler
from qiskit.circuit.library import RXGate
from qiskit.primitives import BackendSamplerV2, StatevectorSampler
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.transpiler import InstructionProperties, Target
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError
from qiskit_aer.primitives import SamplerV2
from qiskit_ibm_runtime.executor_sampler import Sampler as IBMSampler
from qiskit_ibm_runtime.fake_provider import FakeManilaV2

from qkdlab import DeviceError, DeviceSampler, MissingExtra
from qkdlab.attacks.qubit_attacks import InterceptResend
from qkdlab.quantum import devices
from qkdlab.quantum.calibration import calibrated_error
from qkdlab.quantum.circuits import circuit_table, qiskit_circuits
from qkdlab.quantum.devices import side_by_side
from qkdlab.quantum.protocols import BB84, get_protocol
from qkdlab.quantum.sampling import ExactSampler, get_sampler, outcome_distribution
from tests.bounds import assert_distribution, assert_share
from tests.quantum.doubles import (
    BreakingSampler,
    ForgetfulSampler,
    NamelessSampler,
    RecordingSampler,
    ShortSampler,
    SortedSampler,
)
from tests.refusals import expect_refusal

EVE = InterceptResend()
PLAIN = circuit_table(BB84, (), 0.0)
COIN = 1  # signal |0⟩ measured in X
DEVICES = {
    "backend": AerSimulator,
    "backend sampler": lambda: BackendSamplerV2(backend=AerSimulator(), options={"seed_simulator": 5}),
    "Aer's sampler": lambda: SamplerV2(seed=5),
    "statevector": lambda: StatevectorSampler(seed=np.random.default_rng(5)),
    "copies": lambda: DeviceSampler(AerSimulator(), copies=4),
}
any_device = pytest.mark.parametrize("make", DEVICES.values(), ids=DEVICES)


def rows(*counts: int) -> np.ndarray:
    """The circuits of pulses of which `counts[i]` run circuit i, in a mixed order."""
    index = np.repeat(np.arange(len(counts), dtype=np.uint16), counts)
    return np.random.default_rng(0).permutation(index)


# ---- outcomes --------------------------------------------------------------------------------------------


@any_device
def test_every_circuit_has_its_distribution(make) -> None:
    # would catch: Bob's and Eve's bit swapped, registers lost by the transpiler, copies mixed up
    table = circuit_table(BB84, EVE.tactics, 0.2)
    index = np.random.default_rng(1).integers(0, len(table.circuits), 100_000).astype(np.uint16)
    outcome = get_sampler(make()).sample(table, index, np.random.default_rng(2))
    assert (outcome.dtype, outcome.shape) == (np.dtype(np.uint8), index.shape)
    for i, shares in enumerate(outcome_distribution(table)):
        assert_distribution(np.bincount(outcome[index == i], minlength=4), shares)


@pytest.mark.parametrize("make", [AerSimulator, DEVICES["statevector"], DEVICES["copies"]])
def test_registers_are_joined_in_the_order_of_the_circuit(make) -> None:
    # would catch: the bit of Alice's half of a pair and Eve's swapped
    table = circuit_table(get_protocol("BBM92"), (EVE.tactics[0],), 0.3)
    assert [register.name for register in table.circuits[2].clbit_registers] == ["bob", "alice", "eve"]
    outcome = get_sampler(make()).sample(table, np.full(20_000, 2), np.random.default_rng(3))
    assert_distribution(np.bincount(outcome, minlength=8), outcome_distribution(table)[2])


@any_device
@pytest.mark.parametrize("counts", [(20_000, 20_000), (20_000, 19_000)])
def test_the_draws_of_two_circuits_are_independent(make, counts) -> None:
    # would catch: one seed replayed for every circuit, which Aer does for circuits of unequal shot numbers
    index = np.repeat(np.array([COIN, 3], dtype=np.uint16), counts)  # |0⟩ and |1⟩, measured in X
    outcome = get_sampler(make()).sample(PLAIN, index, np.random.default_rng(4))
    ones = [np.count_nonzero(part) for part in np.split(outcome, [counts[0]])]
    for number, n in zip(ones, counts, strict=True):
        assert_share(number, n, 0.5)
    assert ones[0] != ones[1]


def test_copies_of_one_shot_are_independent() -> None:
    # would catch: the same bit read for every copy
    sampler = DeviceSampler(AerSimulator(), copies=2)
    index = np.full(40_000, COIN, dtype=np.uint16)
    made = sampler.circuits(PLAIN)[COIN]
    assert (made.copies, made.circuit.num_clbits) == (2, 2)
    data = BackendSamplerV2(backend=AerSimulator()).run([(made.circuit, None, 20_000)]).result()[0].data
    pairs = devices.classical_bits(made.circuit, data)
    assert_share(np.count_nonzero(pairs[:, 0] == pairs[:, 1]), 20_000, 0.5, rules_out=0.6)
    assert_share(np.count_nonzero(sampler.sample(PLAIN, index, np.random.default_rng(1))), 40_000, 0.5)
    # if each outcome were there twice, there would always be an even number of ones
    odd = [sampler.sample(PLAIN, index[:20], np.random.default_rng(seed)).sum() % 2 for seed in range(40)]
    assert 0 < sum(odd) < 40


def test_the_order_in_which_a_device_gives_its_shots_does_not_matter() -> None:
    # would catch: pulses taking sorted shots in turn, so that all ones come last
    n = 20_000
    coins = DeviceSampler(SortedSampler()).sample(PLAIN, np.full(n, COIN), np.random.default_rng(6))
    assert_share(np.count_nonzero(coins[: n // 2]), n // 2, 0.5)
    assert_share(np.count_nonzero(coins[1:] == coins[:-1]), n - 1, 0.5)


def test_surplus_shots_are_left_out_at_random() -> None:
    # would catch: the first of sorted shots taken, and the surplus, all ones, left out
    class Generous(SortedSampler):
        def run(self, pubs, *, shots=None):
            return super().run([(circuit, values, 2 * n) for circuit, values, n in pubs])

    coins = DeviceSampler(Generous()).sample(PLAIN, np.full(10_000, COIN), np.random.default_rng(6))
    assert_share(np.count_nonzero(coins), 10_000, 0.5)


@any_device
def test_no_pulses_and_one_pulse(make) -> None:
    sampler = get_sampler(make())
    assert sampler.sample(PLAIN, np.zeros(0, dtype=np.uint16), np.random.default_rng(0)).shape == (0,)
    assert sampler.sample(PLAIN, np.array([2], dtype=np.uint16), np.random.default_rng(0)).tolist() == [1]


def test_a_backend_gets_its_seeds_from_the_session() -> None:
    index, noisy = rows(3_000, 3_000), FakeManilaV2()

    def draw(seed: int) -> list[int]:
        return get_sampler(noisy).sample(PLAIN, index, np.random.default_rng(seed)).tolist()

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


# ---- jobs ------------------------------------------------------------------------------------------------


def test_a_block_is_one_job_with_as_many_shots_as_pulses() -> None:
    recorder = RecordingSampler()
    get_sampler(recorder).sample(PLAIN, rows(30, 0, 20, 500), np.random.default_rng(0))
    assert recorder.asked == [[30, 20, 500]]


def test_a_backend_gets_equal_portions_in_one_run(monkeypatch) -> None:
    calls = spy_on_runs(monkeypatch)
    get_sampler(AerSimulator()).sample(PLAIN, rows(2_000, 300, 0, 290), np.random.default_rng(0))
    # 2000 = 6 × 334 - 4, and one portion each for 300 and 290
    assert [(len(circuits), shots) for circuits, shots, _ in calls] == [(8, 334)]


def spy_on_runs(monkeypatch) -> list[tuple[list, int, int]]:
    """Note circuits, shots and seed of every run of Aer."""
    calls, real = [], AerSimulator.run

    def run(self, circuits, **options):
        calls.append((circuits, options["shots"], options["seed_simulator"]))
        return real(self, circuits, **options)

    monkeypatch.setattr(AerSimulator, "run", run)
    return calls


def test_the_limits_of_a_backend_split_jobs_and_each_has_a_seed_of_its_own(monkeypatch) -> None:
    calls = spy_on_runs(monkeypatch)
    monkeypatch.setattr(AerSimulator, "max_circuits", 3)
    sampler = DeviceSampler(AerSimulator(), max_shots=250)
    outcome = sampler.sample(PLAIN, rows(1_000, 1_000), np.random.default_rng(0))
    assert [(len(circuits), shots) for circuits, shots, _ in calls] == [(3, 250), (3, 250), (2, 250)]
    assert len({seed for *_, seed in calls}) == 3
    assert_share(np.count_nonzero(outcome), 2_000, 0.25)


def test_copies_save_shots_and_never_exceed_the_backend() -> None:
    counts = np.array([1_000] * 8)
    for copies, per_shot in ((1, 1), (3, 3), (99, 5)):
        sampler = DeviceSampler(FakeManilaV2(), copies=copies)
        assert {circuit.copies for circuit in sampler.circuits(PLAIN)} == {per_shot}
        (job,) = sampler.jobs(PLAIN, counts)
        assert {entry.shots for entry in job} == {-(-1_000 // per_shot)}


def test_circuits_are_transpiled_once(monkeypatch) -> None:
    transpiled, real = [], transpiler.generate_preset_pass_manager

    class Spy:
        def __init__(self, passes) -> None:
            self.passes = passes

        def run(self, circuits, **options):
            transpiled.extend(circuits)
            return self.passes.run(circuits, **options)

    monkeypatch.setattr(transpiler, "generate_preset_pass_manager", lambda **options: Spy(real(**options)))
    backend = FakeManilaV2()
    for seed in range(3):
        get_sampler(backend).sample(PLAIN, rows(*[50] * 8), np.random.default_rng(seed))
    assert len(transpiled) == 8
    assert all(mine is given for mine, given in zip(transpiled, qiskit_circuits(PLAIN), strict=True))


def test_the_parts_of_a_circuit_are_not_merged() -> None:
    # would catch: preparing |+⟩ and measuring in X simplified to nothing, and no gate error seen
    plus_in_x = DeviceSampler(FakeManilaV2(), optimization_level=3).circuits(PLAIN)[5].circuit
    assert plus_in_x.count_ops()["sx"] == 2


def test_ibm_hardware_is_run_by_ibms_sampler(monkeypatch) -> None:
    # its own test double: a fake device that says it is IBM's, which IBM's sampler runs on this machine
    monkeypatch.setattr(qiskit_ibm_runtime, "IBMBackend", FakeManilaV2)
    jobs, real = [], IBMSampler.run

    def run(self, pubs, **options):
        jobs.append([pub[2] for pub in pubs])
        return real(self, pubs, **options)

    monkeypatch.setattr(IBMSampler, "run", run)
    sampler, index = get_sampler(FakeManilaV2()), rows(10_000, 0, 9_900)
    outcome = sampler.sample(PLAIN, index, np.random.default_rng(0))
    assert jobs == [[10_000, 10_000]]
    wrong = np.count_nonzero(outcome != (index == 2))
    assert_share(wrong, len(index), sampler.expected_errors(PLAIN)[[0, 2]].mean())


def test_without_ibms_sampler_the_extra_is_named(monkeypatch) -> None:
    # would catch: "failed in job 1 of 1: No module named …", as if the device were at fault
    monkeypatch.setattr(qiskit_ibm_runtime, "IBMBackend", FakeManilaV2)
    monkeypatch.setitem(sys.modules, "qiskit_ibm_runtime.executor_sampler", None)
    with pytest.raises(MissingExtra, match=r'pip install "qkdlab\[devices\]"'):
        get_sampler(FakeManilaV2()).sample(PLAIN, rows(10), np.random.default_rng(0))


# ---- what is accepted ------------------------------------------------------------------------------------


def test_names() -> None:
    exact = ExactSampler()
    assert get_sampler(exact) is exact
    assert get_sampler(FakeManilaV2()).name == "fake_manila"
    assert get_sampler(StatevectorSampler()).name == "StatevectorSampler"
    assert get_sampler(BackendSamplerV2(backend=AerSimulator())).name == "BackendSamplerV2 on aer_simulator"
    assert get_sampler(SamplerV2()).name == "SamplerV2 on aer_simulator"
    assert get_sampler(IBMSampler(mode=FakeManilaV2())).name == "Sampler on fake_manila"


@pytest.mark.parametrize("value", [None, 3, ["exact"], FakeManilaV2])
def test_anything_else_is_refused(value) -> None:
    message = f"sampler must be 'exact', 'shots', a Sampler, a BackendV2 or a BaseSamplerV2, got {value!r}"
    with expect_refusal(message):
        get_sampler(value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"device": "exact"}, "device must be a BackendV2 or a BaseSamplerV2, got 'exact'"),
        ({"copies": 0}, "copies must be at least 1, got 0"),
        ({"copies": 1.5}, "copies must be a whole number, got 1.5"),
        ({"optimization_level": 4}, "optimization_level must be at least 0 and at most 3, got 4"),
        ({"max_shots": 0}, "max_shots must be at least 1, got 0"),
    ],
)
def test_bad_arguments_are_refused(changes, message) -> None:
    with expect_refusal(message):
        DeviceSampler(**{"device": StatevectorSampler()} | changes)


# ---- failures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "message"),
    [
        (BreakingSampler(1), "BreakingSampler failed in job 1 of 1: the cryostat is warm"),
        (ShortSampler(), "ShortSampler returned 49 of 50 shots of a circuit in job 1 of 1"),
        (ForgetfulSampler(), "ForgetfulSampler returned 1 of 2 circuits in job 1 of 1"),
        (
            NamelessSampler(),
            "NamelessSampler failed in job 1 of 1: 'Key (bob) does not exist in this data bin.'",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failures_name_the_device_and_the_job(device, message) -> None:
    with expect_refusal(message, DeviceError):
        get_sampler(device).sample(PLAIN, rows(50, 60), np.random.default_rng(0))


def test_a_backend_with_too_few_qubits_is_refused() -> None:
    table = circuit_table(BB84, EVE.tactics, 0.1)
    with expect_refusal("sampler must have 4 qubits for these settings, got generic_backend_2q with 2"):
        get_sampler(GenericBackendV2(2, seed=1)).sample(table, rows(1), np.random.default_rng(0))


def test_a_failure_keeps_its_cause() -> None:
    with pytest.raises(DeviceError) as caught:
        get_sampler(BreakingSampler(1)).sample(PLAIN, rows(5), np.random.default_rng(0))
    assert isinstance(caught.value.__cause__, RuntimeError)


# ---- calibration data ------------------------------------------------------------------------------------


def test_the_errors_of_a_noise_model_are_those_of_the_bits() -> None:
    noise = NoiseModel()
    noise.add_all_qubit_readout_error(ReadoutError([[0.97, 0.03], [0.08, 0.92]]))
    sampler = get_sampler(AerSimulator(noise_model=noise))
    outcome = sampler.sample(PLAIN, np.repeat([0, 2], 20_000), np.random.default_rng(1))
    assert_share(np.count_nonzero(outcome[:20_000]), 20_000, 0.03, rules_out=0.08)
    assert_share(np.count_nonzero(outcome[20_000:]), 20_000, 0.92, rules_out=0.97)


def test_calibration_data_predict_gate_and_readout_errors() -> None:
    # would catch: gate errors left out, or counted as depolarising probabilities, half as large
    backend = GenericBackendV2(1, basis_gates=["rz", "sx", "x"], seed=1)
    for name, error in (("sx", 0.03), ("x", 0.05), ("rz", 0.0), ("measure", 0.02)):
        duration = backend.target[name][(0,)].duration
        backend.target[name][(0,)] = InstructionProperties(duration=duration, error=error)
    sampler = DeviceSampler(backend)
    predicted = sampler.expected_errors(PLAIN)
    f = (1 - 0.94) / 2, (1 - 0.9) / 2, (1 - 0.94**2) / 2  # sx, x, sx twice
    wanted = [0.02 + 0.96 * flip for flip in (0.0, f[1], f[2])]
    assert predicted[[0, 2, 5]] == pytest.approx(wanted, abs=1e-15)
    n = 40_000
    for row, bit in ((0, 0), (2, 1), (5, 0), (7, 1)):
        outcome = sampler.sample(PLAIN, np.full(n, row), np.random.default_rng(row))
        half = (predicted[row] + 0.02) / 2 if row else None
        assert_share(np.count_nonzero(outcome != bit), n, predicted[row], rules_out=half)


def test_what_the_prediction_does_not_cover_is_refused() -> None:
    with expect_refusal("device must have a backend with calibration data, got StatevectorSampler"):
        DeviceSampler(StatevectorSampler()).expected_errors(PLAIN)
    with pytest.raises(ValueError, match=r"^circuit must have gates on one qubit only, got gates on "):
        DeviceSampler(FakeManilaV2()).expected_errors(circuit_table(BB84, EVE.tactics, 0.0))


def test_what_is_missing_in_the_calibration_data_counts_as_no_error() -> None:
    target = Target(num_qubits=1)
    target.add_instruction(RXGate(0.1), {(0,): None})
    assert calibrated_error(qiskit_circuits(PLAIN)[5], target) == 0


def test_side_by_side() -> None:
    circuit = qiskit_circuits(circuit_table(BB84, EVE.tactics, 0.0))[2]
    wide = side_by_side(circuit, 3)
    assert (wide.num_qubits, wide.num_clbits) == (3 * circuit.num_qubits, 3 * circuit.num_clbits)
    assert side_by_side(circuit, 1) is circuit
