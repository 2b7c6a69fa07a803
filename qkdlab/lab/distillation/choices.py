"""Questions of the notebooks on distillation about what a number says of Eve, with answers to choose from."""

from __future__ import annotations

from ..learning.choice import Choice, Option

ANY_ERROR = Choice(
    name="what two per cent of errors say about Eve",
    question="Alice and Bob find 2 % errors in their sample. What may they say about Eve?",
    options=(
        Option(
            text="She has listened: without her there are no errors.",
            feedback="In this notebook nobody listened, and the line made all errors by itself. Errors do "
            "not say who made them.",
            point="any_error",
        ),
        Option(
            text="She has not listened: 2 % is far below the limit.",
            feedback="If she measures 8 % of the photons, a quarter of those bits is wrong, and that makes "
            "2 %. Few errors do not say that nobody listened.",
            point="any_error",
        ),
        Option(
            text="Nothing. They count all errors as hers, and make the key shorter by what she may know.",
            feedback="Nobody can tell her errors from the line's. So the line pays for all of them, and "
            "the key is safe either way.",
        ),
        Option(
            text="She knows 2 % of the key.",
            feedback="To make 2 % of errors she may have measured 8 % of the photons. What she may know at "
            "the most is h(2 %), 14 % of each bit.",
        ),
    ),
    right=2,
    hints=(
        "What made the errors in the run of this notebook? Look at the line 'Eve' of its report.",
        "Eve at 8 % of the photons also makes 2 % of errors. Could the two of them see the difference?",
        "They cannot. What do you assume if you want to be on the safe side?",
    ),
    because="Errors do not say who made them. A key is safe if all of them are counted as Eve's.",
)

EQUAL_KEYS = Choice(
    name="what equal keys say about Eve",
    question="Errors are corrected, and the hashes agree: the keys are equal, the QBER is 0 now. Are they "
    "secret?",
    options=(
        Option(
            text="Yes: with Eve there would be errors.",
            feedback="The errors were there and have been corrected; she keeps what she read. Correction "
            "even told her thousands of parities. What says something about her is the QBER before "
            "correction.",
            point="qber_zero_secure",
        ),
        Option(
            text="Not yet: what she may have read, and what correction told, must be taken off.",
            feedback="Both are counted, and hashing to a shorter key takes them off.",
        ),
        Option(
            text="No, and they never will be: she has heard the hash.",
            feedback="The hash told some dozens of bits of what the keys are. They are counted, and taken "
            "off with the rest.",
        ),
    ),
    right=1,
    hints=(
        "What did Eve read before correction? Has she forgotten it?",
        "And what was said aloud during correction? See the line 'leaked' of the report.",
        "Equal and secret are two things. Which step makes the key secret?",
    ),
    because="Correction makes keys equal. Secret they become by hashing to as many bits as Eve cannot know.",
)

PERFECT_LINKS = Choice(
    name="what the error rate says of a man in the middle",
    question="Eve has cut the fibre and the telephone. She plays Bob to Alice and Alice to Bob, and nobody "
    "checks who is speaking. What do Alice and Bob find?",
    options=(
        Option(
            text="Errors of 25 %: she has to measure every photon.",
            feedback="She need not pass photons on. She makes one key with Alice and another one with Bob, "
            "over two perfect links, and no error appears. Quantum physics shows who listens on a line; "
            "only authentication shows who is at its end.",
            point="authentication",
        ),
        Option(
            text="Errors of 50 %: Alice's bits and Bob's have nothing to do with each other.",
            feedback="They have not. But Alice compares hers with Eve, and Bob his with Eve: nobody "
            "compares Alice's with Bob's. Without authentication they cannot even ask.",
            point="authentication",
        ),
        Option(
            text="No error, and a key each. Eve has both keys.",
            feedback="Both links are perfect. Only authentication shows her: tags under a secret, or "
            "signatures with a key, that she does not have.",
        ),
    ),
    right=2,
    hints=(
        "With whom does Alice compare her sample?",
        "Eve is a perfectly honest Bob to Alice, and a perfectly honest Alice to Bob.",
        "How many errors does an honest partner on a perfect link make?",
    ),
    because="The QBER says something about the line. Who is at its other end, authentication says.",
)
