"""Circuits as data: a list of gates, and the ways to probabilities, Qiskit circuits and drawings from it."""
