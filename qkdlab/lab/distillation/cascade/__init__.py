"""A run of Cascade on a short key, told step by step and played."""
