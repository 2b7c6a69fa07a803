"""The exercises of the notebook from sifted bits to identical keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import ceil, exp, log, log2
from typing import Any

import numpy as np

from ...errors import shown
from ...values import binary_entropy
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean, judge_answer, judge_number, number_given
from .short_keys import ParityQuestions, short_cascade, short_keys

# ---- an error rate that a sample without errors leaves open --------------------------------------------


def _clean_samples(rng: np.random.Generator) -> Iterator[tuple[int, float]]:
    yield 50, 0.95
    for _ in range(TRIALS):
        yield int(rng.integers(10, 5000)), round(float(rng.uniform(0.8, 0.999)), 3)


def no_error_left(_n: int, _confidence: float) -> float:
    """Answer as if a sample without an error proved that there is none."""
    return 0.0


def _judge_largest(got: Any, n: int, confidence: float) -> None:
    risk = 1 - confidence
    expected = 1 - risk ** (1 / n)
    concepts = {
        0.0: "No error seen is not no error: a rate of 1 in 10 n is seldom noticed in n bits.",
        1 - confidence ** (1 / n): "That is the rate at which no error is seen with the confidence itself, "
        "and not with the risk, 1 - confidence.",
        1 - (risk / 2) ** (1 / n): "That is the upper end of a two-sided interval; here the whole risk is "
        "on one side.",
        risk
        ** (1 / n): "That is the share of right bits at this rate; the share of wrong ones is asked for.",
        3 / n: "The rule of three, 3 / n, is an approximation for 95 %.",
        -log(risk) / n: "That takes (1 - Q)^n for exp(-n Q), which is an approximation.",
        1 - exp(-risk / n): "Set (1 - Q)^n equal to 1 - confidence and solve for Q.",
    }
    judge_number(
        got,
        expected,
        case=f"{n} bits without an error and the confidence {confidence:g}",
        concepts=concepts,
        otherwise=f"at the rate {expected:.4g} such a sample has the probability {risk:.3g}.",
        tolerance=1e-6,
    )


LARGEST_QBER = Exercise(
    name="the largest QBER after a sample without errors",
    examine=function_check("largest_qber", _clean_samples, _judge_largest),
    hints=(
        "If the error rate is Q, how probable is it that n bits in a row are right?",
        "The bound is the Q at which that probability, (1 - Q) ** n, has fallen to 1 - confidence.",
        "Take the n-th root of 1 - confidence: that is 1 - Q.",
    ),
    answer="lambda n, confidence: 1 - (1 - confidence) ** (1 / n)",
    because="50 bits without an error leave 5.8 % possible, 500 leave 0.6 %: about 3 / n at 95 %.",
    wrong=(Misconception(point="small_sample", answer=no_error_left),),
)

# ---- bisection -----------------------------------------------------------------------------------------


def _one_error(rng: np.random.Generator) -> Iterator[tuple[ParityQuestions, int]]:
    for n_bits in [16, 1, 2, 3, *rng.integers(4, 200, TRIALS).tolist()]:
        yield ParityQuestions(*short_keys(n_bits, 1, rng)), n_bits


def _judge_place(got: Any, ask: ParityQuestions, n_bits: int) -> None:
    n_asked, enough = ask.n_asked, ceil(log2(n_bits))
    (place,) = (start for start in range(n_bits) if ask(start, start + 1))
    case = f"for a key of {n_bits} bits with the error at place {place} you give {shown(got)}"
    try:
        right = not is_boolean(got) and got == place
    except ValueError:
        right = False
    if not isinstance(right, bool | np.bool_) or not right:
        if (
            isinstance(got, int | np.integer)
            and not is_boolean(got)
            and abs(got - place) == 1
            and n_bits != 2
        ):
            raise NotYet(f"{case}. Places count from 0, and a block ends before its stop.")
        raise NotYet(f"{case}. The error is always in the half whose parity differs.")
    if n_asked > enough:
        raise NotYet(
            f"{case}, which is right, but you asked {n_asked} questions: halving needs no more than "
            f"{enough}. If the left half agrees, the error is in the right one, without a question."
        )


BISECTION = Exercise(
    name="find one wrong bit by asking for parities",
    examine=function_check("find_error", _one_error, _judge_place),
    hints=(
        "Keep two places, start and stop, between which the error must be: at first 0 and n.",
        "Ask for the left half, ask(start, middle): if it differs, the error is there, else at the right.",
        "Repeat while stop - start > 1, and return start. A block of one bit needs no question.",
    ),
    answer=(
        "def find_error(ask, n):\n"
        "    start, stop = 0, n\n"
        "    while stop - start > 1:\n"
        "        middle = (start + stop) // 2\n"
        "        if ask(start, middle):\n"
        "            stop = middle\n"
        "        else:\n"
        "            start = middle\n"
        "    return start\n"
    ),
    because="Each question halves the block: 16 bits take 4 questions, each of which tells Eve one bit.",
)

# ---- the leak ------------------------------------------------------------------------------------------


def _leaks(rng: np.random.Generator) -> Iterator[tuple[int, float, float]]:
    yield 10_000, 0.02, 1.15
    for _ in range(TRIALS):
        qber, f = rng.uniform(0.005, 0.11), rng.uniform(1.02, 1.5)
        yield int(rng.integers(1_000, 1_000_000)), round(float(qber), 4), round(float(f), 3)


def _judge_leak(got: Any, n: int, qber: float, f: float) -> None:
    h = binary_entropy(qber)
    concepts = {
        f * h: "That is the leak of one bit of the key: there are n.",
        n * h: "That is the Shannon limit; a real code announces f times as much.",
        n * h / f: "f is at least 1 and makes the leak longer, not shorter.",
        n * f * qber: "It is not enough to tell how many bits are wrong: Bob must learn which.",
        n * (1 - f * h): "That is what is left; the leak is asked for.",
        n * f * h * log(2): "Bits are counted with logarithms to base 2, not with natural ones.",
        -n * f * qber * log2(qber): "That is half of h: the right bits belong to it, too, with 1 - Q.",
    }
    judge_number(
        got,
        n * f * h,
        case=f"{n} bits, Q = {qber:g} and f = {f:g}",
        concepts=concepts,
        otherwise=f"h(Q) is {h:.4g}, and the leak f n h(Q) is {n * f * h:.6g} bits.",
        tolerance=1e-6,
    )


LEAK = Exercise(
    name="how many bits error correction tells",
    examine=function_check("leak", _leaks, _judge_leak),
    hints=(
        "One bit with error rate Q takes h(Q) bits to correct, at the least. There are n.",
        "h(Q) = -Q log2(Q) - (1 - Q) log2(1 - Q).",
        "Multiply n, f and h(Q).",
    ),
    answer="lambda n, qber, f: n * f * (-qber * math.log2(qber) - (1 - qber) * math.log2(1 - qber))",
    because="At Q = 2 % and f = 1.15 that is 1,627 bits of 10,000, although only 200 of them are wrong.",
)

# ---- what short runs leave -----------------------------------------------------------------------------

N_SHORT_RUNS = 200


@lru_cache(maxsize=1)
def _left() -> tuple[int, int]:
    """Return how many of the short runs leave an error, and how many wrong bits they leave together."""
    runs = [short_cascade(seed) for seed in range(N_SHORT_RUNS)]
    wrong = [int(np.count_nonzero(run.after != run.alice)) for run in runs]
    return sum(count > 0 for count in wrong), sum(wrong)


def _examine_left(answer: Any, _rng: np.random.Generator) -> None:
    value, (n_left, n_wrong) = number_given(answer, "the answer must be a number of runs"), _left()
    concepts = {
        float(N_SHORT_RUNS): "that many runs begin with errors: look at the key after Cascade.",
        float(N_SHORT_RUNS - n_left): "that many runs end with equal keys.",
        float(n_wrong): "that is the number of wrong bits; how many runs have any?",
        0.0: "compare run.after with run.alice: some of them differ.",
    }
    shares = (n_left / N_SHORT_RUNS, 100 * n_left / N_SHORT_RUNS)
    concepts |= dict.fromkeys(shares, "that is the share; the number of runs is asked for.")
    told = f"{value:g} is not it. Take the seeds 0 to {N_SHORT_RUNS - 1}, and count a run once, however many "
    judge_answer(value, n_left, concepts, told + "bits are wrong.")


ERRORS_LEFT = Exercise(
    name="how many of 200 short runs of Cascade leave an error",
    examine=_examine_left,
    hints=(
        "short_cascade(seed) has .alice and .after, as arrays; when do they differ?",
        "(run.alice != run.after).any() is True if a run left an error.",
        "Sum that over the seeds range(200).",
    ),
    answer="sum((short_cascade(seed).after != short_cascade(seed).alice).any() for seed in range(200))",
    because=(
        "In all of them two errors shared a block in every pass: its parity agreed, nobody looked inside. "
        "Long keys and more passes make that rare, never impossible; therefore keys are verified."
    ),
)
