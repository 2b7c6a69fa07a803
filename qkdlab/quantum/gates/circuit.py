"""A circuit is a list of gates on named registers: plain data, which compares, hashes and pickles."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, isfinite
from typing import Any, Final, NamedTuple

from ...errors import shown
from ...values import check_count


class Kind(NamedTuple):
    """What a gate of a name takes: its qubits (controls first), and its parameters; None for any number."""

    n_qubits: int | None
    n_parameters: int = 0
    n_clbits: int = 0


KINDS: Final = {
    **dict.fromkeys(("x", "h", "s", "sdg", "z"), Kind(1)),
    **dict.fromkeys(("rx", "ry", "rz"), Kind(1, 1)),
    **dict.fromkeys(("cx", "cz", "swap"), Kind(2)),
    **dict.fromkeys(("cry", "cp"), Kind(2, 1)),
    "times": Kind(None, 2),
    "barrier": Kind(None),
    "measure": Kind(1, 0, 1),
}
"""All gates, by the names that Qiskit has for them (Nielsen and Chuang, 4.2 and 4.3, have their matrices).

Qiskit has no "times": y → factor · y mod modulus on the qubits after the first, which controls it; the
parameters are the factor and the modulus, and y ≥ modulus stays.
"""


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate, a barrier or a measurement.

    Parameters
    ----------
    name
        A name of `KINDS`.
    qubits
        The qubits it acts on, counted through all registers; controls come first.
    parameters
        Angles in radians; of "times" two whole numbers without a common factor, the modulus no more than the
        qubits can hold.
    clbits
        Of a measurement, the classical bit that keeps the result, counted through all registers.

    Raises
    ------
    ValueError
        If there is no such gate, it takes another number of qubits, parameters or bits, or its parameters
        make no unitary.
    """

    name: str
    qubits: tuple[int, ...]
    parameters: tuple[float, ...] = ()
    clbits: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        kind = KINDS.get(self.name)
        if kind is None:
            raise ValueError(f"name must be one of {', '.join(KINDS)}, got {shown(self.name)}")
        for name, count in (
            ("qubits", kind.n_qubits),
            ("parameters", kind.n_parameters),
            ("clbits", kind.n_clbits),
        ):
            value = getattr(self, name)
            if count is not None and len(value) != count:
                raise ValueError(f"{name} of {self.name} must be {count} in number, got {shown(value)}")
        if len(set(self.qubits)) < len(self.qubits):
            raise ValueError(f"qubits of {self.name} must differ, got {shown(self.qubits)}")
        if not all(map(isfinite, self.parameters)):
            raise ValueError(f"parameters of {self.name} must be finite, got {shown(self.parameters)}")
        if self.name == "times":
            factor, modulus = map(int, self.parameters)
            check_count("modulus of times", modulus, minimum=1, maximum=2 ** (len(self.qubits) - 1))
            if (factor, modulus) != self.parameters or gcd(factor, modulus) != 1:
                got = shown(self.parameters)
                raise ValueError(f"parameters of times must be whole and coprime, got {got}")

    @property
    def acts(self) -> bool:
        """Whether it changes amplitudes: it is no barrier and no measurement."""
        return self.name not in ("barrier", "measure")


@dataclass(frozen=True, slots=True)
class Register:
    """Qubits or classical bits that belong together, next to each other: their name and their number."""

    name: str
    size: int

    def __post_init__(self) -> None:
        check_count("size", self.size, minimum=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Circuit:
    """Gates in order, on qubits in |0⟩ and classical bits that are 0.

    `CircuitBuilder` makes circuits, `to_qiskit` makes Qiskit's of them, `probabilities` has what they show.

    Parameters
    ----------
    qubit_registers, clbit_registers
        Who has which qubits and classical bits, in order.
    gates
        What is done, in order.

    Raises
    ------
    ValueError
        If a gate acts on a qubit or a bit that no register has, or two registers have the same name.
    """

    qubit_registers: tuple[Register, ...]
    clbit_registers: tuple[Register, ...] = ()
    gates: tuple[Gate, ...] = ()

    def __post_init__(self) -> None:
        names = [register.name for register in (*self.qubit_registers, *self.clbit_registers)]
        if len(set(names)) < len(names):
            raise ValueError(f"names of registers must differ, got {shown(names)}")
        for name, size in (("qubits", self.n_qubits), ("clbits", self.n_clbits)):
            outside = {place for gate in self.gates for place in getattr(gate, name)} - set(range(size))
            if outside:
                raise ValueError(f"{name} of gates must be in a register, got {sorted(outside)}")

    @property
    def n_qubits(self) -> int:
        """Number of qubits."""
        return sum(register.size for register in self.qubit_registers)

    @property
    def n_clbits(self) -> int:
        """Number of classical bits."""
        return sum(register.size for register in self.clbit_registers)

    @property
    def gate_list(self) -> list[dict[str, Any]]:
        """The gates as plain lists and numbers, for a drawing."""
        return [
            {
                "name": gate.name,
                "qubits": list(gate.qubits),
                "parameters": list(gate.parameters),
                "clbits": list(gate.clbits),
            }
            for gate in self.gates
        ]

    @property
    def depth(self) -> int:
        """How many steps it takes if gates and measurements on different qubits and bits go side by side.

        It is what Qiskit's ``depth`` says, and `n_nonlocal_gates` is what its ``num_nonlocal_gates`` says.
        """
        ends: dict[tuple[str, int], int] = {}
        for gate in self.gates:  # a barrier takes no step, but all of its qubits wait for the last
            places = [("qubit", qubit) for qubit in gate.qubits] + [("clbit", bit) for bit in gate.clbits]
            end = max((ends.get(place, 0) for place in places), default=0) + (gate.name != "barrier")
            ends |= dict.fromkeys(places, end)
        return max(ends.values(), default=0)

    @property
    def n_nonlocal_gates(self) -> int:
        """Number of gates on two qubits or more."""
        return sum(len(gate.qubits) > 1 for gate in self.gates if gate.name != "barrier")
