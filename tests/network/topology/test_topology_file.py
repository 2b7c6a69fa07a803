"""Networks as JSON: the round trip, the texts of errors, and mutations of every kind."""

import json
import re
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab import (
    ClassicalChannel,
    DecoySource,
    Detector,
    Link,
    QkdlabError,
    SinglePhotonSource,
    TopologyError,
    WeakCoherentSource,
)
from qkdlab.errors import LONGEST_MESSAGE
from qkdlab.network import (
    METRO_LINK,
    Fibre,
    Node,
    Topology,
    chain,
    mesh,
    read_topology,
    ring,
    save_topology,
    star,
    topology_from_json,
    topology_to_json,
)
from qkdlab.network.topology.topology_file import LARGEST_BYTES
from tests.refusals import expect_refusal

ODD = Topology(
    name="Übungsnetz “1”",
    source='ours; see "nothing"',
    nodes=(
        Node(name="Köln", x=0.1, y=-1 / 3),
        Node(name="S", kind="optical switch", insertion_loss_db=1.25, relock_seconds=3, dwell_seconds=7),
        Node(name="Bob's", kind="end user", units="Bob", x=5),
        Node(name="東京", units="Alice"),
    ),
    fibres=(
        Fibre(a="Köln", b="東京", link=Link()),
        Fibre(
            a="Köln",
            b="S",
            link=Link(
                length_km=14.5 / 3,
                attenuation_db_per_km=14.5 / 45,
                source=WeakCoherentSource(mean_photon_number=0.1),
                detector=Detector(efficiency=1 / 7, dead_gates=3, random_assignment=True),
                classical=ClassicalChannel(launch_power_dbm=-3, direction="counter-propagating"),
            ),
            pulse_rate_hz=1e9 / 3,
            session_seconds=0.1,
        ),
        Fibre(a="S", b="Bob's", link=replace(METRO_LINK, length_km=1e-9, source=DecoySource())),
    ),
)
EMPTY = Topology(name="nothing", nodes=(), fibres=())
STATED = Topology(
    name="published",
    nodes=(Node(name="A"), Node(name="B"), Node(name="C"), Node(name="S", kind="optical switch")),
    fibres=(
        Fibre(a="A", b="B", key_rate_bits_per_s=1e5 / 3, session_seconds=900.0),
        Fibre(a="B", b="C", link=replace(METRO_LINK, length_km=25.0), key_rate_bits_per_s=304_000, loss_db=7),
        Fibre(a="A", b="C", loss_db=10 / 3),
        Fibre(a="A", b="S", link=Link(length_km=45, insertion_loss_db=2), loss_db=14.5, pulse_rate_hz=1e9),
        Fibre(a="S", b="C", link=Link(attenuation_db_per_km=0.3, misalignment_error=0.01), loss_db=0.1),
    ),
)
BUILT = [STATED, chain(4), ring(5), star(3), star(4, hub="optical switch"), mesh(4), ODD, EMPTY]


def start(**changes) -> dict:
    """Return a small network as data, with fields replaced; `...` removes one."""
    nodes = [{"name": "A"}, {"name": "B"}, {"name": "S", "kind": "optical switch", "insertion_loss_db": 1}]
    fibres = [
        {"a": "A", "b": "B", "length_km": 5, "session_seconds": 1},
        {"a": "A", "b": "S", "source": {"type": "DecoySource", "signal": 0.5}, "classical": None},
    ]
    data = {"format": "qkdlab network", "version": 1, "name": "n", "source": "", "nodes": nodes}
    data |= {"link": {"length_km": 7.5, "pulse_rate_hz": 1e7}, "fibres": fibres} | changes
    return {key: value for key, value in data.items() if value is not ...}


@pytest.mark.parametrize("topology", BUILT, ids=lambda topology: topology.name)
def test_round_trip(topology) -> None:
    text = topology_to_json(topology)
    assert topology_from_json(text) == topology
    assert topology_to_json(topology_from_json(text)) == text


