"""The exercises of the second notebook: a row by hand, sifting, when to stop, and what Eve knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import numpy as np

from ...errors import shown
from ..learning.exercise import Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean, judge_answer, number_given, share_of, whole_numbers

ALICE_BASES: Final = "ZXXZXZZX"
BOB_BASES: Final = "ZZXXXZXX"
EVE_BASES: Final = "ZZXZZ-XX"
"""Eight pulses of three notebooks; - is a photon that Eve let pass."""

N_COMPARED: Final = 40
"""Compared bits in the exercise on when to stop."""

COIN: Final = "?"


def _rows(_rng: np.random.Generator) -> Iterator[tuple[int, str, str]]:
    yield from ((bit, alice, bob) for bit, alice, bob in product((0, 1), "ZX", "ZX"))


def _judge_row(got: Any, bit: int, alice: str, bob: str) -> None:
    case = f"Alice sends {bit} in {alice}, Bob measures in {bob}: you give {shown(got)}"
    if alice == bob:
        if is_boolean(got) or got != bit:
            raise NotYet.of(
                case,
                [(got == COIN, "With Alice's basis nothing is left to chance: Bob reads her bit.")],
                "With the same basis Bob reads what Alice sent.",
            )
        return
    if got == COIN:
        return
    flipped = (
        "The wrong basis does not turn the bit around, and loses no photon: Bob's result is a coin toss."
    )
    raise NotYet.of(
        case,
        [
            (got == 1 - bit, flipped),
            (got == bit, "In the other basis the photon does not carry the bit: the result is a coin toss."),
        ],
        'Give 0 or 1 where the result is certain, and "?" where it is a coin toss.',
    )


def _turns_the_bit(bit: int, alice_basis: str, bob_basis: str) -> int:
    return bit if alice_basis == bob_basis else 1 - bit


BOB_READS = Exercise(
    name="what Bob reads in one row",
    examine=function_check("bob_reads", _rows, _judge_row),
    hints=(
        "Look at rows of your own table where both bases are the same.",
        "Now at rows with different bases: how often did Bob read Alice's bit?",
        'Return the bit if the bases are equal, and "?" if not.',
    ),
    answer='return bit if alice_basis == bob_basis else "?"',
    because="The same basis gives Alice's bit for certain. The other basis gives 0 or 1, each with ½.",
    wrong=(Misconception(point="wrong_basis", answer=_turns_the_bit),),
)


def _kept() -> list[int]:
    return [1 + at for at, (a, b) in enumerate(zip(ALICE_BASES, BOB_BASES, strict=True)) if a == b]


def _examine_kept(answer: Any, _rng: np.random.Generator) -> None:
    expected = _kept()
    try:
        given = sorted(whole_numbers(answer))
    except (OverflowError, TypeError, ValueError):
        raise NotYet(
            f"give a list of pulse numbers, such as [2, 4]; you gave {shown(answer)}.", concept=""
        ) from None
    if given == expected:
        return
    others = [number for number in range(1, 1 + len(ALICE_BASES)) if number not in expected]
    if given == [number - 1 for number in expected]:
        raise NotYet("you count from 0; the pulses of the table are counted from 1.")
    if given == others:
        raise NotYet("these are the pulses with different bases: there Bob's bit is a coin toss.")
    for number in range(1, 1 + len(ALICE_BASES)):
        if (number in given) != (number in expected):
            alice, bob = ALICE_BASES[number - 1], BOB_BASES[number - 1]
            rule = "keep it" if alice == bob else "it is not kept"
            raise NotYet(f"pulse {number}: Alice used {alice} and Bob {bob}, so {rule}.")
    raise NotYet("each pulse stands once in the list.", concept="")


KEPT_ROWS = Exercise(
    name="sift eight pulses by hand",
    examine=_examine_kept,
    hints=(
        "Compare the two rows of bases, place by place.",
        "The bits are not needed, and nobody has announced them.",
        "Pulse 1 is kept (Z and Z), pulse 2 is not (X and Z).",
    ),
    answer=str(_kept()),
    because="There both used the same basis. On average every second pulse is kept; here 5 of 8 are.",
)


def _examine_stop(answer: Any, _rng: np.random.Generator) -> None:
    number = number_given(answer, "give a whole number of errors")
    if number % 1:
        raise NotYet(f"give a whole number of errors; you gave {shown(answer)}.", concept="")
    told: dict[float, str] = {
        1: "one error in 40 is 2.5 %. Every real line makes some errors: any error would stop every key, "
        "and not "
        "only Eve's. Up to the limit, errors are corrected and paid for.",
        4: "4 of 40 is 10 %: still below 11 %.",
        10: "10 of 40 is the 25 % that Eve makes if she reads every photon. Who waits for that lets an "
        "Eve who reads "
        "three photons in four (18.75 %) go by.",
        11: "11 % is a share of the compared bits, not a number of errors.",
    }
    share = f"{number:g} of {N_COMPARED} is {100 * number / N_COMPARED:g} %."
    judge_answer(number, 5, told, f"{share} Which is the first above 11 %?")


STOP_AT = Exercise(
    name="the number of errors at which to stop",
    examine=_examine_stop,
    hints=(
        "The error rate is the number of errors divided by the number of compared bits.",
        "11 % of 40 bits is 4.4 bits.",
        "Which whole number is the first above 4.4?",
    ),
    answer="5",
    because="5 of 40 is 12.5 %, the first rate above 11 %; 4 of 40 is 10 %.",
    wrong=(Misconception(point="any_error", answer=1),),
)


def known_to_eve() -> int:
    """Return how many of the kept bits of the eight pulses Eve knows for certain."""
    return sum(EVE_BASES[number - 1] == ALICE_BASES[number - 1] for number in _kept())


def _examine_known(answer: Any, _rng: np.random.Generator) -> None:
    number = number_given(answer, "give a number of bits")
    if number == known_to_eve():
        return
    matches = sum(a == e for a, e in zip(ALICE_BASES, EVE_BASES, strict=True))
    told = {
        len(_kept()): "That is all of the kept bits. The announced bases tell Eve which of her results mean "
        "something, "
        "and no bit: pulse 5 she measured in Z, and Alice used X.",
        matches: "In pulse 4 Eve had Alice's basis, but Bob had not: that bit is not kept.",
        len(EVE_BASES)
        - EVE_BASES.count("-"): "That is all that she measured. With the wrong basis she read a coin toss.",
    }
    raise NotYet.of(
        f"{number:g} is not the number",
        [(number == wrong, text) for wrong, text in told.items()],
        "Go through the kept pulses: did Eve measure, and in Alice's basis?",
    )


EVE_KNOWS = Exercise(
    name="count the bits that Eve knows",
    examine=_examine_known,
    hints=(
        "Only kept pulses count: 1, 3, 5, 6 and 8.",
        "Of a photon that she let pass she knows nothing.",
        "In which of the kept pulses is Eve's basis that of Alice?",
    ),
    answer=str(known_to_eve()),
    because="In the kept pulses 1, 3 and 8 she measured in Alice's basis; in 5 in the other, and 6 she "
    "let pass.",
    wrong=(Misconception(point="announcing", answer=5),),
)


def _examine_announced(answer: Any, _rng: np.random.Generator) -> None:
    value = share_of(answer)
    concepts = {
        1.0: "the bases are not the bits. That a bit was sent in Z does not say whether it is 0 or 1: "
        "announcing the "
        "bases gives nothing of the key away.",
        0.75: "that is Eve who measured every photon. This one measured nothing.",
        0.0: "she may guess, and a guess is right now and then.",
    }
    told = f"{value:g} is not it. Eve has nothing but the bases: what can she do better than toss a coin?"
    judge_answer(value, 0.5, concepts, told)


ANNOUNCED = Exercise(
    name="what the announced bases tell Eve",
    examine=_examine_announced,
    hints=(
        "She hears “pulse 3: Z, and Z”. Is the bit of pulse 3 then 0 or 1?",
        "Alice's bit is random, and was chosen apart from the basis.",
        "So she can only toss a coin for each bit.",
    ),
    answer="0.5",
    because="A basis says how the bit was written, not which bit. Without a measurement Eve is right half "
    "of the time.",
    wrong=(Misconception(point="announcing", answer=1.0),),
)
