"""How many wrong bits a random sample shows: many samples of one key beside the formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from ....values import as_index, check_count, check_open_probability
from ...components.text import number_text, power_text, raised, words_for

MOST_SHOWN = 24
"""The largest number of wrong bits on the axis; samples with more are drawn there."""


def errors_in_samples(
    wrong: NDArray[np.bool_], n_sample: int, n_runs: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return how many wrong bits each of many random samples of a key shows, shape (n_runs,).

    Parameters
    ----------
    wrong
        Which bits of the sifted key are wrong, boolean, shape (n_sifted,).
    n_sample
        Bits in a sample, 1 … n_sifted. Every sample is drawn anew from the whole key.
    n_runs
        How many samples.
    rng
        Draws them.
    """
    check_count("n_sample", n_sample, minimum=1, maximum=len(wrong))
    check_count("n_runs", n_runs, minimum=1)
    places = (rng.choice(len(wrong), n_sample, replace=False, shuffle=False) for _ in range(n_runs))
    return np.array([np.count_nonzero(wrong[place]) for place in places])


def samples_chart(errors: NDArray[np.int64], n_sample: int, qber: float) -> dict[str, Any]:
    """Return a histogram of `errors_in_samples` on the binomial distribution, as traits of a `CurveChart`.

    `qber` is the error rate that the distribution is for. Samples without a wrong bit have a bar of their
    own: they see nothing.
    """
    check_open_probability("qber", qber)
    words, n_runs = words_for("sample_panel"), len(errors)
    last = min(n_sample, MOST_SHOWN)
    seen = np.bincount(as_index(np.minimum(errors, last)), minlength=last + 1).tolist()
    numbers = list(range(last + 1))
    at_least = scipy.special.bdtrc(np.arange(last), n_sample, qber)  # so many and one more
    expected = n_runs * -np.diff(at_least, prepend=1.0, append=0.0)
    missed = n_runs * (1 - qber) ** n_sample
    return {
        "title": words["title"],
        "statement": words["statement"].format(
            runs=number_text(n_runs),
            bits=number_text(n_sample),
            raised=raised(n_sample),
            none=number_text(seen[0]),
            right=f"{1 - qber:g}",
            missed=_few(missed),
        ),
        "x_axis": {"label": words["x"], "low": -0.5, "high": MOST_SHOWN + 0.5},
        "y_axis": {"label": words["y"], "low": 0, "high": 1.1 * max(*seen, *expected.tolist())},
        "series": [
            {"name": words["missed"], "kind": "bars", "x": [0], "y": seen[:1], "style": 1},
            {"name": words["seen"], "kind": "bars", "x": numbers[1:], "y": seen[1:], "style": 0},
            {"name": words["expected"], "kind": "points", "x": numbers, "y": expected.tolist(), "style": 6},
        ],
        "lines": [],
    }


def _few(number: float) -> str:
    """Return a number of samples that may be far below one."""
    if number >= 0.05:
        return f"{number:.1f}"
    return f"{number:.1g}" if number >= 0.0001 else power_text(float(f"{number:.1g}"))
