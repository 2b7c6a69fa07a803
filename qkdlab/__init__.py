"""A laboratory for quantum key distribution."""
