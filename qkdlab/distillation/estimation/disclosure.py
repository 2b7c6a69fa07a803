"""What all know of the sifted pulses, and what the disclosed bits among them say of Eve."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, IntensityRecord, as_index, picked
from ..channel import Party, PublicChannel, Subject
from ..sifting import RawRecords, SiftingRule, announce_intensities
from .decoys import DecoyEstimate, count_intensities
from .error_rate import estimate_qber
from .finite_decoys import DecoyCounts, DecoyPlan, PartCounts
from .witnesses import (
    BasisRate,
    NeededRate,
    Outcomes,
    Witnesses,
    announce_outcomes,
    count_outcomes,
    estimate_chsh,
    missing_state_bound,
    missing_state_error,
    rates_by_basis,
)

SIGNAL, DECOY = 0, 1
"""The numbers of the intensities from which the key is made and by which Eve is caught."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SiftedPulses:
    """What all know of the detected pulses once sifting is over.

    Parameters
    ----------
    rule
        The protocol's sifting rule.
    heard, choices
        What Alice announced of each kept pulse, and its intensity, uint8, shape (n_kept,) each, as masks.
    all_heard, all_choices
        The same of each detected pulse, shape (n_detected,) each.
    intensities
        The intensities that Alice announced; None if there is only one.
    others
        Disclosed outcomes of pulses that are not kept, if the protocol has a use for them.
    all_intensities
        Whether bits of all intensities may become key, and not those of signal pulses alone.
    """

    rule: SiftingRule
    heard: Bits
    choices: Bits
    all_heard: Bits
    all_choices: Bits
    intensities: IntensityRecord | None
    others: Outcomes | None
    all_intensities: bool

    @property
    def eligible(self) -> Mask:
        """Where the bit may become key."""
        mask: Mask = self.rule.key[self.heard]
        return mask if self.all_intensities else mask & (self.choices == SIGNAL)

    @property
    def kept_counts(self) -> tuple[tuple[int, ...], ...]:
        """How many pulses are kept, for each announcement those of each intensity."""
        shape = len(self.rule.key), len(self.intensities.means) if self.intensities else 1
        places = self.heard.astype(np.intp) * shape[1] + self.choices
        counts = np.bincount(as_index(places), minlength=shape[0] * shape[1]).reshape(shape)
        return tuple(tuple(row) for row in counts.tolist())

    @property
    def shows_eve(self) -> Mask:
        """Where an error shows what Eve did to key bits: in the other basis, if the key has its own."""
        key: Mask = self.rule.key[self.heard]
        return ~key if self.rule.has_test_bits else key

    def compared(self, sample: Mask, *, with_decoys: bool) -> tuple[tuple[NeededRate, int], ...]:
        """Return how many bits are compared for each of the rates that are needed."""
        compared = sample & self.shows_eve
        needed = [(NeededRate.KEY, sample & self.eligible)]
        if self.rule.has_test_bits:
            needed.append((NeededRate.TEST, compared & (self.choices == SIGNAL)))
        if self.intensities and with_decoys:
            needed.append((NeededRate.DECOY, compared & (self.choices == DECOY)))
        return tuple((rate, int(np.count_nonzero(mask))) for rate, mask in needed)

    def rates_by_basis(self, sample: Mask, wrong: Mask, read: Bits) -> tuple[BasisRate, ...]:
        """Return what the disclosed signal bits say, by the basis in which Bob read them.

        `read`, shape (n_kept,), holds his bits, of which those of the sample are public.
        """
        rows = sample & (self.choices == SIGNAL)
        heard, bits = picked(self.heard, rows), picked(read, rows)
        return rates_by_basis(heard, bits, picked(wrong, rows), self.rule.readings)

    def witnesses(self, sample: Mask, wrong: Mask) -> Witnesses:
        """Return what the disclosed bits say.

        Parameters
        ----------
        sample
            Which kept bits were disclosed.
        wrong
            Which of them differ; false elsewhere.
        """
        rule, others = self.rule, self.others
        compared = sample & self.shows_eve & (self.choices == SIGNAL)
        found = Witnesses(
            estimate=estimate_qber(picked(wrong, sample & self.eligible)),
            phase=estimate_qber(picked(wrong, compared)) if rule.has_test_bits else None,
            chsh=estimate_chsh(others, rule.correlations) if others and rule.correlations else None,
        )
        if self.intensities:
            return self._ask_decoys(found, self.intensities, sample, wrong)
        if others and rule.state_weights:
            return replace(found, phase_error=missing_state_error(self._states(others, wrong, 1)[0]))
        return found

    def decoy_counts(
        self, sample: Mask, wrong: Mask, corrected: Mask, channel: PublicChannel, *, plain: bool
    ) -> DecoyCounts | None:
        """Return the counts for finite bounds on single photons, if bits of all intensities become key.

        `corrected`, shape (n_key,), tells which undisclosed bits were wrong; Bob announces how many there
        were of each intensity. Each number counts with its bits, unless what Bob was charged pays for it
        already (`plain`): in Cascade one bit for each question, whose outcomes tell where he was wrong.
        """
        if not (self.all_intensities and self.intensities):
            return None
        tested = sample & self.shows_eve
        key = self._count_part(picked(self.choices, ~sample), corrected)
        leaked = 0 if plain else sum(int(detected).bit_length() for detected in key.detected)
        channel.say(Party.BOB, Subject.ERRORS, key.errors, leaked_bits=leaked)
        plan = DecoyPlan(means=self.intensities.means, probabilities=self.intensities.probabilities)
        test = self._count_part(picked(self.choices, tested), picked(wrong, tested))
        return DecoyCounts(plan=plan, key=key, test=test)

    def _count_part(self, choices: Bits, wrong: Mask) -> PartCounts:
        """Count bits and errors of each intensity."""
        n = len(self.intensities.means) if self.intensities else 1
        return PartCounts(
            detected=np.bincount(as_index(choices), minlength=n).astype(float),
            errors=np.bincount(as_index(choices[wrong]), minlength=n).astype(float),
        )

    def _ask_decoys(self, found: Witnesses, record: IntensityRecord, sample: Mask, wrong: Mask) -> Witnesses:
        """Return what was found, with what the decoys say.

        Where the key comes from one basis, either basis is counted by itself.
        """
        rule, n_sent = self.rule, np.array(record.n_sent)

        def of(clicks: Bits, compared: Mask, share: float) -> DecoyEstimate:
            sent = np.rint(share * n_sent).astype(np.int64)
            seen = np.bincount(as_index(clicks), minlength=len(sent))
            sent = np.maximum(sent, seen)  # a mean, and few pulses
            rows = picked(self.choices, compared), picked(wrong, compared)
            return count_intensities(record.means, sent, clicks, *rows)

        if not rule.has_test_bits:
            return replace(found, decoys=of(self.all_choices, sample, 1.0))
        key, all_key = rule.key[self.heard], rule.key[self.all_heard]
        decoys = of(picked(self.all_choices, all_key), sample & key, rule.key_probability)
        found = replace(found, decoys=decoys)
        if self.others and rule.state_weights:
            gains = self._states(self.others, wrong, len(n_sent)) / n_sent[:, None, None]
            return replace(found, phase_error=missing_state_bound(gains, record.means))
        test = of(picked(self.all_choices, ~all_key), sample & ~key, 1 - rule.key_probability)
        return replace(found, test_decoys=test)

    def _states(self, others: Outcomes, wrong: Mask, n_intensities: int) -> NDArray[np.float64]:
        """Count Bob's outcomes in X in the three-state protocol, see `count_outcomes`."""
        plus = ~self.rule.key[self.heard]
        return count_outcomes(others, self.rule.state_weights, self.choices[plus], wrong[plus], n_intensities)


