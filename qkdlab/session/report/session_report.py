"""A session as readable text: what was sent, kept, compared, leaked, and the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...distillation.security.finite import FiniteSecurity
from ...quantum.devices import DeviceSampler
from ...quantum.sampling import get_sampler
from .format import number, percent, row
from .hints import hints
from .rows import (
    alarm_rows,
    attack_lines,
    authentication_line,
    basis_rows,
    broken_lines,
    corrected,
    decoy_rows,
    eve_rows,
    kept_rows,
    leak_rows,
    ledger_rows,
    witness_rows,
)
from .verdict import true_verdict

if TYPE_CHECKING:
    from ...recorded.session import RecordedSession
    from ..session import SessionResult


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
        *attack_lines(settings),
        *broken_lines(settings),
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
    alarms = alarm_rows(result.exchange.n_alarms)
    eve = ["", *eve_rows(result.eve)] if result.eve else []
    stages = stage_lines(result, alarms=alarms, rates=rates, eve=eve)
    return "\n".join([*lines, *stages, "", *true_verdict(result), *hints(result)])


def stage_lines(
    result: SessionResult | RecordedSession,
    *,
    alarms: Sequence[str] = (),
    rates: Sequence[tuple[str, str, str]] = (),
    eve: Sequence[str] = (),
) -> list[str]:
    """Return the stages from the pulses to the secret bits, the same for simulated and recorded sessions.

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
        row("pulses sent", number(settings.n_pulses)),
        row("detected", number(result.n_detected), percent(result.n_detected / settings.n_pulses)),
        *alarms,
        row("sifted", number(steps.n_sifted), result.settings.protocol_table.kept_because),
        *kept_rows(steps, result.settings.protocol_table),
        row("disclosed", number(steps.n_disclosed), "compared in public, then thrown away"),
    ]
    if steps.estimate:
        low, high = percent(steps.estimate.lower), percent(steps.estimate.upper)
        lines.append(row("QBER estimate", percent(result.qber), f"95 % interval {low} … {high}"))
    lines += [row(*rate) for rate in rates]
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
    lines += eve
    lines += ["", *ledger_rows(result.ledger, settings.n_pulses)]
    return [*lines, "", row("secret bits", number(result.key_length))]
