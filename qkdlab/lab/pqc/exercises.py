"""The exercises of the notebook on QKD and post-quantum cryptography."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any

import numpy as np

from ...errors import shown
from ...quantum.order_finding import factors_from
from ..learning import TRIALS, Exercise, NotYet, function_check
from ..learning.number_answers import judge_number, whole_numbers

# ---- Mosca's inequality, message by message ----------------------------------------------------------------


def lost_messages(x: int, y: int, z: int) -> int:
    """Return how many of the messages of years 0 … y are read while they must be secret, for x ≥ 1 years.

    >>> lost_messages(25, 8, 15), lost_messages(10, 8, 15), lost_messages(5, 8, 15)
    (9, 3, 0)
    """
    return sum(sent + x > z for sent in range(y + 1))


def _years(rng: np.random.Generator) -> Iterator[tuple[int, int, int]]:
    yield 10, 8, 15
    yield 5, 8, 15
    yield 25, 8, 15
    yield 7, 8, 15
    for _ in range(TRIALS):
        x, y, z = (int(number) for number in rng.integers(1, (30, 15, 30)))
        yield x, y, z


def _judge_lost(got: Any, x: int, y: int, z: int) -> None:
    at_equal = sum(sent + x >= z for sent in range(y + 1))
    concepts = {
        float(x + y - z): "x + y - z may be negative, and there are no more than y + 1 messages.",
        float(
            at_equal
        ): "a message that need not be secret any more in year z is not lost: s + x > z, not ≥.",
        float(x + y > z): "the inequality says whether any message is lost; how many are is asked for.",
        float(sum(sent + x > z for sent in range(y))): "the message of year y counts, too.",
    }
    judge_number(
        got,
        lost_messages(x, y, z),
        case=f"x = {x}, y = {y}, z = {z}",
        concepts=concepts,
        otherwise="go through the years 0 … y: until when must each message be secret?",
    )


LOST_MESSAGES = Exercise(
    name="how many recorded messages are read too early",
    examine=function_check("lost", _years, _judge_lost),
    hints=(
        "A message of year s must be secret until year s + x. From which year does Eve read it?",
        "It is lost if s + x > z. Which years s are there? Those from 0 to y, year y included.",
        "sum(s + x > z for s in range(y + 1)) counts them.",
    ),
    answer="lambda x, y, z: sum(s + x > z for s in range(y + 1))",
    because=(
        "Some message is lost if and only if the last one is, that of year y: x + y > z. "
        "A migration saves none of the messages that were sent before it."
    ),
)

# ---- from the order to the factors -------------------------------------------------------------------------


def _orders(rng: np.random.Generator) -> Iterator[tuple[int, int, int]]:
    yield 7, 4, 15
    yield 14, 2, 15
    yield 4, 3, 21
    for _ in range(TRIALS):
        modulus = int(rng.choice([15, 21, 33, 35, 39, 51, 55, 57]))
        base = int(rng.choice([one for one in range(2, modulus) if gcd(one, modulus) == 1]))
        order = next(power for power in range(1, modulus) if pow(base, power, modulus) == 1)
        yield base, order, modulus


def _judge_factors(got: Any, base: int, order: int, modulus: int) -> None:
    expected = factors_from(order, base=base, modulus=modulus)
    pair = tuple(sorted(whole_numbers(got)))
    right = expected or ()
    if pair == right:
        return
    case = f"for a = {base}, r = {order}, N = {modulus} you give {shown(got)}"
    half = pow(base, order // 2, modulus)
    raise NotYet.of(
        case,
        (
            (order % 2, "r is odd: then it gives no factors. Return an empty tuple, ()."),
            (
                not expected,
                f"a^(r/2) = {half}, which is -1 modulo N: it gives no factors. Return (), and try another a.",
            ),
            (1 in pair, "1 and N are no factors that help: those of a^(r/2) - 1 and N are asked for."),
        ),
        f"The greatest common divisor of a^(r/2) - 1 = {half - 1} (modulo N) and N is one of the factors.",
    )


ORDER_FACTORS = Exercise(
    name="factors from an order",
    examine=function_check("factors", _orders, _judge_factors),
    hints=(
        "a^r = 1 modulo n means that n divides a^r - 1 = (a^(r/2) - 1)(a^(r/2) + 1). What if r is odd?",
        "math.gcd(pow(a, r // 2, n) - 1, n) is a factor. If it is 1 or n, this a does not help.",
        "Return () for an odd r, or if the factor is 1 or n; otherwise the factor and n divided by it.",
    ),
    answer=(
        "import math\n\n"
        "def factors(a, r, n):\n"
        "    if r % 2:\n"
        "        return ()\n"
        "    one = math.gcd(pow(a, r // 2, n) - 1, n)\n"
        "    return () if one in (1, n) else (one, n // one)\n"
    ),
    because=(
        "The quantum computer finds the order, and nothing else. All before and after is done by an ordinary "
        "one, and anybody can check the result by multiplying."
    ),
)
