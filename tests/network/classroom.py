"""Networks whose sessions take milliseconds: ideal links, some thousand pulses, textbook security."""

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings
from qkdlab.network import Fibre, Node, Topology

CLASSROOM = SessionSettings(n_pulses=1, seed=0, security="asymptotic")
EVE = InterceptResend()


def fibre(a: str, b: str, *, rate: float = 10_000.0, seconds: float = 1.0, link=IDEAL_LINK) -> Fibre:
    """A fibre of which a session takes `seconds`."""
    return Fibre(a=a, b=b, link=link, pulse_rate_hz=rate, session_seconds=seconds)


def network_of(*pairs: str, rates: dict[str, float] | None = None, users: str = "") -> Topology:
    """A network of nodes with names of one letter: "AB" is a fibre from A to B; `users` relay nothing."""
    names = sorted(set("".join(pairs)))
    nodes = [Node(name=name, kind="end user" if name in users else "trusted node") for name in names]
    fibres = [fibre(a, b, rate=(rates or {}).get(a + b, 10_000.0)) for a, b in pairs]
    return Topology(name="classroom", nodes=tuple(nodes), fibres=tuple(fibres))


RING = network_of("AB", "BC", "CD", "DE", "EA")
