"""Alice's part of a recording: of her rows, those of the pulses that Bob detected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..link.source import Intensity
from ..values import Bits, as_index
from .clicks import check_ascending
from .events import Events
from .intensities import IntensityReader


class AliceReader:
    """Keeps those of Alice's rows that Bob detected, and counts the others."""

    def __init__(self, slots: NDArray[np.int64], intensities: tuple[Intensity, ...]) -> None:
        self.bits: list[Bits] = []
        self.bases: list[Bits] = []
        self.choices: list[Bits] = []
        self.n_rows = 0
        self.n_each = np.zeros(len(intensities), dtype=np.int64)
        self._wanted, self._last, self._last_state = slots, -1, 0
        self._intensities = IntensityReader(intensities)
        self._n_found = 0

    @property
    def missing(self) -> int | None:
        """The first slot of Bob's of which she has no row; None if there is none."""
        return int(self._wanted[self._n_found]) if self._n_found < len(self._wanted) else None

    def read(self, events: Events) -> None:
        """Read her next rows. It stops finding any once one is missing."""
        events = self._without_repetitions(events) if events.shared else events
        if not len(slots := events.slots):
            return
        check_ascending(events, self._last, once=True)
        choices = self._intensities.read(events.rows, events.intensity_name)
        self._last, self._last_state = int(slots[-1]), int(events.states[-1])
        self.n_rows += len(slots)
        counts = np.bincount(as_index(choices), minlength=len(self.n_each))
        self.n_each += counts[: len(self.n_each)]
        stop = int(np.searchsorted(self._wanted, slots[-1], side="right"))
        wanted = self._wanted[self._n_found : stop]
        places = np.searchsorted(slots, wanted)
        found = slots[places] == wanted
        places = places if found.all() else places[: int(np.argmin(found))]
        self._n_found += len(places)
        states = events.states[places]
        self.bases.append((states >= 4).astype(np.uint8))
        self.bits.append(((states == 2) | (states == 8)).astype(np.uint8))
        self.choices.append(choices[places])

    def _without_repetitions(self, events: Events) -> Events:
        """Return the events without those that say again what she sent in the slot before."""
        slots = np.concatenate([[self._last], events.slots])
        states = np.concatenate([[self._last_state], events.states])
        new = (slots[1:] != slots[:-1]) | (states[1:] != states[:-1])
        return replace(events, rows=events.rows.where(new), slots=slots[1:][new], states=events.states[new])