def test_what_is_left_out_is_as_everywhere() -> None:
    topology = topology_from_json(json.dumps(start()))
    assert topology.fibre("A", "B") == Fibre(
        a="A", b="B", link=replace(METRO_LINK, length_km=5), pulse_rate_hz=1e7, session_seconds=1
    )
    # a fibre that says nothing of its length has that of "link"; its source is replaced, not the rest
    switched = topology.fibre("A", "S")
    assert switched.link == replace(METRO_LINK, length_km=7.5, source=DecoySource(signal=0.5))
    assert switched.pulse_rate_hz == 1e7
    bare = topology_from_json(json.dumps(start(link=..., source=..., fibres=[{"a": "A", "b": "B"}])))
    assert bare.fibres == (Fibre(a="A", b="B"),)


def test_what_is_stated_of_a_fibre() -> None:
    # would catch: a stated figure for all fibres, the length of "link" beside what is stated, 25 km of nobody
    fibres = [
        {"a": "A", "b": "B", "key_rate": 1000},
        {"a": "A", "b": "S", "loss_db": 6.5, "length_km": 10},
    ]
    made = topology_from_json(json.dumps(start(fibres=fibres)))
    assert made.fibre("A", "B") == Fibre(
        a="A", b="B", link=replace(METRO_LINK, length_km=0), pulse_rate_hz=1e7, key_rate_bits_per_s=1000
    )
    assert made.fibre("A", "S").link.attenuation_db_per_km == 0.65
    long = start(fibres=[{"a": "A", "b": "B", "key_rate_bits_per_s": 1000}])
    assert topology_from_json(json.dumps(long)).fibre("A", "B") == made.fibre("A", "B")
    null = start(fibres=[{"a": "A", "b": "B", "key_rate": None, "loss_db": None}])
    assert topology_from_json(json.dumps(null)).fibre("A", "B").link.length_km == 7.5


def test_files_are_short() -> None:
    # what most fibres have is said once, and defaults are not said at all
    data = json.loads(topology_to_json(ring(5, pulse_rate_hz=1e9, link=Link(length_km=3))))
    assert data["link"] == {"source": {"type": "SinglePhotonSource"}, "pulse_rate_hz": 1e9}
    assert data["fibres"][0] == {"a": "A", "b": "B", "length_km": 3.0}
    assert data["nodes"][0] == {"name": "A", "x": 0.0, "y": -1.0}
    assert "link" not in json.loads(topology_to_json(ring(5)))
    assert len(topology_to_json(ring(5)).splitlines()) == 5 + 5 + 9