def sift_publicly(
    records: RawRecords, kept: Mask, *, rule: SiftingRule, key_from_decoys: bool, channel: PublicChannel
) -> SiftedPulses:
    """Let both announce what else sifting needs, and return what all know.

    Parameters
    ----------
    records
        What each of them holds; what Alice announces of each pulse she has said.
    kept
        Which pulses Bob keeps as she heard it, shape (n_detected,).
    rule, channel
        As in `pipeline.distill`.
    key_from_decoys
        Whether bits of all intensities shall become key.
    """
    heard, intensities = records.announcements, records.intensities
    choices = np.broadcast_to(np.uint8(SIGNAL), len(heard))  # one byte for all
    if intensities:
        announce_intensities(intensities, channel)
        choices = intensities.choices
    others = None
    if rule.correlations or rule.state_weights:
        rows, bob = ~kept, records.bob
        said = announce_outcomes(rows, records.alice.bits, bob.bases, bob.bits, channel)
        others = Outcomes(heard[rows], choices[rows], *said)
    return SiftedPulses(
        rule=rule,
        heard=picked(heard, kept),
        choices=picked(choices, kept) if intensities else choices[: np.count_nonzero(kept)],
        all_heard=heard,
        all_choices=choices,
        intensities=intensities,
        others=others,
        all_intensities=key_from_decoys and intensities is not None,
    )
