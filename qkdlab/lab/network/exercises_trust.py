"""The exercises of the notebook on networks about who knows a key, and what Eve can stop."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf
from typing import Any

import numpy as np

from ...distillation.authentication.tags import TAG_BITS
from ...errors import shown
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.hard_points import Misconception
from ..learning.number_answers import is_boolean

# ---- who knows a relayed key -------------------------------------------------------------------------------

NODES = "BCDEFGHIJ"


def _ways(rng: np.random.Generator) -> Iterator[tuple[list[list[str]]]]:
    yield ([["A", "B", "Z"]],)
    yield ([["A", "B", "Z"], ["A", "C", "Z"]],)
    yield ([["A", "Z"]],)
    for _ in range(TRIALS):
        names, paths = list(rng.permutation(list(NODES))), []
        for _ in range(int(rng.integers(1, 4))):
            between = [str(names.pop()) for _ in range(int(rng.integers(1, 4)))]
            paths.append(["A", *between, "Z"])
        yield (paths,)


def knowing(paths: list[list[str]]) -> set[str]:
    """Return which single nodes between the ends know a key that goes over `paths`, an XOR share on each.

    >>> knowing([["A", "B", "Z"]]), knowing([["A", "B", "Z"], ["A", "C", "Z"]])
    ({'B'}, set())
    """
    return set(paths[0][1:-1]) if len(paths) == 1 else set()


def nobody_between(_paths: list[list[str]]) -> list[str]:
    """Answer as if a trusted node were a repeater, which passes keys on and does not know them."""
    return []


def _judge_knowing(got: Any, paths: list[list[str]]) -> None:
    told = " and ".join("–".join(path) for path in paths)
    case = f"for a key over {told} you give {shown(got)}"
    if isinstance(got, str) or not np.iterable(got):
        raise NotYet(f"{case}; a list of names is asked for.")
    found, expected = {str(name) for name in got}, knowing(paths)
    if found == expected:
        return
    between = {name for path in paths for name in path[1:-1]}
    concepts = (
        (
            not found and expected,
            "A trusted node is not a repeater: it takes the pad off, has the key in its hands, and puts "
            "the next pad on. Who reads such a node reads the key.",
        ),
        (
            len(paths) > 1 and found == between,
            "Each of them has one share, and one share alone says nothing: the key is the XOR of all.",
        ),
        (found & {"A", "Z"}, "A and Z are the users; the nodes between them are asked for."),
    )
    raise NotYet.of(case, concepts, "On a single way every node between knows the key; of several, none.")


WHO_KNOWS = Exercise(
    name="which single nodes know a relayed key",
    examine=function_check("who_knows", _ways, _judge_knowing),
    hints=(
        "With one way: what does a node have in its hands, once it has taken off the pad of its link?",
        "With two ways the key is the XOR of two shares. How much does one share say?",
        "If there is one path, return path[1:-1]; otherwise return [].",
    ),
    answer="lambda paths: paths[0][1:-1] if len(paths) == 1 else []",
    because="On one way each node between holds the key itself; on several, each holds one share alone.",
    wrong=(Misconception(point="trusted_node", answer=nobody_between),),
)

# ---- what is served when Eve listens -----------------------------------------------------------------------


def _stores(rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    yield 1_000_000, 256
    yield 384, 256
    for _ in range(TRIALS):
        yield int(rng.integers(1_000, 3_000_000)), 8 * int(rng.integers(4, 129))


def never_ends(_stored: int, _key_bits: int) -> float:
    """Answer as if QKD kept Eve from doing harm: keys go on for ever."""
    return float("inf")


def _judge_last(got: Any, stored: int, key_bits: int) -> None:
    expected = stored // (key_bits + TAG_BITS)
    case = f"for {stored:,} stored bits and keys of {key_bits} bits you give {shown(got)}"
    if is_boolean(got) or isinstance(got, str):
        raise NotYet(f"{case}; a number is asked for.")
    number = float(got)
    if number == expected:
        return
    concepts = (
        (
            isinf(number),
            "QKD does not prevent eavesdropping: it shows Eve, and then the link makes no key. She can "
            "stop it as long as she likes; only the store is left, and it drains.",
        ),
        (
            number == 0,
            "The stored bits were made before she came. What she does now tells her nothing about them: "
            "they can be used.",
        ),
        (number == stored // key_bits, f"Each key also takes a tag of {TAG_BITS} bits."),
        (
            number == stored / (key_bits + TAG_BITS),
            "A key that the store cannot pay for is not served.",
        ),
    )
    raise NotYet.of(case, concepts, f"Each key takes {key_bits} + {TAG_BITS} bits out of the store.")


LAST_KEYS = Exercise(
    name="how many keys a store still gives when Eve listens for good",
    examine=function_check("last_keys", _stores, _judge_last),
    hints=(
        "Eve reads every photon: how many new bits does the link make?",
        "What is stored stays good. How many bits does one key take from it, with its tag?",
        "stored // (key_bits + 128).",
    ),
    answer="lambda stored, key_bits: stored // (key_bits + 128)",
    because="1,000,000 bits give 2,604 keys of 256 bits. Then the link gives none: a denial of service.",
    wrong=(Misconception(point="prevents", answer=never_ends),),
)
