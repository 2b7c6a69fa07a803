"""A session as readable text: what was sent, kept, compared, leaked, and the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence

from ...distillation.security.finite import FiniteSecurity
from ..result import Result, Standing
from .format import number, percent, row
from .hints import hints
from .rows import (
    authentication_line,
    basis_rows,
    corrected,
    decoy_rows,
    kept_rows,
    leak_rows,
    stage_rows,
    witness_rows,
)

ASSUMED = "as Alice and Bob take them to be"
"""What is said of the secret bits of a broken key."""


def session_report(
    result: Result,
    verdict: Sequence[str],
    *,
    heading: Sequence[str],
    remarks: Sequence[str],
    alarms: Sequence[str] = (),
    rates: Sequence[str] = (),
    eve: Sequence[str] = (),
    advice: Sequence[str] = (),
) -> str:
    """Return the report of a session, the same for simulated and recorded ones but for what is handed over.

    Parameters
    ----------
    result, verdict
        What to report, and its lines below the secret bits.
    heading
        Lines on what was run.
    remarks
        Lines below those on security: what is assumed.
    alarms, rates, eve
        Rows on bright light, below the estimated QBER, and on what Eve knows.
    advice
        Lines below the hints.
    """
    settings, steps = result.settings, result.distillation
    mode = settings.security.describe(settings.protocol_table.proof, settings.n_finite_intensities)
    lines = [
        *heading,
        f"  security  {mode}",
        f"            {authentication_line(steps)}",
        *remarks,
        "",
        *_stage_lines(result, alarms, rates),
        *eve,
        "",
        *stage_rows(result.ledger, settings.n_pulses),
        "",
        row("secret bits", number(result.key_length), ASSUMED if result.standing is Standing.BROKEN else ""),
        "",
        *verdict,
        *hints(result),
        *advice,
    ]
    return "\n".join(lines)


def _stage_lines(result: Result, alarms: Sequence[str], rates: Sequence[str]) -> list[str]:
    """Return the stages from the pulses to the verified bits."""
    settings, steps = result.settings, result.distillation
    lines = [
        row("pulses sent", number(settings.n_pulses)),
        row("detected", number(result.n_detected), percent(result.n_detected / settings.n_pulses)),
        *alarms,
        row("sifted", number(steps.n_sifted), settings.protocol_table.kept_because),
        *kept_rows(steps, settings.protocol_table),
        row("disclosed", number(steps.n_disclosed), "compared in public, then thrown away"),
    ]
    if steps.estimate:
        low, high = percent(steps.estimate.lower), percent(steps.estimate.upper)
        lines.append(row("QBER estimate", percent(result.qber), f"95 % interval {low} … {high}"))
    lines += rates
    lines += basis_rows(steps, settings.protocol_table)
    lines += witness_rows(steps.witnesses)
    if steps.decoys:
        lines += decoy_rows(steps.decoys)
    if steps.decoy_counts and isinstance(settings.security, FiniteSecurity):
        bounds = settings.security.decoy_bounds(steps.decoy_counts)
        told = "bits of the key from single photons, at least"
        lines.append(row("single photons", number(int(bounds.single)), told))
        lines.append(row("phase error", percent(bounds.phase_error), "of theirs, at most"))
    if steps.correction:
        done = steps.correction
        lines += [
            row("reconciled", number(done.n_bits), corrected(done.n_corrected, settings)),
            *leak_rows(steps, settings),
            row("verified", "yes" if steps.verified else "no", f"{steps.tag_bits}-bit hash compared"),
        ]
    return lines
