"""The questions of the second notebook: what is sent, and why there are two bases."""

from ..learning.choice import Choice, Option

MESSAGE_SENT = Choice(
    name="what QKD delivers",
    question="Alice's first bits were her word. What do Alice and Bob have in common after sifting?",
    options=(
        Option(
            text="The word: QKD sends it in a way that nobody can read.",
            feedback="No. Half of the bits vanish in sifting, and nobody chooses which. QKD sends no "
            "message: it makes a "
            "random key, and the message goes another way, encrypted with that key.",
            point="message",
        ),
        Option(
            text="About half of the bits, and nobody chose which: a random key.",
            feedback="Yes. It is of no use as a word, and that does no harm: a key has to be random.",
        ),
        Option(
            text="Nothing: a word that is sent in X is lost.",
            feedback="No. What is sent in X is kept as well, if Bob measures in X.",
        ),
    ),
    right=1,
    hints=(
        "Look at the row of the word in your table: which of its bits are kept?",
        "Who decides which pulses are kept: Alice, Bob, or both bases together?",
        "Both choose at random, so nobody can choose what is left.",
    ),
    because="Each bit is kept with probability ½, by chance. What is left is a key and no message.",
)

ONE_BASIS = Choice(
    name="why two bases",
    question="Alice and Bob use Z alone, and Eve measures every photon in Z. What do they find when they "
    "compare?",
    options=(
        Option(
            text="Errors in a quarter of the bits, as always when Eve reads all.",
            feedback="No. These errors come from photons that Eve measured in the wrong basis. Here there "
            "is no wrong "
            "basis.",
        ),
        Option(
            text="No errors, so one basis is enough: the key is secret.",
            feedback="No errors, but the key is not secret: Eve reads every bit. With one basis, "
            "everybody may read "
            "without a trace. It is the second basis that betrays her.",
            point="one_basis",
        ),
        Option(
            text="No errors, and Eve knows every bit.",
            feedback="Yes. In a basis that she knows she reads and sends on without a trace.",
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