BROKEN = {
    "not JSON": ("{nodes}", "network must be JSON: Expecting property name"),
    "cut off": (topology_to_json(ODD)[:-9], "network must be JSON: "),
    "a list": ("[]", "network must be a JSON object, got '[]'"),
    "a deep nest": ('{"nodes":' + "[" * 100_000, "network must be JSON: maximum recursion"),
    "a number of too many digits": (
        '{"version": ' + "1" * 5_000 + "}",
        "network must be JSON: Exceeds the lim",
    ),
    "too long": (" " * (LARGEST_BYTES + 1), "network must have at most 20000000 characters, got 20000001"),
    "twice": ('{"name": "a", "name": "b"}', "network must have each field once, got 'name' twice"),
    "no format": (start(format=...), "network must have the field 'format'"),
    "other format": (start(format="GraphML"), "format must be 'qkdlab network', got 'GraphML'"),
    "next version": (start(version=2), "version must be 1, got 2"),
    "version true": (start(version=True), "version must be 1, got True"),
    "unknown field": (
        start(edges=[]),
        "network must have only the fields format, version, name, source, nod",
    ),
    "name a number": (start(name=3), "name must be 1 to 60 printable characters, got 3"),
    "no source": (start(source=None), "source must be a str, got None"),
    "nodes an object": (start(nodes={}), "nodes must be a list, got {}"),
    "too many nodes": (start(nodes=[0] * 20_001), "nodes must be at most 20,000, got 20,001"),
    "node a text": (start(nodes=["A"]), "nodes[0] must be a JSON object, got 'A'"),
    "node without name": (start(nodes=[{"name": "A"}, {}]), "nodes[1] must have the field 'name'"),
    "node twice": (start(nodes=[{"name": "A"}] * 2), "node 'A' must be given once, got it twice"),
    "node of no kind": (start(nodes=[{"name": "A", "kind": "hub"}]), "node 'A': kind must be one of 'end us"),
    "node with a loss": (
        start(nodes=[{"name": "A", "insertion_loss_db": 1}]),
        "node 'A': insertion_loss_db must be 0 but for an optical switch, got 1.0",
    ),
    "node nowhere": (
        start(nodes=[{"name": "A", "x": float("nan")}]),
        "node 'A': x must lie between -1e+09 and",
    ),
    "node's unknown field": (
        start(nodes=[{"name": "A", "km": 1}]),
        "node 'A' must have only the fields name, ",
    ),
    "link a number": (start(link=25), "link must be a JSON object, got 25"),
    "a rate through a switch": (
        start(fibres=[{"a": "A", "b": "S", "key_rate": 10}]),
        "fibre A–S must not have a stated key rate, as no keys are made at the optical switch 'S', got 10",
    ),
    "a rate for all": (start(link={"key_rate": 10}), "link must have only the fields length_km, "),
    "link with ends": (start(link={"a": "A"}), "link must have only the fields length_km, "),
    "link without light": (start(link={"source": None}), "link: source must be a Source, got None"),
    "fibre a list": (start(fibres=[["A", "B"]]), "fibres[0] must be a JSON object, got ['A', 'B']"),
    "fibre with one end": (start(fibres=[{"a": "A"}]), "fibres[0] must have the field 'b'"),
    "fibre from 1": (start(fibres=[{"a": 1, "b": "B"}]), "fibres[0]: a must be a str, got 1"),
    "a loop": (start(fibres=[{"a": "A", "b": "A"}]), "fibre A–A: a fibre must join two nodes, got 'A' twice"),
    "to nowhere": (start(fibres=[{"a": "A", "b": "X"}]), "fibre A–X: 'X' must be a node of the network"),
    "fibre twice": (
        start(fibres=[{"a": "A", "b": "B"}, {"a": "B", "b": "A"}]),
        "fibre B–A must be given once, got it twice",
    ),
}
FIELDS = {
    "length_km": (-5, "length_km must lie between 0 and 10000, got -5"),
    "attenuation_db_per_km": ("0.2", "attenuation_db_per_km must be a number, got '0.2'"),
    "insertion_loss_db": (float("inf"), "insertion_loss_db must lie between 0 and 200, got inf"),
    "misalignment_error": (float("nan"), "misalignment_error must lie between 0 and 0.5, got nan"),
    "source": ({"type": "Detector"}, "source must be a Source, got Detector("),
    "detector": (None, "detector must be a Detector, got None"),
    "classical": (0, "classical must be a ClassicalChannel, got 0"),
    "pulse_rate_hz": (True, "pulse_rate_hz must be a number, got True"),
    "session_seconds": (1e6, "session_seconds must be at most 100 at 1e+07 pulses a second, got 1000000.0"),
}
BROKEN |= {
    f"fibre's {name}": (start(fibres=[{"a": "A", "b": "B", name: value}]), f"fibre A–B: {message}")
    for name, (value, message) in FIELDS.items()
}
BROKEN |= {
    f"deeper {number}": (start(fibres=[{"a": "A", "b": "B"} | fields]), f"fibre A–B{message}")
    for number, (fields, message) in enumerate(
        [
            ({"length": 5}, " must have only the fields a, b, length_km, "),
            ({"length_km": [5]}, ".length_km must not be a list, got [5]"),
            ({"key_rate": -5}, ": key_rate_bits_per_s must lie between 0.001 and 1e+09, got -5"),
            ({"key_rate": "1 kbit/s"}, ": key_rate_bits_per_s must be a number, got '1 kbit/s'"),
            (
                {"key_rate": 1, "key_rate_bits_per_s": 1},
                " must have key_rate_bits_per_s once, got key_rate, too",
            ),
            (
                {"loss_db": 3, "attenuation_db_per_km": 0.2},
                " must have no attenuation_db_per_km beside loss_db, got 0.2",
            ),
            ({"loss_db": 201}, ": loss_db must lie between 0 and 200, got 201"),
            (
                {"source": {"signal": 1}},
                ".source.type must be one of ClassicalChannel, DecoySource, Detector, ",
            ),
            (
                {"source": {"type": "Link"}},
                ".source.type must be one of ClassicalChannel, DecoySource, Detector",
            ),
            (
                {"detector": {"type": "Detector", "efficiency": 2}},
                ".detector: efficiency must lie between 0 and 1",
            ),
            (
                {"detector": {"type": "Detector", "dark": 0}},
                ".detector must have only the fields efficiency, ",
            ),
        ]
    )
}


