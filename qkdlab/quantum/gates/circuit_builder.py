"""What circuits are built with: a method for each gate, called as Qiskit calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .circuit import Circuit, Gate, Register


class CircuitBuilder:
    """Collects gates, and makes a `Circuit` of them.

    Parameters
    ----------
    qubits, clbits
        The registers by name, with their sizes, in order; those of size 0 are left out.

    Examples
    --------
    >>> bell = CircuitBuilder({"photon": 1, "partner": 1})
    >>> bell.h(1)
    >>> bell.cx(1, 0)
    >>> [gate.name for gate in bell.build().gates]
    ['h', 'cx']
    """

    def __init__(self, qubits: Mapping[str, int], clbits: Mapping[str, int] | None = None) -> None:
        self._qubits = tuple(Register(name, size) for name, size in qubits.items() if size)
        self._clbits = tuple(Register(name, size) for name, size in (clbits or {}).items() if size)
        self._gates: list[Gate] = []

    def build(self) -> Circuit:
        """Return the circuit of the gates so far."""
        return Circuit(qubit_registers=self._qubits, clbit_registers=self._clbits, gates=tuple(self._gates))

    def _add(self, name: str, qubits: Sequence[int], *parameters: float) -> None:
        self._gates.append(Gate(name, tuple(map(int, qubits)), tuple(map(float, parameters))))

    def x(self, qubit: int) -> None:
        """Exchange |0⟩ and |1⟩."""
        self._add("x", [qubit])

    def h(self, qubit: int) -> None:
        """Turn Z into X, and back (Hadamard)."""
        self._add("h", [qubit])

    def s(self, qubit: int) -> None:
        """Multiply |1⟩ by i."""
        self._add("s", [qubit])

    def sdg(self, qubit: int) -> None:
        """Multiply |1⟩ by -i."""
        self._add("sdg", [qubit])

    def z(self, qubit: int) -> None:
        """Multiply |1⟩ by -1."""
        self._add("z", [qubit])

    def rx(self, angle: float, qubit: int) -> None:
        """Turn about the axis x of the Bloch sphere."""
        self._add("rx", [qubit], angle)

    def ry(self, angle: float, qubit: int) -> None:
        """Turn about the axis y of the Bloch sphere."""
        self._add("ry", [qubit], angle)

    def rz(self, angle: float, qubit: int) -> None:
        """Turn about the axis z of the Bloch sphere."""
        self._add("rz", [qubit], angle)

    def cx(self, control: int, target: int) -> None:
        """Exchange |0⟩ and |1⟩ of the target where the control is |1⟩."""
        self._add("cx", [control, target])

    def cz(self, control: int, target: int) -> None:
        """Multiply |11⟩ by -1."""
        self._add("cz", [control, target])

    def cry(self, angle: float, control: int, target: int) -> None:
        """Turn the target about the axis y where the control is |1⟩."""
        self._add("cry", [control, target], angle)

    def cp(self, angle: float, control: int, target: int) -> None:
        """Multiply |11⟩ by e^{i angle}."""
        self._add("cp", [control, target], angle)

    def swap(self, one: int, other: int) -> None:
        """Exchange two qubits."""
        self._add("swap", [one, other])

    def times(self, factor: int, modulus: int, control: int, work: Sequence[int]) -> None:
        """Multiply the number on `work`, lowest bit first, by `factor` mod `modulus` if the control is |1⟩.

        A number of `modulus` or more stays.
        """
        self._add("times", [control, *work], factor, modulus)

    def barrier(self) -> None:
        """Separate what was done from what comes, on all qubits: a transpiler simplifies nothing across."""
        self._add("barrier", range(sum(register.size for register in self._qubits)))

    def measure(self, qubit: int, clbit: int) -> None:
        """Measure a qubit in Z; the classical bit keeps the result."""
        self._gates.append(Gate("measure", (int(qubit),), (), (int(clbit),)))
