"""A game by hand as readable text."""

from __future__ import annotations

from ..components.text import percent_text, words_for
from .hand import Hand, Step
from .moves import Score
from .talk import talk

_ROW = "{:>5}  {:<7}  {:<8}  {:<8}  {:<5}  {}"


def hand_report(hand: Hand, *, rows: bool = True) -> str:
    """Return a game at its end: a row for each pulse, and the counts; the same hand gives the same letters.

    Parameters
    ----------
    hand
        The game, at its end.
    rows
        Whether each pulse has a row; without them, long hands have a short report.
    """
    if hand.step is not Step.END:
        raise ValueError(f"hand must be at the step 'end', got {hand.step.value!r}")
    words, said, score = words_for("hand_report"), talk(hand), Score.of(hand)
    lines = [
        _ROW.format(*(words[f"head_{name}"] for name in ("pulse", "alice", "eve", "bob", "kept", "sample")))
    ]
    for pulse in range(hand.n_pulses) if rows else ():
        bits = int(said.alice_bits[pulse]), int(said.bob_bits[pulse])
        pair = "{} {} {}".format(bits[0], "=" if bits[0] == bits[1] else "≠", bits[1])
        compared = pair if hand.sample[pulse] else words["secret"]
        tactic = hand.eve_tactics[pulse]
        cells = (
            pulse + 1,
            words["cell"].format(bit=bits[0], basis="ZX"[hand.alice_bases[pulse]]),
            words["cell"].format(bit=int(said.eve_bits[pulse]), basis="-ZX"[tactic]) if tactic else "-",
            words["cell"].format(bit=bits[1], basis="ZX"[hand.bob_bases[pulse]]),
            words["kept"] if said.kept[pulse] else "-",
            compared if said.kept[pulse] else "-",
        )
        lines.append(_ROW.format(*cells).rstrip())
    counts = {name: getattr(score, name) for name in score.__slots__}
    told = [words["counts"].format(n_pulses=hand.n_pulses, **counts)]
    if score.n_kept:
        shares = {"errors": score.true_n_all_errors, "known": score.n_all_known, "right": said.true_n_right}
        rates = {name: percent_text(count / score.n_kept) for name, count in shares.items()}
        told.append(words["shares"].format(**rates))
        if score.n_all_known < score.n_kept:
            told.append(words["coins"])
    told.append(words[f"decision_{hand.decision if score.n_key else 'none'}"])
    return "\n".join([*(lines if rows else []), *told]).replace("\N{NO-BREAK SPACE}", " ")
