"""The exercise checks of the notebook on networks."""

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from qkdlab.lab.learning.exercise import Exercise
from qkdlab.lab.network.exercises import (
    FORM_UNITS,
    PARITY_RELAY,
    SHARE_THRESHOLD,
    SWITCHED_STAR,
    switched_share,
)
from qkdlab.network import METRO_LINK, Network, chain, key_links, knowledge, mesh, ring, star
from tests.lab.learning.exercises import told_answer


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def _told(exercise: Exercise, answer: object, rng: np.random.Generator) -> str:
    """What is said of a wrong answer; nothing of a right one."""
    feedback = exercise.check(answer, rng)
    return feedback.text if feedback.mark == "NOT YET" else ""


# ---- units ---------------------------------------------------------------------------------------------


def _counts(**changed: Callable[[int], int]) -> Callable[[str, int], tuple[int, int]]:
    """An answer that is right but for some forms."""
    links: dict[str, Callable[[int], int]] = {
        "chain": lambda n: n - 1,
        "ring": lambda n: n,
        "star": lambda n: n,
        "mesh": lambda n: n * (n - 1) // 2,
    } | changed
    return lambda form, n: (links[form](n), links[form](n))


def test_a_list_of_whole_numbers_of_numpy_is_right(rng: np.random.Generator) -> None:
    assert FORM_UNITS.check(lambda form, n: list(np.array(_counts()(form, n))), rng).mark == "RIGHT"


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda form, n: 5, "two numbers"),
        (lambda form, n: (1, 2, 3), "two numbers"),
        (lambda form, n: ("5", "5"), "two whole numbers"),
        (lambda form, n: tuple(2 * count for count in _counts()(form, n)), "one Alice unit and one Bob unit"),
        (lambda form, n: (_counts()(form, n)[0], 0), "a unit at either end"),
        (lambda form, n: (n, n), "no link to the first"),
        (_counts(mesh=lambda n: n * (n - 1)), "one Alice unit and one Bob unit"),
        (_counts(mesh=lambda n: n), "a unit for each of its links"),
        (_counts(chain=lambda n: n), "The last node of a chain"),
        (_counts(ring=lambda n: n - 1), "A ring is closed"),
        (_counts(star=lambda n: n - 1), "which is not one of them"),
        (_counts(star=lambda n: n * (n - 1) // 2), "There are"),
    ],
)
def test_wrong_units(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in _told(FORM_UNITS, answer, rng)


# ---- the switch ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 9])
def test_the_formula_is_what_the_network_does(n: int) -> None:
    """Against `key_links`, which counts rounds by pairing everybody; catches n rounds for even n."""
    link = key_links(star(n, hub="optical switch"))[0]
    loss_db = link.link.attenuation_db_per_km * link.link.length_km + link.link.insertion_loss_db
    expected = 10 ** (-loss_db / 10) * link.duty
    length = METRO_LINK.length_km
    assert switched_share(length, length, n) == pytest.approx(expected, rel=1e-12)


def _share(loss_db: float, n: int, *, used: float = 60 / 65, rounds: float | None = None) -> float:
    """Transmittance times time, with one of the two wrong if asked for."""
    n_rounds = n - 1 + n % 2 if rounds is None else rounds
    return 10 ** (-loss_db / 10) * (1 if n == 2 else used / n_rounds)


def _loss(a: float, b: float) -> float:
    return 0.2 * (a + b) + 1


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda a, b, n: 10 ** (-_loss(a, b) / 10), "take turns"),
        (lambda a, b, n: _share(0, n), "the share of the time alone"),
        (lambda a, b, n: _share(_loss(a, b) - 1, n), "a loss of its own"),
        (lambda a, b, n: _share(_loss(a, b), n, used=1), "60 s of 65"),
        (lambda a, b, n: _share(_loss(a, b), n, rounds=n * (n - 1) / 2), "fewer rounds than pairs"),
        (lambda a, b, n: _share(_loss(a, b), n, rounds=n), "n - 1 rounds are enough"),
        (lambda a, b, n: _share(_loss(a, b), n, rounds=n - 1), "no partner"),
        (lambda a, b, n: 10 ** (-_loss(a, b) / 10) * 60 / 65 / (n - 1 + n % 2), "nothing is switched"),
        (lambda a, b, n: _share(_loss(a, b) / 2, n), "leaves the share 10 ** (-a / 10)"),
        (lambda a, b, n: _share(0.2 * a, n) + _share(0.2 * b, n), "what adds up are the losses in dB"),
        (lambda a, b, n: 0.5, "the loss is 11 dB"),
        (lambda a, b, n: True, "the loss is 11 dB"),
    ],
)
def test_wrong_switches(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in _told(SWITCHED_STAR, answer, rng)


# ---- parities ------------------------------------------------------------------------------------------


def test_right_keys_in_other_forms(rng: np.random.Generator) -> None:
    assert PARITY_RELAY.check(lambda k, ps: np.bitwise_xor.reduce([k, *ps]), rng).mark == "RIGHT"
    assert PARITY_RELAY.check(lambda k, ps: tuple(np.sum([k, *ps], axis=0) % 2 == 1), rng).mark == "RIGHT"


def test_the_answer_recovers_the_key_of_a_network() -> None:
    """With the words that a relay announced: catches an exercise about another relay than ours."""
    network = Network(chain(4), seed=3)
    network.run(1)
    relayed = network.relay("A", "D", 32, method="parities")
    last, *parities = (word.bits.tolist() for word in relayed.steps[-1].used)
    assert told_answer("PARITY_RELAY")(last, parities) == relayed.source_key.bits.tolist()


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda k, ps: k, "That is the last key"),
        (lambda k, ps: [sum(bits) % 2 for bits in zip(*ps, strict=True)] or k, "belongs to the sum"),
        (lambda k, ps: [a ^ b for a, b in zip(k, ps[0], strict=True)], "use all the parities"),
        (lambda k, ps: [a ^ b for a, b in zip(k, ps[-1], strict=True)], "use all the parities"),
        (lambda k, ps: [sum(bits) for bits in zip(k, *ps, strict=True)], "mod 2"),
        (lambda k, ps: [int(any(bits)) for bits in zip(k, *ps, strict=True)], "That is OR"),
        (lambda k, ps: [int(all(bits)) for bits in zip(k, *ps, strict=True)], "That is AND"),
        (lambda k, ps: [1 - sum(bits) % 2 for bits in zip(k, *ps, strict=True)], "other way round"),
        (lambda k, ps: [], "as many as each parity"),
        (lambda k, ps: "0101", "a list of"),
        (lambda k, ps: 3, "a list of"),
        (lambda k, ps: ps, "a list of"),
    ],
)
def test_wrong_keys(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in _told(PARITY_RELAY, answer, rng)


# ---- shares --------------------------------------------------------------------------------------------


def test_every_threshold_between_the_bounds_is_right(rng: np.random.Generator) -> None:
    assert (
        SHARE_THRESHOLD.check(lambda r, read, lost: max(0, r - lost) * (read < r - lost), rng).mark == "RIGHT"
    )


@pytest.mark.parametrize(
    ("answer", "concept"),
    [
        (lambda r, read, lost: read, "which are enough"),
        (lambda r, read, lost: r, "too few"),
        (lambda r, read, lost: r - lost + 1, "too few"),
        (lambda r, read, lost: read + 1, "No threshold does both"),
        (lambda r, read, lost: 0, "but t = 3 does it"),
        (lambda r, read, lost: -1, "too few"),
        (lambda r, read, lost: read + 1.5, "whole number"),
        (lambda r, read, lost: True, "whole number"),
    ],
)
def test_wrong_thresholds(answer: object, concept: str, rng: np.random.Generator) -> None:
    assert concept in _told(SHARE_THRESHOLD, answer, rng)


def test_the_bounds_are_those_of_the_relay() -> None:
    """Over four ways of a mesh, three with one node each: t - 1 nodes know nothing, t know all."""
    network = Network(mesh(5), seed=3)
    network.run(5)
    for threshold, n_read in product((1, 2, 3), (0, 1, 2, 3)):
        relayed = network.relay("A", "B", 64, n_paths=4, threshold=threshold)
        assert knowledge(relayed, list("CDE"[:n_read])).knows_all == (n_read >= threshold)


def test_a_ring_withstands_one_traitor_or_one_cut() -> None:
    """Catches a threshold for two ways that promises both."""
    threshold = told_answer("SHARE_THRESHOLD")
    assert [threshold(2, *wishes) for wishes in ((1, 0), (0, 1), (1, 1))] == [2, 1, 0]
    network = Network(ring(4), seed=3)
    network.run(5)
    for chosen, n_known in ((2, 0), (1, 64)):
        relayed = network.relay("A", "C", 64, n_paths=2, threshold=chosen)
        assert knowledge(relayed, ["B"]).n_bits == n_known


def test_the_figures_of_the_explanations() -> None:
    """11 dB, 30.8 % of the time, 2.4 % together; 32 % over 5 dB."""
    assert round(10**-1.1, 3) == 0.079
    assert round(60 / 65 / 3, 3) == 0.308
    assert round(switched_share(25, 25, 4), 3) == 0.024
    assert math.isclose(10**-0.5, 0.32, abs_tol=0.005)
