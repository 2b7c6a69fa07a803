"""How large a sample has to be: samples of one key."""
