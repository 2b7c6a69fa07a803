"""Qubits: protocols, eavesdroppers, their circuits and how outcomes are drawn from them.

The only room that imports Qiskit, and only when it is used: circuits are data (`gates/`).
"""
