"""Networks out of graphs and CSV files: what is stated is taken, and nothing is guessed."""

from dataclasses import replace

import networkx as nx
import pytest

from qkdlab import Link, TopologyError
from qkdlab.errors import LONGEST_MESSAGE
from qkdlab.network import METRO_LINK, Fibre, Node, read_links, topology_from_graph, topology_from_json
from qkdlab.network import topology_to_json as as_json
from tests.refusals import expect_refusal


def graph(kind=nx.Graph, **attributes):
    return kind([("Köln", "Bonn", attributes), ("Bonn", "Mainz", attributes)])


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Return what writes a file and reads links from it."""
    monkeypatch.chdir(tmp_path)

    def read(text: str, encoding: str = "utf-8", **options):
        (tmp_path / "links.csv").write_text(text, encoding=encoding)
        return read_links("links.csv", **options)

    return read


# ---- graphs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("length_km", 12, {"link": Link(length_km=12, source=METRO_LINK.source)}),
        ("length_m", 12_500, {"link": Link(length_km=12.5, source=METRO_LINK.source)}),
        ("loss_db", 7.5, {"loss_db": 7.5}),
        ("key_rate_bits_per_s", 1_000, {"key_rate_bits_per_s": 1_000}),
        ("key_rate_kbits_per_s", 304, {"key_rate_bits_per_s": 304_000}),
    ],
)
def test_an_attribute_is_what_it_is_said_to_be(option, value, expected) -> None:
    # would catch: metres taken for km, bits for kbits, a weight for a length
    made = topology_from_graph(graph(weight=value, length_km=99.0), **{option: "weight"})
    assert made.fibre("Köln", "Bonn") == Fibre(a="Köln", b="Bonn", **expected)
    assert [node.name for node in made.nodes] == ["Köln", "Bonn", "Mainz"]
    assert all(node.relays for node in made.nodes)
    assert topology_from_json(as_json(made)) == made


def test_each_link_states_what_it_has() -> None:
    mixed = nx.Graph(name="mixed")
    mixed.add_edge(1, 2, d=45, loss=14.5)
    mixed.add_edge(2, 3, rate=1_000)
    mixed.add_edge(3, 4, d=None, loss=3)
    made = topology_from_graph(mixed, length_km="d", loss_db="loss", key_rate_bits_per_s="rate")
    assert made.name == "mixed"
    assert [one.stated for one in made.fibres] == [
        "loss of 14.5 dB stated",
        "key rate of 1,000 bit/s stated, not simulated",
        "loss of 3 dB stated",
    ]
    assert [one.link.length_km for one in made.fibres] == [45, 0, 0]
    alike = topology_from_graph(mixed, link=Link(length_km=9), loss_db="loss")
    assert [one.link.length_km for one in alike.fibres] == [0, 9, 0]  # 9 km is for what states nothing


def test_a_directed_edge_begins_at_alice_and_nodes_may_be_given() -> None:
    switched = nx.DiGraph([("S", "U"), ("V", "S")])
    switch = Node(name="S", kind="optical switch", insertion_loss_db=2)
    made = topology_from_graph(
        switched, link=Link(length_km=3), pulse_rate_hz=1e6, nodes=[switch], name="two"
    )
    assert [(one.a, one.b) for one in made.fibres] == [("S", "U"), ("V", "S")]
    assert made.node("S") == switch
    assert {(one.link, one.pulse_rate_hz) for one in made.fibres} == {(Link(length_km=3), 1e6)}


def test_what_is_not_stated_is_not_guessed() -> None:
    rule = "must have a length, a loss or a key rate, or link= must be given for all; say where it stands"
    with expect_refusal(
        f"edge Köln–Bonn {rule}, such as length_km='distance': got 'distance', 'weight'", TopologyError
    ):
        topology_from_graph(graph(distance=3, weight=1))
    with expect_refusal(f"edge Köln–Bonn {rule}: got 'distance'", TopologyError):
        topology_from_graph(graph(distance=3), length_km="length")
    with expect_refusal(f"edge Köln–Bonn {rule}: got none", TopologyError):
        topology_from_graph(graph())


@pytest.mark.parametrize(
    ("made", "options", "message"),
    [
        (graph(d="far"), {"length_km": "d"}, "edge Köln–Bonn: d must be a number, got 'far'"),
        (graph(d=True), {"length_km": "d"}, "edge Köln–Bonn: d must be a number, got True"),
        (
            graph(d=float("nan")),
            {"length_km": "d"},
            "edge Köln–Bonn: length_km must lie between 0 and 10000, got nan",
        ),
        (graph(d=-1), {"loss_db": "d"}, "edge Köln–Bonn: loss_db must lie between 0 and 200, got -1.0"),
        (
            nx.MultiGraph([(1, 2), (1, 2)]),
            {"link": METRO_LINK},
            "fibre 1–2 must be given once, got it twice",
        ),
        (nx.Graph([(1, "1")]), {"link": METRO_LINK}, "node '1' must be given once, got it twice"),
        (
            nx.Graph([(1, 1)]),
            {"link": METRO_LINK},
            "edge 1–1: a fibre must join two nodes, got '1' twice",
        ),
        (graph(), {"nodes": [Node(name="Ulm")]}, "nodes must be ends of links, got 'Ulm'"),
    ],
)
def test_graphs_refused(made, options, message) -> None:
    with expect_refusal(message, TopologyError):
        topology_from_graph(made, **options)


def test_options_refused() -> None:
    with pytest.raises(ValueError, match="option must be one of 'length_km', .*, got 'weight'"):
        topology_from_graph(graph(), weight="weight")
    with expect_refusal("length_km must be taken from one place, got length_km and another"):
        topology_from_graph(graph(), length_km="a", length_m="b")
    with pytest.raises(ValueError, match="graph must be a Graph, got"):
        topology_from_graph([("A", "B")], length_km="d")


def test_messages_stay_short(table) -> None:
    with pytest.raises(TopologyError) as caught:
        topology_from_graph(graph(d="9" * 100_000), length_km="d")
    assert len(str(caught.value)) <= LONGEST_MESSAGE + 1
    with pytest.raises(TopologyError, match="edge Köln–Bonn: d must fit in a 64-bit float") as caught:
        topology_from_graph(graph(d=10**400), length_km="d")
    assert len(str(caught.value)) < 300
    endless = "x" * 10**6
    network = topology_from_graph(graph(d=1), length_km="d")
    for refused in (
        lambda: table("a,b\n", delimiter=endless),
        lambda: table("a,b\n", decimal=endless),
        lambda: network.fibre(endless, endless),
        lambda: replace(network, fibres=(Fibre(a="Köln", b=endless),)),
    ):
        with pytest.raises(ValueError, match="must") as caught:
            refused()
        assert len(str(caught.value)) < 600


# ---- CSV -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff", "sep={}\n"])
def test_the_sign_between_fields_is_recognised(table, sign, start) -> None:
    rows = ["a|b|Länge", "Köln|Bonn|28.5", "", "Bonn|Mainz|143"]
    made = table(start.format(sign) + "\r\n".join(rows).replace("|", sign), length_km="Länge")
    assert made == topology_from_graph(
        nx.Graph([("Köln", "Bonn", {"d": 28.5}), ("Bonn", "Mainz", {"d": 143})]), length_km="d", name="links"
    )


@pytest.mark.parametrize(
    ("text", "options", "length_km"),
    [
        ("a;b;km\nA;B;28,5", {}, 28.5),
        ("a\tb\tkm\nA\tB\t28,5", {}, 28.5),
        ('a,b,km\nA,B,"28,5"', {}, 28.5),
        ("a;b;km\nA;B;1,234", {"decimal": ","}, 1.234),
        ("a;b;km\nA;B;1,234\nB;C;0,5", {}, 1.234),  # 0,5 shows what a comma is
        ("a;b;km\nA;B;1.234", {"decimal": "."}, 1.234),
        ("a;b;km\nA;B;1.234\nB;C;0.5", {}, 1.234),
        ("a,b,km\nA,B,1.234", {}, 1.234),  # who groups by points puts no commas between fields
        ("a,b,km\nA,B,2e1", {}, 20),
        ("a;b;km;other\nA;B;3;1,2;", {}, 3),  # a spreadsheet may end lines with separators
        ("from , to,km\nA, B , 3", {"a": "from", "b": "to"}, 3),
    ],
)
def test_numbers(table, text, options, length_km) -> None:
    # would catch: 28,5 km read as 285 or 28
    assert table(text, length_km="km", **options).fibre("A", "B").link.length_km == length_km


def test_an_empty_field_states_nothing(table) -> None:
    text = "a;b;km;dB;kbit/s\nA;B;45;14,5;\nB;C;;;304\n"
    made = table(text, length_km="km", loss_db="dB", key_rate_kbits_per_s="kbit/s")
    assert made.fibres == (
        Fibre(a="A", b="B", link=Link(length_km=45, source=METRO_LINK.source), loss_db=14.5),
        Fibre(a="B", b="C", key_rate_bits_per_s=304_000),
    )


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (
            "von;nach;km\nA;B;3",
            {"length_km": "km"},
            ": the header must have the column 'a', or say which it is, such as a='von'; fields are "
            "separated by ';', got 'von', 'nach', 'km'",
        ),
        (
            "a\tb\tkm\nA\tB\t3",
            {"length_km": "length"},
            ": the header must have the column 'length'; fields are separated by tabs, got 'a', 'b', 'km'",
        ),
        (
            "a,b,km\nA,B,3",
            {},
            ", line 2 must have a length, a loss or a key rate, or link= must be given for all; say where it "
            "stands, such as length_km='km': got 'km'",
        ),
        (
            "a;b;km\nA;B;28,500",
            {"length_km": "km"},
            ", line 2: decimal must be stated, as commas could separate thousands, got '28,500'",
        ),
        (
            "a;b;bit/s\nA;B;28.500\nB;C;950",
            {"key_rate_bits_per_s": "bit/s"},
            ", line 2: decimal must be stated, as points could separate thousands, got '28.500'",
        ),
        (
            'a,b,km\n"A\nB",C,3',
            {"length_km": "km"},
            ": name must be 1 to 60 printable characters, got 'A\\nB'",
        ),
        ("a,b,km\nA,B,\u0663", {"length_km": "km"}, ", line 2: km must be a number, got '\u0663'"),
        (
            "a;b;km\nA;B;28,5\nB;C;1.5",
            {"length_km": "km"},
            ": decimal must be stated where numbers have both signs, got '1.5' in line 3 and '28,5' in line "
            "2",
        ),
        (
            "a;b;km\nA;B;2.5",
            {"length_km": "km", "decimal": ","},
            ", line 2: km must be a number with ',' before decimals, got '2.5'",
        ),
        ("a,b,km\nA,B,far", {"length_km": "km"}, ", line 2: km must be a number, got 'far'"),
        (
            "a,b,km\nA,B,-3",
            {"length_km": "km"},
            ", line 2: length_km must lie between 0 and 10000, got -3.0",
        ),
        (
            "a,b,km\nA,B",
            {"length_km": "km"},
            ", line 2: must have 3 fields, got 2 (fields are separated by commas)",
        ),
        ("a,b,km\n,B,3", {"length_km": "km"}, ", line 2: must name both ends, got ('', 'B')"),
        (
            "a,b,km\nA,B,3\nB,A,4",
            {"length_km": "km"},
            ": fibre B–A must be given once, got it twice",
        ),
        (
            "a,b,km,km\nA,B,3,4",
            {"length_km": "km"},
            ": the header must have the column 'km' once",
        ),
        (
            'a,b,km\n"A,B,3',
            {"length_km": "km"},
            ", about line 2: must be rows of fields: unexpected end of data",
        ),
        ("\n \n", {"length_km": "km"}, ": must have a header, got no line"),
    ],
)
def test_files_refused(table, text, options, message) -> None:
    with expect_refusal(f"links.csv{message}", TopologyError):
        table(text, **options)


@pytest.mark.parametrize("twin", ["Ko\u0308ln", "Köln  ", "Alt Köln"])
def test_names_that_look_alike_are_one_node_or_refused(table, twin) -> None:
    # would catch: two islands where a table has ö in two ways, as files from a Mac do
    text = f"a,b,km\nKöln,Bonn,3\nAlt  Köln,Bonn,3\n{twin},Mainz,4\n"
    if twin == "Köln  ":
        assert table(text, length_km="km").fibre("Köln", "Mainz").link.length_km == 4
    else:
        with pytest.raises(
            TopologyError, match="^links.csv: nodes must have names that look different, got '"
        ):
            table(text, length_km="km")


def test_other_refusals(table) -> None:
    for stated, message in {
        "a": "a must be a str, got 3",
        "link": "link must be a Link, got 3",
        "delimiter": r"delimiter must be one of .*, got 3",
    }.items():
        with pytest.raises(ValueError, match=f"^{message}$"):
            table("a,b,km\nA,B,3", **{"length_km": "km", stated: 3})
    with expect_refusal("nodes must be a Node, got 'A'"):
        table("a,b,km\nA,B,3", length_km="km", nodes=["A"])
    with expect_refusal("path must be a name of a file or a folder, got ['links.csv']"):
        read_links(["links.csv"], length_km="km")
    with expect_refusal("decimal must be one of '.', ',', got '·'"):
        table("a|b\n", decimal="·")
    with pytest.raises(FileNotFoundError):
        read_links("nowhere.csv", length_km="km")
    with pytest.raises(TopologyError) as caught:
        table("a;b;km\nA;B;" + "x" * 100_000, length_km="km")
    assert len(str(caught.value)) < 200
    with pytest.raises(TopologyError) as caught:
        table("x;" * 20_000 + "\n", length_km="km")
    assert len(str(caught.value)) <= LONGEST_MESSAGE + 1
    with pytest.raises(
        TopologyError, match="about line 1: must be rows of fields: field larger than"
    ) as caught:
        table("x" * 200_000 + "\n", length_km="km")
    assert len(str(caught.value)) <= LONGEST_MESSAGE + 1
