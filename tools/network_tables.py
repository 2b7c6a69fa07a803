"""Write the tables of docs/networks.md: the links of every preset, with the key expected of each.

    python -m tools.network_tables            write them
    python -m tools.network_tables --check    write nothing; exit status 1 if they are not what is made now

Nothing is simulated: a rate is the `expected_key` of one session of the link, over the time from one session
to the next, or as stated. Links of one network with the same figures share a row.
"""

import sys
from collections.abc import Sequence

from qkdlab import expected_key
from qkdlab.network import NETWORK_SESSION, PRESETS, KeyLink, Topology, chain, key_links, mesh, ring, star
from tools.pages import table, write

PUBLISHED = {
    ("Tokyo 2010 (model)", "Koganei 2–Otemachi 2"): "304 kb/s ¹",
    ("Tokyo 2010 (model)", "Koganei 1–Koganei 2"): "1.1 ± 0.5 kb/s ²",
}
"""Published rates of the real links, by network and link; the page has the notes."""

N = 6
"""Users or nodes of the forms in the table."""
FORMS: tuple[tuple[str, Topology, str, str], ...] = (
    ("chain", chain(N), "n − 1", "every node on the way"),
    ("ring", ring(N), "n", "every node on the way taken"),
    ("star, trusted hub", star(N), "n", "the hub"),
    ("star, optical switch", star(N, hub="optical switch"), "n", "nobody"),
    ("mesh", mesh(N), "n (n − 1) / 2", "nobody"),
)


def form_row(name: str, topology: Topology, units: str, trusted: str) -> list[str]:
    """Return what a form takes and gives."""
    links = key_links(topology)
    count = topology.units
    rate = min(map(rate_bits_per_s, links))
    return [name, units, f"{count.alice} + {count.bob}", f"{len(links)}", trusted, kilobits(rate)]


def rate_bits_per_s(link: KeyLink) -> float:
    """Return the secret bits a second of a link: as stated, or as expected, with all waiting at switches."""
    if link.key_rate_bits_per_s is not None:
        return link.key_rate_bits_per_s
    return expected_key(link.settings(NETWORK_SESSION)).key_length / link.period_seconds


def kilobits(rate: float) -> str:
    """Return a rate, three digits of it."""
    return f"{float(f'{rate / 1e3:.3g}'):,g} kb/s"


def figures(topology: Topology, link: KeyLink) -> tuple[str, ...]:
    """Return all of a link's row but its name; what is stated is called so."""
    fibres = [topology.fibre(*ends) for ends in link.fibres]
    km = f"{link.link.length_km:.4g}"
    if any(fibre.stated and not fibre.link.length_km for fibre in fibres):
        km = "–"
    if link.key_rate_bits_per_s is not None:
        return km, *["–"] * 6, f"{kilobits(link.key_rate_bits_per_s)}, stated"
    loss_db = link.link.length_km * link.link.attenuation_db_per_km + link.link.insertion_loss_db
    stated = ", stated" if any(fibre.loss_db is not None for fibre in fibres) else ""
    key = expected_key(link.settings(NETWORK_SESSION))
    return (
        km,
        f"{loss_db:.3g}{stated}",
        f"{100 * link.link.detector.efficiency:g} %",
        f"{link.pulse_rate_hz / 1e6:,g}",
        f"{100 * link.duty:.3g} %",
        f"{100 * (key.qber or 0):.2g} %",
        kilobits(rate_bits_per_s(link)),
        PUBLISHED.get((topology.name, link.name), "–"),
    )


def link_rows(topology: Topology) -> list[list[str]]:
    """Return a row for the links that have the same figures, the fastest last."""
    names: dict[tuple[str, ...], list[str]] = {}
    rates: dict[tuple[str, ...], float] = {}
    for link in key_links(topology):
        row = figures(topology, link)
        names.setdefault(row, []).append(link.name)
        rates[row] = rate_bits_per_s(link)
    return [[named(names[row]), *row] for row in sorted(names, key=lambda row: rates[row])]


def named(links: list[str]) -> str:
    """Return the links of a row: the first two by name."""
    rest = len(links) - 2
    return ", ".join(links[:2]) + (f" and {rest} more" if rest > 0 else "")


def tables() -> dict[str, str]:
    """Return every table by the name of its place on the page."""
    head = ["link", "km", "dB", "η", "10⁶ pulses/s", "time", "QBER", "key, this model", "key, published"]
    forms = [
        "form",
        "Alice units, and as many Bob units",
        f"for n = {N}",
        "pairs with keys of their own",
        "who else learns keys passed on",
        "key of the slowest",
    ]
    made = {name: table(head, link_rows(topology)) for name, topology in PRESETS.items()}
    return {"forms": table(forms, [form_row(*form) for form in FORMS])} | made


def main(arguments: Sequence[str]) -> None:
    """Write the tables, or compare them with `--check`."""
    write("networks.md", tables(), "tools/network_tables.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
