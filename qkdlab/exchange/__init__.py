"""Quantum + link + attacks: what Alice, Bob and Eve each hold once the pulses are through."""
