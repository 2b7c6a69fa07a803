"""Small runs, each of which shows one step of distillation by itself."""

from .eve_equations import corrected_key, eve_equations, eve_uncertainty, unknown_of_hash
from .leftover import all_keys, mean_secrecy

__all__ = [
    "all_keys",
    "corrected_key",
    "eve_equations",
    "eve_uncertainty",
    "mean_secrecy",
    "unknown_of_hash",
]
