"""The guided questions of the link-budget panel: predict, do this, what do you see?"""

from ..learning.choice import Choice, Option

GUIDE = (
    Choice(
        name="where the key ends",
        question="Predict, then press “Sweep the distance”. How does the key rate fall as the fibre gets "
        "longer?",
        options=(
            Option(
                text="Evenly, by the same amount with each kilometre.",
                feedback="The axis of the rate has powers of ten: a straight line there is a constant "
                "factor.",
            ),
            Option(
                text="By the same factor with each kilometre, and then suddenly to nothing.",
                feedback="So it is: loss is a factor, and at the end dark counts are no longer few beside "
                "the photons.",
            ),
            Option(
                text="By the same factor for ever: a long run always gives a key.",
                feedback="At the end of the curve there is no key however long the run. See the tab Errors.",
                point="loss_is_error",
            ),
        ),
        right=1,
        hints=(
            "Look at the numbers on the axis of the rate.",
            "0.2 dB a kilometre means: every 50 km a tenth of the photons is left.",
            "Where the curve drops, look at the QBER in the tab Errors.",
        ),
        because="Loss multiplies the photons by the same factor with each kilometre. Dark counts stay as "
        "many: where they are no longer few beside the photons, the QBER rises and the key ends.",
    ),
    Choice(
        name="what the end is made of",
        question="Choose “Gobby and others, 170 km: too far”, then under More controls make the dark "
        "counts a tenth (about 10⁻⁷). What happens to the end of the curve?",
        options=(
            Option(
                text="It moves out by tens of kilometres.",
                feedback="So it is: ten times fewer dark counts can stand ten times more loss.",
            ),
            Option(
                text="It stays: the fibre sets it.",
                feedback="The fibre alone only makes the key slower. Look where the curve ends now.",
                point="loss_is_error",
            ),
            Option(
                text="The rate at 0 km grows tenfold.",
                feedback="At 0 km dark counts are few beside the photons: there the rate hardly changes.",
            ),
        ),
        right=0,
        hints=(
            "The curve's end is written beside it in the tab Distance.",
            "The key ends where dark counts are no longer few beside the photons.",
            "A factor of ten is 10 dB: how many kilometres of fibre lose 10 dB?",
        ),
        because="10 dB are about 48 km at 0.21 dB/km. The end of a line is set by the noise of the "
        "detectors, not by the fibre alone.",
    ),
    Choice(
        name="photons too many",
        question="Choose “Eve splits photons, no decoys”. She keeps a photon wherever there are two. What "
        "does the QBER show of her?",
        options=(
            Option(
                text="A quarter of the bits are wrong.",
                feedback="She measures no photon before its basis is known, and passes one on untouched.",
                point="single_photons",
            ),
            Option(
                text="It falls: she takes the wrong bits.",
                feedback="She takes photons, not bits: what arrives is as right as before.",
            ),
            Option(
                text="Nothing: it is that of a quiet line.",
                feedback="So it is: that is why multi-photon pulses must be counted as hers.",
            ),
        ),
        right=2,
        hints=(
            "Compare the QBER in the bar with that of the same line without Eve.",
            "Two photons of one pulse carry the same bit.",
            "She reads hers after the bases were announced.",
        ),
        because="Splitting makes no error. Without decoys all pulses with several photons have to be "
        "counted as hers, and this line leaves no key.",
    ),
    Choice(
        name="what decoys see",
        question="Now choose “Eve splits photons, decoys see it”, and look at the tab Clicks. What gives "
        "her away?",
        options=(
            Option(
                text="The error rate of the decoys.",
                feedback="They are as right as the others. Look at how often they click.",
            ),
            Option(
                text="Weak pulses click too seldom beside strong ones.",
                feedback="So it is: she blocks single photons, and weak pulses have hardly anything else.",
            ),
            Option(
                text="Nothing: decoys only mislead her.",
                feedback="She cannot tell decoys from signals. That is why what she does shows in their "
                "counts.",
                point="single_photons",
            ),
        ),
        right=1,
        hints=(
            "The tab Clicks has the gain of each intensity, with and without Eve.",
            "A pulse of two photons looks the same whether it is signal or decoy.",
            "Which intensity has the largest share of single photons?",
        ),
        because="What she lets through goes over a line of hers without loss. So that Bob's clicks stay as "
        "many, she blocks single photons. Then the gain no longer follows the brightness as a line "
        "without Eve would have it.",
    ),
)
