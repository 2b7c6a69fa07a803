"""A network with a clock: keys made, stored, asked for and served."""
