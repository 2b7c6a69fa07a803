"""Networks as JSON files that people can write: nodes, fibres, and what the fibres have in common.

::

    {"format": "qkdlab network",
     "version": 1,
     "name": "three towns",
     "source": "ours",
     "nodes": [{"name": "North"}, {"name": "Mill", "kind": "end user"}, {"name": "South"}],
     "link": {"attenuation_db_per_km": 0.21, "detector": {"type": "Detector", "efficiency": 0.2}},
     "fibres": [{"a": "North", "b": "Mill", "length_km": 12.5},
                {"a": "Mill", "b": "South", "length_km": 30, "pulse_rate_hz": 1e9}]}

A node has the fields of `Node`. A fibre has those of `Fibre` and, in place of `link`, those of `Link`; what
it leaves out is as in ``"link"``, and what is not there either as in `METRO_LINK` and `Fibre`. Source,
detector and classical light are objects with a ``"type"``, as in a scenario. ``loss_db`` and
``key_rate_bits_per_s``, or ``key_rate`` for short, are what is stated of a fibre; its length is then not
known, unless it is given. `docs/networks.md` has the rest.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ...delimited import DELIMITERS, fields_of
from ...errors import ScenarioError, TopologyError, shown
from ...link import ClassicalChannel, DecoySource, Detector, Link, SinglePhotonSource, WeakCoherentSource
from ...settings.saving import decode, encode, read_object
from ...values import check_instance, check_path
from .network_fibre import METRO_LINK, Fibre, printable
from .topology import MOST_FIBRES, MOST_NODES, Node, Topology

FORMAT, VERSION = "qkdlab network", 1

LARGEST_BYTES = 20_000_000
"""The largest file that is read; far more than 10,000 nodes and 50,000 fibres take."""

_CLASSES = {
    kind.__name__: kind
    for kind in (SinglePhotonSource, WeakCoherentSource, DecoySource, Detector, ClassicalChannel)
}
_TOP = ("format", "version", "name", "source", "nodes", "link", "fibres")
_NODE = tuple(field.name for field in fields(Node))
_LINK = tuple(field.name for field in fields(Link))
_SETTINGS = (*_LINK, "pulse_rate_hz", "session_seconds")
"""What a fibre may say of itself, and `link` of all fibres."""
_STATED = ("loss_db", "key_rate_bits_per_s")
"""What may be stated of a fibre alone."""
_SHORT = {"key_rate": "key_rate_bits_per_s"}
"""Other names that are read."""
_LOSSES = ("attenuation_db_per_km", "insertion_loss_db")
"""What a stated loss stands in for."""
_OF_FIBRE = ("a", "b", *_SETTINGS, *_STATED, *_SHORT)
_PLAIN = Fibre(a="a", b="b")
"""A fibre between nobody that says nothing of itself."""


def topology_to_json(topology: Topology) -> str:
    """Return a network as JSON text, one node or fibre a line; `topology_from_json` makes the same again.

    Raises ``TopologyError`` if a fibre has a source or a detector of a class that is not the package's own.
    """
    for fibre in check_instance("topology", topology, Topology).fibres:
        _check_classes(fibre)
    defaults = _common(topology.fibres)
    head = {"format": FORMAT, "version": VERSION, "name": topology.name}
    lines = [f'  "{name}": {_text(value)},\n' for name, value in head.items()]
    lines += [f'  "source": {_text(topology.source)},\n'] if topology.source else []
    lines.append(f'  "nodes": {_array(map(_node_data, topology.nodes))},\n')
    if said := _differences(defaults, _PLAIN):
        lines.append(f'  "link": {_text(said)},\n')
    fibre_data = (_fibre_data(fibre, defaults) for fibre in topology.fibres)
    lines.append(f'  "fibres": {_array(fibre_data)}\n')
    return "{\n" + "".join(lines) + "}\n"


def topology_from_json(text: str) -> Topology:
    """Return the network that JSON text describes, in the form that the head of this module has.

    Raises
    ------
    TopologyError
        If the text is longer than `LARGEST_BYTES` or no JSON object, or a field is unknown, missing or
        refused. The message names the node or the fibre, and the value.

    Examples
    --------
    >>> start = '{"format": "qkdlab network", "version": 1, "name": "alone", '
    >>> topology_from_json(start + '"nodes": [{"name": "A"}], "fibres": []}')
    Topology('alone', 1 nodes, 0 fibres)
    """
    try:
        return _topology(read_object(text, "network", longest=LARGEST_BYTES))
    except RecursionError as error:
        raise TopologyError(f"network must be JSON: {error}") from error
    except ValueError as error:
        raise TopologyError(str(error)) from error


def read_topology(path: str | Path) -> Topology:
    """Return the network in a file, as `topology_from_json` does.

    Raises ``TopologyError``, which names the file, also if it has more than `LARGEST_BYTES` and is therefore
    not read, is empty, or is no text in UTF-8, and which says who reads a table of links; ``OSError`` if it
    cannot be opened.
    """
    with check_path("path", path).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        data = b"" if size > LARGEST_BYTES else file.read(LARGEST_BYTES + 1)
    if max(size, len(data)) > LARGEST_BYTES:  # pipes and devices have no size, but an end or none
        raise TopologyError(f"{path}: must have at most {LARGEST_BYTES:,} bytes, got more")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TopologyError(f"{path}: must be text in UTF-8: {error.reason} at byte {error.start}") from error
    if not text.strip():
        raise TopologyError(f"{path}: must hold a network, got an empty file")
    try:
        return topology_from_json(text)
    except TopologyError as error:
        hint = "; a table of links is read by read_links" if _may_be_table(text) else ""
        raise TopologyError(f"{path}: {error}{hint}") from error


def _may_be_table(text: str) -> bool:
    """Whether the first line has several fields, and is not the beginning of JSON or XML."""
    first = text.strip()[:4096].splitlines()[0]
    return first[0] not in "{[<" and any(len(fields_of(first, sign)) > 1 for sign in DELIMITERS)


def save_topology(topology: Topology, path: str | Path) -> None:
    """Write a network to a file, which is replaced if it is there; ``OSError`` if that cannot be done."""
    check_path("path", path).write_text(topology_to_json(topology), encoding="utf-8", newline="\n")


def _check_classes(fibre: Fibre) -> None:
    for name in ("source", "detector", "classical"):
        value = getattr(fibre.link, name)
        if value is not None and _CLASSES.get(type(value).__name__) is not type(value):
            known = ", ".join(_CLASSES)
            raise TopologyError(f"fibre {fibre.name}: {name} must be one of {known}, got {shown(value)}")


def _common(fibres: tuple[Fibre, ...]) -> Fibre:
    """Return a fibre with what most have, field by field; lengths and times are left to each."""
    if not fibres:
        return _PLAIN
    names = [name for name in _LINK if name != "length_km"]
    most = {
        name: Counter(getattr(fibre.link, name) for fibre in fibres).most_common(1)[0][0] for name in names
    }
    rate = Counter(fibre.pulse_rate_hz for fibre in fibres).most_common(1)[0][0]
    return replace(_PLAIN, link=replace(METRO_LINK, **most), pulse_rate_hz=rate)


def _node_data(node: Node) -> dict[str, Any]:
    return {key: value for key, value in encode(node, defaults=False).items() if key != "type"}


def _differences(fibre: Fibre, defaults: Fibre) -> dict[str, Any]:
    """Return the fields of a fibre, and of its link, that are not as in `defaults`."""
    found = {}
    for name in _SETTINGS:
        holder, other = (fibre.link, defaults.link) if name in _LINK else (fibre, defaults)
        if (value := getattr(holder, name)) != getattr(other, name):
            found[name] = encode(value, defaults=False)
    return found


def _fibre_data(fibre: Fibre, defaults: Fibre) -> dict[str, Any]:
    """Return a fibre; a stated loss stands for others, and a length of 0 beside what is stated for none."""
    stated = {name: value for name in _STATED if (value := getattr(fibre, name)) is not None}
    data = {"length_km": fibre.link.length_km} | _differences(fibre, defaults)
    if "loss_db" in stated:
        data = {name: value for name, value in data.items() if name not in _LOSSES}
    if stated and not fibre.link.length_km:
        del data["length_km"]
    return {"a": fibre.a, "b": fibre.b} | stated | data


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _array(items: Iterable[dict[str, Any]]) -> str:
    lines = ",\n".join(f"    {_text(item)}" for item in items)
    return f"[\n{lines}\n  ]" if lines else "[]"


def _topology(data: dict[str, Any]) -> Topology:
    _check_fields(data, "network", _TOP, required=("format", "version", "name", "nodes", "fibres"))
    if data["format"] != FORMAT:
        raise TopologyError(f"format must be {FORMAT!r}, got {shown(data['format'])}")
    if type(data["version"]) is not int or data["version"] != VERSION:
        raise TopologyError(f"version must be {VERSION}, got {shown(data['version'])}")
    for name, most in (("nodes", MOST_NODES), ("fibres", MOST_FIBRES)):
        if not isinstance(data[name], list):
            raise TopologyError(f"{name} must be a list, got {shown(data[name])}")
        if len(data[name]) > most:
            raise TopologyError(f"{name} must be at most {most:,}, got {len(data[name]):,}")
    nodes = [_node(item, f"nodes[{place}]") for place, item in enumerate(data["nodes"])]
    common = data.get("link", {})
    _check_fields(common, "link", _SETTINGS)
    defaults = _fibre(common, "link", _PLAIN)
    fibres = [_fibre_of(item, f"fibres[{place}]", defaults) for place, item in enumerate(data["fibres"])]
    return Topology(
        name=data["name"], nodes=tuple(nodes), fibres=tuple(fibres), source=data.get("source", "")
    )


def _node(data: Any, place: str) -> Node:
    if isinstance(data, dict) and isinstance(data.get("name"), str):
        place = f"node {data['name'][:60]!r}"
    _check_fields(data, place, _NODE, required=("name",))
    try:
        return Node(**data)
    except ValueError as error:
        raise TopologyError(f"{place}: {error}") from error


def _fibre_of(data: Any, place: str, defaults: Fibre) -> Fibre:
    if isinstance(data, dict) and all(isinstance(data.get(end), str) for end in ("a", "b")):
        place = "fibre " + "–".join(printable(data[end][:60]) for end in ("a", "b"))
    _check_fields(data, place, _OF_FIBRE, required=("a", "b"))
    for short, name in _SHORT.items():
        if short in data and name in data:
            raise TopologyError(f"{place} must have {name} once, got {short}, too")
    data = {_SHORT.get(name, name): value for name, value in data.items()}
    stated = [name for name in _STATED if data.get(name) is not None]
    if "loss_db" in stated and (besides := [name for name in _LOSSES if name in data]):
        raise TopologyError(f"{place} must have no {besides[0]} beside loss_db, got {data[besides[0]]!r}")
    if stated and "length_km" not in data:
        defaults = replace(defaults, link=replace(defaults.link, length_km=0.0))
    return _fibre(data, place, defaults)


def _fibre(data: Any, place: str, defaults: Fibre) -> Fibre:
    """Return `defaults` with the fields that `data` has, those of the link among them."""
    try:
        given = {name: decode(value, _CLASSES, f"{place}.{name}") for name, value in data.items()}
    except ScenarioError as error:
        raise TopologyError(str(error)) from error
    link = {name: given.pop(name) for name in _LINK if name in given}
    try:
        return replace(defaults, link=replace(defaults.link, **link) if link else defaults.link, **given)
    except ValueError as error:
        raise TopologyError(f"{place}: {error}") from error


def _check_fields(data: Any, place: str, known: tuple[str, ...], required: tuple[str, ...] = ()) -> None:
    if not isinstance(data, dict):
        raise TopologyError(f"{place} must be a JSON object, got {shown(data)}")
    for name in data:
        if name not in known:
            raise TopologyError(f"{place} must have only the fields {', '.join(known)}, got {shown(name)}")
    for name in required:
        if name not in data:
            raise TopologyError(f"{place} must have the field {name!r}")
