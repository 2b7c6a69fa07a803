"""What is stated of a fibre: its loss is simulated with, its key rate is taken as it is."""

from dataclasses import replace

import pytest

from qkdlab import ClassicalChannel, Link, expected_key
from qkdlab.network import METRO_LINK, NETWORK_SESSION, Fibre, Node, Topology, key_links
from tests.refusals import expect_refusal


def fibre(**fields) -> Fibre:
    return Fibre(**({"a": "A", "b": "B"} | fields))


def loss_db(link: Link) -> float:
    return link.length_km * link.attenuation_db_per_km + link.insertion_loss_db


@pytest.mark.parametrize("link", [METRO_LINK, Link(length_km=45, insertion_loss_db=3), Link()])
@pytest.mark.parametrize("loss", [0, 14.5, 40])
def test_a_stated_loss_is_all_the_loss_there_is(link, loss) -> None:
    # would catch: a stated loss that comes on top of the fibre's own, or of 25 km that nobody stated
    made = fibre(link=link, loss_db=loss)
    assert loss_db(made.link) == pytest.approx(loss, rel=1e-12)
    assert made.link.length_km == (0 if link is METRO_LINK else link.length_km)
    assert (made.link.source, made.link.detector) == (link.source, link.detector)
    assert replace(made) == made
    assert loss_db(replace(made, loss_db=7).link) == pytest.approx(7, rel=1e-12)


def test_a_link_with_a_stated_loss_is_simulated_with_it() -> None:
    nodes = Node(name="A"), Node(name="B")
    made = [
        key_links(Topology(name="one", nodes=nodes, fibres=(one,)))[0]
        for one in (fibre(loss_db=5), fibre(link=METRO_LINK), fibre(loss_db=9))
    ]
    same, plain, worse = (expected_key(one.settings(NETWORK_SESSION)).key_length for one in made)
    assert same == plain > worse  # METRO_LINK is 25 km of 0.2 dB/km
    assert [one.key_rate_bits_per_s for one in made] == [None] * 3


def test_stated_losses_add_through_a_switch() -> None:
    nodes = [Node(name="A"), Node(name="B"), Node(name="S", kind="optical switch", insertion_loss_db=1.5)]
    known = fibre(a="B", b="S", link=Link(length_km=10))
    made = Topology(name="s", nodes=nodes, fibres=(fibre(b="S", loss_db=4), known))
    for link in key_links(made):
        assert loss_db(link.link) == pytest.approx(4 + 2 + 1.5, rel=1e-12)


def test_what_is_stated_is_told() -> None:
    assert fibre().stated == ""
    assert fibre(loss_db=14.5).stated == "loss of 14.5 dB stated"
    both = fibre(loss_db=3, key_rate_bits_per_s=1.2e4)
    assert both.stated == "key rate of 12,000 bit/s stated, not simulated, loss of 3 dB stated"
    assert "key rate of 1,234,567.5 bit/s stated" in fibre(key_rate_bits_per_s=1_234_567.5).stated


def test_a_length_that_is_known_is_kept() -> None:
    assert fibre(link=Link(length_km=45), key_rate_bits_per_s=304_000).link == Link(length_km=45)
    assert fibre(link=replace(METRO_LINK, length_km=25), key_rate_bits_per_s=1).link.length_km == 25
    assert fibre(key_rate_bits_per_s=1).link.length_km == 0  # not known
    assert (
        fibre(key_rate_bits_per_s=1, session_seconds=600).session_seconds == 600
    )  # as many pulses as it likes


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"loss_db": -1}, "loss_db must lie between 0 and 200, got -1"),
        ({"loss_db": "12"}, "loss_db must be a number, got '12'"),
        ({"loss_db": float("nan")}, "loss_db must lie between 0 and 200, got nan"),
        ({"key_rate_bits_per_s": 0}, "key_rate_bits_per_s must lie between 0.001 and 1e+09, got 0"),
        ({"key_rate_bits_per_s": True}, "key_rate_bits_per_s must be a number, got True"),
        (
            {"loss_db": 12, "link": Link(length_km=0.1)},
            "loss_db must be at most 100 dB for each of the 0.1 km, got 12.0",
        ),
        (
            {"loss_db": 12, "link": Link(classical=ClassicalChannel())},
            "loss_db must come with a length where classical light is in the fibre, as its noise depends on "
            "it, got 12 dB and 0 km",
        ),
        (
            {"key_rate_bits_per_s": 1, "session_seconds": 0},
            "session_seconds must lie between 0.001 and 1e+06, got 0",
        ),
    ],
)
def test_refused(fields, message) -> None:
    with expect_refusal(message):
        fibre(**fields)
