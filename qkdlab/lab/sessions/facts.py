"""What charts show of a session: measured in it, and expected by theory."""

from __future__ import annotations

from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from ...attacks.attack import BASES, Eavesdropper
from ...distillation.channel import Subject
from ...distillation.estimation.error_rate import QberEstimate
from ...distillation.security.finite import FiniteSecurity
from ...exchange.expected import expected_sifting
from ...link import Link
from ...quantum.protocol import Protocol
from ...session.information import InformationEstimate, eve_information
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...values import Basis, as_index
from ..components.text import percent_text, words_for

MISS = 1e-6
"""How small the chance shall be that compared bits show no error."""

FEWEST_ADDED = 1e-4
"""A smaller rate of errors beside those of the line is as good as none."""

FEWEST_READ = 100
"""Where Eve has a record of fewer sifted bits, no information is estimated.

The estimate is then far from normal: its interval of 95 % held the formula's value in 53 % of simulated runs
of intercept-resend with five such bits; with 100 to 130 in 89 to 96 %, for probes and cloners as well.
"""


def expected_qbers(
    protocol: Protocol, link: Link, eavesdropper: Eavesdropper | None = None
) -> dict[Basis, float | None]:
    """Return the QBER that theory expects of the signal bits in each basis.

    None where no bit is kept, and for protocols in which Alice announces something else than her basis.
    """
    errors: tuple[float | None, ...] = ()
    if protocol.announces_bases:
        errors = expected_sifting(protocol, link, eavesdropper, signals_only=True).qber_by_announcement
    return {basis: errors[basis] if basis < len(errors) else None for basis in BASES}


def errors_added(settings: SessionSettings) -> frozenset[Basis] | None:
    """Return in which bases Eve adds errors to those of the line; None if there is no formula for it.

    By `expected_qbers`, not by a run: there errors of the line look like hers.
    """
    protocol, link, eve = settings.protocol_table, settings.link, settings.eavesdropper
    own, now = expected_qbers(protocol, link), expected_qbers(protocol, link, eve)
    known = {basis: (own[basis] or 0.0, rate) for basis, rate in now.items() if rate is not None}
    return frozenset(basis for basis, rates in known.items() if adds_errors(*rates)) if known else None


def adds_errors(own: float, now: float) -> bool:
    """Return whether an error rate `now` is more than that of the line by itself."""
    return now - own >= FEWEST_ADDED


def sifted_signals(result: SessionResult) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return basis, error and disclosure of each sifted bit of a signal pulse: bool, shape (n,) each.

    With decoys these are the bits whose QBER counts in the textbook mode, where they alone become key.
    """
    exchange, kept = result.exchange, result.channel.find(Subject.KEPT)
    sample = result.channel.find(Subject.SAMPLE)
    if exchange.intensities:
        signals = exchange.intensities.choices == 0
        kept, sample = kept & signals, sample[signals[kept]]
    places = np.flatnonzero(kept)  # several times as quick as a random mask
    alice, bob = exchange.alice, exchange.bob
    return alice.bases[places] == Basis.X, alice.bits[places] != bob.bits[places], sample


def sample_errors(result: SessionResult) -> dict[Basis, QberEstimate | None]:
    """Return the error rate of each basis in the disclosed sample; None where nothing was disclosed."""
    crosswise, wrong, sample = sifted_signals(result)
    kinds = 2 * crosswise[sample] + wrong[sample]
    counts = np.bincount(as_index(kinds), minlength=4).reshape(2, 2).tolist()
    return {
        basis: QberEstimate(n_sample=right + errors, n_errors=errors) if right + errors else None
        for basis, (right, errors) in zip(BASES, counts, strict=True)
    }


def bits_to_compare(qber: float) -> int | None:
    """Return how many compared bits leave a chance below `MISS` to show no error; None if there are none.

    >>> bits_to_compare(0.25)
    49
    """
    if not qber:
        return None
    return 1 if qber == 1 else ceil(log(MISS) / log(1 - qber))


def without_control(link: Link) -> str:
    """Return in words what is on in a link though no panel of sessions has a control for it; else "".

    A scenario or a saved text brings it, and it stays while controls are moved.
    """
    words, detector = words_for("no_control"), link.detector
    parts = [link.classical.describe() if link.classical else "", detector.describe()]
    if link.depolarizing_probability:
        parts.append(words["depolarizing"].format(share=percent_text(link.depolarizing_probability)))
    parts += [
        words[name]
        for name, on in (
            ("mismatch", detector.mismatch != 1),
            ("random_assignment", detector.random_assignment),
            ("watches_light", detector.watches_light),
        )
        if on
    ]
    told = [part for part in parts if part]
    return words["told"].format(what="; ".join(told)) if told else ""


def information(result: SessionResult, *, announced: bool) -> InformationEstimate | None:
    """Return what the record of a run says about the sifted bits; None if it is of too few of them."""
    if result.eve is None or result.eve.n_attacked < FEWEST_READ:
        return None
    return eve_information(result.exchange, result.channel.find(Subject.KEPT), announced=announced)


def no_claim(settings: SessionSettings) -> str:
    """Return in words that no security is claimed for a key of these settings, and why; "" if it is."""
    words, security = words_for("claims"), settings.security
    if settings.epsilon is not None:
        return ""
    why = words["published"]
    if not isinstance(security, FiniteSecurity):
        why = words[security.name]
    elif settings.broken_assumptions:
        why = settings.broken_assumptions[0]
    elif not security.charge_bob:
        why = words["bob"]
    return words["told"].format(why=why)
