"""What a circuit shows, and how likely: by Qiskit where it is installed, by NumPy elsewhere."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...extras import is_installed
from ...values import check_choice
from .circuit import Circuit
from .deferred import deferred
from .qiskit_circuit import read_probabilities_by_qiskit
from .statevector import read_probabilities

Simulator: TypeAlias = Literal["qiskit", "numpy"]


def probabilities(circuit: Circuit, *, by: Simulator | None = None) -> NDArray[np.float64]:
    """Return the exact probabilities of all that the classical bits may show.

    Measurements may stand anywhere in the circuit.

    Parameters
    ----------
    circuit
        What runs.
    by
        Whose statevector it is; by default Qiskit's where it is installed. Both are the same to rounding.

    Returns
    -------
    float64, shape (2^n,) for n classical bits: of each number whose binary digits are the bits, bit 0 lowest.

    Raises
    ------
    ValueError
        If there is no such simulator.
    MissingQiskit
        If Qiskit is asked for by name, and is not installed.

    Examples
    --------
    >>> from .circuit_builder import CircuitBuilder
    >>> bell = CircuitBuilder({"photon": 1, "partner": 1}, {"bob": 1, "alice": 1})
    >>> bell.h(1)
    >>> bell.cx(1, 0)
    >>> bell.measure(0, 0)
    >>> bell.measure(1, 1)
    >>> probabilities(bell.build()).round(9).tolist()
    [0.5, 0.0, 0.0, 0.5]
    """
    if by is None:
        by = "qiskit" if is_installed("qiskit") else "numpy"
    check_choice("by", by, ("qiskit", "numpy"))
    put_off = deferred(circuit)
    found = read_probabilities_by_qiskit(put_off) if by == "qiskit" else read_probabilities(put_off)
    written = [clbit for clbit, qubit in enumerate(put_off.read) if qubit is not None]
    shares = np.zeros(2**circuit.n_clbits)
    numbers = np.arange(len(found), dtype=np.intp)
    places = np.zeros_like(numbers)
    for digit, clbit in enumerate(written):
        places |= (numbers >> digit & 1) << clbit
    shares[places] = found
    return shares
