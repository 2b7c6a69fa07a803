"""The QBER gauge of a session: what was compared, what the link should give, and where a key ends."""

from __future__ import annotations

from typing import Any

from ...distillation.outcome import AbortReason
from ...session.own_limit import own_limit, single_share
from ...session.session import SessionResult
from ...theory.error_limit import long_run_limit
from ..components.text import percent_text, words_for


def _limit(result: SessionResult) -> dict[str, Any]:
    """Return the limit of a session, and what stands there unless it is that of single photons, long run."""
    limit, qber, single = long_run_limit(result.settings), result.qber or 0.0, single_share(result)
    if result.reason is AbortReason.TOO_FEW_PULSES and result.qber is not None:
        return _short_run_limit(result, result.qber)
    ended = result.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    decoys = result.distillation.witnesses and result.distillation.witnesses.decoys
    if not limit or single == 1 or (decoys and not ended):
        return {"limit": limit, "limit_text": ""}
    limit = long_run_limit(result.settings, single)
    if not limit and result.reason is AbortReason.QBER_TOO_HIGH:  # the line that ended it has to be seen
        return {"limit": None, "limit_text": ""}
    if ended:  # decoys may tell of more errors among single photons than q / single
        limit = min(limit, qber)
    return _told("limit" if limit else "never", limit)


def _short_run_limit(result: SessionResult, qber: float) -> dict[str, Any]:
    """Return where the keys of a run end that was too short, or that its own rate is too high for it."""
    limit = own_limit(result)
    if limit is None:
        return _told("short_here", qber)
    return _told("short" if limit else "short_never", limit)


def _told(name: str, limit: float) -> dict[str, Any]:
    return {
        "limit": limit,
        "limit_text": words_for("multiphoton")[name].format(limit=percent_text(limit)),
    }


def gauge_traits(result: SessionResult) -> dict[str, Any]:
    """Return what a `QberGauge` shows of a session, but for the runs before it."""
    estimate = result.distillation.estimate
    return {
        "qber": result.qber,
        "lower": estimate.lower if estimate else None,
        "upper": estimate.upper if estimate else None,
        "expected": result.expected_qber,
        "confidence": estimate.confidence if estimate else None,
        "threshold": result.settings.max_qber,
        **_limit(result),
    }
