"""Circuits as data: what is refused, what compares, depth and gates as Qiskit counts them."""

import pickle

import pytest
from hypothesis import given, settings

from qkdlab.quantum.gates.circuit import Circuit, Gate, Register
from qkdlab.quantum.gates.circuit_builder import CircuitBuilder
from qkdlab.quantum.gates.qiskit_circuit import to_qiskit
from tests.quantum.gates.random_circuits import circuits
from tests.refusals import expect_refusal


def test_circuits_compare_hash_and_pickle() -> None:
    # would catch: two circuits of the same gates that a cache takes for different ones
    def pair() -> Circuit:
        made = CircuitBuilder({"photon": 1, "partner": 1, "probe": 0}, {"bob": 1})
        made.h(1)
        made.cx(1, 0)
        made.measure(0, 0)
        return made.build()

    assert pair() == pair()
    assert hash(pair()) == hash(pair())
    assert pickle.loads(pickle.dumps(pair())) == pair()
    assert [register.name for register in pair().qubit_registers] == ["photon", "partner"]


def test_a_built_circuit_does_not_change() -> None:
    made = CircuitBuilder({"q": 1})
    before = made.build()
    made.x(0)
    assert not before.gates


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("u", (0,)), "name must be one of x, h, s, sdg, z, rx, "),
        (("x", (0, 1)), r"qubits of x must be 1 in number, got (0, 1)"),
        (("ry", (0,)), r"parameters of ry must be 1 in number, got ()"),
        (("h", (0,), (), (0,)), r"clbits of h must be 0 in number, got (0,)"),
        (("measure", (0,)), r"clbits of measure must be 1 in number, got ()"),
        (("cx", (1, 1)), r"qubits of cx must differ, got (1, 1)"),
        (("ry", (0,), (float("nan"),)), r"parameters of ry must be finite, got (nan,)"),
        (("cp", (0, 1), (float("inf"),)), r"parameters of cp must be finite, got (inf,)"),
        (("times", (0, 1, 2, 3), (3, 6)), r"parameters of times must be whole and coprime, got (3, 6)"),
        (("times", (0, 1, 2, 3), (1.5, 7)), r"parameters of times must be whole and coprime, got (1.5, 7)"),
        (("times", (0, 1, 2), (2, 5)), r"modulus of times must be at least 1 and at most 4, got 5"),
        (("times", (0, 1, 2), (1, 0)), r"modulus of times must be at least 1 and at most 4, got 0"),
    ],
)
def test_what_is_no_gate_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Gate(*arguments)
    assert str(caught.value).startswith(message)


def test_gates_beyond_the_registers_are_refused() -> None:
    with expect_refusal("qubits of gates must be in a register, got [1]"):
        Circuit(qubit_registers=(Register("q", 1),), gates=(Gate("h", (0,)), Gate("cx", (0, 1))))
    with expect_refusal("clbits of gates must be in a register, got [0]"):
        Circuit(qubit_registers=(Register("q", 1),), gates=(Gate("measure", (0,), (), (0,)),))


@pytest.mark.parametrize("size", [0, -1, 1.5])
def test_registers_hold_something(size: float) -> None:
    with pytest.raises(ValueError, match="^size must be "):
        Register("q", size)


def test_registers_have_names_of_their_own() -> None:
    # would catch: Qiskit's own error, where there is Qiskit, and none where there is not
    with expect_refusal("names of registers must differ, got ['q', 'q']"):
        CircuitBuilder({"q": 1}, {"q": 1}).build()


def test_a_barrier_across_nothing_takes_no_step() -> None:
    made = CircuitBuilder({})
    made.barrier()
    assert made.build().depth == 0


def test_two_results_in_one_bit_come_one_after_another_and_a_barrier_takes_no_step() -> None:
    made = CircuitBuilder({"q": 2}, {"c": 1})
    made.x(0)
    made.barrier()
    made.measure(0, 0)
    made.measure(1, 0)
    assert (made.build().depth, made.build().n_nonlocal_gates) == (3, 0)


@pytest.mark.qiskit("how it counts gates and depth")
@settings(max_examples=50)
@given(circuits())
def test_qiskits_circuit_is_the_same(circuit: Circuit) -> None:
    # would catch: a gate on other qubits or in another order, a register lost, a barrier that counts
    made = to_qiskit(circuit)
    assert made.num_qubits == circuit.n_qubits
    assert [(one.name, one.size) for one in made.cregs] == [(c.name, c.size) for c in circuit.clbit_registers]
    assert [(one.name, one.size) for one in made.qregs] == [(q.name, q.size) for q in circuit.qubit_registers]
    assert made.depth() == circuit.depth
    assert made.num_nonlocal_gates() == circuit.n_nonlocal_gates
    for step, gate in zip(made.data, circuit.gates, strict=True):
        assert tuple(made.find_bit(qubit).index for qubit in step.qubits) == gate.qubits
        assert tuple(made.find_bit(bit).index for bit in step.clbits) == gate.clbits
        if gate.name != "times":
            assert (step.operation.name, tuple(step.operation.params)) == (gate.name, gate.parameters)
