"""Bits and qubits: polarisation and the Bloch sphere, what a measurement does, and a source with a secret."""

from . import words as _words  # noqa: F401 — adds the words of this folder
