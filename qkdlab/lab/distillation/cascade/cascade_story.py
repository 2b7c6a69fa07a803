"""A run of Cascade on a short key as the plain data that the Cascade replay draws, told step by step."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....distillation.channel import Party, PublicChannel
from ....distillation.correction.cascade import CascadeStep, ParityOracle, reconcile
from ....distillation.correction.cascade_variants import CascadeVariant, get_variant
from ....values import binary_entropy, check_count, check_probability
from ...components.text import words_for
from .cascade_efficiency import published_efficiency

EVEN, ODD, UNKNOWN = 0, 1, 2
"""What is known of a block: the parities agree, they differ, they have not been compared."""

FEWEST_BITS, MOST_BITS = 16, 256


def cascade_story(
    n_bits: int = 128, qber: float = 0.05, *, seed: int = 11, variant: str = "original"
) -> dict[str, Any]:
    """Run Cascade on a random key, one odd block after the other, and return what `CascadeReplay` takes.

    Parameters
    ----------
    n_bits
        Length of the key, 16 … 256.
    qber
        Share of wrong bits, below 0.5. Just the nearest whole number of bits is wrong, in random places, and
        Cascade is told this share: f is measured by h of the true error rate.
    seed
        Draws the key, the places of the errors and the shuffles. The default has two back-trackings.
    variant
        As in `distillation.correction.cascade.reconcile`.

    Returns
    -------
    ``variant``; ``bob``, the bits before correction; ``wrong``, the places of the wrong bits, which nobody in
    reality knows; ``orders`` of the bits by pass; ``needed`` = n h(Q); ``reference``, see
    `published_efficiency`; and ``frames``, each with what it changes (see the notes).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    A frame has

    - ``kind``, ``number`` (the pass, from 0), ``text`` and ``leak`` so far (Alice's bits, Bob's),
    - ``blocks``: [pass, first places, states] of blocks that are other than before,
    - ``pieces``: [start, stop, state] of blocks that are being halved, ``asked``: [start, stop] of the halves
      asked for, ``at``: [start, stop] of the blocks that the frame is about,
    - ``flipped``: bits, as places in the key; ``again``: [pass, start] of the blocks they make odd.
    """
    check_count("n_bits", n_bits, minimum=FEWEST_BITS, maximum=MOST_BITS)
    n_wrong = round(n_bits * check_probability("qber", qber, below=0.5))
    errors, key, shuffles = np.random.default_rng(check_count("seed", seed)).spawn(3)
    alice = key.integers(0, 2, n_bits, dtype=np.uint8)
    wrong = np.sort(errors.choice(n_bits, n_wrong, replace=False))
    bob = alice.copy()
    bob[wrong] ^= 1
    kind, channel, rate = get_variant(variant), PublicChannel(), n_wrong / n_bits
    teller = _Teller(n_bits, n_wrong, kind, channel, n_bits * binary_entropy(rate))
    steps: list[tuple[CascadeStep, list[int]]] = []

    def watch(step: CascadeStep) -> None:
        steps.append((step, teller.leak()))

    oracle = ParityOracle(alice, channel)
    reconcile(
        bob,
        oracle,
        qber=rate,
        rng=shuffles,
        channel=channel,
        variant=kind,
        schedule="sequential",
        watch=watch,
    )
    for place, (step, leak) in enumerate(steps):
        teller.tell(step, leak, after=steps[place + 1][0] if place + 1 < len(steps) else None)
    teller.end()
    return {
        "variant": variant,
        "bob": bob.tolist(),
        "wrong": wrong.tolist(),
        "orders": teller.orders,
        "needed": teller.needed,
        "reference": published_efficiency(variant, rate),
        "frames": teller.frames,
    }


class _Teller:
    """Follows the steps of a run, keeps the blocks of every pass, and tells each step as a frame."""

    def __init__(
        self, n_bits: int, n_wrong: int, variant: CascadeVariant, channel: PublicChannel, needed: float
    ) -> None:
        self.n_bits, self.needed = n_bits, needed
        self.frames: list[dict[str, Any]] = []
        self.orders: list[list[int]] = []
        self._reuse, self._channel, self._words = variant.reuse, channel, words_for("cascade_story")
        self._places: list[list[int]] = []  # where each bit stands, by pass
        self._blocks: list[dict[int, int]] = []  # start → state, by pass
        self._pieces: dict[int, tuple[int, int]] = {}  # start → stop and state, while halving
        self._at: list[list[int]] = []
        self._corrected = 0
        self._add("start", 0, [0, 0], self._words["start"].format(bits=n_bits, errors=n_wrong))

    def leak(self) -> list[int]:
        """Return the bits that Alice and Bob have told so far."""
        return [self._channel.leaked_bits(party) for party in (Party.ALICE, Party.BOB)]

    def tell(self, step: CascadeStep, leak: list[int], after: CascadeStep | None) -> None:
        """Add the frames of a step; `after` is the step that follows it."""
        if step.order is not None:
            self._open(step.number, step.order.tolist(), after, leak)
        elif step.flipped is not None:
            self._flip(step.number, int(step.flipped.item()), leak)
        elif step.starts is not None and step.stops is not None and step.odd is not None:
            columns = (column.tolist() for column in (step.starts, step.stops, step.odd))
            rows = [(start, stop, int(odd)) for start, stop, odd in zip(*columns, strict=True)]
            fresh = UNKNOWN in self._blocks[step.number].values()
            if fresh:
                self._compare(step.number, rows, leak)
            else:
                self._halve(step.number, *rows[0], leak)

    def end(self) -> None:
        """Add the last frame."""
        leak = self.leak()
        text = self._words["end"].format(flips=self._corrected, leak=leak[0])
        self._add("end", len(self.orders) - 1, leak, text)

    def _add(self, kind: str, number: int, leak: list[int], text: str, **more: Any) -> None:
        said = {name: value for name, value in more.items() if value}
        self.frames.append({"kind": kind, "number": number, "leak": leak, "text": text, **said})

    def _changed(self, number: int) -> list[Any]:
        blocks = sorted(self._blocks[number].items())
        return [number, [start for start, _ in blocks], [state for _, state in blocks]]

    def _stop(self, number: int, start: int) -> int:
        return min((other for other in self._blocks[number] if other > start), default=self.n_bits)

    def _holder(self, number: int, place: int) -> int:
        """Return the start of the block that holds a place."""
        return max(start for start in self._blocks[number] if start <= place)

    def _name(self, number: int, start: int) -> str:
        """Return a block in words: by its number, or by its places where blocks do not stay whole."""
        if not self._reuse:
            return self._words["block"].format(block=1 + sorted(self._blocks[number]).index(start))
        stop = self._stop(number, start)
        text = self._words["block_bit" if stop - start == 1 else "block_places"]
        return text.format(start=start + 1, stop=stop)

    # ---- the kinds of steps ------------------------------------------------------------------------

    def _open(self, number: int, order: list[int], after: CascadeStep | None, leak: list[int]) -> None:
        places = [0] * self.n_bits
        for place, bit in enumerate(order):
            places[bit] = place
        self.orders.append(order)
        self._places.append(places)
        starts = after.starts.tolist() if after is not None and after.starts is not None else [0]
        self._blocks.append(dict.fromkeys(starts, UNKNOWN))
        size = self._stop(number, 0)
        told = self._words["open_first" if number == 0 else "open"]
        text = told.format(number=number + 1, blocks=len(starts), size=size)
        self._add("open", number, leak, text, blocks=[self._changed(number)])

    def _compare(self, number: int, rows: list[tuple[int, int, int]], leak: list[int]) -> None:
        self._blocks[number] = {start: odd for start, _, odd in rows}
        n_odd = sum(odd for _, _, odd in rows)
        words = self._words
        text = words["compare" if number == 0 else "compare_last"].format(number=number + 1)
        odd = "compare_none" if n_odd == 0 else "compare_one" if n_odd == 1 else "compare_odd"
        text += " " + words[odd].format(odd=n_odd)
        self._add("compare", number, leak, text, blocks=[self._changed(number)])

    def _halve(self, number: int, start: int, middle: int, odd: int, leak: list[int]) -> None:
        first = not self._pieces
        if first:
            self._at = [[start, self._stop(number, start)]]
            self._pieces = {start: (self._at[0][1], ODD)}
        stop, _ = self._pieces[start]
        self._pieces |= {start: (middle, odd), middle: (stop, 1 - odd)}
        told = "halve_first" if first else "halve_last" if middle - start == 1 else "halve"
        text = self._words[told].format(
            number=number + 1,
            block=self._name(number, self._at[0][0]),
            left=middle - start,
            bits=stop - start,
        )
        text += self._words["half_odd" if odd else "half_even"]
        pieces = [[start, stop, state] for start, (stop, state) in sorted(self._pieces.items())]
        self._add("halve", number, leak, text, pieces=pieces, asked=[[start, middle]], at=self._at)

    def _flip(self, number: int, bit: int, leak: list[int]) -> None:
        words, self._corrected = self._words, self._corrected + 1
        if self._reuse:  # the halves stay blocks of their own
            for start, (_, state) in self._pieces.items():
                self._blocks[number][start] = state
        turned: list[tuple[int, int]] = []
        for other, blocks in enumerate(self._blocks):
            start = self._holder(other, self._places[other][bit])
            blocks[start] ^= 1
            if other != number:
                turned.append((other, start))
        again = [(other, start) for other, start in turned if self._blocks[other][start] == ODD]
        settled = [block for block in turned if block not in again]
        text = words["flip"].format(number=number + 1, bit=bit + 1)
        if settled:
            text += " " + words["settled"].format(blocks=self._joined(settled))
        changed = [self._changed(other) for other in range(len(self._blocks))]
        place = self._places[number][bit]
        whole = self._at or [[place, place + 1]]
        self._add("flip", number, leak, text, blocks=changed, flipped=[bit], at=whole)
        self._pieces, self._at = {}, []
        if again:  # blocks of other passes that the correction has made odd
            text = words["again" if len(again) == 1 else "again_blocks"]
            told = text.format(bit=bit + 1, blocks=self._joined(again))
            self._add("again", again[0][0], leak, told, again=[list(block) for block in again])

    def _joined(self, blocks: list[tuple[int, int]]) -> str:
        words = self._words
        named = [
            words["block_of_pass"].format(block=self._name(number, start), number=number + 1)
            for number, start in sorted(blocks)
        ]
        return (
            named[0] if len(named) == 1 else words["and"].format(some=", ".join(named[:-1]), last=named[-1])
        )
