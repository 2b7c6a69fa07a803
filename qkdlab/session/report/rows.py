"""The rows of the report, by what they tell of a session."""

from __future__ import annotations

from ...distillation.estimation.decoys import DecoyEstimate
from ...distillation.estimation.error_rate import QberEstimate
from ...distillation.estimation.witnesses import Witnesses
from ...distillation.outcome import Distillation
from ...distillation.security.finite import FiniteSecurity
from ...link.source import INTENSITY_NAMES
from ...quantum.protocol import Protocol
from ...settings.distillation_settings import DistillationSettings
from ...settings.session_settings import SessionSettings
from ...values import Basis
from ..result import Result
from ..scoring import EveKnowledge
from ..stages import StageEntry
from .format import counted, number, percent, row


def kept_rows(steps: Distillation, protocol: Protocol) -> list[str]:
    """Return the sifted bits by basis and intensity, where these do not play the same part."""
    counts = steps.kept_counts
    by_basis = protocol.kept_because == "same basis" and not protocol.entangled
    if not counts or not by_basis or (len(counts[0]) == 1 and len(protocol.key_announcements) > 1):
        return []
    rows = []
    for basis, kept in enumerate(counts):
        names = INTENSITY_NAMES[: len(kept)] if len(kept) > 1 else ()
        told = ", ".join(f"{name} {number(count)}" for name, count in zip(names, kept, strict=False))
        rows.append(row(f"  in {Basis(basis).name}", number(sum(kept)), told))
    return rows


def corrected(n_corrected: int, settings: DistillationSettings) -> str:
    """Say how many bits were corrected, and how."""
    words = counted(n_corrected, "bits corrected")
    if settings.correction == "ldpc":
        return f"{words} by LDPC codes"
    return words if settings.cascade == "original" else f"{words} by Cascade, {settings.cascade}"


def leak_rows(steps: Distillation, settings: DistillationSettings) -> list[str]:
    """Return what error correction told, and what of it is charged."""
    done, bob = steps.correction, settings.security.charge_bob
    if not done:
        return []
    alice_rows = [row("leaked by parities", number(done.alice_leak), "announced by Alice")]
    bob_rows = [row("leaked by questions", number(done.bob_leak), "at most, by Bob's questions")]
    alone = "Alice's parities alone, as in the textbook"
    if settings.correction == "ldpc":
        told = "parities, checks of frames, disclosed bits"
        alice_rows = [row("leaked by syndromes", number(done.alice_leak), told)]
        bob_rows = [row("leaked by replies", number(done.bob_leak), "at most, by Bob's replies")]
        if done.n_lost:
            alice_rows.append(row("  in lost frames", number(done.n_lost), "all of them announced openly"))
        alone = "Alice's announcements alone"
    charge = "both, the safe count" if bob else alone
    return [*alice_rows, *bob_rows, row("leak charged", number(steps.charged_leak or 0), charge)]


def broken_lines(settings: SessionSettings) -> list[str]:
    """Return what the proof takes for granted and these settings do not give."""
    start = "ε is not claimed" if isinstance(settings.security, FiniteSecurity) else "this leaves aside"
    return [f"            {start}: {words}" for words in settings.broken_assumptions]


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


def stage_rows(entries: tuple[StageEntry, ...], n_pulses: int) -> list[str]:
    """Return what each stage took and left."""
    rows = [f"  {'':<24}{'takes':>13}{'leaves':>13}", f"  {'pulses sent':<24}{'':>13}{number(n_pulses):>13}"]
    return rows + [
        f"  {entry.stage:<24}{number(entry.taken):>13}{number(entry.left):>13}" for entry in entries
    ]


def true_qber_row(result: Result, seen: str) -> list[str]:
    """Return the true error rate, and how it was `seen`, beside an estimate of it."""
    if not result.distillation.estimate:
        return []
    bits = "sifted signal bits" if result.distillation.decoys else "sifted bits"
    return [row("QBER true", percent(result.true_qber), f"of all {bits}{seen}")]


