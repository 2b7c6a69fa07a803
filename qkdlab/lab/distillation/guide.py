"""The guided questions of the distillation panel: predict, do this, what do you see?"""

from ..learning.choice import Choice, Option

GUIDE = (
    Choice(
        name="what correction tells",
        question="Look at the tab Bits left. What takes most of the sifted bits on this line with 2 % "
        "errors?",
        options=(
            Option(
                text="The errors themselves: 2 % of the bits.",
                feedback="Wrong bits are put right, not taken out. What costs is what has to be said in "
                "public to find them.",
            ),
            Option(
                text="The verification hash.",
                feedback="It takes a few dozen bits.",
            ),
            Option(
                text="What is said in public to correct them, and what Eve may know.",
                feedback="So it is: beside the sample, these two are the long bars.",
            ),
        ),
        right=2,
        hints=(
            "Each bar says what its stage takes.",
            "Finding a wrong bit takes parities, and each parity tells Eve one bit.",
            "Compare “leaked in correction” and “what else Eve may know” with the 2 %.",
        ),
        because="Every announced parity is a bit that Eve has, too. Beside it stands what she may know "
        "from the errors. Both are taken off.",
    ),
    Choice(
        name="equal keys",
        question="Predict, then choose “Eve reads one photon in ten”. After correction the two keys are "
        "equal. Does Eve then know nothing?",
        options=(
            Option(
                text="Yes: the QBER is 0 now.",
                feedback="Correction makes Bob's key Alice's. Eve's knowledge of it stays, and grows with "
                "each parity.",
                point="qber_zero_secure",
            ),
            Option(
                text="No: not until privacy amplification is done.",
                feedback="So it is: see how her bars in the tab Eve fall at the last step alone.",
            ),
            Option(
                text="No, and nothing can be done about it.",
                feedback="What she knows at most is known: a hash makes a shorter key of which she knows "
                "almost nothing.",
            ),
        ),
        right=1,
        hints=(
            "The tab Eve shows how many bits she guesses right after each step.",
            "Does the step “correction” make her bar shorter?",
            "Which step brings it to a coin toss?",
        ),
        because="QBER 0 says that the keys are equal, and nothing of Eve. Only hashing to a shorter key "
        "leaves her with a coin toss.",
    ),
    Choice(
        name="a better code",
        question="Press Reset, predict, then choose LDPC under Correction. What becomes of the key?",
        options=(
            Option(
                text="It gets longer: less is said in public.",
                feedback="So it is: Bob asks no questions, so about half as many bits count against the key.",
            ),
            Option(
                text="It stays: the errors are the same.",
                feedback="The errors are, but not what is told to correct them. Look at “leaked in "
                "correction”.",
                point="eleven_percent",
            ),
            Option(
                text="It gets shorter: LDPC codes leave errors.",
                feedback="Frames that fail are announced, and the hash would find any error left. See the "
                "tab Bits left.",
            ),
        ),
        right=0,
        hints=(
            "Compare “leaked in correction” before and after.",
            "In Cascade Bob's questions count, too.",
            "The bar says what changed; the prediction is answered there.",
        ),
        because="The finite mode charges what both say. Cascade is a dialogue, LDPC codes nearly a "
        "monologue: about half the leak, and a longer key.",
    ),
    Choice(
        name="eleven per cent",
        question="Raise Misalignment step by step. At which QBER does this session stop giving a key?",
        options=(
            Option(
                text="At exactly 11 %: that is a law.",
                feedback="11 % holds for correction at Shannon's limit and an endless run. Look at the "
                "mark in the tab Error rate.",
                point="eleven_percent",
            ),
            Option(
                text="Well below 11 %: correction and the short run cost more.",
                feedback="So it is: here Cascade with both sides charged ends near 4.4 %.",
            ),
            Option(
                text="Only at 25 %, when Eve reads all.",
                feedback="Long before that she may know more than is left.",
                point="eleven_percent",
            ),
        ),
        right=1,
        hints=(
            "The tab Error rate marks where runs as short as this one end.",
            "11 % is where 1 − 2 h(Q) = 0: who corrects at h(Q) exactly?",
            "Try LDPC: the mark moves to nearly 8 %.",
        ),
        because="1 − 2 h(Q) = 0 at 11 % for perfect correction and endless runs. Real correction tells "
        "more, and a short run must allow for chance.",
    ),
)
"""The questions of the distillation panel."""

SAMPLE_GUIDE = (
    Choice(
        name="ten bits",
        question="Eve makes 25 % errors. How often do 10 compared bits show none of them?",
        options=(
            Option(
                text="Never: ten bits are enough.",
                feedback="Look at the first bar: samples without an error.",
                point="small_sample",
            ),
            Option(
                text="About 6 times in 100.",
                feedback="So it is: 0.75 to the power of 10 is 0.056.",
            ),
            Option(
                text="Half of the time.",
                feedback="For that two or three bits would do: 0.75³ is 0.42.",
                point="small_sample",
            ),
        ),
        right=1,
        hints=(
            "Set the slider to 10 and look at the bar at 0 errors.",
            "Each bit looks right with probability 0.75.",
            "All ten look right with probability 0.75¹⁰.",
        ),
        because="0.75¹⁰ = 0.056. A sample of ten misses an Eve who reads everything once in eighteen times.",
    ),
    Choice(
        name="no error, no Eve",
        question="A sample of 5 bits shows no error. What do Alice and Bob know?",
        options=(
            Option(
                text="That nobody listened.",
                feedback="With 5 bits that happens in a quarter of all cases although she reads everything.",
                point="small_sample",
            ),
            Option(
                text="That Eve read at most a fifth.",
                feedback="Five bits say nothing so exact. Draw several samples of 5.",
                point="small_sample",
            ),
            Option(
                text="Little: it could be chance.",
                feedback="So it is: 0.75⁵ is 0.24.",
            ),
        ),
        right=2,
        hints=(
            "Set the slider to 5 and draw several times.",
            "How high is the bar at 0 errors?",
            "0.75⁵ = 0.24.",
        ),
        because="No error in a small sample is weak evidence. How much a sample says is counted, and "
        "security is never rounded up.",
    ),
    Choice(
        name="how the spread shrinks",
        question="Go from 10 to 60 bits. What happens to the error rates that the samples show?",
        options=(
            Option(
                text="They come closer to 25 %.",
                feedback="So it is: the spread of a rate falls with the root of the number of bits.",
            ),
            Option(
                text="They fall: more bits, fewer errors in a hundred.",
                feedback="The rate is Eve's doing, and does not depend on how many bits are compared.",
                point="small_sample",
            ),
            Option(
                text="Nothing: the rate is 25 % in every sample.",
                feedback="Each sample has errors by chance. Look how wide the bars are strewn.",
                point="small_sample",
            ),
        ),
        right=0,
        hints=(
            "Divide the number of errors by the number of bits.",
            "At 10 bits samples reach from 0 to 50 % and more.",
            "At 60 bits most lie between 15 and 35 %.",
        ),
        because="Six times as many bits make the spread about 2.4 times smaller. A good estimate takes "
        "many bits, and each compared bit is lost to the key.",
    ),
)
"""The questions of the panel of samples."""
