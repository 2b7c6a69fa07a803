"""The questions with a choice of the notebook on bits and qubits."""

from ..learning.choice import Choice, Option

HALF_PHOTON = Choice(
    name="one photon at a filter",
    question="Light at 45° meets a filter at 0°. Half of the light passes. What happens to one photon?",
    options=(
        Option(
            text="Half of the photon passes",
            feedback="A detector never clicks half. A photon is not divided: it passes whole or not at all.",
        ),
        Option(
            text="It passes or it is stopped, each with a chance of ½",
            feedback="Half of the light is then half of very many photons.",
        ),
        Option(
            text="It passes, but with half of its energy",
            feedback="Then it would have another colour behind the filter. What passes has all its energy.",
        ),
    ),
    right=1,
    hints=(
        "Look at the clicks in the panel: is there ever a click of half height?",
        "What is halved is the number of photons.",
        "For one photon the law of Malus is a probability.",
    ),
    because="The law of Malus says how much light passes, and for one photon how likely it passes.",
)

MEASURED_TWICE = Choice(
    name="measured twice",
    question="A photon in |+⟩ is measured in Z. Detector 1 clicks. It is then measured in X. What comes out?",
    options=(
        Option(
            text="Detector 0 of X for sure: it was |+⟩",
            feedback="It was. After the measurement in Z it is |1⟩, and |+⟩ is gone for good.",
        ),
        Option(
            text="Half and half: after the first measurement it is |1⟩",
            feedback="A measurement leaves the photon in the state that was found.",
        ),
        Option(
            text="Nothing: a photon that was measured in the wrong basis is lost",
            point="wrong_basis",
            feedback="It is not lost: it clicks again, at random. What is gone is the bit that it carried "
            "in X.",
        ),
    ),
    right=1,
    hints=(
        "Try it in the panel: State |+⟩, measure in Z, then again in X.",
        "Which state is the photon in after detector 1 of Z has clicked?",
        "How does |1⟩ behave in X?",
    ),
    because="After the click the photon is |1⟩, and |1⟩ in X is a coin toss.",
)

UNKNOWN_BIT = Choice(
    name="what a superposition is",
    question="What is true of a photon in the state |+⟩?",
    options=(
        Option(
            text="Its bit in Z is 0 or 1, and we only do not know which",
            point="superposition",
            feedback="That is the coin. A photon that is |0⟩ or |1⟩ gives half and half in X, and |+⟩ "
            "never gives detector 1 there. So |+⟩ has no bit in Z before it is measured.",
        ),
        Option(
            text="In X its result is sure, and in Z it has no bit before it is measured",
            feedback="A superposition in one basis is a sure state in another.",
        ),
        Option(
            text="It is |0⟩ and |1⟩ in turn, very quickly",
            point="superposition",
            feedback="Then, too, it would be |0⟩ or |1⟩ when it meets the filter of X, and half of the "
            "clicks would be in detector 1. None are.",
        ),
    ),
    right=1,
    hints=(
        "What did the boxes of both kinds show in Z, and what in X?",
        "Which of the answers would also be true of the coin?",
        "|+⟩ never gives detector 1 in X.",
    ),
    because="In Z nothing tells |+⟩ from a coin; in X everything does. The phase between |0⟩ and |1⟩ is "
    "real.",
)

CNOT_COPY = Choice(
    name="copy and wait",
    question="Eve copies each photon with a CNOT, keeps one half, and waits until the bases are announced. "
    "What does she have of a photon that was |+⟩?",
    options=(
        Option(
            text="A copy of |+⟩, which she measures in X when she knows the basis",
            point="copy_and_wait",
            feedback="Neither half is |+⟩ any more. In X each of them is a coin toss, so she learns "
            "nothing of what Alice sent, and Bob gets a wrong bit half of the time.",
        ),
        Option(
            text="Half of an entangled pair: in X it tells her nothing of Alice's bit, and Bob's is spoiled",
            feedback="The CNOT copies 0 and 1, and nothing between. In X her half agrees with Bob's, and "
            "both are coin tosses: neither knows what Alice sent.",
        ),
        Option(
            text="Nothing, and the photon goes on to Bob unharmed",
            point="copy_and_wait",
            feedback="She learns nothing of Alice's bit in X, that is true. But the CNOT has touched the "
            "photon: Bob's clicks in X are half and half now.",
        ),
    ),
    right=1,
    hints=(
        "Write |+⟩ as a sum of |0⟩ and |1⟩. |00⟩ means that both qubits are |0⟩. What does the CNOT make of "
        "each part?",
        "You get (|00⟩ + |11⟩)/√2. Two copies would be |+⟩|+⟩, which has four parts.",
        "Look at the counts: how often does each half still look like |+⟩?",
    ),
    because="A CNOT makes (|00⟩ + |11⟩)/√2 of |+⟩|0⟩. No machine copies both |0⟩ and |+⟩.",
)