def eve_rows(eve: EveKnowledge) -> list[str]:
    """Return what Eve knows of the bits."""
    rows = [
        row("Eve attacked", number(eve.n_attacked), "of " + counted(eve.n_sifted, "sifted bits")),
        row("Eve knows for certain", number(eve.n_certain), "once the bases are announced"),
        row("Eve guesses right", percent(eve.true_guess_rate), "of the sifted bits"),
    ]
    if eve.n_told is not None:
        told = "of the corrected key"
        if eve.n_told:
            were = "was" if eve.n_told == 1 else "were"
            told += f"; at least {number(eve.n_told)} of its bits {were} told in correction"
        rows.append(row("", percent(eve.true_corrected_guess_rate), told))
    if eve.true_key and eve.true_key.broken:  # a hash of guesses with an error says nothing of what she knows
        made = f"of the {counted(eve.true_key.n_amplified, 'bits of the key')}, by all of her record"
        rows.append(row("Eve knows", number(int(eve.true_key.known)), made))
    elif eve.true_key_guess_rate is not None:
        rows.append(
            row("", percent(eve.true_key_guess_rate), "of the secret key, hashing her guesses as they are")
        )
    return rows


def decoy_rows(decoys: DecoyEstimate) -> list[str]:
    """Return what the decoys say."""
    rows = []
    for name, counts in zip(INTENSITY_NAMES, decoys.counts, strict=False):
        gain = "–" if counts.gain is None else f"{counts.gain:.3e}"
        compared = f"{number(counts.n_detected)} of {number(counts.n_sent)}, QBER {percent(counts.qber)}"
        compared += f" of {number(counts.n_compared)}"
        rows.append(row(f"gain of {name}", gain, compared))
    bounds = decoys.bounds
    rows.append(
        row("single photons", f"{bounds.yield_lower:.3e}", "yield Y₁, at least, leaving chance aside")
    )
    rows.append(row("", percent(bounds.error_upper), "QBER e₁, at most, leaving chance aside"))
    return rows


def witness_rows(found: Witnesses | None) -> list[str]:
    """Return what else the disclosed bits say of Eve."""
    rows = []
    if found and found.phase:
        bits = f"of {counted(found.phase.n_sample, 'bits of the other basis')}, all disclosed"
        rows.append(row("QBER of test bits", percent(found.phase.qber), bits))
    if found and found.phase_error is not None:
        bits = "from the three states, leaving chance aside"
        rows.append(row("phase error", percent(found.phase_error), bits))
    if found and found.chsh:
        bits = f"± {found.chsh.standard_error:.3f}; at most 2 without entanglement"
        rows.append(row("CHSH value S", f"{found.chsh.value:.3f}", bits))
    return rows


def attack_lines(settings: SessionSettings) -> list[str]:
    """Say what is assumed of detectors that Eve steers."""
    if not settings.eavesdropper or settings.eavesdropper.target != "detectors":
        return []
    return ["            assumes detectors that nobody steers from outside, and Eve does"]


def basis_rows(steps: Distillation, protocol: Protocol) -> list[str]:
    """Return what the compared bits say, by the basis in which Bob read them."""
    found, rows = steps.basis_rates, []
    if not steps.estimate:  # too few for a rate that counts, and still worth a look
        rows = [row("compared", *counted(count, told).split(" ", 1)) for told, count in steps.compared]
        if found:
            pooled = QberEstimate(
                n_sample=sum(rate.estimate.n_sample for rate in found),
                n_errors=sum(rate.estimate.n_errors for rate in found),
            )
            rows.append(row("QBER of these", percent(pooled.qber), _counted(pooled)))
    name = "QBER read in" if protocol.kept_because == "conclusive" else "QBER in"
    return rows + [
        row(f"{name} {rate.basis.name}", percent(rate.estimate.qber), _counted(rate.estimate))
        for rate in found
    ]


def _counted(estimate: QberEstimate) -> str:
    low, high = percent(estimate.lower), percent(estimate.upper)
    counts = f"{number(estimate.n_errors)} of {counted(estimate.n_sample, 'compared bits')}"
    return f"{counts}, 95 % interval {low} … {high}"


def alarm_rows(n_alarms: int | None) -> list[str]:
    """Return how often Bob saw bright light."""
    if n_alarms is None:
        return []
    return [row("bright light", number(n_alarms), "of the detected, seen by Bob's monitor")]
