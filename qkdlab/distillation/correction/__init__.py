"""Bob's bits become Alice's: Cascade, LDPC codes, and what either tells."""
