"""The exercises of the first notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..learning.choice import Choice, Option
from ..learning.exercise import TRIALS, Exercise, NotYet, function_check, is_boolean, is_close, share_of
from ..learning.hard_points import Misconception


def _bases(rng: np.random.Generator) -> Iterator[tuple[list[int], list[int]]]:
    for _ in range(TRIALS):
        size = int(rng.integers(1, 12))
        yield rng.integers(0, 2, size).tolist(), rng.integers(0, 2, size).tolist()


def _judge_places(got: Any, alice: list[int], bob: list[int]) -> None:
    places, expected = list(got), [place for place in range(len(alice)) if alice[place] == bob[place]]
    if places and all(is_boolean(place) for place in places):
        raise NotYet(
            f"sift gives True or False for each place, but the places themselves are asked for: {expected} "
            f"for the bases {alice} of Alice and {bob} of Bob. `enumerate` counts places."
        )
    places = [int(place) for place in places]
    if places != expected:
        raise NotYet(
            f"for the bases {alice} of Alice and {bob} of Bob, sift gives {places}, but the bases agree "
            f"at {expected}. Only there did Bob measure what Alice prepared."
        )


SIFTING = Exercise(
    name="sift two lists of bases",
    examine=function_check("sift", _bases, _judge_places),
    hints=(
        "Bob's bit means something only where he used Alice's basis.",
        "Go through both lists together; `enumerate(zip(alice_bases, bob_bases))` gives place and pair.",
        "Collect the places where the two bases are equal, in order.",
    ),
    answer="[place for place, (a, b) in enumerate(zip(alice_bases, bob_bases)) if a == b]",
    because="It uses bases alone. They may be announced in public, because they say nothing about the bits.",
)


def _examine_qber(answer: Any, _rng: np.random.Generator) -> None:
    value = share_of(answer)
    if is_close(value, 0.10):
        return
    concepts = {
        0.05: "that divides by all detected pulses; the QBER counts among the sifted bits only.",
        0.20: "Eve picks the wrong basis for half of what she reads, but is a wrong basis always an error?",
        0.40: "Eve does not spoil every bit she reads; with Alice's basis she spoils none.",
    }
    for wrong, concept in concepts.items():
        if is_close(value, wrong):
            raise NotYet(concept)
    raise NotYet(f"{value:g} is not the QBER. Follow one intercepted photon whose bit is kept in sifting.")


INTERCEPTED_QBER = Exercise(
    name="the QBER when Eve reads 40 % of the photons",
    examine=_examine_qber,
    hints=(
        "Look at the sifted bits alone: Alice and Bob used the same basis.",
        "Eve does not know that basis. How often does she pick the other one?",
        "After a measurement in the other basis, how often does Bob read Alice's bit?",
    ),
    answer="0.40 × 1/2 × 1/2 = 0.10",
    because=(
        "Eve picks the wrong basis for half of the photons she reads, and then half of Bob's bits are wrong."
    ),
    wrong=(
        Misconception(point="wrong_basis", answer=0.20),
        Misconception(point="denominators", answer=0.05),
    ),
)

# ---- what became of the wish -------------------------------------------------------------------------------

CHOSEN_KEY = Choice(
    name="can a key be chosen?",
    question="Alice wants the shared key to be the bits of her wish. Which of these is true?",
    options=(
        Option(
            text="She sends her message as the bits, and Bob reads it",
            feedback=(
                "About half of the bits vanish in sifting, more in the fibre, and she cannot know "
                "which. What is left is no message. Look at your wish above."
            ),
            point="message",
        ),
        Option(
            text="She sends it twice, so that nothing is missing",
            feedback="Then Eve gets two photons of each bit, and a key that somebody chose can be guessed.",
        ),
        Option(
            text="She cannot: the key is what chance leaves",
            feedback=(
                "Chance chooses the bits, the bases, and the photons that arrive. The message comes "
                "afterwards: it is encrypted with the key and sent over an ordinary line."
            ),
        ),
    ),
    right=2,
    hints=(
        "Compare your wish with the key above: which bits are missing?",
        "Could Alice have known before which of them would be kept?",
        "A message needs every bit in its place. A key only needs to be the same at both ends, and secret.",
    ),
    because="Which bits are kept depends on Bob's bases and on the photons that arrive. Nobody chooses them.",
)

# ---- what a lost photon costs ------------------------------------------------------------------------------

LOST_PHOTONS = Choice(
    name="what a lost photon costs",
    question="A longer fibre loses twice as many photons. Eve is not there. What becomes of the QBER?",
    options=(
        Option(
            text="It doubles: every lost photon is an error",
            feedback=(
                "A photon that does not arrive makes no click and so no bit. It is not in the sifted "
                "key, neither right nor wrong."
            ),
            point="loss_is_error",
        ),
        Option(
            text="It stays as it is, and the key gets shorter",
            feedback=(
                "The QBER counts the wrong bits among those that arrived. Only where so few arrive "
                "that dark counts matter does it rise."
            ),
        ),
        Option(
            text="It falls, as fewer bits can be wrong",
            feedback="Fewer bits are wrong, and fewer are right: the share is the same.",
        ),
    ),
    right=1,
    hints=(
        "Step through the stage again to a lost photon. What does Bob write down?",
        "The QBER is a share. Of which bits?",
        "In the panel, double the length of the fibre: which of the two figures of the bar moves?",
    ),
    because="Loss takes bits away and noise makes bits wrong. They are two things, and both cost key.",
)

# ---- what QKD does against Eve -----------------------------------------------------------------------------

EVE_STAYS = Choice(
    name="does QKD keep Eve out?",
    question="Eve reads every photon, all day long. What does QKD do for Alice and Bob?",
    options=(
        Option(
            text="It stops her: she cannot read the photons",
            feedback="She can, and does. She only cannot do it without a trace.",
            point="prevents",
        ),
        Option(
            text="It tells them, and they have no key all day",
            feedback=(
                "QKD does not prevent listening, it shows it. Eve cannot have the key, but she can "
                "see to it that there is none: a denial of service."
            ),
        ),
        Option(
            text="It mends the key until her errors are gone",
            feedback="At a QBER of 25 % nothing that is left would be secret: the bits are thrown away.",
        ),
    ),
    right=1,
    hints=(
        "Choose *Eve reads every photon* in the panel. What does the verdict say?",
        "Would another try help them while she is still there?",
        "What she read is thrown away. Is there a key?",
    ),
    because=(
        "A tapped key is thrown away, so nothing is betrayed; but as long as Eve is there, there is no key."
    ),
)

# ---- whose errors they are ---------------------------------------------------------------------------------

WHOSE_ERRORS = Choice(
    name="whose errors are they?",
    question="Of 1,000 compared bits 20 are wrong. What do Alice and Bob know?",
    options=(
        Option(
            text="Eve is on the line: without her there are no errors",
            feedback=(
                "Every real line makes errors: detectors click without a photon, axes are not quite "
                "aligned. The quiet line above has some, too."
            ),
            point="any_error",
        ),
        Option(
            text="It is only noise: Eve would make 25 %",
            feedback="She makes 25 % if she reads every photon. If she reads one in thirteen, it is 2 %.",
        ),
        Option(
            text="They cannot tell, so they blame Eve for all of it",
            feedback="Noise and Eve look alike. They shorten the key as if all the errors were hers.",
        ),
    ),
    right=2,
    hints=(
        "Did the quiet line above have a QBER of exactly 0?",
        "What QBER does Eve make if she reads one photon in twenty?",
        "If two causes look alike, which of them must one count with to be safe?",
    ),
    because=(
        "An error says nothing about its cause. Taking all of them for Eve's is the only safe way to count."
    ),
)
