"""How long a key may be: the modes, the proofs they follow, and how ε is split."""
