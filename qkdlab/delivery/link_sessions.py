"""What a session of the link between two KMEs is."""

from dataclasses import replace

from ..network import METRO_LINK, NETWORK_SESSION, chain, key_links
from ..settings.session_settings import SessionSettings

PULSE_RATE_HZ = 1e8
"""Pulses a second of a link, if nothing else is said: that of `qkdlab.network.Fibre`."""


def link_settings(length_km: float = 25.0, *, seed: int = 0) -> SessionSettings:
    """Return the settings of a session over a fibre of this length, long enough for a finite key.

    As long, and run as, the sessions of a network's links are (`qkdlab.network`).

    Parameters
    ----------
    length_km
        Length of the fibre.
    seed
        From which all sessions of a feed follow.

    Examples
    --------
    >>> link_settings(25).n_pulses
    50000000
    """
    two = chain(2, link=replace(METRO_LINK, length_km=length_km), pulse_rate_hz=PULSE_RATE_HZ)
    return key_links(two)[0].settings(NETWORK_SESSION, seed=seed)
