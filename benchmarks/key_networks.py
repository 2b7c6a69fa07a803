"""Networks that manage keys: keys served per second of the processor, against their size.

    python -m benchmarks.key_networks                            (some minutes)
    python -m benchmarks.key_networks --scale 0.01
    python -m benchmarks.key_networks --write docs/peers.md      (writes the table of the page)

Half as many pairs of users as there are nodes ask for keys of 256 bits, one a minute each. They are served in
three ways:

- a model with a clock, in which every bit of every pool is counted and no key is made (`simulate`)
- real bits: out of the pools, under one-time pads with tags from hop to hop (`Network.relay`)
- real KMEs over HTTPS with mutual TLS, every two of them joined, each a process of its own

Time is that of the processor, of KMEs and clients too. The exponent is the slope of a straight line through
the logarithms of time a key against nodes: 0 if a key takes as long in any network.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.kme_mesh import served_by_kmes
from benchmarks.network import random_network
from benchmarks.peers.__main__ import busy, machine
from qkdlab.errors import KeyExhausted, NoRoute
from qkdlab.network import Demand, Network, Topology, mesh, ring, simulate, star
from tools.pages import filled, table

FORMS: dict[str, Callable[[int], Topology]] = {
    "ring": ring,
    "star": lambda n: star(n - 1),
    "random": lambda n: random_network(n, min(3 * n, n * (n - 1) // 2)),
    "mesh": mesh,
}
SIZES, SIZES_IN_BITS, KME_SIZES = (4, 16, 64, 256, 1_024), (4, 16, 64, 256), (2, 4, 8)
LARGEST_MESH = 64
"""A mesh has a link for each two nodes."""
SECONDS, N_RELAYED, N_REAL = 3 * 3_600.0, 40, 200

Served = tuple[int, float]
"""Keys, and seconds of the processor."""


def pairs_of(topology: Topology) -> list[tuple[str, str]]:
    """Return half as many pairs of users as there are nodes, at random."""
    users, rng = [node.name for node in topology.nodes], np.random.default_rng(2)
    drawn = (rng.choice(len(users), 2, replace=False).tolist() for _ in range(len(users) // 2))
    return [(users[a], users[b]) for a, b in drawn]


def by_model(topology: Topology, scale: float) -> Served:
    """Serve keys in the model for a while, from empty pools on."""
    demands = [Demand(a=a, b=b) for a, b in pairs_of(topology)]
    start = time.process_time()
    result = simulate(topology, demands, seconds=max(600.0, SECONDS * scale), seed=1, n_times=24)
    return int(result.served[-1].sum()), time.process_time() - start


def in_bits(topology: Topology, scale: float) -> Served:
    """Serve keys of real bits, whose ends must be the same, from pools that were filled for ten minutes."""
    network, pairs, served = Network(topology, seed=1), pairs_of(topology), 0
    network.run(600.0)
    start = time.process_time()
    for number in range(max(10, round(N_RELAYED * scale))):
        network.run(60.0 / len(pairs))
        try:
            key = network.relay(*pairs[number % len(pairs)])
        except (KeyExhausted, NoRoute):
            continue
        if not np.array_equal(key.source_key.bits, key.target_key.bits):
            raise AssertionError(f"{key.paths} gave two keys")
        served += 1
    return served, time.process_time() - start


def by_kmes(n_kmes: int, scale: float) -> Served:
    """Serve keys by real KMEs."""
    with tempfile.TemporaryDirectory() as folder:
        return served_by_kmes(Path(folder), n_kmes, max(20, round(N_REAL * scale)))


def exponent(sizes: list[int], served: list[Served]) -> float:
    """Return the slope of time a key against nodes, both as logarithms."""
    return float(np.polyfit(np.log(sizes), [np.log(seconds / keys) for keys, seconds in served], 1)[0])


def series(scale: float) -> list[tuple[str, str, list[int], Callable[[int], Served]]]:
    """Return what is measured: who serves, in which form, at which sizes, and how."""
    found: list[tuple[str, str, list[int], Callable[[int], Served]]] = []
    for name, serve, wanted in (("model", by_model, SIZES), ("real bits", in_bits, SIZES_IN_BITS)):
        for form, build in FORMS.items():
            sizes = [n for n in wanted if n <= LARGEST_MESH or (scale >= 1 and form != "mesh")]
            found.append((name, form, sizes, lambda n, b=build, s=serve: s(b(n), scale)))
    sizes = [n for n in KME_SIZES if scale >= 1 or n <= 4]
    found.append(("real KMEs", "mesh", sizes, lambda n: by_kmes(n, scale)))
    return found


def measure(scale: float, who: list[str]) -> str:
    """Measure everything, and return the table."""
    widest = sorted({*SIZES, *KME_SIZES})
    rows = []
    simulate(ring(4), [], seconds=1.0, seed=1)  # measures the yield of a link, once for all
    for name, form, sizes, serve in series(scale):
        if name not in who:
            continue
        served = [serve(n) for n in sizes]
        speeds = {n: f"{keys / spent:,.0f}" for n, (keys, spent) in zip(sizes, served, strict=True)}
        row = [name, form, *(speeds.get(n, "–") for n in widest), f"{exponent(sizes, served):+.2f}"]
        print("  ".join(row), flush=True)
        rows.append(row)
    return table(("served by", "form", *(f"{n:,} nodes" for n in widest), "exponent"), rows)


def main() -> None:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    everything = ["model", "real bits", "real KMEs"]
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the keys; below 1 no large networks"
    )
    parser.add_argument("--only", nargs="+", choices=everything, default=everything)
    parser.add_argument("--write", type=Path, help="page whose table is to be written")
    asked = parser.parse_args()
    print("Keys served per second of the processor")
    found = measure(asked.scale, asked.only)
    print(found)
    if asked.write:
        if asked.scale != 1 or asked.only != everything:
            raise SystemExit("Only a whole measurement is written.")
        page = asked.write.read_text(encoding="utf-8")
        page = filled(page, {"networks": f"{machine()}; {busy()}.\n\n{found}"}, asked.write.name)
        asked.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
