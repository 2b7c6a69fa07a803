"""Kinds of runs that can be swept: what each takes, runs, and says in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from ..errors import shown
from ..link import WeakCoherentSource
from ..session.session import run_session
from ..settings.session_settings import SessionSettings
from ..theory.expected_key import expected_key
from ..theory.optimisation import optimise
from ..values import check_choice
from .network_hours import NetworkHours

Run = Callable[[Any], Mapping[str, Any]]
"""What is run at a point: takes the settings, returns numbers, text, truth values or None by their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of run.

    Parameters
    ----------
    name
        Its name; of a function of somebody's own, its module and name.
    run
        What is run.
    columns
        What a row says of it, in order; none if that is known from the rows alone.
    is_random
        Whether a run depends on its seed.
    """

    name: str
    run: Run
    columns: tuple[str, ...] = ()
    is_random: bool = True


def _session(settings: SessionSettings) -> dict[str, Any]:
    """Run a session and sum it up."""
    result = run_session(settings)
    steps, estimate, eve = result.distillation, result.distillation.estimate, result.eve
    return {
        "detected_pulses": result.n_detected,
        "sifted_bits": steps.n_sifted,
        "disclosed_bits": steps.n_disclosed,
        "qber": estimate.qber if estimate else None,
        "qber_low": estimate.lower if estimate else None,
        "qber_high": estimate.upper if estimate else None,
        "true_qber": result.true_qber,
        "leaked_bits": steps.charged_leak,
        "key_length": result.key_length,
        "secret_bits_per_pulse": result.key_length / result.n_pulses,
        "accepted": result.accepted,
        "reason": str(result.reason) if result.reason else None,
        "standing": str(result.standing),
        "eve_guess_rate": eve.true_guess_rate if eve else None,
        "eve_certain_bits": eve.n_certain if eve else None,
        "eve_known_key_bits": eve.true_key.known if eve and eve.true_key else None,
    }


def _expected_key(settings: SessionSettings) -> dict[str, Any]:
    """Sum up the key that theory expects."""
    found = expected_key(settings)
    return {
        "corrected_bits": found.n_key,
        "compared_bits": found.n_compared,
        "qber": found.qber,
        "leaked_bits": found.leaked_bits,
        "balance_bits": found.balance,
        "key_length": found.key_length,
        "secret_bits_per_pulse": found.rate,
        "reason": str(found.stopped) if found.stopped else None,
    }


def _optimum(settings: SessionSettings) -> dict[str, Any]:
    """Search for the best settings, and say what they are."""
    found = optimise(settings)
    best, source = found.settings, found.settings.link.source
    brightness = "mean_photon_number" if isinstance(source, WeakCoherentSource) else "signal"
    bias = best.z_probability
    alice, bob = bias if isinstance(bias, tuple) else (bias, bias)
    return {
        "key_length": found.key_length,
        "secret_bits_per_pulse": found.rate,
        "key_length_before": found.before.key_length,
        "varied": ", ".join(found.varied) or None,
        "settings_looked_at": found.n_evaluations,
        "mean_photon_number": getattr(source, brightness, None),
        "decoy_mean_photon_number": getattr(source, "decoy", None),
        "signal_probability": getattr(source, "signal_probability", None),
        "decoy_probability": getattr(source, "decoy_probability", None),
        "vacuum_probability": getattr(source, "vacuum_probability", None),
        "alice_z_probability": alice,
        "bob_z_probability": bob,
        "best_sample_fraction": best.sample_fraction,
    }


def _network(settings: NetworkHours) -> dict[str, Any]:
    """Run a network and sum up what it served."""
    result = settings.simulate()
    served, failed = int(result.served[-1].sum()), int(result.failed[-1].sum())
    return {
        "keys_served": served,
        "keys_failed": failed,
        "served_share": served / (served + failed) if served + failed else None,
        "no_route_keys": int(result.no_route.sum()),
        "exhausted_keys": int(result.exhausted.sum()),
        "served_bits_per_second": float(result.rates.sum()),
        "lowest_served_bits_per_second": float(result.rates.min()),
        "stored_bits": int(result.stored[-1].sum()),
        "links": len(result.links),
        "demands_served": int(np.count_nonzero(result.served[-1])),
    }


_OF_SESSION = (
    *("detected_pulses", "sifted_bits", "disclosed_bits", "qber", "qber_low", "qber_high", "true_qber"),
    *("leaked_bits", "key_length", "secret_bits_per_pulse", "accepted", "reason", "standing"),
    *("eve_guess_rate", "eve_certain_bits", "eve_known_key_bits"),
)
_OF_EXPECTED_KEY = (
    *("corrected_bits", "compared_bits", "qber", "leaked_bits", "balance_bits", "key_length"),
    *("secret_bits_per_pulse", "reason"),
)
_OF_OPTIMUM = (
    *("key_length", "secret_bits_per_pulse", "key_length_before", "varied", "settings_looked_at"),
    *("mean_photon_number", "decoy_mean_photon_number", "signal_probability", "decoy_probability"),
    *("vacuum_probability", "alice_z_probability", "bob_z_probability", "best_sample_fraction"),
)
_OF_NETWORK = (
    *("keys_served", "keys_failed", "served_share", "no_route_keys", "exhausted_keys"),
    *("served_bits_per_second", "lowest_served_bits_per_second", "stored_bits", "links", "demands_served"),
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(name="session", run=_session, columns=_OF_SESSION),
        Kind(name="expected_key", run=_expected_key, columns=_OF_EXPECTED_KEY, is_random=False),
        Kind(name="optimum", run=_optimum, columns=_OF_OPTIMUM, is_random=False),
        Kind(name="network", run=_network, columns=_OF_NETWORK),
    )
}
"""The kinds by their names."""


def kind_of(what: str | Run | None, settings: Any) -> Kind:
    """Return what is run at every point.

    Parameters
    ----------
    what
        A name of `KINDS`, or a function that takes the settings and returns what a row shall say; None for
        a session or a network, as the settings are.
    settings
        What is swept: `SessionSettings`, `NetworkHours`, or for a function any frozen dataclass.

    Raises
    ------
    ValueError
        If the settings are not of that kind.

    Examples
    --------
    >>> kind_of(None, SessionSettings(n_pulses=1, seed=1)).name
    'session'
    """
    if not is_dataclass(settings) or isinstance(settings, type):
        raise ValueError(f"settings must be a frozen dataclass, got {shown(settings)}")
    if callable(what):
        name = f"{what.__module__}.{getattr(what, '__qualname__', type(what).__qualname__)}"
        return Kind(name=name, run=what, is_random="seed" in {one.name for one in fields(settings)})
    if what is None:
        what = "network" if isinstance(settings, NetworkHours) else "session"
    kind = KINDS[check_choice("what", what, tuple(KINDS))]
    wanted = NetworkHours if kind.name == "network" else SessionSettings
    if not isinstance(settings, wanted):
        raise ValueError(f"settings must be {wanted.__name__} for {what!r}, got {shown(settings)}")
    return kind
