"""Bob's pair of threshold detectors: efficiency, dark counts, dead time, afterpulses, double clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..values import Bits, check_between, check_count, check_instance, check_probability


@dataclass(frozen=True, kw_only=True, slots=True)
class Detector:
    """Two detectors, one for each bit value, that click or do not and cannot count photons.

    At the time at which pulses should come, both have the same efficiency, whatever the basis: the security
    proof needs that. At other times one of them may be weaker, and Eve may choose the time.

    Parameters
    ----------
    efficiency
        Probability that a photon which reaches Bob makes a click.
    dark_count_probability
        Probability of a click without light, for each of the two detectors and each pulse.
    mismatch
        How sensitive one detector still is when the other is at its best, 0 … 1: pulses that come early find
        the detector of bit 1 weaker by this factor, late ones that of bit 0. 1: both are alike at all times.
    random_assignment
        Whether Bob draws for each pulse which detector stands for which bit, so that Eve cannot aim at a bit.
    watches_light
        Whether a monitor of the photocurrent raises an alarm at bright light. The session then ends.
    dead_gates
        Pulses after a click during which both detectors are off. If only the one that clicked were
        off, a second click soon after would be in the other one: bits of close clicks would differ, and the
        times of the clicks, which Bob announces, would tell Eve so.
    afterpulse_probability
        Probability, 0 … 0.5, that a click of a detector causes another avalanche of the same detector,
        after the dead time.
    afterpulse_gates
        Mean delay of that avalanche in pulses, from the end of the dead time, 1 … 10⁹; 1 is the first
        pulse after it. Delays are geometric: the trap that holds the charge has no memory.

    Notes
    -----
    The proofs of the finite mode take detectors that forget. Dead time of both together leaves out pulses
    whatever their basis and bit, which the announced clicks show anyway; afterpulses repeat earlier
    bits, or with `random_assignment` still tell how many avalanches there were, which no proof here covers:
    their errors are counted, their correlation is not, and no ε is claimed.
    """

    efficiency: float = 0.1
    dark_count_probability: float = 6e-7
    mismatch: float = 1.0
    random_assignment: bool = False
    watches_light: bool = False
    dead_gates: int = 0
    afterpulse_probability: float = 0.0
    afterpulse_gates: float = 10.0

    def __post_init__(self) -> None:
        for name in ("efficiency", "dark_count_probability", "mismatch"):
            object.__setattr__(self, name, check_probability(name, getattr(self, name)))
        for name in ("random_assignment", "watches_light"):
            check_instance(name, getattr(self, name), bool)
        object.__setattr__(self, "dead_gates", check_count("dead_gates", self.dead_gates, maximum=10**9))
        afterpulse = check_probability("afterpulse_probability", self.afterpulse_probability, below=0.5)
        object.__setattr__(self, "afterpulse_probability", afterpulse)
        delay = check_between("afterpulse_gates", self.afterpulse_gates, 1, 1e9)
        object.__setattr__(self, "afterpulse_gates", delay)

    @property
    def has_memory(self) -> bool:
        """Whether a click changes what happens to later pulses."""
        return self.dead_gates > 0 or self.afterpulse_probability > 0

    @property
    def background_yield(self) -> float:
        """Probability Y₀ = 1 - (1 - p)² of a dark count in either detector."""
        return 1 - (1 - self.dark_count_probability) ** 2

    def describe(self) -> str:
        """Return what the detectors remember in a few words for a report; empty if nothing."""
        parts = [f"dead for {self.dead_gates} gates after a click"] if self.dead_gates else []
        if self.afterpulse_probability:
            delay = f"{self.afterpulse_gates:g} gates later on average"
            parts.append(f"afterpulses {100 * self.afterpulse_probability:g} %, {delay}")
        return ", ".join(parts)


def read_out(clicks: Bits, rng: np.random.Generator) -> Bits:
    """Return the bit Bob writes down for each pulse that made a click.

    Parameters
    ----------
    clicks
        uint8, shape (n,): 1 if the detector of bit 0 clicked, 2 if that of bit 1 did, 3 if both did.
    rng
        Bob's coins, one tossed for every pulse so that his other choices do not depend on how many
        are needed. A double click becomes a random bit and is never discarded: discarding them
        would let Eve steer which pulses count (Lütkenhaus, PRA 59, 3301 (1999)).

    Returns
    -------
    uint8, shape (n,). Every pulse must have a click.
    """
    if not clicks.all():
        raise ValueError(f"clicks must be 1, 2 or 3, got {clicks[clicks == 0][0].item()!r}")
    coins = rng.integers(0, 2, len(clicks), dtype=np.uint8)
    return np.where(clicks == 3, coins, clicks >> np.uint8(1))
