"""The guided questions of the network panel: predict, do this, what do you see?"""

from ..learning.choice import Choice, Option

GUIDE = (
    Choice(
        name="who else knows the key",
        question="Ring of five: A and C have a key over B. Look at the map and at the tab The key: who knows "
        "it?",
        options=(
            Option(
                text="A and C alone: it is quantum cryptography.",
                feedback="Every trusted node on the way has the key in clear. See the little key beside B.",
                point="trusted_node",
            ),
            Option(
                text="A, C, and B, who passes it on.",
                feedback="So it is: that is why B is called a trusted node.",
            ),
            Option(
                text="Everybody on the ring.",
                feedback="D and E see nothing of it: the key does not pass there.",
            ),
        ),
        right=1,
        hints=(
            "A small key stands beside every node that knows the key.",
            "B decrypts with one link key and encrypts with the next.",
            "The tab Relay shows it bit by bit.",
        ),
        because="A trusted node is no repeater: it holds the key in clear. Compromise it, and every key "
        "that passes is exposed.",
    ),
    Choice(
        name="a traitor",
        question="Ring of five: predict, then choose B on the map and “Compromise”. Do A and C notice "
        "anything?",
        options=(
            Option(
                text="No: the key comes as before, and the attacker has it.",
                feedback="So it is: only we see it. Neither rate nor errors tell.",
            ),
            Option(
                text="Yes: the QBER rises.",
                feedback="B does its work as before. Nothing on the fibres changes.",
                point="trusted_node",
            ),
            Option(
                text="No key comes any more.",
                feedback="B passes keys on as before; it only tells them to somebody else.",
                point="prevents",
            ),
        ),
        right=0,
        hints=(
            "Compare the key rate before and after.",
            "See what the second lamp says.",
            "The tab The key has the attacker's equation.",
        ),
        because="What a node does with the keys it sees leaves no trace on any fibre. That nodes are "
        "trusted is an assumption.",
    ),
    Choice(
        name="two ways",
        question="Ring of five: with B compromised, choose “two disjoint paths, XOR shares” under “Key goes "
        "over”. Does the attacker at B still have the key?",
        options=(
            Option(
                text="Yes: B is still on a way.",
                feedback="B holds one share alone, and one share says nothing of the key.",
                point="trusted_node",
            ),
            Option(
                text="No: keys go round B now.",
                feedback="One way still goes over B; see the numbers 1 and 2 on the map.",
            ),
            Option(
                text="No: the key is the XOR of two shares, and B sees one.",
                feedback="So it is: an attacker would need a node on each way.",
            ),
        ),
        right=2,
        hints=(
            "Two ways are drawn, with numbers.",
            "The tab Relay shows the two shares.",
            "With S = S₁ ⊕ S₂, what does S₁ say of S?",
        ),
        because="The key is split into shares that go over ways without a common node. It costs key on "
        "both, and holds while no attacker sits on each of them.",
    ),
    Choice(
        name="Eve on a fibre",
        question="Ring of five: undo all attacks, take one path. Predict, then choose the fibre A–B and “Let "
        "Eve listen”. What does she get?",
        options=(
            Option(
                text="The key of A and C.",
                feedback="The sessions on A–B abort: no bit was made there while she listened.",
                point="prevents",
            ),
            Option(
                text="Nothing, and nothing changes.",
                feedback="QKD notices her and does not keep her out: the fibre is lost while she is there.",
                point="prevents",
            ),
            Option(
                text="Nothing, but that fibre makes no more keys.",
                feedback="So it is: she cannot read, but she can stop. The key goes the other way round.",
            ),
        ),
        right=2,
        hints=(
            "Look at the way of the key before and after.",
            "What stands beside the fibre A–B now?",
            "What if she listened on E–A, too?",
        ),
        because="QKD shows that somebody listens; it does not stop them. A ring has a second way; with "
        "both ways hit, only stored keys are left.",
    ),
)
