"""Circuits drawn by hypothesis, and what they show, worked out with plain loops over basis states."""

from cmath import exp
from math import cos, gcd, pi, sin, sqrt

import numpy as np
from hypothesis import strategies as st

from qkdlab.quantum.gates.circuit import KINDS, Circuit, Gate
from qkdlab.quantum.gates.circuit_builder import CircuitBuilder

ANGLES = st.floats(-2 * pi, 2 * pi) | st.sampled_from([0.0, pi / 2, pi, -pi])
ONE = [name for name, kind in KINDS.items() if kind.n_qubits == 1 and name != "measure"]
TWO = [name for name, kind in KINDS.items() if kind.n_qubits == 2]


@st.composite
def circuits(draw: st.DrawFn) -> Circuit:
    """A circuit with gates, barriers and measurements in any place, some over others."""
    n_qubits, n_clbits = draw(st.integers(1, 4)), draw(st.integers(0, 3))
    made = CircuitBuilder({"one": 1, "rest": n_qubits - 1}, {"c": n_clbits})
    names = [*ONE, "barrier"] + ["measure"] * bool(n_clbits) + [*TWO, "times"] * (n_qubits > 1)
    for name in draw(st.lists(st.sampled_from(names), max_size=14)):
        qubits = draw(st.permutations(range(n_qubits)))
        if name == "barrier":
            made.barrier()
        elif name == "measure":
            made.measure(qubits[0], draw(st.integers(0, n_clbits - 1)))
        elif name == "times":
            modulus = draw(st.integers(1, 2 ** (n_qubits - 1)))
            factor = draw(st.sampled_from([one for one in range(1, 10) if gcd(one, modulus) == 1]))
            made.times(factor, modulus, qubits[0], qubits[1:])
        else:
            angles = [draw(ANGLES) for _ in range(KINDS[name].n_parameters)]
            getattr(made, name)(*angles, *qubits[: KINDS[name].n_qubits])
    return made.build()


def images(gate: Gate, number: int) -> dict[int, complex]:
    """The amplitudes that a gate makes of one basis state, by what the gate is said to do."""
    first, *rest = ((number >> qubit & 1) for qubit in gate.qubits)
    flipped = number ^ 1 << gate.qubits[-1]
    last = rest[-1] if rest else first
    if gate.name == "times":
        factor, modulus = map(int, gate.parameters)
        y = sum(bit << place for place, bit in enumerate(rest))
        if not first or y >= modulus:
            return {number: 1}
        kept = number & ~sum(1 << qubit for qubit in gate.qubits[1:])
        product = factor * y % modulus
        return {kept | sum((product >> place & 1) << qubit for place, qubit in enumerate(gate.qubits[1:])): 1}
    if gate.name == "swap":
        both = sum(1 << qubit for qubit in gate.qubits)
        return {number ^ both if first != last else number: 1}
    if rest and not first:
        return {number: 1}
    name, angle = gate.name[1:] if rest else gate.name, (*gate.parameters, 0.0)[0]
    if name == "x":
        return {flipped: 1}
    if name == "h":
        return {min(number, flipped): 1 / sqrt(2), max(number, flipped): (-1) ** last / sqrt(2)}
    phases = {"s": 1j, "sdg": -1j, "z": -1, "p": exp(1j * angle)}
    if name in phases:
        return {number: phases[name] if last else 1}
    if name == "rz":
        return {number: exp(0.5j * angle if last else -0.5j * angle)}
    c, s = cos(angle / 2), sin(angle / 2)
    return {number: c, flipped: -1j * s if name == "rx" else -s if last else s}


def by_branches(circuit: Circuit) -> np.ndarray:
    """The probabilities of all that the classical bits may show, a branch for each course of measurements."""
    courses = [(0, {0: 1 + 0j})]  # what the bits show, and amplitudes whose squares are probabilities
    for gate in circuit.gates:
        after = []
        for shown, state in courses:
            if gate.name == "barrier":
                after.append((shown, state))
            elif gate.name == "measure":
                (qubit,), (clbit,) = gate.qubits, gate.clbits
                for bit in (0, 1):
                    found = {k: a for k, a in state.items() if k >> qubit & 1 == bit}
                    after.append((shown & ~(1 << clbit) | bit << clbit, found))
            else:
                made: dict[int, complex] = {}
                for number, amplitude in state.items():
                    for image, share in images(gate, number).items():
                        made[image] = made.get(image, 0) + amplitude * share
                after.append((shown, made))
        courses = [course for course in after if course[1]]
    shares = np.zeros(2**circuit.n_clbits)
    for shown, state in courses:
        shares[shown] += sum(abs(amplitude) ** 2 for amplitude in state.values())
    return shares
