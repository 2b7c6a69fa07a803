"""Circuits as text: every gate of a circuit is there, in order, on its wires."""

from hypothesis import given, settings

from qkdlab.quantum.circuits import build_circuit
from qkdlab.quantum.gates.circuit import Circuit
from qkdlab.quantum.gates.circuit_text import circuit_text, gate_label
from qkdlab.quantum.protocols import BB84
from qkdlab.quantum.tactics import MeasureAndResend
from qkdlab.values import Basis
from tests.quantum.gates.random_circuits import circuits

INTERCEPTED = """\
photon: ─[X]─[H]─┆─●─┆─[M 0]─
                 ┆ │ ┆
probe:  ─────────┆─⊕─┆─[M 1]─"""


def test_an_intercepted_photon() -> None:
    circuit = build_circuit(BB84.signals[3], Basis.Z, tactic=MeasureAndResend(Basis.Z))
    assert circuit_text(circuit) == INTERCEPTED


@settings(max_examples=50)
@given(circuits())
def test_every_gate_is_drawn_on_its_wires(circuit: Circuit) -> None:
    # would catch: a gate drawn over another, a column wider in one line than in the next
    lines = circuit_text(circuit).split("\n")
    assert len(lines) == 2 * circuit.n_qubits - 1
    assert len({len(line) for line in lines[::2]}) == 1
    for qubit, line in enumerate(lines[::2]):
        on_it = [gate for gate in circuit.gates if qubit in gate.qubits]
        assert line.count("┆") == sum(gate.name == "barrier" for gate in on_it)
        assert line.count("⊕") == sum(gate.name == "cx" and gate.qubits[1] == qubit for gate in on_it)
        controls = ("cx", "cz", "cp", "cry", "times")
        assert line.count("●") == sum(gate.name in controls and gate.qubits[0] == qubit for gate in on_it)
        assert line.count("[M ") == sum(gate.name == "measure" for gate in on_it)
        boxes = [gate for gate in on_it if gate.acts and gate.name not in ("cx", "swap")]
        on_target = [gate for gate in boxes if qubit == gate.qubits[:2][-1]]
        labels = [f"[{gate_label(gate.name, gate.parameters)}]" for gate in on_target]
        assert [line.count(label) for label in labels] == [labels.count(label) for label in labels]
