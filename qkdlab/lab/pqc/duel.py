"""The duel: one team plays Alice and Bob, the other Eve; neither sees what the other has chosen.

Both play on the same line, 10 km of fibre with a laser, and the sessions are run as any others. Keys are as
long as the textbook's formula says, which has no margin for luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ...distillation.outcome import TOO_FEW, AbortReason
from ...session.man_in_the_middle import run_man_in_the_middle
from ...session.session import SessionResult, run_session
from ...values import check_count
from ..components.text import number_text, percent_text, words_for
from .teams import MIDDLE, Assault, ChoiceError, Defence, read_choice

ALARM_COST, CAUGHT_COST = 1_000, 1_000
"""What a false alarm costs Alice and Bob, and what it costs Eve to be noticed."""

MOST_SEEDS: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One session of a duel.

    Parameters
    ----------
    seed
        Its seed.
    qber
        The error rate that Alice and Bob estimated; None if they had too little to compare.
    reason
        Why there is no key; None if they accepted one.
    key_length
        Bits of the key that they accepted.
    true_known
        Bits of it that Eve knows, rounded up: what only the simulation can see.
    attacked
        Whether Eve did anything.
    cost
        What the session cost Alice and Bob.
    """

    seed: int
    qber: float | None
    reason: AbortReason | None
    key_length: int
    true_known: int
    attacked: bool
    cost: int

    @property
    def gave_up(self) -> bool:
        """Whether Alice and Bob took something for an attack. A run that was too short says nothing."""
        return self.reason is not None and self.reason not in TOO_FEW

    @property
    def ab_points(self) -> int:
        """Secret bits that Alice and Bob keep, less what the session and a false alarm cost."""
        false_alarm = self.gave_up and not self.attacked
        return self.key_length - self.true_known - self.cost - ALARM_COST * false_alarm

    @property
    def eve_points(self) -> int:
        """Bits that Eve knows of a key that was accepted; less if she was noticed."""
        return self.true_known - CAUGHT_COST * (self.gave_up and self.attacked)


def play(defence: Defence, assault: Assault, seed: int) -> Round:
    """Run one session of a duel."""
    settings = defence.settings(seed)
    if assault.attack == MIDDLE:
        middle = run_man_in_the_middle(settings)
        half = middle.alice_session
        length = half.key_length if middle.succeeded else 0
        # she has both keys, to the last bit
        qber, reason, known = half.qber, middle.reason, length
    else:
        result = run_session(replace(settings, eavesdropper=assault.eavesdropper()))
        qber, reason, length, known = result.qber, result.reason, result.key_length, true_known_bits(result)
    return Round(
        seed=seed,
        qber=qber,
        reason=reason,
        key_length=length,
        true_known=known,
        attacked=assault.is_there,
        cost=defence.cost,
    )


def true_known_bits(result: SessionResult) -> int:
    """Return how many bits of an accepted key Eve knows, rounded up; 0 without a key."""
    truth = result.eve.true_key if result.eve else None
    if not result.accepted or truth is None or not truth.broken:
        return 0
    return min(result.key_length, -int(-truth.known // 1))


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Duel:
    """A duel that was played; its ``repr`` is the table.

    Parameters
    ----------
    defence, assault
        What the teams had chosen.
    rounds
        The sessions, one for each seed.
    """

    defence: Defence
    assault: Assault
    rounds: tuple[Round, ...]

    @property
    def ab_points(self) -> int:
        """Points of Alice and Bob."""
        return sum(one.ab_points for one in self.rounds)

    @property
    def eve_points(self) -> int:
        """Points of Eve."""
        return sum(one.eve_points for one in self.rounds)

    @property
    def outcome(self) -> str:
        """``"ab_wins"``, ``"eve_wins"`` or ``"draw"``: who has more points than the other, and more than 0.

        Eve has more than 0 only if she knows bits of a key that was accepted.
        """
        ours, hers = self.ab_points, self.eve_points
        if ours == hers or max(ours, hers) <= 0:
            return "draw"
        return "ab_wins" if ours > hers else "eve_wins"

    def table(self) -> str:
        """Return the rounds and the result as text; the same choices and seeds give the same letters."""
        words = words_for("duel")
        heads = [words[name] for name in ("seed", "qber", "verdict", "key", "known", "team_ab", "team_eve")]
        rows = [heads]
        for one in self.rounds:
            rows.append(
                [
                    str(one.seed),
                    "–" if one.qber is None else percent_text(one.qber),
                    words["accepted"] if one.reason is None else one.reason.value,
                    number_text(one.key_length),
                    number_text(one.true_known),
                    *map(number_text, (one.ab_points, one.eve_points)),
                ]
            )
        rows.append([words["sum"], "", "", "", "", *map(number_text, (self.ab_points, self.eve_points))])
        widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
        lines = []
        for row in rows:
            cells = [
                text.ljust(width) if place == 2 else text.rjust(width)
                for place, (text, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join([*lines, words[self.outcome]])

    def __repr__(self) -> str:
        return self.table()


def duel(
    alice_and_bob: str | Path | Defence, eve: str | Path | Assault, seeds: Sequence[int] = (1, 2, 3, 4, 5)
) -> Duel:
    """Play a duel: a session for each seed, with what the two teams have chosen.

    Parameters
    ----------
    alice_and_bob, eve
        The choices, as JSON text, as files of it, or as they are.
    seeds
        Seeds of the sessions, at most 20.

    Raises
    ------
    ChoiceError
        If a text is no choice of that team, or a file is not there, in words.
    ValueError
        If there are no seeds, or too many.
    """
    chosen = [read_choice(one) if isinstance(one, str | Path) else one for one in (alice_and_bob, eve)]
    defence, assault = chosen
    if not isinstance(defence, Defence):
        raise ChoiceError(f"alice_and_bob must choose a Defence, got {type(defence).__name__!r}")
    if not isinstance(assault, Assault):
        raise ChoiceError(f"eve must choose an Assault, got {type(assault).__name__!r}")
    check_count("seeds", len(seeds), minimum=1, maximum=MOST_SEEDS)
    numbers = [check_count(f"seeds[{place}]", seed) for place, seed in enumerate(seeds)]
    return Duel(
        defence=defence, assault=assault, rounds=tuple(play(defence, assault, seed) for seed in numbers)
    )
