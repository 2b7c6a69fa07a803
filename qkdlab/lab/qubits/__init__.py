"""Bits and qubits: polarisation and the Bloch sphere, what a measurement does, and a source with a secret."""
