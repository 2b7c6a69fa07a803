"""The questions with choices of the first notebook."""

from ..learning.choice import Choice, Option

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
    because="Which bits are kept depends on both bases and the photons that arrive, and everybody hears it. "
    "So the bits themselves must be drawn at random, too: bits that somebody chose can be guessed.",
)

LOST_PHOTONS = Choice(
    name="what a lost photon costs",
    question="Through a longer fibre half as many photons arrive. Eve is not there. What becomes of "
    "the QBER?",
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

EVE_READS_ALL = Choice(
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
        "Choose “Eve reads every photon” in the panel. What does the verdict say?",
        "Would another try help them while she is still there?",
        "What she read is thrown away. Is there a key?",
    ),
    because=(
        "What she read is thrown away, so nothing is betrayed; but as long as Eve is there, there is no key."
    ),
)

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
