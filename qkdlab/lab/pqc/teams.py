"""What the two teams of a duel choose: Alice and Bob their settings, Eve her attack; and on which line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ...attacks import (
    BeamSplitting,
    DetectorBlinding,
    Eavesdropper,
    EntanglingProbe,
    InterceptResend,
    OptimalCloner,
    PhotonNumberSplitting,
)
from ...distillation.security.asymptotic import AsymptoticSecurity
from ...errors import ScenarioError
from ...link import DecoySource, Detector, Link, WeakCoherentSource
from ...settings import saving
from ...settings.session_settings import SessionSettings
from ...values import check_between, check_choice, check_count, check_probability
from ..components.base import check_switch
from ..components.text import words_for
from ..learning.progress_file import FILE_NAME

PULSES_A_POINT: Final = 1_000
"""Time on the line costs Alice and Bob a point for each so many pulses."""

WATCH_COST: Final = 300
"""What a monitor of the light costs Alice and Bob, in points for each session."""

FEWEST_PULSES, MOST_PULSES = 50_000, 2_000_000

ARENA: Final = Link(
    length_km=10,
    misalignment_error=0.015,
    detector=Detector(efficiency=0.2, dark_count_probability=1e-6),
)
"""The line of the duel; the source is the choice of Alice and Bob."""

BRIGHT: Final = DecoySource(signal=0.5, decoy=0.1)
DIM: Final = WeakCoherentSource(mean_photon_number=0.05)
"""With decoys pulses may be bright; without them they are so weak that few hold two photons."""

ATTACKS: Final[dict[str, type[Eavesdropper]]] = {
    one.name: one
    for one in (
        InterceptResend,
        EntanglingProbe,
        OptimalCloner,
        PhotonNumberSplitting,
        BeamSplitting,
        DetectorBlinding,
    )
}
"""Attacks on the quantum line, by their names in the package."""

NOBODY, MIDDLE = "none", "man in the middle"


@dataclass(frozen=True, kw_only=True, slots=True)
class Defence:
    """What Alice and Bob choose.

    Parameters
    ----------
    n_pulses
        Pulses of a session, 50,000 … 2,000,000.
    sample_fraction
        Share of the sifted bits that they compare, 0.01 … 0.9.
    max_qber
        Error rate above which they give up, 0 … 0.11.
    decoys
        Whether the laser sends decoys; without them it must be ten times weaker.
    authenticate
        Whether they authenticate what they say; it costs them 256 bits of each key.
    watch
        Whether a monitor sounds an alarm at bright light.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """

    n_pulses: int = 500_000
    sample_fraction: float = 0.1
    max_qber: float = 0.08
    decoys: bool = True
    authenticate: bool = True
    watch: bool = False

    def __post_init__(self) -> None:
        check_count("n_pulses", self.n_pulses, minimum=FEWEST_PULSES, maximum=MOST_PULSES)
        check_between("sample_fraction", self.sample_fraction, 0.01, 0.9)
        check_probability("max_qber", self.max_qber, below=0.11)
        for name in ("decoys", "authenticate", "watch"):
            check_switch(name, getattr(self, name))

    @property
    def cost(self) -> int:
        """Points that a session costs, whatever comes of it."""
        return self.n_pulses // PULSES_A_POINT + WATCH_COST * self.watch

    def settings(self, seed: int) -> SessionSettings:
        """Return the settings of a session without Eve."""
        detector = replace(ARENA.detector, watches_light=self.watch)
        link = replace(ARENA, source=BRIGHT if self.decoys else DIM, detector=detector)
        settings = SessionSettings(
            n_pulses=self.n_pulses,
            seed=seed,
            link=link,
            sample_fraction=self.sample_fraction,
            max_qber=self.max_qber,
            security=AsymptoticSecurity(),
        )
        return settings if self.authenticate else replace(settings, shared_bits=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Assault:
    """What Eve chooses.

    Parameters
    ----------
    attack
        ``"none"``, ``"man in the middle"``, or an attack of the package by its name: those of `ATTACKS`.
    strength
        Share of the pulses that she attacks, 0 … 1. A man in the middle is there for all of them.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """

    attack: str = "intercept-resend"
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_choice("attack", self.attack, (NOBODY, MIDDLE, *ATTACKS))
        strength = check_probability("strength", self.strength)
        if self.attack == MIDDLE and strength != 1:
            raise ValueError(f"strength must be 1 for a man in the middle, got {self.strength!r}")

    @property
    def is_there(self) -> bool:
        """Whether Eve does anything."""
        return self.attack != NOBODY and self.strength > 0

    def eavesdropper(self) -> Eavesdropper | None:
        """Return the attack on the quantum line; None for nobody, and for a man in the middle."""
        kind = ATTACKS.get(self.attack)
        return kind(fraction=self.strength) if kind and self.is_there else None


class ChoiceError(ScenarioError):
    """A text is no choice of its team. A notebook shows the sentence without the calls behind it."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows."""
        return [words_for("duel")["no_choice"].format(told=self)]


EXAMPLE: Final = '{"type": "Defence", "n_pulses": 500000, "watch": true}'


def read_choice(choice: str | Path) -> Defence | Assault:
    """Return the choice of a team from its JSON text, or a file of it; `ChoiceError` says what is wrong.

    >>> read_choice('{"type": "Assault", "attack": "optimal cloner", "strength": 0.3}')
    Assault(attack='optimal cloner', strength=0.3)
    """
    text = _text_of(choice) if isinstance(choice, Path) else choice
    try:
        found: Defence | Assault = saving.from_json(text, (Defence, Assault))
    except ScenarioError as error:
        no_json = isinstance(error.__cause__, ValueError) and "must be JSON" in str(error)
        hint = ". " + words_for("duel")["quotes"].format(example=EXAMPLE) if no_json else ""
        raise ChoiceError(f"{error}{hint}") from None
    return found


def _text_of(file: Path) -> str:
    """Return the text of a file; where there is none, the error names other text files beside it."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        words, beside = words_for("duel"), sorted(one.name for one in file.parent.glob("*"))
        names = [one for one in beside if one.endswith((".json", ".txt")) and one != FILE_NAME]
        others = words["others"].format(names=", ".join(names)) if names else ""
        raise ChoiceError(words["no_file"].format(name=file.name, others=others)) from None
