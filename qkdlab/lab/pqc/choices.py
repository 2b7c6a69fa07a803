"""The questions of the notebook on QKD and post-quantum cryptography, with what to say of each answer."""

from __future__ import annotations

from ..learning import Choice, Option

HARVESTED = Choice(
    name="what a record of today is worth in twelve years",
    question=(
        "Eve records everything today, photons aside, which she does not touch. In year 12 two things "
        "happen: the "
        "problem behind ML-KEM is solved, and Eve learns of a fault of the QKD detectors, of use to who "
        "sends light into them. Whose messages of today does she open then?"
    ),
    options=(
        Option(
            text="Those with keys from ML-KEM, and those with keys from QKD",
            feedback=(
                "Not those of QKD: the fault would have helped her while the key was made. The photons are "
                "gone, "
                "and what was said in public does not hold the key."
            ),
        ),
        Option(
            text="Those with keys from ML-KEM only",
            feedback=(
                "Yes. All that makes the key of ML-KEM crossed the line as data, and data can be kept. For "
                "a key "
                "from QKD she would have had to measure photons then."
            ),
        ),
        Option(
            text="Those with keys from QKD only",
            feedback=(
                "The other way round: a fault of a device is of use while it makes keys; a solved problem "
                "opens "
                "every record."
            ),
        ),
        Option(
            text="None: both were safe when the messages were sent",
            feedback=(
                "A record waits. What is solved later opens what was said before: harvest now, decrypt later."
            ),
        ),
    ),
    right=1,
    hints=(
        "What does Eve have on her disk of each of the two exchanges?",
        "The key exchange of ML-KEM is a public key and a ciphertext: both are data, and she has both.",
        "Of QKD she has the public messages, but no photon. Does a fault in year 12 change what she "
        "measured in year 0?",
    ),
    because=(
        "A solved problem opens the past; a faulty device opens the future, until it is mended. So QKD "
        "keeps what "
        "was recorded, and PQC is mended by a new program."
    ),
)

KEYS_RUN_OUT = Choice(
    name="the keys run out",
    question=(
        "From now on Eve intercepts every photon on the quantum line, day and night. What becomes of the "
        "encrypted "
        "traffic between Alice and Bob?"
    ),
    options=(
        Option(
            text="Nothing changes: by the laws of physics nobody can intercept the photons",
            feedback=(
                "She can. Physics lets the errors show, it does not keep her hands off the fibre. QKD "
                "detects "
                "eavesdropping; it does not prevent it."
            ),
            point="prevents",
        ),
        Option(
            text="She reads the traffic until Alice and Bob notice her",
            feedback=(
                "A key of a session with her is not used: it is thrown away before anything is "
                "encrypted with it. And keys from before are as secret as ever."
            ),
        ),
        Option(
            text="No new keys come; the stored ones are used up; then it stops, or goes on without QKD",
            feedback=(
                "Yes. That is denial of service, and cutting the fibre does the same. What happens then is a "
                "matter of policy, not of physics."
            ),
        ),
    ),
    right=2,
    hints=(
        "What is the QBER if she measures every photon in a basis of her choice?",
        "Above the limit the session ends without a key. And the next one?",
        "Keys in store are used up and none comes in: what do the encryptors of notebook 09 do then?",
    ),
    because=(
        "QKD turns eavesdropping into denial of service: she learns nothing, and neither have Alice and Bob "
        "anything new to encrypt with."
    ),
)

WHO_ANSWERS = Choice(
    name="QKD without any secret at the start",
    question=(
        "Somebody sells QKD: 'No passwords, no certificates, no secrets to bring along. You switch it on, "
        "and "
        "physics sees to the rest.' What do you say?"
    ),
    options=(
        Option(
            text="True: a low QBER proves that the photons came from Alice",
            feedback=(
                "It proves that there was little noise between Bob and whoever sent them. Eve in the "
                "middle makes a key with each of the two, at the QBER of an honest line. Only authentication "
                "tells who is there."
            ),
            point="authentication",
        ),
        Option(
            text=(
                "False: the public messages must be authenticated, with a secret shared beforehand or a "
                "signature"
            ),
            feedback=(
                "Yes. With a short secret QKD makes more secret from it; with a signature of PQC its "
                "problem must "
                "hold only until the session is over."
            ),
        ),
        Option(
            text="False: the public messages must be encrypted, or Eve learns the bases",
            feedback=(
                "The bases may be known to all, once the photons are measured. What must not happen is that "
                "somebody changes the messages, or answers in another's name."
            ),
        ),
    ),
    right=1,
    hints=(
        "How does Bob know that the voice on the public line is Alice's?",
        "The cell above ran the man in the middle twice. What was switched on when he was stopped?",
        "A tag on each message under a shared secret, or a signature, says who spoke. Light does not.",
    ),
    because=(
        "No kind of key agreement says by itself who is at the other end, neither QKD nor ML-KEM. It is "
        "the first "
        "assumption in the table, in all three columns."
    ),
)

MIDDLE_NODE = Choice(
    name="who can read a key over a node",
    question=(
        "Two cities are 300 km apart. A network joins them by QKD over two nodes between. 'Quantum-safe "
        "from end to "
        "end', says the leaflet. Who can read the key?"
    ),
    options=(
        Option(
            text="Nobody but the two ends: a node passes the photons on, as a repeater does",
            feedback=(
                "A node of this kind measures the photons and makes a key with each neighbour. It must "
                "have the "
                "relayed key in the clear to pass it on: it is trusted because it could read it."
            ),
            point="trusted_node",
        ),
        Option(
            text="Each of the two nodes, and whoever breaks into one of them",
            feedback=(
                "Yes. So there are guards at the nodes, or several ways with a share of the key on each, "
                "or a "
                "hybrid key whose PQC part runs from end to end past all nodes."
            ),
        ),
        Option(
            text="Only both nodes together",
            feedback=(
                "That would be so with shares on separate ways. On one chain every node has the whole key."
            ),
        ),
    ),
    right=1,
    hints=(
        "Can 300 km of fibre be crossed by one QKD link of today's kind? Why are there nodes?",
        "Look at notebook 08 again: what does a node do with the two keys that it shares with its "
        "neighbours?",
        "It opens with one key and seals with the other. What does it hold in between?",
    ),
    because=(
        "Trusted means: its betrayal would do harm. A hybrid key takes that worry away where the PQC part "
        "goes "
        "from end to end."
    ),
)
