"""The verdict in words: what each reason means, and what only a simulation can add to an accepted key."""

from __future__ import annotations

from ...distillation.outcome import AbortReason
from ...settings.session_settings import SessionSettings
from ...theory.advice import no_pulses_help
from ..key_knowledge import KeyKnowledge
from ..result import Result, Standing
from .format import counted, number

HEADLINES = {
    Standing.ACCEPTED: "KEY ACCEPTED",
    Standing.BROKEN: "ACCEPTED, BUT BROKEN",
    Standing.REJECTED: "KEY REJECTED",
    Standing.TOO_FEW: "NO KEY YET",
}
"""How every report and every panel calls an ending."""

NO_KEY_EVER = "NO KEY HERE"
"""How they call too few where more would not do."""

NO_PULSES_HELP = "Even without Eve, no number of pulses gives a key with these settings."
"""What too few means there."""

EXPLANATIONS = {
    AbortReason.BROKEN_OFF: (
        "A message did not arrive, or made no sense where it did, and the session could not go on. "
        "The bits are thrown away."
    ),
    AbortReason.DETECTOR_ALARM: (
        "Bob's monitor saw far more light than single photons bring: somebody may be steering his detectors. "
        "The bits are thrown away."
    ),
    AbortReason.TOO_FEW_SIFTED_BITS: "Too few bits were left after sifting to say how many are wrong.",
    AbortReason.QBER_TOO_HIGH: (
        "So many wrong bits may mean that Eve knows too much. The bits are thrown away."
    ),
    AbortReason.NO_VIOLATION: (
        "The correlations could have been agreed upon beforehand: the pairs prove nothing. "
        "The bits are thrown away."
    ),
    AbortReason.NO_PROOF: (
        "There are proofs for this protocol on a line with loss (Tamaki and Lütkenhaus 2004, Koashi 2004), "
        "but the laboratory has none built in, so it makes no key."
    ),
    AbortReason.TOO_MANY_ERRORS_TO_CORRECT: (
        "Alice and Bob do not stop at once at this error rate, but error correction takes the whole key, "
        "however long the run."
    ),
    AbortReason.VERIFICATION_FAILED: (
        "Error correction left a difference. The bits are thrown away. The original Cascade fails so by "
        "chance, in up to one run of ten if errors are few: another run will probably do better."
    ),
    AbortReason.TOO_MANY_MULTIPHOTON_PULSES: (
        "Eve could have split a photon off too many of the detected pulses without causing an error. "
        "Decoys tell whether she did; weaker pulses or a shorter line leave her fewer."
    ),
    AbortReason.TOO_FEW_PULSES: (
        "The compared bits show an error rate low enough for a key, but a short run leaves too "
        "much room for chance. "
        "More pulses leave less."
    ),
    AbortReason.NO_SHARED_KEY: (
        "Alice and Bob have no secret left to authenticate what they say: each may be talking to Eve. "
        "The bits are thrown away."
    ),
    AbortReason.KEY_SPENT: (
        "The tags that authenticated this session used up at least as many secret bits as it made. "
        "A longer run makes more."
    ),
    AbortReason.AUTHENTICATION_FAILED: (
        "The tags of what Alice and Bob said and heard do not agree: a message was changed on its way, and "
        "somebody may stand between them. "
        "The bits are thrown away."
    ),
}
"""What each reason means, in plain words."""

SPLIT_OFF = (
    "The decoys show too few single photons among the clicks: somebody may have split photons off, or noise "
    "clicked in their place. The bits are thrown away."
)
"""What too many multi-photon pulses mean where decoys have told how many there are."""


def _explained(result: Result, reason: AbortReason) -> str:
    """Return what the reason means in this session."""
    if result.distillation.decoys and reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES:
        return SPLIT_OFF
    return EXPLANATIONS[reason]


def verdict(result: Result) -> tuple[str, str]:
    """Return the verdict as a headline and one sentence."""
    reason = result.reason
    headline = HEADLINES[Standing.of(reason)]
    if reason is None:
        return headline, f"{counted(result.key_length, 'secret bits')} for Alice and Bob."
    if is_hopeless(result):
        return f"{NO_KEY_EVER}: {reason}", NO_PULSES_HELP
    return f"{headline}: {reason}", _explained(result, reason)


def is_hopeless(result: Result) -> bool:
    """Whether a run was too short to tell, and no length gives a key; not where the line is not known."""
    settings = result.settings
    if not isinstance(settings, SessionSettings) or result.standing is not Standing.TOO_FEW:
        return False
    return no_pulses_help(settings) is not None


def true_verdict(result: Result, settings: SessionSettings, found: KeyKnowledge | None) -> tuple[str, str]:
    """Return the verdict with what only a simulation can see: that Eve knows a key that was accepted.

    `settings` are those of the result, and `found` is what Eve knows of its key; None without Eve or key.
    """
    if not (result.accepted and found and found.broken):
        return verdict(result)
    made = f"{number(found.n_amplified)} that {'was' if found.n_amplified == 1 else 'were'} made"
    some = f"about as much as {number(int(found.known))} of the {made}"
    everything = "it" if result.key_length == 1 else "all of them"
    return HEADLINES[Standing.BROKEN], (
        f"{counted(result.key_length, 'bits')}, accepted as secret; in truth Eve knows "
        f"{everything if found.knows_all else some}. {_failed(settings)}"
    )


def _failed(settings: SessionSettings) -> str:
    """Say which assumption failed."""
    eve = settings.eavesdropper
    if eve is not None and eve.is_bright:
        return "What failed is the assumption that nobody steers Bob's detectors from outside."
    if eve is not None and eve.response(settings.link) is not None:
        return "What failed is the assumption that Bob's detectors are alike whenever light arrives."
    if settings.epsilon is None:
        return (
            "What failed is taking the rates of this run for those of an endless one: no ε is claimed for it."
        )
    return "No assumption is known to have failed: the bounds do, but for a chance of ε."
