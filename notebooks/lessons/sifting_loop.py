"""A run that stops when it has enough bits, and what that tells Eve (a sifting attack)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qkdlab.values import check_count


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopRun:
    """What came of a run that stopped when it had enough bits of either basis.

    Parameters
    ----------
    n_key, n_known
        Key bits, all from Z, and how many of them Eve has read.
    n_compared, n_errors
        X bits that were compared, and how many of them were wrong.
    n_spare, n_spare_errors
        X bits that came when there were enough of them, and how many were wrong. Nobody looks at them.
    """

    n_key: int
    n_known: int
    n_compared: int
    n_errors: int
    n_spare: int
    n_spare_errors: int


def stop_when_enough(n_key: int, n_test: int, rng: np.random.Generator) -> LoopRun:
    """Sift until there are `n_key` Z bits for the key and `n_test` X bits to compare.

    Alice and Bob tell their bases after every pulse, Z and X equally often, and use the first bits of either
    basis; only pulses in which the bases agree are followed. Eve listens. As soon as there are enough X bits
    she measures every pulse in Z: she reads the Z bits without an error, and makes half of the X bits wrong.
    The line is ideal. This is a blunt case of the sifting attacks that Pfister, Lütkenhaus, Wehner and Coles
    describe, New J. Phys. 18, 053001 (2016), arXiv:1506.07502.

    >>> run = stop_when_enough(500, 50, np.random.default_rng(1))
    >>> run.n_errors, run.n_known > 300, run.n_spare_errors > 100
    (0, True, True)
    """
    check_count("n_key", n_key, minimum=1)
    check_count("n_test", n_test, minimum=1)
    key, known, compared, errors, spare, spare_errors = 0, 0, 0, 0, 0, 0
    while key < n_key or compared < n_test:
        eve_measures = compared == n_test  # she has heard that no further X bit will be compared
        if rng.integers(2):  # both chose Z
            known += key < n_key and eve_measures
            key += key < n_key
            continue
        wrong = int(eve_measures and rng.integers(2))
        if compared < n_test:
            compared, errors = compared + 1, errors + wrong
        else:
            spare, spare_errors = spare + 1, spare_errors + wrong
    return LoopRun(
        n_key=key,
        n_known=int(known),
        n_compared=compared,
        n_errors=errors,
        n_spare=spare,
        n_spare_errors=spare_errors,
    )
