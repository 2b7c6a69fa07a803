"""A few pulses of BB84 by hand: who is played, what everybody has chosen, and how far the story is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from ...errors import shown
from ...values import check_choice, check_count
from ..components.base import check_switch

ROLES: Final = ("Alice", "Bob", "Eve")
"""Whom a learner can be."""

EVES: Final = ("nobody", "there", "perhaps")
"""Where the learner is not Eve: whether she is on the line, or a coin of the lab decides it."""

OPEN: Final = -1
"""A choice that is still to be made."""

N_PULSES: Final = 15
"""As many as one screen holds; three letters of five bits."""

MOST_PULSES: Final = 100_000
"""For games that nobody looks at."""

DECISIONS: Final = ("", "use", "drop")
"""What Alice and Bob can do with the key; "" before they have decided."""

Choices = tuple[int, ...]
"""One number for each pulse, or `OPEN`."""


class Step(StrEnum):
    """A step of the story; its name is also its word."""

    ALICE = "alice"
    EVE = "eve"
    BOB = "bob"
    READ = "read"
    SIFT = "sift"
    KNOW = "know"
    SAMPLE = "sample"
    DECIDE = "decide"
    END = "end"


CHOSEN: Final[dict[Step, tuple[str, ...]]] = {
    Step.ALICE: ("alice_bits", "alice_bases"),
    Step.EVE: ("eve_tactics",),
    Step.BOB: ("bob_bases",),
    Step.SIFT: ("kept",),
    Step.KNOW: ("known",),
    Step.SAMPLE: ("sample",),
}
"""What is chosen at a step. `eve_tactics`: 0 she lets the photon pass, 1 measures in Z, 2 in X."""

BASIS_CHOICES: Final = ("alice_bases", "bob_bases", "eve_tactics")


RULES: Final = ("role", "seed", "n_pulses", "two_bases", "two_players", "eve")
"""The fields of a hand that are given before anything is chosen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """One game: its rules, the choices so far, and the place in the story. A value: each move gives another.

    Fields without a word below hold one number for each pulse; marks (`kept`, `known`, `sample`) are 0 or 1.

    Parameters
    ----------
    role
        One of `ROLES`; the lab is everybody else.
    seed
        Of all that the lab chooses, and of what is measured: the same choices give the same results.
    two_bases
        Whether X is used beside Z.
    two_players
        Whether a second player is Bob, or Alice; not where the learner is Eve.
    eve
        One of `EVES`.
    decision
        "use" or "drop", once it is made.
    """

    role: str
    seed: int
    n_pulses: int = N_PULSES
    two_bases: bool = True
    two_players: bool = False
    eve: str = "nobody"
    place: int = 0
    alice_bits: Choices = ()
    alice_bases: Choices = ()
    eve_tactics: Choices = ()
    bob_bases: Choices = ()
    kept: Choices = ()
    known: Choices = ()
    sample: Choices = ()
    decision: str = ""

    def __post_init__(self) -> None:
        check_choice("role", self.role, ROLES)
        check_choice("eve", self.eve, EVES)
        check_choice("decision", self.decision, DECISIONS)
        check_switch("two_bases", self.two_bases)
        check_switch("two_players", self.two_players)
        check_count("seed", self.seed)
        check_count("n_pulses", self.n_pulses, minimum=1, maximum=MOST_PULSES)
        check_count("place", self.place, maximum=len(self.steps) - 1)
        lab = self._drawn()
        for name, drawn in lab.items():
            given = getattr(self, name)
            if isinstance(given, tuple) and not given:
                played = any(name in CHOSEN.get(step, ()) for step in self.steps)
                marks = name in ("kept", "known", "sample")
                given = (0 if marks else OPEN,) * self.n_pulses if played and not self._fixed(name) else drawn
            object.__setattr__(self, name, _checked(name, given, self.n_pulses, self._most(name)))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of this role, in order."""
        if self.role == "Eve":
            return Step.EVE, Step.READ, Step.KNOW, Step.DECIDE, Step.END
        both = {"Alice", "Bob"} if self.two_players else {self.role}
        chosen = [step for step, name in ((Step.ALICE, "Alice"), (Step.BOB, "Bob")) if name in both]
        return (*chosen, Step.READ, Step.SIFT, Step.SAMPLE, Step.DECIDE, Step.END)

    @property
    def step(self) -> Step:
        """Where the story is."""
        return self.steps[self.place]

    def is_past(self, step: Step) -> bool:
        """Whether the story, be the step played or not, has gone on from there.

        >>> Hand(role="Alice", seed=1).is_past(Step.READ)
        False
        """
        order = list(Step)
        return order.index(self.step) > order.index(step)

    @property
    def editable(self) -> tuple[str, ...]:
        """The fields that are chosen now."""
        return tuple(name for name in CHOSEN.get(self.step, ()) if not self._fixed(name))

    @property
    def eve_measures(self) -> bool:
        """Whether Eve has measured, or will, at least one photon."""
        return any(self.eve_tactics)

    def options(self, name: str) -> int:
        """How many values a field has to choose from."""
        return self._most(name) + 1

    def choose(self, **choices: Choices) -> Hand:
        """Return the hand with other values of what is chosen now."""
        if wrong := sorted(set(choices) - set(self.editable)):
            raise ValueError(
                f"choices must be of {', '.join(self.editable) or 'nothing'}, got {shown(wrong[0])}"
            )
        return replace(self, **choices)  # type: ignore[arg-type]

    def filled(self) -> Hand:
        """Return the hand with what is open now filled at random, by its seed."""
        drawn = self._drawn()
        return replace(
            self,
            **{  # type: ignore[arg-type]
                name: tuple(
                    new if old == OPEN else old
                    for old, new in zip(getattr(self, name), drawn[name], strict=True)
                )
                for name in self.editable
            },
        )

    def first_open(self) -> int | None:
        """Return the first pulse (from 0 on) with something to choose; None if all is chosen."""
        for pulse in range(self.n_pulses):
            if any(getattr(self, name)[pulse] == OPEN for name in self.editable):
                return pulse
        return None

    def on(self) -> Hand:
        """Return the hand one step further; it stays at the end, and where something is still open."""
        stays = self.place + 1 == len(self.steps) or self.first_open() is not None
        return self if stays else replace(self, place=self.place + 1)

    def back(self) -> Hand:
        """Return the hand one step back, with all that was chosen."""
        return replace(self, place=max(0, self.place - 1), decision="")

    def again(self, **rules: object) -> Hand:
        """Return a new hand at its first step, with other rules; what the learner chose stays if it can."""
        kept = {
            name: getattr(self, name)
            for step in (Step.ALICE, Step.EVE, Step.BOB)
            if step in self.steps
            for name in CHOSEN[step]
        }
        new = self._begun(**rules)
        mine = {
            name: values
            for name, values in kept.items()
            if any(name in CHOSEN.get(step, ()) for step in new.steps)
            and not (self._fixed(name) or new._fixed(name))
            and max(values) <= new._most(name)
            and len(values) == new.n_pulses
        }
        return replace(new, **mine)

    def next_photons(self) -> Hand:
        """Return a new hand with the same rules and the next seed: nothing is chosen yet."""
        return self._begun(seed=self.seed + 1)

    def _begun(self, **rules: object) -> Hand:
        """Return a hand of which nothing is chosen, with these rules in place of its own."""
        return Hand(**{**{name: getattr(self, name) for name in RULES}, **rules})

    def _fixed(self, name: str) -> bool:
        """Whether nobody chooses: with one basis Alice and Bob have no choice of it."""
        return not self.two_bases and name in ("alice_bases", "bob_bases")

    def _most(self, name: str) -> int:
        if name == "eve_tactics":
            return 2 if self.two_bases else 1
        return 0 if self._fixed(name) else 1

    def _drawn(self) -> dict[str, Choices]:
        """What the lab chooses, each party by a generator of its own."""
        n, bases = self.n_pulses, 2 if self.two_bases else 1
        alice, bob, eve, public = np.random.default_rng(self.seed).spawn(4)
        there = self.role == "Eve" or self.eve == "there" or (self.eve == "perhaps" and _coin(self.seed))
        return {
            "alice_bits": tuple(alice.integers(0, 2, n).tolist()),
            "alice_bases": tuple(alice.integers(0, bases, n).tolist()),
            "bob_bases": tuple(bob.integers(0, bases, n).tolist()),
            "eve_tactics": tuple((there * eve.integers(1, bases + 1, n)).tolist()),
            "kept": (0,) * n,
            "known": (0,) * n,
            "sample": tuple(public.integers(0, 2, n).tolist()),
        }


def _coin(seed: int) -> bool:
    return bool(np.random.default_rng([seed, 2]).integers(0, 2))


def _checked(name: str, values: object, n_pulses: int, most: int) -> Choices:
    if not isinstance(values, tuple | list) or len(values) != n_pulses:
        raise ValueError(f"{name} must hold {n_pulses} numbers, got {shown(values)}")
    for pulse, value in enumerate(values):
        if type(value) is not int or not OPEN <= value <= most:
            raise ValueError(
                f"{name}[{pulse}] must be a whole number from {OPEN} to {most}, got {shown(value)}"
            )
    return tuple(values)
