"""A fibre of a network: what is simulated on it, and what is stated of it instead.

A fibre between two nodes that are not switches has an Alice unit at its first end and a Bob unit at its
second. A fibre to an optical switch carries nothing but light; its units are at its other end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...errors import shown
from ...link import DecoySource, Link
from ...settings.session_settings import MOST_PULSES
from ...values import check_between, check_instance, check_non_negative

METRO_SOURCE = DecoySource(
    signal=0.55, decoy=0.19, signal_probability=0.5, decoy_probability=0.5, vacuum_probability=0.0
)
"""A laser with one decoy, near the best for keys of 10⁵ detected pulses over 25 km (`qkdlab.optimise`)."""

METRO_LINK = Link(length_km=25, source=METRO_SOURCE)
"""25 km of telecom fibre with `METRO_SOURCE` and the detectors of `qkdlab.GENERIC_LINK`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fibre:
    """A fibre between two nodes, with the units at its ends.

    Of real links often the key rate is published, or the loss, but nothing from which they could be
    simulated. Either may be stated. A stated loss is simulated with. A stated key rate is taken as it is, and
    no session is run: source, detectors and pulses of such a fibre say nothing, and nor does an ε.

    Parameters
    ----------
    a, b
        Names of the nodes; the Alice unit stands at `a`, the Bob unit at `b`.
    link
        Source, fibre and detectors: what a session takes. Of a fibre to a switch, the source is that of the
        node's Alice unit and the detector that of its Bob unit.
    pulse_rate_hz
        Pulses a second, 1 … 10¹¹.
    session_seconds
        How long pulses are collected for a session, at most 10⁹ of them; None for as long as 300,000 clicks
        take, as far as that can be. With a stated key rate: how often keys come, any number of pulses; None
        for every second.
    loss_db
        The loss between the units, as stated, 0 … 200 dB: it stands in for attenuation and insertion loss of
        `link`. None if it is not stated.
    key_rate_bits_per_s
        Secret bits a second, both directions together, as stated, 0.001 … 10⁹; None if keys are simulated.

    Notes
    -----
    Where loss or key rate are stated and `link` is left out, or is `METRO_LINK` itself, the length is not
    known; it is 0 km in `link` then.

    >>> fibre = Fibre(a="A", b="B", loss_db=12.5)
    >>> fibre.link.describe().split(",")[0], fibre.stated
    ('0 km at 0 dB/km + 12.5 dB', 'loss of 12.5 dB stated')
    >>> Fibre(a="A", b="B", link=Link(length_km=50), loss_db=12.5).link.attenuation_db_per_km
    0.25
    """

    a: str
    b: str
    link: Link = METRO_LINK
    pulse_rate_hz: float = 1e8
    session_seconds: float | None = None
    loss_db: float | None = None
    key_rate_bits_per_s: float | None = None

    def __post_init__(self) -> None:
        for name in ("a", "b"):
            check_instance(name, getattr(self, name), str)
        if self.a == self.b:
            raise ValueError(f"a fibre must join two nodes, got {shown(self.a)} twice")
        check_instance("link", self.link, Link)
        if self.loss_db is not None:
            object.__setattr__(self, "loss_db", check_non_negative("loss_db", self.loss_db, below=200.0))
        if self.key_rate_bits_per_s is not None:
            rate = check_between("key_rate_bits_per_s", self.key_rate_bits_per_s, 1e-3, 1e9)
            object.__setattr__(self, "key_rate_bits_per_s", rate)
        object.__setattr__(self, "link", self._stated_link())
        object.__setattr__(self, "pulse_rate_hz", check_between("pulse_rate_hz", self.pulse_rate_hz, 1, 1e11))
        if self.session_seconds is not None:
            object.__setattr__(self, "session_seconds", self._checked_seconds(self.session_seconds))

    def _stated_link(self) -> Link:
        """Return the link with what is stated of it."""
        link, loss_db = self.link, self.loss_db
        if loss_db is None and self.key_rate_bits_per_s is None:
            return link
        if link is METRO_LINK:
            link = replace(link, length_km=0.0)
        if loss_db is None:
            return link
        if link.classical is not None and not link.length_km:
            raise ValueError(
                "loss_db must come with a length where classical light is in the fibre, "
                f"as its noise depends on it, got {loss_db:g} dB and 0 km"
            )
        if link.length_km:
            if loss_db > 100 * link.length_km:
                rule = f"be at most 100 dB for each of the {link.length_km:g} km"
                raise ValueError(f"loss_db must {rule}, got {shown(loss_db)}")
            return replace(link, attenuation_db_per_km=loss_db / link.length_km, insertion_loss_db=0.0)
        return replace(link, attenuation_db_per_km=0.0, insertion_loss_db=loss_db)

    def _checked_seconds(self, given: float) -> float:
        seconds = check_between("session_seconds", given, 1e-3, 1e6)
        if self.key_rate_bits_per_s is None and seconds * self.pulse_rate_hz > MOST_PULSES:
            most = MOST_PULSES / self.pulse_rate_hz
            rule = f"be at most {most:g} at {self.pulse_rate_hz:g} pulses a second"
            raise ValueError(f"session_seconds must {rule}, got {shown(given)}")
        return seconds

    @property
    def name(self) -> str:
        """The names of its ends."""
        return link_name((printable(self.a), printable(self.b)))

    @property
    def stated(self) -> str:
        """What is stated of it, in a few words; "" if nothing is."""
        told = []
        if self.key_rate_bits_per_s is not None:
            told.append(f"key rate of {self.key_rate_bits_per_s:,.10g} bit/s stated, not simulated")
        if self.loss_db is not None:
            told.append(f"loss of {self.loss_db:g} dB stated")
        return ", ".join(told)


def printable(name: str) -> str:
    """Return a name as it is, or its ``repr`` if it has characters that should not reach a screen."""
    return name if name.isprintable() else ascii(name)


def link_name(ends: Iterable[str]) -> str:
    """Return the two ends of a link as its name."""
    return "–".join(ends)
