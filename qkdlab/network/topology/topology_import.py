"""Networks out of what others keep: a graph of networkx, or a CSV file with a link in each row.

Both are told which attribute or column holds what: nothing is guessed from a name such as *distance* or
*weight*, and a link of which no length, loss or key rate is found is an error, not a link of 25 km.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import networkx as nx

from ...errors import TopologyError
from ...link import Link
from ...values import check_choice, check_instance, check_number, check_path
from .link_table import read_table
from .network_fibre import METRO_LINK, Fibre, link_name, printable
from .topology import LONGEST_NAME, Node, Topology

FIGURES: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "length_km": ("length_km", 1.0),
        "length_m": ("length_km", 1e-3),
        "loss_db": ("loss_db", 1.0),
        "key_rate_bits_per_s": ("key_rate_bits_per_s", 1.0),
        "key_rate_kbits_per_s": ("key_rate_bits_per_s", 1e3),
    }
)
"""What an attribute or a column can hold: the field that it fills, and its unit in that of the field."""


def topology_from_graph(
    graph: nx.Graph,
    *,
    name: str = "",
    nodes: Iterable[Node] = (),
    link: Link | None = None,
    pulse_rate_hz: float = 1e8,
    **attributes: str,
) -> Topology:
    """Return the network whose fibres are the edges of a graph, each with what its attributes state.

    Parameters
    ----------
    graph
        Its nodes are named by their text. An edge of a directed graph has its Alice unit at its beginning.
    name
        What the network is called; the graph's own name if it is left out, or "graph".
    nodes
        Nodes that are no trusted nodes, such as optical switches, or have a place; the others are.
    link, pulse_rate_hz
        What all fibres have in common, their length apart. With `link` an edge that states nothing has its
        length; without it that is an error, and hardware is that of `METRO_LINK`.
    **attributes
        One of `FIGURES` each, and the edges' attribute that holds it: ``length_km="distance"``.

    Raises
    ------
    TopologyError
        Naming the edge, and the value at fault.

    Examples
    --------
    >>> graph = nx.Graph()
    >>> graph.add_edge("A", "B", distance=12.5)
    >>> graph.add_edge("B", "C", published=304.0)
    >>> topology = topology_from_graph(graph, length_km="distance", key_rate_kbits_per_s="published")
    >>> topology.fibre("A", "B").link.length_km, topology.fibre("B", "C").key_rate_bits_per_s
    (12.5, 304000.0)
    """
    check_instance("graph", graph, nx.Graph)
    _check_options(attributes)
    names = {node: str(node) for node in graph.nodes}
    if twice := [one for one, times in Counter(names.values()).items() if times > 1]:
        raise TopologyError(f"node {twice[0]!r} must be given once, got it twice")
    rows = [
        (f"edge {link_name((_short(names[a]), _short(names[b])))}", names[a], names[b], dict(data))
        for a, b, data in graph.edges(data=True)
    ]
    title = name or str(graph.name)[:LONGEST_NAME] or "graph"
    return _network(title, list(names.values()), nodes, rows, link, pulse_rate_hz, attributes)


def read_links(
    path: str | Path,
    *,
    a: str = "a",
    b: str = "b",
    name: str = "",
    nodes: Iterable[Node] = (),
    link: Link | None = None,
    pulse_rate_hz: float = 1e8,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    **columns: str,
) -> Topology:
    """Return the network in a CSV file with a header, and a link in each row after it.

    Parameters
    ----------
    path
        The file.
    a, b
        The columns with the names of the two ends; the Alice unit stands at the first.
    name
        What the network is called; the name of the file if it is left out.
    nodes, link, pulse_rate_hz
        As for `topology_from_graph`.
    delimiter
        Between fields: ``","``, ``";"``, ``"|"``, a tab, or a blank for any white space; None for the one
        with which the header has all columns.
    decimal
        ``"."`` or ``","``; None for the one that the numbers have, if that is clear.
    encoding
        Of the text; None for UTF-8, or UTF-16 with a byte-order mark. The file may be compressed by gzip.
    **columns
        One of `FIGURES` each, and the column that holds it: ``length_km="Länge in km"``. An empty field
        states nothing.

    Raises
    ------
    TopologyError
        Naming the file, and the line or what the header has; ``OSError`` if the file cannot be opened.
    """
    _check_options(columns)
    read = (check_instance("a", a, str), check_instance("b", b, str), *columns.values())
    path = check_path("path", path)
    table = read_table(path, read, delimiter=delimiter, decimal=decimal, encoding=encoding)
    rows = []
    for line, fields in table.rows:
        names = fields[a].strip(), fields[b].strip()
        figures = {column: table.number(fields[column], line, column) for column in columns.values()}
        data = {column: figures.get(column) for column in fields if column not in (a, b)}
        if not all(names):
            raise TopologyError(f"{table.place(line)}: must name both ends, got {names!r}")
        rows.append((table.place(line), *names, data))
    known = list(dict.fromkeys(end for _, *names, _ in rows for end in names))
    title = name or path.stem[:LONGEST_NAME] or "links"
    return _network(title, known, nodes, rows, link, pulse_rate_hz, columns, place=f"{path}: ")


def _check_options(options: Mapping[str, str]) -> None:
    for option, where in options.items():
        check_choice("option", option, tuple(FIGURES))
        check_instance(option, where, str)
    filled = [FIGURES[option][0] for option in options]
    for option in options:
        if filled.count(FIGURES[option][0]) > 1:
            raise ValueError(f"{FIGURES[option][0]} must be taken from one place, got {option} and another")


_Row = tuple[str, str, str, Mapping[str, Any]]
"""Where a link stands, its ends, and what it has."""


def _network(
    name: str,
    names: Iterable[str],
    nodes: Iterable[Node],
    rows: Iterable[_Row],
    link: Link | None,
    pulse_rate_hz: float,
    options: Mapping[str, str],
    *,
    place: str = "",
) -> Topology:
    """Return the network of these links; `nodes` replace those of `names` that are called like them.

    What is wrong with a link is told with where it stands, and the rest with `place`.
    """
    if link is not None:
        check_instance("link", link, Link)
    own = {check_instance("nodes", node, Node).name: node for node in nodes}
    known = tuple(names)
    if strange := [one for one in own if one not in known]:
        raise TopologyError(f"{place}nodes must be ends of links, got {strange[0]!r}")
    try:
        fibres = [_fibre(*row, link, pulse_rate_hz, options) for row in rows]
    except ValueError as error:
        raise TopologyError(str(error)) from error
    try:
        made = [own.get(one) or Node(name=one) for one in known]
        return Topology(name=name, nodes=tuple(made), fibres=tuple(fibres))
    except ValueError as error:
        raise TopologyError(f"{place}{error}") from error


def _fibre(
    place: str,
    a: str,
    b: str,
    data: Mapping[str, Any],
    link: Link | None,
    pulse_rate_hz: float,
    options: Mapping[str, str],
) -> Fibre:
    """Return a fibre with what its attributes state."""
    figures = {}
    for option, where in options.items():
        value = data.get(where)
        if value is None:
            continue
        field, unit = FIGURES[option]
        figures[field] = check_number(f"{place}: {where}", value) * unit
    if not figures and link is None:
        there = ", ".join(map(repr, list(data)[:8])) or "none"
        example = f", such as length_km={next(iter(data))!r}" if data and not options else ""
        rule = "must have a length, a loss or a key rate"
        raise ValueError(
            f"{place} {rule}, or link= must be given for all; say where it stands{example}: got {there}"
        )
    try:
        length_km = figures.pop("length_km", None)
        base = METRO_LINK if link is None else link
        if length_km is not None:
            base = replace(base, length_km=length_km)
        elif figures and link is not None:
            base = replace(base, length_km=0.0)
        return Fibre(a=a, b=b, link=base, pulse_rate_hz=pulse_rate_hz, **figures)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def _short(name: str) -> str:
    return printable(name[:60])
