"""Universal hashing, fast and without rounding."""
