"""The questions of the second notebook: what is sent, and why there are two bases."""

from ..learning.choice import Choice, Option

MESSAGE_SENT = Choice(
    name="what QKD delivers",
    question="Alice's first bits were her word. What do Alice and Bob have in common after sifting?",
    options=(
        Option(
            text="The word: QKD sends it in a way that nobody can read.",
            feedback="Half of the bits vanish in sifting, and nobody chooses which. QKD sends no message: "
            "from bits that chance chose it makes a random key, and the message goes another way, "
            "encrypted with it.",
            point="message",
        ),
        Option(
            text="About half of its bits, and nobody chose which: no word, and no good key either.",
            feedback="So it is. Which places are kept is public, so who guesses the word has these bits. A "
            "key has to come from bits that chance chose.",
        ),
        Option(
            text="Nothing: a word that is sent in X is lost.",
            feedback="What is sent in X is kept as well, if Bob measures in X.",
        ),
    ),
    right=1,
    hints=(
        "Look at the column of Alice's bits: which bits of the word are kept?",
        "Who decides which pulses are kept: Alice, Bob, or both bases together?",
        "Both bases are chosen at random, and announced: everybody knows which places are left.",
    ),
    because="Each bit is kept with probability ½, so no message comes through. And bits that say a word "
    "are no secret key, whatever is left of them: Alice has to draw her bits at random.",
)

ONE_BASIS = Choice(
    name="why two bases",
    question="Alice and Bob use Z alone, and Eve measures every photon in Z. What do they find when they "
    "compare?",
    options=(
        Option(
            text="Errors in a quarter of the bits, as always when Eve reads all.",
            feedback="These errors come from photons that Eve measured in the wrong basis. Here there is "
            "no wrong basis.",
        ),
        Option(
            text="No errors, so one basis is enough: the key is secret.",
            feedback="There are no errors, but the key is not secret: Eve reads every bit. With one basis, "
            "everybody may read without a trace. It is the second basis that betrays her.",
            point="one_basis",
        ),
        Option(
            text="No errors, and Eve knows every bit.",
            feedback="In a basis that she knows she reads and sends on without a trace.",
        ),
    ),
    right=2,
    hints=(
        "Switch “Two bases” off in the panel, and be Eve.",
        "A photon that is measured in the basis in which it was prepared does not change.",
        "How does Eve know that basis, if there is only one?",
    ),
    because="Eve's errors come from not knowing the basis. With one basis she knows it.",
)
