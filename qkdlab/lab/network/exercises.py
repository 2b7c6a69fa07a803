"""The exercises of the notebook on networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import and_, or_, xor
from types import MappingProxyType
from typing import Any

import numpy as np

from ...errors import shown
from ...network import METRO_LINK, Node, Topology, chain, mesh, ring, star
from ...network.topology.builders import RELOCK_SECONDS, SWITCH_LOSS_DB
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check
from ..learning.number_answers import is_boolean, judge_number, whole_numbers

# ---- units of a form ---------------------------------------------------------------------------------------

FORMS: Mapping[str, Callable[[int], Topology]] = MappingProxyType(
    {"chain": chain, "ring": ring, "star": star, "mesh": mesh}
)
"""The forms that are asked for, and what builds them."""


def _forms(rng: np.random.Generator) -> Iterator[tuple[str, int]]:
    for n in (6, 5, *rng.integers(3, 30, TRIALS // len(FORMS)).tolist()):
        for form in FORMS:
            yield form, n


def _judge_units(got: Any, form: str, n: int) -> None:
    right = FORMS[form](n).units
    case = f"for a {form} of {n} you give {shown(got)}"
    try:
        alice, bob = got
    except (OverflowError, TypeError, ValueError):
        raise NotYet(f"{case}; two numbers are asked for, Alice units and Bob units.") from None
    if not all(isinstance(count, int | np.integer) and not is_boolean(count) for count in (alice, bob)):
        raise NotYet(f"{case}; two whole numbers are asked for. In Python 6 / 2 is 3.0, and 6 // 2 is 3.")
    if (alice, bob) == (right.alice, right.bob):
        return
    n_links = right.alice
    concepts = (
        ((alice, bob) == (2 * n_links, 2 * n_links), "Each link takes one Alice unit and one Bob unit."),
        (alice + bob == n_links, "A link has a unit at either end: one Alice unit and one Bob unit."),
        (
            alice == bob == n * (n - 1) and form == "mesh",
            "That counts each pair twice: A with B and B with A are one link.",
        ),
        (alice == bob == n and form == "mesh", "A node of a mesh has a unit for each of its links."),
        (alice == bob == n and form == "chain", "The last node of a chain has no link to the first."),
        (alice == bob == n - 1 and form == "ring", "A ring is closed: the last node is joined to the first."),
        (alice == bob == n - 1 and form == "star", "n users stand around the hub, which is not one of them."),
    )
    raise NotYet.of(case, concepts, f"There are {n_links} links. Draw them.")


FORM_UNITS = Exercise(
    name="the Alice and Bob units of a network",
    examine=function_check("units", _forms, _judge_units),
    hints=(
        "Every link takes one Alice unit and one Bob unit. So count the links.",
        "A chain has a link less than nodes, a ring as many as nodes, a star one for each user.",
        "In a mesh each of n nodes is joined to n - 1 others, and that counts each link twice.",
    ),
    answer=("lambda form, n: ({'chain': n - 1, 'ring': n, 'star': n, 'mesh': n * (n - 1) // 2}[form],) * 2"),
    because=(
        "A unit of each kind for every link. Behind an optical switch the star takes as many: there every "
        "user has both. Only the mesh grows like n²."
    ),
)

# ---- a pair at an optical switch ---------------------------------------------------------------------------

DB_PER_KM = METRO_LINK.attenuation_db_per_km
DWELL_SECONDS = Node(name="any").dwell_seconds


def switched_share(a_km: float, b_km: float, n: int) -> float:
    """Return which share of the photons gets from one of `n` users of an optical switch to another.

    It is the transmittance of both fibres and the switch, times the share of the time in which the switch
    joins the two and their units have locked on.

    >>> round(switched_share(25, 25, 4), 4)
    0.0244
    """
    n_rounds = n - 1 if n % 2 == 0 else n
    relock = RELOCK_SECONDS if n_rounds > 1 else 0.0
    time = DWELL_SECONDS / (DWELL_SECONDS + relock) / n_rounds
    return _transmittance(DB_PER_KM * (a_km + b_km) + SWITCH_LOSS_DB) * time


def _transmittance(loss_db: float) -> float:
    return float(10 ** (-loss_db / 10))


def _switched(rng: np.random.Generator) -> Iterator[tuple[float, float, int]]:
    yield 25.0, 25.0, 4
    yield 10.0, 30.0, 5
    yield 10.0, 20.0, 2
    for _ in range(TRIALS):
        a_km, b_km = (round(float(km), 1) for km in rng.uniform(1, 40, 2))
        yield a_km, b_km, int(rng.integers(2, 20))


def _judge_switched(got: Any, a_km: float, b_km: float, n: int) -> None:
    expected = switched_share(a_km, b_km, n)
    loss_db = DB_PER_KM * (a_km + b_km) + SWITCH_LOSS_DB
    time = expected / _transmittance(loss_db)
    n_rounds = n - 1 if n % 2 == 0 else n
    locked = DWELL_SECONDS / (DWELL_SECONDS + RELOCK_SECONDS)
    concepts = {
        _transmittance(loss_db): "The pairs take turns: multiply by the share of the time.",
        time: "That is the share of the time alone; the photons must get through both fibres, too.",
        _transmittance(loss_db - SWITCH_LOSS_DB) * time: "The switch has a loss of its own.",
        (_transmittance(DB_PER_KM * a_km) + _transmittance(DB_PER_KM * b_km)) * time: (
            "Shares of fibres in a row multiply; what adds up are the losses in dB."
        ),
        _transmittance(loss_db) / n_rounds: "The units lock on after each switching: 60 s of 65 are used.",
        _transmittance(loss_db) * locked / (n * (n - 1) / 2): (
            "Pairs that share no user are joined at the same time: there are fewer rounds than pairs."
        ),
        _transmittance(loss_db) * locked / n: "If n is even, n - 1 rounds are enough.",
        _transmittance(loss_db) * locked / (n - 1): (
            "If n is odd, one user has no partner in each round, and it takes n rounds."
            if n % 2
            else "With two users there is one round: nothing is switched, and nothing has to lock on again."
        ),
        _transmittance(loss_db / 2) * time: "A loss of a dB leaves the share 10 ** (-a / 10).",
    }
    judge_number(
        got,
        expected,
        case=f"fibres of {a_km:g} and {b_km:g} km and {n} users",
        concepts=concepts,
        otherwise=f"the loss is {loss_db:g} dB, and the pair is joined for {time:.4g} of the time.",
    )


SWITCHED_STAR = Exercise(
    name="which share of the photons a pair gets through an optical switch",
    examine=function_check("switched", _switched, _judge_switched),
    hints=(
        "Two factors: the share of photons that gets through, and the share of the time.",
        "Add the dB of both fibres and 1 dB for the switch; a dB leave the share 10 ** (-a / 10).",
        "Time: 60 / 65, divided by n - 1 rounds if n is even and by n if it is odd; for n = 2 it is 1.",
    ),
    answer=(
        "lambda a_km, b_km, n: 10 ** (-(0.2 * (a_km + b_km) + 1) / 10) "
        "* (1 if n == 2 else 60 / 65 / (n - 1 + n % 2))"
    ),
    because=(
        "Four users at 25 km: 11 dB let 7.9 % through, for 30.8 % of the time, together 2.4 %. One fibre of "
        "25 km to a trusted hub lets 32 % through, all the time."
    ),
)

# ---- the far end of a relay by parities --------------------------------------------------------------------


def _announcements(rng: np.random.Generator) -> Iterator[tuple[list[int], list[list[int]]]]:
    yield [0, 1, 1, 0], [[1, 1, 0, 1], [1, 1, 1, 0]]  # each usual mistake gives another list here
    for n_links in (2, 1, *rng.integers(2, 8, TRIALS).tolist()):
        keys = rng.integers(0, 2, (n_links, int(rng.integers(4, 9))), dtype=np.uint8)
        yield keys[-1].tolist(), (keys[:-1] ^ keys[1:]).tolist()


def _xor(words: list[list[int]]) -> list[int]:
    return [reduce(xor, bits) for bits in zip(*words, strict=True)]


def _judge_recovered(got: Any, last: list[int], parities: list[list[int]]) -> None:
    words = [last, *parities]
    expected = _xor(words)
    case = f"for the last key {last} and the parities {parities} you give"
    if isinstance(got, str) or not np.iterable(got):
        raise NotYet(f"{case} {shown(got)}; a list of {len(last)} bits is asked for.")
    try:
        found = whole_numbers(got)
    except (OverflowError, TypeError, ValueError):
        raise NotYet(f"{case} {shown(got)}; a list of {len(last)} bits is asked for.") from None
    if found == expected:
        return
    columns = list(zip(*words, strict=True))
    concepts = (
        (len(found) != len(last), f"The key has {len(last)} bits, as many as each parity."),
        (found == last, "That is the last key; the first one is asked for."),
        (found == _xor([*parities, [0] * len(last)]), "The last key belongs to the sum, too."),
        (found == _xor(words[:2]), "That takes you back by one node only: use all the parities."),
        (found == _xor([last, words[-1]]), "That takes you back by one node only: use all the parities."),
        (found == [sum(bits) for bits in columns], "Take the sums mod 2."),
        (found == [reduce(or_, bits) for bits in columns], "That is OR; XOR is 0 for two ones."),
        (found == [reduce(and_, bits) for bits in columns], "That is AND; XOR is 1 if the bits differ."),
        (found == [1 - bit for bit in expected], "All bits are the other way round."),
    )
    raise NotYet.of(f"{case} {shown(found)}", concepts, f"The first key is {expected}.")


PARITY_RELAY = Exercise(
    name="find the first key from the last one and the announced parities",
    examine=function_check("recover", _announcements, _judge_recovered),
    hints=(
        "With one node between there is one parity, P = K1 XOR K2. What is K2 XOR P?",
        "Each parity takes you one link back: K(m-1) = K(m) XOR P(m-1). The order does not matter.",
        "Begin with the last key and XOR each parity to it, bit by bit: a ^ b in Python.",
    ),
    answer="lambda last, parities: [sum(bits) % 2 for bits in zip(last, *parities)]",
    because=(
        "K1 = Km XOR P(m-1) XOR … XOR P1: every key between comes in twice and cancels. Each node on the way "
        "can do the same with a key of its own; who has the parities alone cannot."
    ),
)

# ---- how many shares ---------------------------------------------------------------------------------------


def _wishes(rng: np.random.Generator) -> Iterator[tuple[int, int, int]]:
    yield 5, 2, 1
    yield 2, 1, 1
    yield 3, 1, 1
    for _ in range(TRIALS):
        n_paths = int(rng.integers(1, 10))
        yield n_paths, int(rng.integers(0, n_paths)), int(rng.integers(0, n_paths))


def _judge_threshold(got: Any, n_paths: int, n_read: int, n_lost: int) -> None:
    case = f"for {n_paths} paths, {n_read} of them read and {n_lost} lost, you give {shown(got)}"
    if is_boolean(got) or got != int(got):
        raise NotYet(f"{case}; a whole number is asked for.")
    left = n_paths - n_lost
    if n_read >= left:
        if got == 0:
            return
        raise NotYet(
            f"{case}. No threshold does both: it must be above {n_read}, and at most {left}, the number of "
            "shares that arrive. Return 0."
        )
    if n_read < got <= left:
        return
    if got == 0:
        raise NotYet(f"{case}, but t = {n_read + 1} does it: {n_read} shares tell nothing, {left} arrive.")
    if 0 < got <= n_read:
        raise NotYet(f"{case}. An attacker who reads {n_read} paths has {n_read} shares, which are enough.")
    raise NotYet(f"{case}. Only {left} shares arrive if {n_lost} are lost, and that is too few.")


SHARE_THRESHOLD = Exercise(
    name="the threshold of shares that is private and survives losses",
    examine=function_check("threshold", _wishes, _judge_threshold),
    hints=(
        "t shares give the key. How many does the attacker have, and how many arrive?",
        "The attacker's shares must be fewer than t; those that arrive must be t or more.",
        "The least that is private is read + 1. If that is above paths - lost, there is no such t.",
    ),
    answer="lambda paths, read, lost: read + 1 if read + 1 <= paths - lost else 0",
    because=(
        "Any t from read + 1 to paths - lost will do. Both wishes together need read + lost < paths: two "
        "paths withstand one traitor or one cut, and not both."
    ),
)
