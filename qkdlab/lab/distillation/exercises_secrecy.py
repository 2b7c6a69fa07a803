"""The exercises of the notebook on the way from identical to secret."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, log2
from typing import Any

import numpy as np
import scipy

from ...distillation.authentication.account import SESSION_BITS
from ...distillation.authentication.tags import TAG_BITS
from ...distillation.hashing.toeplitz import toeplitz_hash
from ...distillation.verification import tag_length
from ...errors import shown
from ...values import binary_entropy
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean, judge_answer, share_of, whole_numbers


def _inputs_and_seeds(rng: np.random.Generator) -> Iterator[tuple[list[int], list[int]]]:
    yield [1, 0, 1], [0, 1, 1, 0]
    for _ in range(TRIALS):
        n, m = int(rng.integers(2, 9)), int(rng.integers(1, 6))
        yield rng.integers(0, 2, n).tolist(), rng.integers(0, 2, n + m - 1).tolist()


def _judge_hash(got: Any, bits: list[int], seed: list[int]) -> None:
    n, m = len(bits), len(seed) - len(bits) + 1
    row = [[seed[i - j + n - 1] for j in range(n)] for i in range(m)]
    other = [[seed[j - i + m - 1] for j in range(n)] for i in range(m)]
    hankel = [[seed[i + j] for j in range(n)] for i in range(m)]
    expected = toeplitz_hash(np.array(bits), np.array(seed)).tolist()
    case = f"for the bits {bits} and the seed {seed} you give"
    if isinstance(got, str) or not np.iterable(got):
        raise NotYet(f"{case} {shown(got)}; a list of {m} bits is asked for.")
    found = whole_numbers(got)
    if found == expected:
        return
    sums = np.array(row) @ bits
    concepts = (
        (len(found) != m, f"The hash has m = len(seed) - len(bits) + 1 = {m} bits."),
        (found == sums.tolist(), "Take the sums mod 2."),
        (found == (sums > 0).astype(int).tolist(), "That is OR. Sums are taken mod 2, which is XOR."),
        (found == (np.array(hankel) @ bits % 2).tolist(), "Along a row the index falls: i - j, not i + j."),
        (found == (np.array(other) @ bits % 2).tolist(), "Rows and columns are exchanged: i - j, not j - i."),
    )
    raise NotYet.of(f"{case} {shown(found)}", concepts, f"It is {expected}, with the rows {row}.")


TOEPLITZ = Exercise(
    name="the Toeplitz hash, by its definition",
    examine=function_check("toeplitz", _inputs_and_seeds, _judge_hash),
    hints=(
        "The hash has m = len(seed) - len(bits) + 1 bits, one for each row of the matrix.",
        "Row i has the entry seed[i - j + n - 1] in column j, with n = len(bits).",
        "Hash bit i is the sum over j of seed[i - j + n - 1] * bits[j], mod 2.",
    ),
    answer=(
        "lambda bits, seed: [sum(seed[i - j + len(bits) - 1] * bits[j] for j in range(len(bits))) % 2 "
        "for i in range(len(seed) - len(bits) + 1)]"
    ),
    because=(
        "It takes n × m steps. The package does the same by a fast convolution, and hashes a million bits "
        "in about a second."
    ),
)


def limit_of_qber(efficiency: float) -> float:
    """Return the error rate at which 1 - h(Q) - f h(Q) is 0, for error correction of efficiency f.

    >>> round(limit_of_qber(1.0), 4), round(limit_of_qber(1.16), 4)
    (0.11, 0.0981)
    """
    return float(
        scipy.optimize.brentq(
            lambda q: 1 - (1 + efficiency) * binary_entropy(q), 1e-9, 0.5 - 1e-9, xtol=1e-12
        )
    )


def _examine_limit(answer: Any, _rng: np.random.Generator) -> None:
    value = share_of(answer)
    concepts = {
        limit_of_qber(1.0): "11 % is no law of nature: it is the limit for f = 1, for error correction "
        "that announces no more than it must. With f = 1.2 the key ends earlier.",
        limit_of_qber(1.16): "that is the limit for f = 1.16.",
        limit_of_qber(1.4): "f belongs to one of the two h(Q) alone: to what error correction announces.",
        0.5: "at 50 % Bob's bits are coin tosses.",
    }
    rate = 1 - 2.2 * binary_entropy(min(max(value, 0.0), 1.0))
    told = f"at Q = {value:g} the key fraction 1 - h(Q) - 1.2 h(Q) is {rate:.3f}, and not 0."
    judge_answer(value, limit_of_qber(1.2), concepts, told, within=6e-4)


KEY_LIMIT = Exercise(
    name="the largest QBER with a key, for error correction with f = 1.2",
    examine=_examine_limit,
    hints=(
        "Error correction takes f h(Q), and privacy amplification h(Q). Where do both together take all?",
        "Look for the Q at which 1 - 2.2 h(Q) is 0. At Q = 0.05 it is positive, at Q = 0.11 negative.",
        "brentq(lambda q: 1 - 2.2 * binary_entropy(q), 0.05, 0.11)",
    ),
    answer="brentq(lambda q: 1 - 2.2 * binary_entropy(q), 0.05, 0.11)",
    because="It is 9.55 %: the better the error correction, the nearer to 11 %.",
    wrong=(Misconception(point="eleven_percent", answer=0.11),),
)


def _accounts(rng: np.random.Generator) -> Iterator[tuple[int]]:
    yield (1024,)
    yield (64,)
    for _ in range(TRIALS):
        yield (8 * int(rng.integers(16, 1000)),)


def _judge_sessions(got: Any, bits: int) -> None:
    expected = max(0, bits - TAG_BITS) // SESSION_BITS
    if got == expected and not is_boolean(got):
        return
    concepts = (
        (-1, "No account pays for fewer sessions than 0."),
        (bits // (TAG_BITS + SESSION_BITS), "The secret point is paid for once, not in every session."),
        (bits // SESSION_BITS, "The secret point of the hash costs 128 bits, too."),
        ((bits - TAG_BITS) // TAG_BITS, "Each session takes two tags, one in each direction."),
        ((bits - TAG_BITS) / SESSION_BITS, "A session that cannot pay for both tags is not authenticated."),
        (expected + 1, "The last one could not pay for both its tags."),
    )
    said = [(got == wrong and not is_boolean(got), concept) for wrong, concept in concepts]
    raise NotYet.of(f"for {bits} bits you give {shown(got)}", said, f"There are enough for {expected}.")


DRAINED_ACCOUNT = Exercise(
    name="how many failed sessions an account can pay for",
    examine=function_check("sessions", _accounts, _judge_sessions),
    hints=(
        "Write down what is taken from 1024 bits, session by session. Nothing is paid back.",
        "Once 128 bits for the secret point, then 2 × 128 bits for the tags of each session.",
        "(bits - 128) / 256, rounded down, and 0 for fewer than 128 bits.",
    ),
    answer="lambda bits: max(0, bits - 128) // 256",
    because=(
        "1024 bits last for 3 sessions, and 128 are left. Eve needs no more than to let them fail: that is a "
        "denial of service, which QKD cannot prevent."
    ),
)


def _lengths(rng: np.random.Generator) -> Iterator[tuple[int, float]]:
    yield 1_000_000, 1e-10
    for _ in range(TRIALS):
        yield int(10 ** rng.uniform(2, 7)), float(f"{10 ** rng.uniform(-15, -3):.1e}")


def _judge_tag(got: Any, n: int, epsilon: float) -> None:
    expected = tag_length(n, epsilon)
    if got == expected and not is_boolean(got):
        return
    case = f"for {n} bits and ε = {epsilon:g} you give {shown(got)}"
    if got == ceil(log2(1 / epsilon)):
        raise NotYet(
            f"{case}. That would do for a 2-universal hash; a polynomial of n / b coefficients has up to "
            "n / b roots."
        )
    if got == ceil(log2(n / epsilon)):
        raise NotYet(f"{case}. The key is cut into words of b bits: there are n / b of them, not n.")
    raise NotYet(f"{case}, but the shortest tag has {expected} bits: (n / b) / 2^b is no more than ε there.")


TAG_LENGTH = Exercise(
    name="the shortest tag of a polynomial hash",
    examine=function_check("shortest_tag", _lengths, _judge_tag),
    hints=(
        "Try b = 1, 2, 3, … and stop at the first that is good enough.",
        "With b bits the key is a polynomial of math.ceil(n / b) coefficients.",
        "Stop when math.ceil(n / b) / 2**b <= epsilon.",
    ),
    answer=("lambda n, epsilon: next(b for b in range(1, 200) if math.ceil(n / b) / 2**b <= epsilon)"),
    because="A million bits need 48 bits at ε = 1e-10: the length of a tag grows with the logarithm of both.",
)
