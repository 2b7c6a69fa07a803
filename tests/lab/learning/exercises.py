"""All exercises of the course by their names, and the answers that they tell, as a learner types them."""

import math
from typing import Any

from scipy.optimize import brentq

from qkdlab import lab
from qkdlab.lab.distillation.short_keys import short_cascade
from qkdlab.lab.learning.exercise import Exercise
from qkdlab.values import binary_entropy

EXERCISES = {name: one for name in lab.__all__ if isinstance(one := getattr(lab, name), Exercise)}

KNOWN = {"math": math, "brentq": brentq, "binary_entropy": binary_entropy, "short_cascade": short_cascade}
"""What the notebooks have imported."""

LINES = {
    "BOB_READS": "lambda bit, alice_basis, bob_basis: {}",
    "SIFTING": "lambda alice_bases, bob_bases: {}",
}
"""Around answers that are a line of a function."""


def told_answer(name: str) -> Any:
    """Return the answer that an exercise tells, as a value or a function."""
    text, scope = EXERCISES[name].answer, dict[str, Any](KNOWN)
    if "def " in text:
        exec(text, scope)
        return next(value for key, value in scope.items() if f"def {key}(" in text)
    if name == "INTERCEPTED_QBER":  # a formula
        return float(text.rpartition("= ")[2])
    return eval(LINES.get(name, "{}").format(text.removeprefix("return ")), scope)
