"""Bits: how two raw keys become one secret key over an authenticated public channel.

The rooms in the order of the way: sifting, estimation, reconciliation (Cascade), verification,
privacy amplification; `security` gives the key length, `pipeline` runs the whole.
"""
