"""A circuit drawn as text, the same with and without Qiskit."""

from __future__ import annotations

from collections.abc import Sequence
from math import degrees
from typing import Final

from .circuit import Circuit, Gate

_LETTERS: Final = {"sdg": "S†", "rx": "Rx", "ry": "Ry", "rz": "Rz"}


def gate_label(name: str, parameters: Sequence[float]) -> str:
    """Return what stands in the box of a gate: its letter, and its turns in degrees.

    >>> gate_label("cry", [1.5707963267948966]), gate_label("times", [7, 15])
    ('Ry 90°', '×7 mod 15')
    """
    if name == "times":
        factor, modulus = map(int, parameters)
        return f"×{factor} mod {modulus}"
    name = name.removeprefix("c")
    turns = ", ".join(f"{round(degrees(angle), 1):g}°" for angle in parameters)
    return f"{_LETTERS.get(name, name.upper())} {turns}".strip()


def circuit_text(circuit: Circuit) -> str:
    """Return a drawing of a circuit: a line for each qubit, and a line between each two.

    Controls are ●, what a CNOT turns over is ⊕; a swap has two ×, a barrier is a dotted line. The letter M
    has the number of the classical bit that keeps what was measured.

    >>> from .circuit_builder import CircuitBuilder
    >>> bell = CircuitBuilder({"photon": 1, "partner": 1}, {"bob": 1})
    >>> bell.h(1)
    >>> bell.cx(1, 0)
    >>> bell.barrier()
    >>> bell.measure(0, 0)
    >>> print(circuit_text(bell.build()))
    photon:  ─────⊕─┆─[M 0]─
                  │ ┆
    partner: ─[H]─●─┆───────
    """
    names = [
        f"{register.name}_{place}:" if register.size > 1 else f"{register.name}:"
        for register in circuit.qubit_registers
        for place in range(register.size)
    ]
    room = max(map(len, names), default=0) + 1
    lines = [
        "".ljust(room + 1) if row % 2 else names[row // 2].ljust(room) + "─"
        for row in range(2 * len(names) - 1)
    ]
    for column in _columns(circuit):
        cells = _cells(column, len(lines))
        width = max(map(len, cells.values()))
        for row in range(len(lines)):
            wire = " " if row % 2 else "─"
            lines[row] += cells.get(row, "").center(width, wire) + wire
    return "\n".join(line.rstrip() for line in lines)


def _columns(circuit: Circuit) -> list[list[Gate]]:
    """Return the gates column by column: each as far left as it may, but not across a barrier."""
    columns: list[list[Gate]] = []
    first = 0
    for gate in circuit.gates:
        if gate.name == "barrier":
            columns.append([gate])
            first = len(columns)
            continue
        place = len(columns)
        while place > first and not any(_meet(gate, other) for other in columns[place - 1]):
            place -= 1
        if place == len(columns):
            columns.append([])
        columns[place].append(gate)
    return columns


def _meet(one: Gate, other: Gate) -> bool:
    return min(one.qubits) <= max(other.qubits) and max(one.qubits) >= min(other.qubits)


def _cells(column: list[Gate], n_rows: int) -> dict[int, str]:
    """Return the signs of a column by their row; qubit q has row 2q, a link may be in all rows."""
    cells: dict[int, str] = {}
    for gate in column:
        if gate.name == "barrier":
            return dict.fromkeys(range(n_rows), "┆")
        for row in range(2 * min(gate.qubits), 2 * max(gate.qubits) + 1):
            cells[row] = "│" if row % 2 else "┼"
        control, *rest = gate.qubits
        label = f"[{gate_label(gate.name, gate.parameters)}]"
        if gate.name == "measure":
            cells[2 * control] = f"[M {gate.clbits[0]}]"
        elif gate.name == "swap":
            cells |= dict.fromkeys((2 * control, 2 * rest[0]), "×")
        elif not rest:
            cells[2 * control] = label
        else:
            cells[2 * control] = "●"
            for row in range(2 * min(rest), 2 * max(rest) + 1):
                if {row // 2, (row + 1) // 2} <= set(rest):
                    cells[row] = f"[{' ' * (len(label) - 2)}]"
            cells[2 * rest[0]] = "⊕" if gate.name == "cx" else label
    return cells
