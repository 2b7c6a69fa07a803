"""A session as readable text: what was sent, kept, compared, leaked, and the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .distillation.outcome import AbortReason
from .distillation.security import FiniteSecurity
from .link.detector_attacks import DetectorAttack
from .quantum.devices import DeviceSampler
from .quantum.sampling import get_sampler
from .values import Basis

if TYPE_CHECKING:
    from .distillation.decoys import DecoyEstimate
    from .distillation.outcome import Distillation
    from .distillation.witnesses import Witnesses
    from .ledger import LedgerEntry
    from .link import Detector
    from .quantum.protocols import Protocol
    from .recorded_session import RecordedSession, RecordingSettings
    from .result import Result
    from .scoring import EveKnowledge
    from .session import SessionResult
    from .settings import SessionSettings

EXPLANATIONS = {
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
        "The laboratory knows no proof for this protocol on a line with loss, so it makes no key."
    ),
    AbortReason.TOO_MANY_ERRORS_TO_CORRECT: (
        "The error rate is below the limit, but at this rate error correction would announce so much "
        "that no key is left, however long the run."
    ),
    AbortReason.VERIFICATION_FAILED: (
        "Error correction left a difference between the keys. The bits are thrown away."
    ),
    AbortReason.TOO_MANY_MULTIPHOTON_PULSES: (
        "Eve could have split a photon off too many of the detected pulses without causing an error. "
        "Use weaker pulses or a shorter line."
    ),
    AbortReason.TOO_FEW_PULSES: (
        "The error rate is low enough, but a short run leaves too much room for chance. Send more pulses."
    ),
    AbortReason.NO_SHARED_KEY: (
        "Alice and Bob have no secret left to authenticate what they say: each may be talking to Eve. "
        "The bits are thrown away."
    ),
    AbortReason.KEY_SPENT: (
        "The tags that authenticated this session used up at least as many secret bits as it made. "
        "Send more pulses."
    ),
    AbortReason.AUTHENTICATION_FAILED: (
        "The tags of what Alice and Bob said and heard do not agree: somebody stands between them. "
        "The bits are thrown away."
    ),
}
"""What each reason means, in plain words."""

TOO_FEW = frozenset({AbortReason.TOO_FEW_PULSES, AbortReason.TOO_FEW_SIFTED_BITS, AbortReason.KEY_SPENT})
"""The reasons that say nothing against the line: the run was too short to tell."""


def number(value: int) -> str:
    """Return a whole number with its thousands separated.

    >>> number(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def percent(value: float | None) -> str:
    """Return a share as a percentage with two decimals, or a dash if there is none."""
    return "–" if value is None else f"{100 * value:.2f} %"


def verdict(result: Result) -> tuple[str, str]:
    """Return the verdict as a headline and one sentence."""
    if result.accepted:
        return "KEY ACCEPTED", f"{number(result.key_length)} secret bits for Alice and Bob."
    reason = result.reason
    if reason is None:
        raise ValueError("result must have a reason if it was not accepted, got None")
    headline = "NO KEY YET" if reason in TOO_FEW else "KEY REJECTED"
    return f"{headline}: {reason}", EXPLANATIONS[reason]


def _row(name: str, value: str, note: str = "") -> str:
    return f"  {name:<22}{value:>13}" + (f"   {note}" if note else "")


def _charge(bob: bool) -> str:
    return "both, the safe count" if bob else "Alice's parities alone, as in the textbook"


def _kept_rows(steps: Distillation, protocol: Protocol) -> list[str]:
    """Return the sifted bits by basis and intensity, where these do not play the same part."""
    counts = steps.kept_counts
    by_basis = protocol.kept_because == "same basis" and not protocol.entangled
    if not by_basis or (len(counts[0]) == 1 and len(protocol.key_announcements) > 1):
        return []
    rows = []
    for basis, kept in enumerate(counts):
        names = ("signal", "decoy", "vacuum")[: len(kept)] if len(kept) > 1 else ()
        told = ", ".join(f"{name} {number(count)}" for name, count in zip(names, kept, strict=False))
        rows.append(_row(f"  in {Basis(basis).name}", number(sum(kept)), told))
    return rows


def _corrected(n_corrected: int, settings: SessionSettings | RecordingSettings) -> str:
    words = f"{number(n_corrected)} bits corrected"
    if settings.correction == "ldpc":
        return f"{words} by LDPC codes"
    return words if settings.cascade == "original" else f"{words} by Cascade, {settings.cascade}"


def _leak_rows(steps: Distillation, settings: SessionSettings | RecordingSettings) -> list[str]:
    done, bob = steps.correction, settings.security.charge_bob
    if not done:
        return []
    alice_rows = [_row("leaked by parities", number(done.alice_leak), "announced by Alice")]
    bob_rows = [_row("leaked by questions", number(done.bob_leak), "at most, by Bob's questions")]
    charge = _charge(bob)
    if settings.correction == "ldpc":
        told = "parities, checks of frames, disclosed bits"
        alice_rows = [_row("leaked by syndromes", number(done.alice_leak), told)]
        bob_rows = [_row("leaked by replies", number(done.bob_leak), "at most, by Bob's replies")]
        if done.n_lost:
            alice_rows.append(_row("  in lost frames", number(done.n_lost), "all of them announced openly"))
        charge = "both, the safe count" if bob else "Alice's announcements alone"
    return [*alice_rows, *bob_rows, _row("leak charged", number(steps.charged_leak or 0), charge)]


def _memory_rows(settings: SessionSettings) -> list[str]:
    detector = settings.link.detector
    if detector.random_assignment or not detector.afterpulse_probability:
        return []
    return ["            and that no click repeats an earlier bit, as afterpulses do"]


def forgery(epsilon: float | None) -> str:
    """Say how likely a forged transcript passes."""
    return "no ε is claimed for it" if epsilon is None else f"forged with probability {epsilon:.0e} at most"


def authentication_line(steps: Distillation) -> str:
    """Say whether the parties know that they talk to each other."""
    found = steps.authentication
    if not found:
        return "takes for granted that messages are authentic"
    if not found.bits_used:
        return "messages not authenticated: no shared key left"
    if not found.agreed:
        return "messages not authentic: their tags do not agree"
    return f"messages authenticated with {found.bits_used} bits of shared key, {forgery(found.epsilon)}"


def _ledger_rows(entries: tuple[LedgerEntry, ...], n_pulses: int) -> list[str]:
    rows = [f"  {'':<24}{'takes':>13}{'leaves':>13}", f"  {'pulses sent':<24}{'':>13}{number(n_pulses):>13}"]
    return rows + [
        f"  {entry.stage:<24}{number(entry.taken):>13}{number(entry.left):>13}" for entry in entries
    ]


def _eve_rows(eve: EveKnowledge) -> list[str]:
    rows = [
        _row("Eve attacked", number(eve.n_attacked), f"of {number(eve.n_sifted)} sifted bits"),
        _row("Eve knows for certain", number(eve.n_certain), "once the bases are announced"),
        _row("Eve guesses right", percent(eve.true_guess_rate), "of the sifted bits"),
    ]
    if eve.n_told is not None:
        told = "of the corrected key"
        if eve.n_told:
            told += f"; at least {number(eve.n_told)} of its bits were told in correction"
        rows.append(_row("", percent(eve.true_corrected_guess_rate), told))
    if eve.true_key_guess_rate is not None:
        rows.append(
            _row("", percent(eve.true_key_guess_rate), "of the secret key, hashing her guesses as they are")
        )
    return rows


def _decoy_rows(decoys: DecoyEstimate) -> list[str]:
    rows = []
    for name, counts in zip(("signal", "decoy", "vacuum"), decoys.counts, strict=False):
        gain = "–" if counts.gain is None else f"{counts.gain:.3e}"
        compared = f"{number(counts.n_detected)} of {number(counts.n_sent)}, QBER {percent(counts.qber)}"
        compared += f" of {number(counts.n_compared)}"
        rows.append(_row(f"gain of {name}", gain, compared))
    bounds = decoys.bounds
    rows.append(
        _row("single photons", f"{bounds.yield_lower:.3e}", "yield Y₁, at least, leaving chance aside")
    )
    rows.append(_row("", percent(bounds.error_upper), "QBER e₁, at most, leaving chance aside"))
    return rows


def _witness_rows(found: Witnesses | None) -> list[str]:
    rows = []
    if found and found.phase:
        bits = f"of {number(found.phase.n_sample)} bits of the other basis, all disclosed"
        rows.append(_row("QBER of test bits", percent(found.phase.qber), bits))
    if found and found.phase_error is not None:
        bits = "from the three states, leaving chance aside"
        rows.append(_row("phase error", percent(found.phase_error), bits))
    if found and found.chsh:
        bits = f"± {found.chsh.standard_error:.3f}; at most 2 without entanglement"
        rows.append(_row("CHSH value S", f"{found.chsh.value:.3f}", bits))
    return rows


def _attack_lines(settings: SessionSettings) -> list[str]:
    if not isinstance(settings.eavesdropper, DetectorAttack):
        return []
    return ["            assumes detectors that nobody steers from outside, and Eve does"]


def _mismatch_lines(detector: Detector) -> list[str]:
    if detector.mismatch == 1 or detector.random_assignment:
        return []
    return ["            assumes detectors that are alike, which these are not at all times"]


def _alarm_rows(n_alarms: int | None) -> list[str]:
    if n_alarms is None:
        return []
    return [_row("bright light", number(n_alarms), "of the detected, seen by Bob's monitor")]


def session_report(result: SessionResult) -> str:
    """Return the report of a session."""
    settings = result.settings
    sampler = get_sampler(settings.sampler)
    attack = settings.eavesdropper.describe() if settings.eavesdropper else "none"
    mode = settings.security.describe(settings.protocol_table.proof, settings.n_finite_intensities)
    lines = [
        f"{settings.protocol} session, seed {settings.seed}, {sampler.name} sampler",
        f"  link      {settings.link.describe()}",
        f"  Eve       {attack}",
        f"  security  {mode}",
        f"            {authentication_line(result.distillation)}",
        *_attack_lines(settings),
        *_memory_rows(settings),
        *_mismatch_lines(settings.link.detector),
        "",
    ]
    rates = []
    if result.distillation.estimate:
        bits = "sifted signal bits" if result.distillation.decoys else "sifted bits"
        rates.append(("QBER true", percent(result.true_qber), f"of all {bits}; nobody can see it"))
    closed_form = "closed form for these settings"
    if isinstance(sampler, DeviceSampler):
        closed_form += ", without the device's errors"
    rates.append(("QBER expected", percent(result.expected_qber), closed_form))
    alarms = _alarm_rows(result.exchange.n_alarms)
    eve = ["", *_eve_rows(result.eve)] if result.eve else []
    return "\n".join(lines + stage_lines(result, alarms=alarms, rates=rates, eve=eve))


def stage_lines(
    result: SessionResult | RecordedSession,
    *,
    alarms: Sequence[str] = (),
    rates: Sequence[tuple[str, str, str]] = (),
    eve: Sequence[str] = (),
) -> list[str]:
    """Return the stages from the pulses to the verdict, the same for simulated and recorded sessions.

    Parameters
    ----------
    result
        What to report.
    alarms, eve
        Lines on bright light and on what Eve knows.
    rates
        Rows to stand below the estimated QBER: name, value, note.
    """
    settings, steps = result.settings, result.distillation
    lines = [
        _row("pulses sent", number(settings.n_pulses)),
        _row("detected", number(result.n_detected), percent(result.n_detected / settings.n_pulses)),
        *alarms,
        _row("sifted", number(steps.n_sifted), result.settings.protocol_table.kept_because),
        *_kept_rows(steps, result.settings.protocol_table),
        _row("disclosed", number(steps.n_disclosed), "compared in public, then thrown away"),
    ]
    if steps.estimate:
        low, high = percent(steps.estimate.lower), percent(steps.estimate.upper)
        lines.append(_row("QBER estimate", percent(result.qber), f"95 % interval {low} … {high}"))
    lines += [_row(*rate) for rate in rates]
    lines += _witness_rows(steps.witnesses)
    if steps.decoys:
        lines += _decoy_rows(steps.decoys)
    if steps.decoy_counts and isinstance(settings.security, FiniteSecurity):
        bounds = steps.decoy_counts.bounds(settings.security.epsilon_secrecy)
        told = "bits of the key basis from single photons, at least"
        lines.append(_row("single photons", number(int(bounds.single)), told))
        lines.append(_row("phase error", percent(bounds.phase_error), "of theirs, at most"))
    if steps.correction:
        done = steps.correction
        lines += [
            _row("reconciled", number(done.n_bits), _corrected(done.n_corrected, settings)),
            *_leak_rows(steps, settings),
            _row("verified", "yes" if steps.verified else "no", f"{steps.tag_bits}-bit hash compared"),
        ]
    lines += eve
    headline, sentence = verdict(result)
    lines += ["", *_ledger_rows(result.ledger, settings.n_pulses)]
    lines += ["", _row("secret bits", number(result.key_length)), "", headline, sentence]
    return lines
