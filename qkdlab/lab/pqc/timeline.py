"""Harvest now, decrypt later: messages that Eve records, and from which year she can read each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...settings.saving import Saved
from ...values import check_choice, check_count

METHODS: Final = ("classical", "pqc", "qkd", "hybrid")
"""How keys are agreed on after the migration; "classical" if there is none."""

LAST_SENT: Final = 30
"""The last year in which a message is sent; year 0 is today."""

LONGEST_SECRECY, LONGEST_MIGRATION, FARTHEST_YEAR = 40, 20, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineSettings(Saved):
    """What a learner assumes. All are whole years, counted from today.

    Parameters
    ----------
    secrecy_years
        x: how long a message must stay secret, 0 … 40.
    migration_years
        y: the last year in which keys are agreed on in the old, classical way, 0 … 20.
    quantum_year
        z: the year from which Eve can undo a classical key exchange that she recorded, 1 … 40.
    pqc_falls
        The year from which Eve can undo a key exchange of post-quantum cryptography, 1 … 40; None if never.
    qkd_fault
        The year from which Eve makes use of a fault of the QKD devices, or of a node, and gets the keys made
        from then on, 1 … 40; None if never.
    watched_year
        The year of the message that is looked at, 0 … 30.

    Raises
    ------
    ValueError
        Naming the argument and the value that was refused.
    """

    secrecy_years: int = 25
    migration_years: int = 8
    quantum_year: int = 15
    pqc_falls: int | None = None
    qkd_fault: int | None = None
    watched_year: int = 4

    def __post_init__(self) -> None:
        check_count("secrecy_years", self.secrecy_years, maximum=LONGEST_SECRECY)
        check_count("migration_years", self.migration_years, maximum=LONGEST_MIGRATION)
        check_count("quantum_year", self.quantum_year, minimum=1, maximum=FARTHEST_YEAR)
        for name in ("pqc_falls", "qkd_fault"):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name), minimum=1, maximum=FARTHEST_YEAR)
        check_count("watched_year", self.watched_year, maximum=LAST_SENT)

    @property
    def too_late(self) -> bool:
        """Mosca's inequality, x + y > z, of messages that must be secret at all (x > 0).

        >>> TimelineSettings().too_late, TimelineSettings(secrecy_years=7).too_late
        (True, False)
        """
        return self.secrecy_years > max(0, self.quantum_year - self.migration_years)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message that Eve recorded when it was sent.

    Parameters
    ----------
    sent
        The year in which it was sent.
    key_from
        How its key was agreed on: one of `METHODS`.
    secret_until
        The year until which it must stay secret, that year left out.
    readable_from
        The year from which Eve can read it; None if never, by what is assumed.
    """

    sent: int
    key_from: str
    secret_until: int
    readable_from: int | None

    @property
    def years_too_early(self) -> int:
        """For how many years Eve reads it while it still had to be secret.

        >>> Message(sent=4, key_from="classical", secret_until=29, readable_from=15).years_too_early
        14
        """
        return 0 if self.readable_from is None else max(0, self.secret_until - self.readable_from)

    @property
    def fate(self) -> str:
        """``"early"`` if she reads it while it must be secret, ``"late"`` if after that, or ``"never"``."""
        if self.readable_from is None:
            return "never"
        return "early" if self.years_too_early else "late"


def message(settings: TimelineSettings, method: str, sent: int) -> Message:
    """Return what becomes of a message sent in the year `sent`, where `method` replaces the classical one.

    What Eve needs, and whether a record helps:

    - classical: she records the exchange, and undoes it from year z on;
    - PQC: the same, from the year in which its problem on lattices is solved;
    - QKD: there is no exchange that could be undone later. She has to be on the line, or in a node, and have
      the fault *when the key is made*; then she reads at once. That the parties know each other, and that AES
      holds, is taken for granted for all four;
    - hybrid: she needs both, for this one message.

    >>> message(TimelineSettings(pqc_falls=20), "pqc", 10).readable_from
    20
    >>> message(TimelineSettings(qkd_fault=20), "qkd", 10).readable_from is None
    True
    """
    check_choice("method", method, METHODS)
    sent = check_count("sent", sent, maximum=LAST_SENT)
    key_from = "classical" if sent <= settings.migration_years else method
    fault, falls = settings.qkd_fault, settings.pqc_falls
    undone = {"classical": settings.quantum_year, "pqc": falls}
    stolen = fault is not None and fault <= sent
    found: int | None
    if key_from == "qkd":
        found = sent if stolen else None
    elif key_from == "hybrid":
        found = falls if stolen else None
    else:
        found = undone[key_from]
    return Message(
        sent=sent,
        key_from=key_from,
        secret_until=sent + settings.secrecy_years,
        readable_from=None if found is None else max(sent, found),
    )


def messages(settings: TimelineSettings, method: str) -> tuple[Message, ...]:
    """Return what becomes of the messages of all years, 0 … 30."""
    return tuple(message(settings, method, sent) for sent in range(LAST_SENT + 1))


def timeline_report(settings: TimelineSettings) -> str:
    """Return what the panel shows as text."""
    x, y, z = settings.secrecy_years, settings.migration_years, settings.quantum_year
    sign = ">" if x + y > z else "≤"
    lines = [f"x + y = {x} + {y} = {x + y} {sign} z = {z}"]
    for method in METHODS:
        fates = [one.fate for one in messages(settings, method)]
        row = "".join({"early": "X", "late": "o", "never": "."}[fate] for fate in fates)
        lines.append(f"{method:10}{row}  {fates.count('early')} of {len(fates)} read too early")
    return "\n".join(lines)
