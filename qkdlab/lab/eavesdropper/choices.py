"""The questions with choices of the notebook on eavesdroppers."""

from ..learning.choice import Choice, Option

COPY_AND_WAIT = Choice(
    name="a copy that waits",
    question="Eve ties a qubit of her own to each photon with a CNOT, lets the photon go on, and reads her "
    "qubit only when the bases are known. What do Alice and Bob see?",
    options=(
        Option(
            text="Nothing: as long as she has read nothing, she has disturbed nothing.",
            feedback="Look at the tab Errors. Half of the X bits are wrong, whenever she reads her qubit, "
            "and even if she never does: a photon that is tied to a second qubit is no longer in the state "
            "that Alice sent.",
            point="copy_and_wait",
        ),
        Option(
            text="Errors in Z bits, as Z is the basis in which she copies.",
            feedback="A CNOT copies Z bits exactly and leaves them as they were: no Z bit is wrong.",
        ),
        Option(
            text="No error in Z bits; half of the X bits are wrong.",
            feedback="So it is: 0 % in Z, 50 % in X, and 25 % of all sifted bits.",
        ),
        Option(
            text="A quarter of the bits wrong in either basis.",
            feedback="A quarter is the average over both bases. The tab Errors has each by itself.",
        ),
    ),
    right=2,
    hints=(
        "What does a CNOT do to a photon in |0⟩, and what to one in |1⟩?",
        "A photon in |+⟩ is |0⟩ and |1⟩ in equal parts: after the CNOT both qubits are 0, or both are 1.",
        "Of such a pair, one qubit alone shows in X a coin toss.",
    ),
    because="The CNOT makes of |+⟩ a pair that is 00 and 11 in equal parts. Bob's half of it gives in X a "
    "coin toss. So a copy in Z does to X bits what a measurement in Z does to them.",
)
