"""The guided questions of the link panel: predict, do this, what do you see?"""

from ..learning.choice import Choice, Option

GUIDE = (
    Choice(
        name="what Eve does to the error rate",
        question="Predict, then tick “Eve is on the line”: she reads every photon and sends on what she "
        "read. What becomes of the QBER?",
        options=(
            Option(
                text="It stays as it is: she only reads.",
                feedback="Reading a photon in the wrong basis changes it. Look at the QBER in the bar.",
                point="copy_and_wait",
            ),
            Option(
                text="It rises to about a quarter.",
                feedback="So it is. Her basis is wrong for half of the photons, and half of those then "
                "come out wrong.",
            ),
            Option(
                text="It rises to 100 %.",
                feedback="She takes the right basis for half of the photons, and a wrong basis gives "
                "chance, not always a wrong bit.",
                point="wrong_basis",
            ),
        ),
        right=1,
        hints=(
            "Look at the number called QBER in the bar, before and after.",
            "How often does she choose the basis in which Alice sent?",
            "When her basis is wrong, Bob's bit is a coin toss: count ½ × ½.",
        ),
        because="She reads in the wrong basis half of the time. Then Bob's bit is a coin toss: ½ × ½ = 25 "
        "% of the sifted bits are wrong, and the key is rejected.",
    ),
    Choice(
        name="what a longer fibre does",
        question="Press Reset, then move the fibre from 25 km to 50 km. What does the loss do?",
        options=(
            Option(
                text="More of the bits are wrong, in step with the loss.",
                feedback="A lost photon makes no bit at all. Compare the QBER with the number of bits in "
                "the tab Funnel.",
                point="loss_is_error",
            ),
            Option(
                text="Alice and Bob suspect Eve, and reject the key.",
                feedback="Photons that do not arrive say nothing of Eve: every fibre loses some. Errors "
                "are what counts.",
                point="loss_is_error",
            ),
            Option(
                text="There are fewer bits, and hardly more of them are wrong.",
                feedback="So it is: lost photons make the key shorter, not wrong.",
            ),
        ),
        right=2,
        hints=(
            "There are two numbers to watch: the QBER, and how many bits are detected.",
            "The tab Funnel shows how many pulses were detected.",
            "What can Alice and Bob say of a photon that never came?",
        ),
        because="Loss makes the key shorter. Errors come from noise and from Eve. Only on a very long "
        "line do the dark counts, which are wrong half of the time, count beside the few photons that "
        "arrive.",
    ),
    Choice(
        name="errors, and a key all the same",
        question="Choose the scenario “Eve reads one photon in twenty”. There are errors, and the key is "
        "accepted. Is it safe?",
        options=(
            Option(
                text="Yes: what she can know at most was taken off the key.",
                feedback="So it is: privacy amplification makes the key so much shorter that almost "
                "nothing of hers is left.",
            ),
            Option(
                text="No: Alice and Bob have missed her.",
                feedback="They count all errors as hers, and pay for them. See what the second lamp says.",
                point="any_error",
            ),
            Option(
                text="Yes: the errors were corrected, so she knows nothing.",
                feedback="Correction makes the two keys equal. It takes nothing from Eve, and tells her "
                "more.",
                point="qber_zero_secure",
            ),
        ),
        right=0,
        hints=(
            "The lamp “Eve …” knows what Alice and Bob cannot know.",
            "How many bits are “Reconciled” in the tab Funnel, and how many “Secret”? What takes the rest?",
            "The more errors, the more bits are taken off.",
        ),
        because="From the QBER follows how much she can know at most. So many bits are taken off by "
        "privacy amplification. Few errors cost key; many leave none.",
    ),
    Choice(
        name="few pulses",
        question="Choose the scenario “Too few pulses”. The QBER is low, and still there is no key. Why?",
        options=(
            Option(
                text="Eve must be on the line.",
                feedback="Nobody is: see the second lamp. Nothing was found that would point to her.",
                point="any_error",
            ),
            Option(
                text="From so few compared bits the true error rate may be much higher.",
                feedback="So it is. See how wide the interval is in the tab Error rate.",
            ),
            Option(
                text="The fibre is too long.",
                feedback="It is as long as in “A quiet line”, which gives a key. What differs is how many "
                "pulses were sent.",
            ),
        ),
        right=1,
        hints=(
            "Compare with the scenario “A quiet line”: what is different under More controls?",
            "Look at the interval beside the QBER.",
            "With Pulses sent at 1,000,000 there is a key.",
        ),
        because="A small sample leaves room for chance, and security is never rounded up: the bits are "
        "thrown away. More pulses make the interval narrow.",
    ),
)
"""The questions of the link panel."""

STAGE_GUIDE = (
    Choice(
        name="the other basis",
        question="Press Step until Bob's basis is not Alice's. What becomes of such a photon's bit?",
        options=(
            Option(
                text="It is lost: the photon does not click.",
                feedback="It clicks as well as any other. Look at what Bob reads.",
                point="wrong_basis",
            ),
            Option(
                text="It is always wrong.",
                feedback="Follow a few of them: half of them are right, by chance.",
                point="wrong_basis",
            ),
            Option(
                text="It is a coin toss.",
                feedback="So it is: that is why these bits are thrown away.",
            ),
        ),
        right=2,
        hints=(
            "Choose “All three at once” under “Seen by”.",
            "Compare Bob's bit with Alice's, for several such pulses.",
            "Half of them are right. What is it that is right half of the time?",
        ),
        because="A photon measured in the other basis gives 0 or 1 with equal chance. It says nothing of "
        "Alice's bit, so both throw it away.",
    ),
    Choice(
        name="what is kept",
        question="Which of the pulses that clicked do Alice and Bob keep?",
        options=(
            Option(
                text="Those with equal bits.",
                feedback="They do not know each other's bits: none are said, but for a sample that is "
                "thrown away.",
                point="announcing",
            ),
            Option(
                text="Those with equal bases.",
                feedback="So it is: bases are announced after the photons have arrived, bits are not.",
            ),
            Option(
                text="All of them.",
                feedback="Half were measured in the other basis. Look at the row of kept pulses.",
                point="wrong_basis",
            ),
        ),
        right=1,
        hints=(
            "Look at the public channel: what do they say there?",
            "Bases are told when it is too late to measure in them.",
            "Compare the two bases of a pulse that was kept.",
        ),
        because="Only bases are announced. Where they agree, the bits agree too, if nobody and no "
        "noise touched the photon.",
    ),
    Choice(
        name="where errors come from",
        question="Tick “Eve is on the line”, choose “All three at once” and press “Next error”. What "
        "happened to this photon?",
        options=(
            Option(
                text="Eve read it in the other basis, and sent on what she read.",
                feedback="So it is: half of her bases are wrong, and half of those show.",
            ),
            Option(
                text="It was lost on the way.",
                feedback="A lost photon leaves no bit that could be wrong.",
                point="loss_is_error",
            ),
            Option(
                text="Bob chose the other basis.",
                feedback="Then the pulse would not have been kept.",
                point="wrong_basis",
            ),
        ),
        right=0,
        hints=(
            "“All three at once” stands under “Seen by”: there you see all three bases.",
            "Compare Eve's basis with that of Alice.",
            "What basis does the photon have that she sends on?",
        ),
        because="Her photon is in her basis. Where that is not Alice's, Bob's result is a coin toss, "
        "although his basis is right.",
    ),
)
"""The questions of the photon panel."""
