"""Qubits: protocols, eavesdroppers, their circuits and how outcomes are drawn from them.

The only room that imports Qiskit.
"""