@pytest.mark.parametrize("case", BROKEN)
def test_errors_name_what_is_at_fault(case) -> None:
    data, message = BROKEN[case]
    with pytest.raises(TopologyError) as caught:
        topology_from_json(data if isinstance(data, str) else json.dumps(data))
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) <= LONGEST_MESSAGE + 1
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, QkdlabError)


@pytest.mark.parametrize("depth", [300, 600, 900, 960])
def test_nests_that_json_can_hold(depth) -> None:
    # deep enough that what comes after the parser, decoding or naming the value, runs out of stack
    nest = '{"type": "Detector", "efficiency": ' * depth + "1" + "}" * depth
    text = json.dumps(start(fibres=[{"a": "A", "b": "B", "detector": "nest"}])).replace('"nest"', nest)
    with pytest.raises(TopologyError):
        topology_from_json(text)
    text = json.dumps(start(nodes=[{"name": "A", "kind": "nest"}])).replace(
        '"nest"', "[" * depth + "]" * depth
    )
    with pytest.raises(TopologyError):
        topology_from_json(text)


def test_messages_stay_short() -> None:
    with pytest.raises(TopologyError) as caught:
        topology_from_json(json.dumps(start(nodes=[{"name": "A", "kind": "x" * 100_000}])))
    assert len(str(caught.value)) <= LONGEST_MESSAGE + 1


def test_what_no_file_can_say_is_not_written() -> None:
    class Lamp(WeakCoherentSource):
        __hash__ = None  # to count lamps would be a TypeError

    fibres = (Fibre(a="A", b="B", link=Link(source=Lamp())),)
    with pytest.raises(TopologyError, match=r"^fibre A–B: source must be one of SinglePhotonSource, "):
        topology_to_json(Topology(name="n", nodes=(Node(name="A"), Node(name="B")), fibres=fibres))


def test_files(tmp_path) -> None:
    path = tmp_path / "net.json"
    save_topology(ODD, path)
    assert read_topology(path) == read_topology(str(path)) == ODD
    assert b"\r" not in path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as some editors write it
    assert read_topology(path) == ODD
    save_topology(EMPTY, path)
    assert read_topology(path) == EMPTY


def test_files_that_cannot_be_read(tmp_path) -> None:
    path = tmp_path / "net.json"
    with pytest.raises(FileNotFoundError):
        read_topology(path)
    with pytest.raises(IsADirectoryError):
        read_topology(tmp_path)
    with pytest.raises(FileNotFoundError):
        save_topology(EMPTY, tmp_path / "no" / "net.json")
    path.write_bytes(b"\x89PNG\r\n")
    with expect_refusal(f"{path}: must be text in UTF-8: invalid start byte at byte 0", TopologyError):
        read_topology(path)
    path.write_text("[]", encoding="utf-8")
    with expect_refusal(f"{path}: network must be a JSON object, got '[]'", TopologyError):
        read_topology(path)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,km\nA,B,3\n",
        "\n a;b;km\n",
        "sep=;\na;b\n",
        "a\tb\nA\tB\n",
        "a|b\n",
        "a  b  km\nA  B  3\n",
        '"a","b"\n',
    ],
)
def test_a_table_of_links_is_told_who_reads_it(tmp_path, text) -> None:
    path = tmp_path / "links.csv"
    path.write_text(text, encoding="utf-8-sig")
    told = f"^{re.escape(str(path))}: network must be JSON: .*; a table of links is read by read_links$"
    with pytest.raises(TopologyError, match=told):
        read_topology(path)


@pytest.mark.parametrize("text", ['{"name", "a"}', "[1, 2", "<graphml a='b' c='d'>\n", "nonsense\na,b,km\n"])
def test_what_is_no_table_is_not_called_one(tmp_path, text) -> None:
    path = tmp_path / "net.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TopologyError, match="network must be JSON: ") as caught:
        read_topology(path)
    assert "read_links" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t\n"])
def test_an_empty_file_is_called_empty(tmp_path, data) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(data)
    with expect_refusal(f"{path}: must hold a network, got an empty file", TopologyError):
        read_topology(path)


