"""The guided questions of the eavesdropper panel: predict, do this, what do you see?"""

from ..learning.choice import Choice, Option

GUIDE = (
    Choice(
        name="one basis alone",
        question="Predict, then choose “Eve measures in Z only”. In which basis do Alice and Bob see errors?",
        options=(
            Option(
                text="In both alike.",
                feedback="She leaves photons that were sent in Z as they are. Open the tab Errors.",
            ),
            Option(
                text="In none: she knows the basis.",
                feedback="She knows it for half of the photons alone; the others were sent in X.",
                point="one_basis",
            ),
            Option(
                text="In X only.",
                feedback="So it is: in Z she reads without a trace, in X half of the bits come out wrong.",
            ),
        ),
        right=2,
        hints=(
            "The tab Errors has the error rate of each basis.",
            "What does a measurement in Z do to a photon that was prepared in Z?",
            "And to one prepared in X? Its Z result is a coin toss, and so is what she sends on.",
        ),
        because="In Z she reads all and disturbs nothing; in X she knows nothing and half of the bits are "
        "wrong. Only because Alice uses both bases is she seen.",
    ),
    Choice(
        name="a copy that waits",
        question="Choose “Eve copies and waits”: a CNOT copies each photon to her probe, which she reads "
        "once the bases are announced. Is she unseen?",
        options=(
            Option(
                text="Yes: she only copied.",
                feedback="A CNOT copies Z states alone. On X states it entangles her probe with the "
                "photon: look at the tab Errors.",
                point="copy_and_wait",
            ),
            Option(
                text="No: half of the X bits are wrong.",
                feedback="So it is: what she learns in Z she pays for in X.",
            ),
            Option(
                text="No: all bits are wrong.",
                feedback="In Z there is no error at all.",
            ),
        ),
        right=1,
        hints=(
            "Compare the two bases in the tab Errors.",
            "In the tab Circuit an Ry of 180° with a dot does what the CNOT does. Let Alice send X.",
            "When the bases are announced, the photon has passed her. Can she undo what she did to it?",
        ),
        because="No cloning: a copy that works for both bases does not exist. Over both bases a quarter "
        "of the bits are wrong, as if she had measured.",
    ),
    Choice(
        name="how many bits to compare",
        question="Press Reset and look at the tab Detection. She makes 25 % errors. How many compared bits "
        "miss her less than once in a million?",
        options=(
            Option(
                text="About 50.",
                feedback="So it is: 0.75⁴⁹ is below one in a million.",
            ),
            Option(
                text="About a million.",
                feedback="Each compared bit shows her with probability ¼: the chance to miss her is 0.75 "
                "to the number of bits.",
                point="small_sample",
            ),
            Option(
                text="Two or three.",
                feedback="Three bits miss her with probability 0.75³, which is 42 %.",
                point="small_sample",
            ),
        ),
        right=0,
        hints=(
            "Every compared bit has a chance of 0.75 to look right.",
            "All n look right with probability 0.75ⁿ.",
            "Where does the curve in the tab Detection cross one in a million?",
        ),
        because="0.75ⁿ < 10⁻⁶ from n = 49 on. That is to see her; to know the error rate well takes far "
        "more bits.",
    ),
    Choice(
        name="a broken key",
        question="Choose “Eve blinds the detectors”. Alice and Bob see hardly an error and accept the key. "
        "What went wrong?",
        options=(
            Option(
                text="Nothing: a low QBER means a secure key.",
                feedback="Look at the second lamp: she knows the key.",
                point="qber_zero_secure",
            ),
            Option(
                text="A photon can be copied after all.",
                feedback="She copies nothing: with bright light she makes Bob's detectors say what she "
                "wants.",
            ),
            Option(
                text="The detectors are not what the proof takes them to be.",
                feedback="So it is: the assumption failed, not the physics.",
            ),
        ),
        right=2,
        hints=(
            "What does the first lamp say has failed?",
            "She sends bright light, which makes a detector click or not as she likes.",
            "The proof assumes that nobody steers Bob's detectors.",
        ),
        because="Security holds under assumptions. Blinding breaks the one about the detectors, and no "
        "QBER can show it. A monitor for bright light does.",
    ),
)
