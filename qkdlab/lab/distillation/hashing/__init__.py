"""How the key is hashed, bit by bit, and what one changed bit does."""
