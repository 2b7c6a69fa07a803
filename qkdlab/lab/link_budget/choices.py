"""The questions with choices of the notebooks on loss and on decoys."""

from ..learning.choice import Choice, Option

LOSS_OR_ERROR = Choice(
    name="loss, and errors",
    question="A longer fibre lets through a hundredth of the photons. The detectors have no dark counts. "
    "What do the number of sifted bits and the QBER do?",
    options=(
        Option(
            text="The bits fall to a hundredth, and the QBER rises: lost photons are errors.",
            feedback="A lost photon makes no click, and a pulse without a click is never a bit, neither "
            "right nor wrong. See the two meters in the panel: the clicks fall, the QBER stays.",
            point="loss_is_error",
        ),
        Option(
            text="The bits fall to a hundredth, and the QBER stays.",
            feedback="So it is: loss costs key, and makes no error.",
        ),
        Option(
            text="Both stay: Alice sends as many photons as before.",
            feedback="She sends as many, and fewer arrive. Only what arrives can become a bit.",
        ),
    ),
    right=1,
    hints=(
        "Which pulses do Alice and Bob keep?",
        "What does Bob write down for a pulse in which no detector clicked?",
        "The QBER is a share of the bits that were kept.",
    ),
    because="A pulse without a click is left out. The QBER is a share of the sifted bits alone, and rises "
    "only where clicks come from elsewhere: from dark counts and from other light.",
)

WHO_DID_IT = Choice(
    name="who made the errors?",
    question="Alice and Bob see a QBER of 5.5 % in both bases, on a line that had 0.5 % yesterday, and as "
    "many clicks as ever. Who made the errors?",
    options=(
        Option(
            text="Eve: a line does not change by itself.",
            feedback="Lines do change: a plug that has slipped makes just these errors. In “Noise, or "
            "Eve?” both lines show the same figures.",
            point="any_error",
        ),
        Option(
            text="Noise: Eve makes 25 %.",
            feedback="25 % is what she makes if she reads every photon. If she reads a fifth of them it is "
            "5 %.",
            point="any_error",
        ),
        Option(
            text="Nobody can tell, and it does not matter: either way they are charged to Eve.",
            feedback="So it is: the key is made as much shorter as if all errors were hers.",
        ),
    ),
    right=2,
    hints=(
        "Which figures do Alice and Bob have? Which of them differ between the two lines of “Noise, or Eve?”",
        "If Eve reads a fifth of the photons, which QBER does she make?",
        "What would they do if they knew that it was Eve? And if they knew that it was not?",
    ),
    because="An Eve who reads one photon in five makes 5 %, and so does a receiver that is badly aligned. "
    "The proof does not ask who it was: it takes off the key what Eve could know if she had made every "
    "error.",
)
