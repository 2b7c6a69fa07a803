"""The questions with choices of the notebook on encryptors."""

from ..learning.choice import Choice, Option

EVE_STAYS = Choice(
    name="Eve stays on the quantum link",
    question="Eve listens to every photon and does not go away. The encryptors change keys every few "
    "seconds. What does she reach?",
    options=(
        Option(
            text="Nothing: QKD keeps her out, and keys are made as before.",
            feedback="QKD keeps nobody out. It notices her and throws the keys away: no new ones come. See "
            "the stored keys in the panel while she listens.",
            point="prevents",
        ),
        Option(
            text="She reads the traffic from then on.",
            feedback="The traffic goes on under keys that were made before she came, and these she does "
            "not know.",
        ),
        Option(
            text="She reads nothing, but the store of keys runs dry.",
            feedback="So it is: she can deny a key, and not learn it.",
        ),
    ),
    right=2,
    hints=(
        "What becomes of a session in which Eve reads every photon?",
        "Where do the encryptors get keys from while no session ends with one?",
        "What happens when the last stored key has been used up is what the policy says.",
    ),
    because="Who taps the fibre, or cuts it, stops new keys: a denial of service. Stored keys carry the "
    "traffic for a while; then the policy decides whether it stops, waits, or goes on without QKD.",
)
