"""A relay as frames: who XORs what, what is sent, what comes of it, with the first bits of each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....network.relay.hops import Step
from ....network.relay.linear_words import Word, xor_words
from ...components.text import bits_text, words_for
from ..forms import PARITY_WAY, WAYS
from ..network_run import NetworkRun, fibre_path
from ..report import listed

SHOWN_BITS = 16

Row = tuple[str, str]
"""What a word is, and its bits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayFrame:
    """One step of a relay.

    Parameters
    ----------
    text
        What happens, in a sentence.
    rows
        The words of it with their first bits; the last is the XOR of those above it, if `sums`.
    sums
        Whether it is.
    hop
        Sender and receiver on the map, neighbours there; None if nothing is sent.
    label
        What is sent.
    """

    text: str
    rows: tuple[Row, ...]
    sums: bool = False
    hop: tuple[str, str] | None = None
    label: str = ""


def relay_frames(run: NetworkRun) -> tuple[RelayFrame, ...]:
    """Return what a relay did, step by step; () if there is no key."""
    relayed, words = run.relayed, words_for("relay_player")
    if relayed is None:
        return ()
    a, b = relayed.source, relayed.target
    last = RelayFrame(
        text=words["ends" if relayed.source_key == relayed.target_key else "differ"].format(a=a, b=b),
        rows=(
            _row(words["row_key"].format(node=a), relayed.key),
            _row(words["row_key"].format(node=b), relayed.target_word),
        ),
    )
    if not relayed.steps:
        return (RelayFrame(text=words["direct"].format(a=a, b=b), rows=last.rows),)
    frames = [_first(run)]
    for step in relayed.steps:
        frames += _sent(run, step)
    if len(relayed.paths) > 1:
        frames.append(_joined(run))
    return (*frames, last)


def _first(run: NetworkRun) -> RelayFrame:
    relayed, words = run.relayed, words_for("relay_player")
    if relayed is None:
        raise ValueError("run must have a key, got None")
    parts = relayed.shares if len(relayed.paths) > 1 else ()
    name = "begins" if run.settings.way == PARITY_WAY else _sharing(run) if parts else "draws"
    rows = [_row(relayed.key.expression, relayed.key)]
    rows += [
        _row(f"{words['share'].format(number=number)}: {word.expression}", word)
        for number, word in enumerate(parts, 1)
    ]
    return RelayFrame(text=words[name].format(a=relayed.source, b=relayed.target), rows=tuple(rows))


def _sharing(run: NetworkRun) -> str:
    """Return by which words shares are told: made by XOR, or with a threshold."""
    return "shares" if WAYS[run.settings.way].threshold is None else "threshold"


def _sent(run: NetworkRun, step: Step) -> list[RelayFrame]:
    """Return the frames of a message: what the sender does, and what the receiver does with it."""
    words, word = words_for("relay_player"), step.message[-1]
    facts = {"sender": step.sender, "receiver": step.receiver}
    hop = fibre_path(run.network, (step.sender, step.receiver))[:2]
    shown = {"hop": (hop[0], hop[1]), "label": word.expression, "sums": True}
    sends = RelayFrame(
        text=words["sends"].format(made=_named(step.made_from), **facts),
        rows=(
            *(_row(one.expression, one) for one in step.made_from),
            _row(words["row_sent"].format(word=word.expression), word),
        ),
        **shown,  # type: ignore[arg-type]
    )
    if step.result is None:
        told = words["passes"].format(**facts)
        return [sends, RelayFrame(text=told, rows=(_row(word.expression, word),), hop=shown["hop"])]  # type: ignore[arg-type]
    own = [one for one in step.used if not any(map(one.is_same, step.message))]
    has = words["row_has"].format(node=step.receiver, word=step.result.expression)
    computes = RelayFrame(
        text=words["computes"].format(used=_named(own), result=step.result.expression, **facts),
        rows=(*(_row(one.expression, one) for one in step.used), _row(has, step.result)),
        **shown,  # type: ignore[arg-type]
    )
    return [sends, computes]


def _joined(run: NetworkRun) -> RelayFrame:
    """Return how the target joins the shares."""
    relayed, words = run.relayed, words_for("relay_player")
    if relayed is None:
        raise ValueError("run must have a key, got None")
    weighed = [
        (weight, share.times(weight))
        for weight, share in zip(relayed.weights, relayed.shares, strict=True)
        if weight
    ]
    rows = [
        _row((f"{weight:02x}·" if weight > 1 else "") + words["share"].format(number=number), word)
        for number, (weight, word) in enumerate(weighed, 1)
    ]
    total = xor_words(word for _, word in weighed)
    return RelayFrame(
        text=words["joins" if _sharing(run) == "shares" else "joins_weighed"].format(b=relayed.target),
        rows=(*rows, _row(words["row_key"].format(node=relayed.target), total)),
        sums=True,
    )


def _named(parts: Sequence[Word]) -> str:
    return listed([one.expression for one in parts], most=len(parts))


def _row(name: str, word: Word) -> Row:
    return name, bits_text(word.bits[:SHOWN_BITS].tolist())
