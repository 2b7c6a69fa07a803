"""What a sampler is, and how the classical bits of a shot become an outcome."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..values import Bits
from .circuits import CircuitTable

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.primitives import DataBin


class Sampler(ABC):
    """Draws the outcome of every pulse."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name that reports print."""

    @abstractmethod
    def sample(self, table: CircuitTable, index: NDArray[np.uint16], rng: np.random.Generator) -> Bits:
        """Return the outcome of each pulse.

        Parameters
        ----------
        table
            The distinct circuits.
        index
            uint16, shape (n,): which circuit each pulse runs.
        rng
            Source of all randomness of the outcomes.

        Returns
        -------
        uint8 array, shape (n,): the number whose binary digits are the circuit's classical bits, the
        first of them lowest. That is Bob's bit + 2 × the number on Eve's probes.

        Raises
        ------
        DeviceError
            If a device fails.
        MissingQiskit
            If it needs Qiskit or Aer, and they are not installed.
        """


def classical_bits(circuit: QuantumCircuit, data: DataBin) -> Bits:
    """Return the classical bits of every shot of `circuit`, uint8 0/1, shape (n_shots, n_bits).

    The columns are the bits in the circuit's order, register by register.
    """
    columns = []
    for register in circuit.cregs:  # the bytes of a register come highest first, as do the bits in a byte
        digits = np.unpackbits(data[register.name].array, axis=-1)[:, ::-1]
        columns.append(digits[:, : register.size])
    return np.concatenate(columns, axis=1)


def outcome_numbers(bits: Bits) -> Bits:
    """Return the number that each row of bits, lowest first and at most eight, makes: uint8, shape (n,)."""
    number = np.zeros(len(bits), dtype=np.uint8)
    for place, column in enumerate(bits.T):
        number |= column << np.uint8(place)
    return number
