"""A pair of KMEs on loopback that speak ETSI GS QKD 014: ``python -m qkdlab.delivery``. Ctrl+C stops it.

They are fed by a simulated link, or by two nodes of a network with trusted nodes between.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from ..errors import KmeError, QkdlabError, shown
from ..network import Network, read_topology
from .link_sessions import PULSE_RATE_HZ
from .pair import KME_A, KME_B, KMES, Feed, FeedEvent, KmePair, LinkFeed, NetworkFeed, link_settings
from .pair.curl_lines import curl_lines
from .pair.feed import SECONDS_BETWEEN_LOOKS
from .sites import TWO_SAES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qkdlab.delivery", description=(__doc__ or "").split("\n\n")[0]
    )
    link = parser.add_argument_group("a link (what feeds the KMEs if no topology is given)")
    link.add_argument("--length-km", type=float, default=25.0, help="length of the fibre (%(default)s)")
    link.add_argument(
        "--pulse-rate-hz",
        type=float,
        default=PULSE_RATE_HZ,
        metavar="HZ",
        help="pulses a second, and so the rate of keys (%(default)g)",
    )
    network = parser.add_argument_group("a network")
    network.add_argument("--topology", metavar="FILE", help="its file (docs/networks.md)")
    network.add_argument("--from", dest="a", metavar="NODE", help="the node of KME-A")
    network.add_argument("--to", dest="b", metavar="NODE", help="the node of KME-B")
    parser.add_argument(
        "--eve", action="store_true", help="Eve on the link, or on the first fibre of the way"
    )
    parser.add_argument("--speed", type=float, default=1.0, help="times faster than the link (%(default)s)")
    parser.add_argument("--seed", type=int, help="from which all keys follow (by default another each time)")
    parser.add_argument("--folder", metavar="DIR", help="keep certificates and key stores there (mode 700)")
    parser.add_argument(
        "--sae",
        action="append",
        default=[],
        metavar="NAME[@KME]",
        help=f"one more SAE, at {KME_B} if nothing else is said; may be repeated",
    )
    parser.add_argument(
        "--address", help="a name or an address of this machine, for SAEs on others (else loopback alone)"
    )
    parser.add_argument("--seconds", type=float, help="stop by itself after so long")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a pair of KMEs; the exit status is 0 after a stop in good order, 1 if one failed, 2 if misused."""
    parser = _parser()
    told = parser.parse_args(arguments)
    if (told.a is None or told.b is None) != (told.topology is None) or (told.a is None) != (told.b is None):
        parser.error("--topology, --from and --to go together")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    try:
        saes = TWO_SAES | dict(map(_sae, told.sae))
        seed = secrets.randbits(63) if told.seed is None else told.seed
        feed = _network_feed(told, seed) if told.topology else _link_feed(told, seed)
        is_indirect = told.topology is not None
        with KmePair(told.folder, saes=saes, address=told.address, indirect=is_indirect) as pair:
            _run(pair, feed, told.seconds)
    except KeyboardInterrupt:
        _say("stopped")
    except (QkdlabError, OSError, ValueError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 1 if isinstance(error, KmeError) else 2
    return 0


def _run(pair: KmePair, make_feed: Callable[[KmePair], Feed], seconds: float | None) -> None:
    """Say where everything is, and feed the pair until it is interrupted."""
    for kme in KMES:
        saes = ", ".join(sae for sae, own in pair.saes.items() if own == kme)
        _say(f"{kme}  {pair.public_url(kme)}/api/v1/keys/  for {saes}")
    _say(f"certificates, key stores and logs: {pair.folder}", "")
    for what, line in curl_lines(pair):
        _say(f"{what}:", f"  {line}")
    _say("", "Ctrl+C stops both.", "")
    end = None if seconds is None else time.monotonic() + seconds
    with make_feed(pair) as feed:
        while feed.is_running and (end is None or time.monotonic() < end):
            time.sleep(SECONDS_BETWEEN_LOOKS / 2)
        if not feed.is_running:
            raise KmeError(0, "nothing feeds the key stores any more")
    _say("stopped")


def _link_feed(told: argparse.Namespace, seed: int) -> Callable[[KmePair], Feed]:
    settings = link_settings(told.length_km, seed=seed)

    def make(pair: KmePair) -> Feed:
        feed = LinkFeed(pair, settings, pulse_rate_hz=told.pulse_rate_hz, speed=told.speed, told=_say_event)
        if told.eve:
            feed.listen()
        return feed

    return make


def _network_feed(told: argparse.Namespace, seed: int) -> Callable[[KmePair], Feed]:
    topology = read_topology(told.topology)
    for name in (told.a, told.b):
        topology.node(name)
    _say(f"{topology.name or told.topology}: running the first sessions of its links …")
    network = Network(topology, seed=seed, keys="sessions")
    if told.eve:
        network.listen(*_first_fibre(network, told.a, told.b))

    def make(pair: KmePair) -> Feed:
        return NetworkFeed(pair, network, told.a, told.b, speed=told.speed, told=_say_event)

    return make


def _first_fibre(network: Network, a: str, b: str) -> tuple[str, str]:
    """Return the ends of the first fibre of the way from one node to another."""
    (route,) = network.router.routes(a, b, network.now)
    fibres = network.link(*route.path[:2]).link.fibres
    return next(fibre for fibre in fibres if a in fibre)


def _sae(text: str) -> tuple[str, str]:
    """Read the name of an SAE and the KME that it belongs to."""
    name, _, kme = text.partition("@")
    if (kme or KME_B) not in KMES:
        raise ValueError(f"--sae must name {KME_A} or {KME_B} after its @, got {shown(text)}")
    return name, kme or KME_B


def _say_event(event: FeedEvent) -> None:
    _say(event.line)


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