@pytest.mark.parametrize("size", [LARGEST_BYTES + 1, 10**12])
def test_huge_files_are_not_read(tmp_path, size) -> None:
    path = tmp_path / "net.json"
    with path.open("wb") as file:
        file.truncate(size)  # a hole: a terabyte that takes no room, and could not be held in memory
    with expect_refusal(f"{path}: must have at most 20,000,000 bytes, got more", TopologyError):
        read_topology(path)


@pytest.mark.timeout(100)  # seconds, of which it takes a few; a search for every fibre would take an hour
def test_a_large_network_loads() -> None:
    n, reach = 10_000, 5
    nodes = [{"name": f"N{i}"} for i in range(n)]
    fibres = [
        {"a": f"N{i}", "b": f"N{(i + step) % n}", "length_km": step + i / n}
        for step in range(1, reach + 1)
        for i in range(n)
    ]
    topology = topology_from_json(json.dumps(start(nodes=nodes, fibres=fibres)))
    assert (len(topology.nodes), len(topology.fibres)) == (10_000, 50_000)
    assert topology.fibre("N7", "N5").link.length_km == 2 + 5 / n


def places(data, path=()):
    """Yield the path to every value of JSON data."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


SEED_DATA = [json.loads(topology_to_json(ODD)), start()]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(
        [10**30, -(10**400), 1e308, float("nan"), float("inf"), -0.0, "", "A", "S", "\ud800", "\0"]
    ),
    st.floats(),
    st.text(max_size=5),
)
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.dictionaries(st.sampled_from(["type", "name", "a", "b", "x"]), scalars, max_size=3),
    st.sampled_from([{"type": "Detector"}, {"type": "DecoySource"}, {"type": "Link"}, {"type": ["Link"]}]),
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_mutation_is_a_network_or_an_error(data) -> None:
    root = json.loads(json.dumps(data.draw(st.sampled_from(SEED_DATA))))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in places(root) if path]))
        holder = root
        for key in path[:-1]:
            holder = holder[key]
        action = data.draw(st.sampled_from(["replace", "delete", "add", "copy"]))
        if action == "delete":
            del holder[path[-1]]
        elif action == "add" and isinstance(holder, dict):
            holder[data.draw(st.text(max_size=3))] = deepcopy(data.draw(values))
        elif action == "copy" and isinstance(holder, list):
            holder.append(deepcopy(holder[path[-1]]))
        else:
            holder[path[-1]] = deepcopy(data.draw(values))
        if not any(places(root)):
            break
    text = json.dumps(root)
    if data.draw(st.booleans()):
        cut = data.draw(st.integers(0, len(text)))
        text = text[:cut] + data.draw(st.sampled_from(["", "{", "]", "\x00", "}"])) + text[cut + 1 :]
    try:
        topology = topology_from_json(text)
    except TopologyError:
        return
    assert topology_from_json(topology_to_json(topology)) == topology


lengths = st.one_of(st.floats(0, 10_000), st.sampled_from([0.0, -0.0, 5e-324, 0.1 + 0.2]))
links = st.builds(
    Link,
    length_km=lengths,
    attenuation_db_per_km=st.floats(0, 100),
    misalignment_error=st.floats(0, 0.5),
    source=st.one_of(
        st.just(SinglePhotonSource()),
        st.builds(WeakCoherentSource, mean_photon_number=st.floats(0, 100)),
        st.just(METRO_LINK.source),
    ),
    detector=st.builds(Detector, efficiency=st.floats(0, 1), dead_gates=st.integers(0, 10**9)),
    classical=st.none() | st.builds(ClassicalChannel, launch_power_dbm=st.floats(-100, 30)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(links, st.floats(1, 1e11)), min_size=1, max_size=4), st.text())
def test_round_trip_of_anything(parts, source) -> None:
    nodes = [Node(name=f"N{i}") for i in range(len(parts) + 1)]
    fibres = [
        Fibre(a=f"N{i}", b=f"N{i + 1}", link=link, pulse_rate_hz=rate) for i, (link, rate) in enumerate(parts)
    ]
    source = "".join(character for character in source if character.isprintable())
    topology = Topology(name="any", nodes=nodes, fibres=fibres, source=source)
    assert topology_from_json(topology_to_json(topology)) == topology
