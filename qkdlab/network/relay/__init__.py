"""A key goes from hop to hop: by one-time pad, in parities or in shares, and who knows it then."""
