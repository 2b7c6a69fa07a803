"""The network panel without a browser: settings, what a run comes to, words, steps, an hour, two networks."""

import asyncio
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from ipywidgets import HTML

from qkdlab.errors import KeyExhausted, NoRoute, ScenarioError
from qkdlab.lab import NetworkPanel, NetworkSettings
from qkdlab.lab.components.text import rate_text, words_for
from qkdlab.lab.frame import run_panel
from qkdlab.lab.frame.cells import widgets_in
from qkdlab.lab.frame.frame import is_off
from qkdlab.lab.network.actions import acted, changed_text
from qkdlab.lab.network.boxes import relay_player
from qkdlab.lab.network.boxes.compare import comparison, tried
from qkdlab.lab.network.boxes.hour import (
    LOOKS,
    MOST_LINES,
    _alike,
    keys_known,
    links_used,
    log_rows,
    run_hour,
    served_chart,
    stored_chart,
    ways_by_minute,
)
from qkdlab.lab.network.boxes.relay_frames import relay_frames
from qkdlab.lab.network.forms import (
    CHAIN,
    FORMS,
    HOP_BY_HOP,
    MESH,
    PARITY_WAY,
    POINT,
    SWITCH_STAR,
    THREE_PATHS,
    TRUSTED_STAR,
    TWO_PATHS,
    WAYS,
    users_in,
)
from qkdlab.lab.network.map.network_map import NetworkMap
from qkdlab.lab.network.network_run import fibre_path, run_network
from qkdlab.lab.network.presets import QUESTIONS
from qkdlab.lab.network.report import eve_lamp, listed, report_html, report_rows, verdict
from qkdlab.lab.network.view import expected_links, figures, map_traits, over_fibre
from qkdlab.network import PRESETS, Node, Topology, ring, topology_to_json
from qkdlab.network.operation.yields import _measured
from tests.refusals import expect_refusal

pytestmark = pytest.mark.long

RING = NetworkSettings()
AB, EA, BC = ("A", "B"), ("E", "A"), ("B", "C")


def ran(settings: NetworkSettings = RING, **changes):
    return run_network(replace(settings, **changes), lambda share: None)


@pytest.fixture(scope="module")
def panel() -> NetworkPanel:
    return NetworkPanel()


@pytest.fixture
def fresh(panel: NetworkPanel) -> NetworkPanel:
    panel.reset.click()
    return panel


def ask(panel: NetworkPanel, item: str, name: str, action: str) -> None:
    """Choose an action on the map, as the browser does."""
    before = panel.map.asked["count"] if panel.map.asked else 0
    panel.map.asked = {"item": item, "id": name, "action": action, "count": before + 1}


# ---- settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [*FORMS, *PRESETS])
def test_every_network_goes_to_json_and_back(form: str) -> None:
    settings = RING.rebuilt(form=form)
    fibre, node = settings.network.fibres[0], settings.network.nodes[-1]
    settings = replace(settings, cut=((fibre.b, fibre.a),), compromised=(node.name,), lost=(node.name,))
    assert settings.cut == ((fibre.a, fibre.b),)  # the fibre's own order, whichever was given
    assert NetworkSettings.from_json(settings.to_json()) == settings


def test_a_network_of_ones_own_goes_to_json_and_back() -> None:
    own = replace(ring(4), name="mine")
    settings = NetworkSettings.from_json(topology_to_json(own))  # the file of a network alone
    assert (settings.form, settings.topology) == ("file", own)
    assert NetworkSettings.from_json(settings.to_json()) == settings
    back = settings.rebuilt(form=CHAIN)
    assert back.topology is None
    assert back.rebuilt(form="file", topology=own).network == own


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"form": "tree"},
            f"form must be one of {', '.join(map(repr, (*FORMS, *PRESETS, 'file')))}, got 'tree'",
        ),
        ({"n_nodes": 2}, "n_nodes must be at least 3 and at most 12, got 2"),
        ({"a": "Z"}, "a must be one of A, B, C, D, E, got 'Z'"),
        ({"b": "A"}, "b must be another node than a, got 'A'"),
        ({"form": SWITCH_STAR, "a": "Switch"}, "a must be one of A, B, C, D, E, got 'Switch'"),
        ({"cut": (AB,), "eve": (AB,)}, "eve must listen on fibres that are not cut, got ('A', 'B')"),
        ({"topology": ring(4)}, f"topology must be None for the form 'ring', got {ring(4)!r}"),
        ({"keys_per_second": 3}, "keys_per_second must be one of 1, 4, 20, 100, got 3"),
    ],
)
def test_settings_that_do_not_fit_are_refused(changes: dict, message: str) -> None:
    with expect_refusal(message):
        replace(RING, **changes)


def test_places_that_are_not_there_are_refused() -> None:
    for changes in (
        {"cut": (("A", "C"),)},
        {"eve": (("A", "Q"),)},
        {"lost": ("Q",)},
        {"compromised": ("Q",)},
    ):
        with pytest.raises(ValueError, match="'[CQ]'"):
            replace(RING, **changes)
    many = Topology(name="many", nodes=tuple(Node(name=f"N{i}") for i in range(101)), fibres=())
    with expect_refusal("topology must have at most 100 nodes, got 101"):
        NetworkSettings(form="file", topology=many, a="N0", b="N1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "settings must be JSON"),
        ("[]", "settings must be a JSON object"),
        ('{"type": "SessionSettings"}', "settings.type must be 'NetworkSettings', got 'SessionSettings'"),
        ('{"type": "NetworkSettings", "colour": 1}', "got 'colour'"),
        ('{"type": "NetworkSettings", "cut": ["AB"]}', "cut must be pairs of nodes, got 'AB'"),
        ('{"type": "NetworkSettings", "cut": 7}', "not iterable"),
        ('{"type": "NetworkSettings", "eve": [["A", 1]]}', "eve must be pairs of nodes, got ['A', 1]"),
        ('{"type": "NetworkSettings", "lost": [["A"]]}', "lost must be names of nodes, got ['A']"),
        ('{"type": "NetworkSettings", "way": "by pigeon"}', "way must be one of"),
        ('{"type": "NetworkSettings", "a": ["A"]}', "a must be one of"),
        ('{"format": "qkdlab network", "version": 1, "name": "x", "nodes": [], "fibres": []}', "two nodes"),
    ],
)
def test_json_that_cannot_be_loaded_says_why(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(told)):
        NetworkSettings.from_json(text)


def test_another_network_keeps_what_it_has_places_for() -> None:
    settings = replace(RING, a="D", b="E", eve=(AB, EA), cut=(("D", "E"),), compromised=("E", "B"))
    small = settings.rebuilt(n_nodes=4)
    assert (small.a, small.b) == ("D", "C")  # E is gone; another user stands in
    assert (small.eve, small.cut, small.compromised) == ((AB,), (), ("B",))
    assert users_in(PRESETS["46 nodes (model)"]) == ("UA-1", "UB-27")  # end users come first


# ---- what a network comes to -----------------------------------------------------------------------------


def test_eve_on_one_link_is_noticed_and_keys_go_another_way() -> None:
    # would catch: sessions with Eve that go on, a route over her link, a notice later than the same second
    run = ran(eve=(AB,))
    assert (run.before, run.paths) == ((("A", "B", "C"),), (("A", "E", "D", "C"),))
    (notice,) = run.notices
    assert (notice.link, notice.reason) == ("A–B", "QBER too high")
    assert 0 < notice.seconds < 1
    state, title, told = verdict(run)
    assert (state, title) == ("accepted", "KEY ACCEPTED, WAY CHANGED")
    assert "over A–E–D–C; the key before came over A–B–C. E and D on the way know it." in told
    assert "Eve was noticed on A–B after 0.5 s: QBER too high." in told


def test_a_cut_without_another_way_leaves_the_stored_keys() -> None:
    # would catch: new keys over a cut fibre, and stored keys that are thrown away with it
    run = ran(form=CHAIN, cut=(AB,))
    assert (run.outcome, run.report.path, run.bits_per_second) == ("stock", None, 0.0)
    pool = run.network.link("A", "B").pools["A", "B"]
    left = pool.available(run.network.now)
    assert run.stock_keys == left // 384  # 256 bits of pad and 128 of a tag
    for _ in range(run.stock_keys):
        run.network.request("A", "C", 256)
    with pytest.raises(NoRoute):
        run.network.request("A", "C", 256)
    state, title, told = verdict(run)
    assert (state, title) == ("accepted", "KEY ACCEPTED, FROM STORE")
    assert f"; {run.stock_keys:,} more are left on these links, for this direction." in told
    assert run.network.request("C", "A", 256)  # before: "more are left", though other stores have keys


def test_without_stored_keys_there_is_no_way_and_its_causes_are_named() -> None:
    run = ran(form=CHAIN, cut=(BC,), eve=(AB,), lost=("E",), stored=False)
    assert isinstance(run.failure, NoRoute)
    assert verdict(run)[:2] == ("rejected", "NO WAY FOR A KEY")
    told = verdict(run)[2]
    assert "A–B: sessions abort (QBER too high)" in told
    assert "B–C: cut" in told
    assert "E is switched off." in told
    assert "E: off" not in told  # before: "D–E: off and E: off", the links of a node as if they were a cause
    assert (run.knowing, run.attacker, run.paths) == ((), None, ())


def test_keys_that_run_out_are_named() -> None:
    run = replace(ran(), relayed=None, attacker=None, failure=KeyExhausted("A to C: A→B has 0 bits"))
    assert verdict(run) == ("too_few", "KEYS HAVE RUN OUT", "A to C: A→B has 0 bits.")
    assert eve_lamp(run)["title"] == "NOBODY LISTENS"


def test_a_trusted_node_knows_the_key_whether_it_is_compromised_or_not() -> None:
    calm, traitor = ran(), ran(compromised=("B",))
    assert calm.knowing == traitor.knowing == ("A", "B", "C")
    assert (calm.attacker.n_bits, traitor.attacker.n_bits) == (0, 256)
    assert (calm.outcome, traitor.outcome) == ("same", "exposed")
    assert ran(compromised=("D",)).outcome == "same"  # it is on no way of this key
    html = report_html(traitor)
    assert "S = K(A–B) ⊕ (S ⊕ K(A–B))" in html
    digits = re.search(r"<pre[^>]*>([0-9a-f ]+)</pre>", html)[1].replace(" ", "")
    assert bytes.fromhex(digits) == np.packbits(traitor.relayed.source_key.bits).tobytes()
    assert "<pre" not in report_html(calm)


@pytest.mark.parametrize(
    ("form", "way", "compromised", "outcome"),
    [
        ("ring", TWO_PATHS, ("B",), "same"),
        ("ring", TWO_PATHS, ("E", "D"), "same"),  # both on one way
        ("ring", TWO_PATHS, ("B", "D"), "exposed"),  # one on each
        ("ring", TWO_PATHS, ("C",), "exposed"),  # a user
        ("ring", THREE_PATHS, (), "none"),  # a ring has two ways
        (MESH, THREE_PATHS, ("D",), "same"),
        (MESH, THREE_PATHS, ("B", "D"), "same"),  # the ways are A–C, A–D–C and A–E–C: one share
        (MESH, THREE_PATHS, ("D", "E"), "exposed"),  # two of three shares are enough
        (CHAIN, PARITY_WAY, ("B",), "exposed"),
        (SWITCH_STAR, "one path, hop by hop", ("Switch",), "same"),  # it holds no key
        (TRUSTED_STAR, "one path, hop by hop", ("Hub",), "exposed"),
    ],
)
def test_what_the_attacker_has(form: str, way: str, compromised: tuple, outcome: str) -> None:
    run = ran(form=form, way=way, compromised=compromised)
    assert run.outcome == outcome
    if compromised and run.relayed:
        told = "all 256 bits" if outcome == "exposed" else "0 of 256 bits"
        assert told in dict(report_rows(run))[words_for("network_report")["row_attacker"]]
        lamp, (state, title, why) = eve_lamp(run), verdict(run)
        assert told in lamp["reason"]
        failed = f"What failed is the assumption that {listed(compromised)} can be trusted"
        assert (
            (state == "broken")
            == (title == "ACCEPTED, BUT BROKEN")
            == (failed in why)
            == (outcome == "exposed")
        )
        assert lamp["title"] == ("EVE KNOWS THE KEY" if outcome == "exposed" else "EVE DOES NOT KNOW IT")


def test_the_rates_are_those_of_the_links_less_the_tags() -> None:
    run, switched, neighbours = ran(), ran(form=SWITCH_STAR, b="B"), ran(form=POINT, b="B")
    link = run.network.link("A", "B").bits_per_second
    assert run.bits_per_second == pytest.approx(link * 256 / 384)
    assert run.report.bits_per_second == pytest.approx(run.bits_per_second)
    assert (
        neighbours.bits_per_second == neighbours.network.link("A", "B").bits_per_second
    )  # nothing is relayed
    (pair,) = [one for one in switched.network.links.values() if one.name == "A–B"]
    assert switched.bits_per_second == pair.bits_per_second
    assert pair.link.duty < 0.2  # five users, five rounds
    rows = dict(report_rows(switched))
    assert rows["Turns"] == "at the switch this pair is joined 18.5\N{NO-BREAK SPACE}% of the time"
    assert rows["Know the key"] == "the users alone"


def test_the_same_settings_give_the_same_bits() -> None:
    one, other, next_seed = ran(), ran(), ran(seed=2)
    assert one.relayed.source_key == other.relayed.source_key
    assert one.relayed.source_key != next_seed.relayed.source_key
    assert one.relayed.source_key == one.relayed.target_key


def test_ways_to_spare() -> None:
    label = words_for("network_report")["row_spare"]
    assert dict(report_rows(ran(way=TWO_PATHS)))[label] == "2 of 2: one failure can leave too few"
    assert dict(report_rows(ran(form=MESH, way=TWO_PATHS)))[label] == "2 of 4: any one failure leaves enough"
    assert dict(report_rows(ran(way=THREE_PATHS)))[label] == "3, but there are only 2"
    assert listed(list("ABCDEFG")) == "A, B, C, D and 3 more"


# ---- the map ---------------------------------------------------------------------------------------------


def test_the_map_shows_states_rates_and_who_knows() -> None:
    run = ran(eve=(AB,), cut=(BC,), compromised=("E",), lost=("B",))
    shown = map_traits(run)
    NetworkMap(**shown)  # the component takes it
    links = {link["id"]: link for link in shown["links"]}
    nodes = {node["id"]: node for node in shown["nodes"]}
    assert (links["A–B"]["state"], links["A–B"]["label"]) == ("eve", "no new keys")  # its pool is full
    assert links["B–C"]["state"] == "cut"
    working = links["C–D"]
    assert working["label"] == rate_text(run.network.link("C", "D").bits_per_second)
    assert 0 < working["level"] <= 1
    assert [node for node in nodes if nodes[node]["knows"]] == ["A", "C", "D", "E"]
    assert (nodes["E"]["state"], nodes["B"]["state"]) == ("compromised", "lost")
    assert (nodes["A"]["end"], nodes["C"]["end"]) == ("first", "second")
    assert nodes["A"]["y"] > nodes["C"]["y"]  # the first node of a ring stands at the top
    assert [action["id"] for action in links["B–C"]["actions"]] == ["repair"]
    assert [action["id"] for action in links["A–B"]["actions"]] == ["leave", "cut"]
    assert [action["id"] for action in nodes["E"]["actions"]] == ["trust", "lose", "first", "second"]
    assert shown["routes"] == [{"nodes": ["A", "E", "D", "C"], "text": "way 1: A–E–D–C"}]
    assert all(not item["actions"] for item in map_traits(run, acts=False)["links"])


def test_a_way_through_a_switch_is_drawn_over_its_fibres() -> None:
    run = ran(form=SWITCH_STAR, b="B")
    assert fibre_path(run.network, ("A", "B")) == ("A", "Switch", "B")
    fibre = run.settings.network.fibre("A", "Switch")
    assert len(over_fibre(run, fibre)) == 4  # with each of the other users
    shown = map_traits(run)
    NetworkMap(**shown)
    assert shown["routes"][0]["nodes"] == ["A", "Switch", "B"]
    assert shown["links"][0]["label"].startswith("4 pairs: ")
    switch = next(node for node in shown["nodes"] if node["id"] == "Switch")
    assert [action["id"] for action in switch["actions"]] == ["compromise", "lose"]  # it is no user


@pytest.mark.parametrize("form", [RING.form, SWITCH_STAR])
def test_what_longer_fibres_are_expected_to_give_is_called_so(form: str) -> None:
    # would catch: an expectation shown as a measurement, the pairs at a switch left out, or their turns
    run = ran(form=form, b="B", cut=(AB,) if form == RING.form else ())
    moved = replace(run.settings, length_km=31.0)
    then = map_traits(run_network(moved, lambda share: None))["links"]
    for told, shown in zip(expected_links(run, moved), then, strict=True):
        if shown["state"] != "working":
            assert "expected" not in told["label"]
            continue
        word, kilobits, unit = told["label"].split()
        measured = shown["label"].split()[-2:]
        assert (word, unit) == ("expected:", measured[1])
        assert float(kilobits) == pytest.approx(float(measured[0]), rel=0.2)
    assert expected_links(run, replace(moved, seed=2)) is None
    assert expected_links(run, moved.rebuilt(n_nodes=4)) is None
    town = run.settings.rebuilt(form="Vienna 2008 (model)")
    assert expected_links(ran(town), replace(town, length_km=31.0)) is None  # it has lengths of its own


def test_the_map_says_what_is_expected_until_it_is_measured() -> None:
    async def use() -> None:
        shown = NetworkPanel()
        shown.controls.widgets["length_km"].value = 37.0
        assert all(link["label"].startswith("expected: ") for link in shown.map.links)
        await shown.runner.idle()
        assert not any("expected" in link["label"] for link in shown.map.links)
        assert shown.run.settings.length_km == 37.0
        await shown._ahead.idle()
        misses = _measured.cache_info().misses
        for length in (47.0, 27.0):  # they were measured ahead, on either side
            run_network(replace(shown.settings, length_km=length), lambda share: None)
        assert _measured.cache_info().misses == misses
        shown.close()

    asyncio.run(use())


# ---- the steps of a relay --------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", [MESH, "ring", CHAIN])
def test_the_bits_of_each_step_add_up(form: str, way: str) -> None:
    # would catch: the bits of another word beside a name, a receiver that has what it cannot compute
    frames = relay_frames(ran(form=form, b="D", way=way))
    named: dict[str, str] = {}
    for frame in frames:
        bits = [[int(bit) for bit in row.replace(" ", "")] for _, row in frame.rows]
        assert all(len(row) == 16 for row in bits)
        if frame.sums:
            assert [sum(column) % 2 for column in zip(*bits[:-1], strict=True)] == bits[-1]
        for name, row in frame.rows:
            word = re.sub(r"^(sent: |share \d: |\w+ has )", "", name)
            assert named.setdefault(word, row) == row, word  # the same word has the same bits everywhere
    if frames:
        (_, alice), (_, bob) = frames[-1].rows
        assert alice == bob
        assert any("K(" in frame.text for frame in frames) or form == MESH
        assert {row for name, row in named.items() if name.startswith("key of")} == {alice}


def test_the_player_moves_the_arrow_on_the_map(fresh: NetworkPanel) -> None:
    player = fresh.player

    def knowing() -> list[str]:
        return [node["id"] for node in player.map.nodes if node["knows"]]

    assert (player.map.step, is_off(player.back), is_off(player.following)) == (None, True, False)
    assert knowing() == []  # before: B and C "know the key" that A has just drawn
    player.following.click()
    assert player.map.step == {"link": "A–B", "from": "A", "text": "S ⊕ K(A–B)"}
    assert "Step 2 of 6: A XORs S and K(A–B)" in player.told.value
    while not is_off(player.following):
        player.following.click()
    assert (player.position, player.map.step, knowing()) == (5, None, ["A", "B", "C"])
    assert "Both have the same key" in player.told.value
    player.back.click()
    assert player.map.step["from"] == "B"
    ask(fresh, "node", "B", "first")  # neighbours now: nothing is sent
    assert (player.position, len(player.frames), player.map.step) == (0, 1, None)
    assert "nothing is sent" in player.told.value


def test_the_small_map_of_a_relay_has_all_rates_or_none(fresh: NetworkPanel) -> None:
    # before: three labels for five fibres
    assert {one["label"] for one in fresh.player.map.links} == {""}
    assert "kbit/s" in fresh.map.links[0]["label"]


def test_a_comparison_with_nothing_says_what_to_do(fresh: NetworkPanel) -> None:
    box = fresh.compare
    assert "Choose a network above." in box.empty.value
    assert dict(map(reversed, box.rival.options))["none"] == "choose a network …"
    box.rival.value = "star, trusted hub"
    assert box.empty.value == ""


def test_playing_goes_on_to_the_end_and_stops_for_the_learner(monkeypatch) -> None:
    monkeypatch.setattr(relay_player, "STEP_SECONDS", 0.02)

    async def use() -> None:
        player = NetworkPanel().player
        player.play.value = True
        while player.play.value:
            await asyncio.sleep(0.01)
        assert player.position == len(player.frames) - 1
        player.play.value = True  # from the beginning again
        assert player.position == 0
        player.following.click()
        await asyncio.sleep(0.1)
        assert (player.play.value, player.position) == (False, 1)

    asyncio.run(use())


# ---- the panel -------------------------------------------------------------------------------------------


def test_what_a_learner_does_on_the_map(fresh: NetworkPanel) -> None:
    ask(fresh, "link", "A–B", "listen")
    assert fresh.settings.eve == (AB,)
    assert fresh.lamp.title == "KEY ACCEPTED, WAY CHANGED"
    ask(fresh, "link", "A–B", "cut")  # the cut ends her listening
    assert (fresh.settings.eve, fresh.settings.cut) == ((), (AB,))
    ask(fresh, "node", "D", "compromise")
    assert fresh.lamp.title == "ACCEPTED, BUT BROKEN"
    assert "at D: all 256 bits" in fresh.report.value
    ask(fresh, "link", "A–B", "repair")
    assert fresh.lamp.title == "KEY ACCEPTED, WAY CHANGED"  # beside the key before, over D
    ask(fresh, "node", "B", "lose")
    assert (fresh.run.paths, fresh.lamp.title) == ((("A", "E", "D", "C"),), "ACCEPTED, BUT BROKEN")
    ask(fresh, "node", "D", "trust")
    ask(fresh, "node", "B", "restore")
    assert fresh.settings == fresh._start
    ask(fresh, "node", "C", "first")  # the second user becomes the first: they change places
    assert (fresh.settings.a, fresh.settings.b) == ("C", "A")
    ask(fresh, "node", "E", "second")
    assert fresh.run.paths[0][-1] == "E"


def test_an_action_that_cannot_be_is_told_and_changes_nothing(fresh: NetworkPanel) -> None:
    before = fresh.settings
    ask(fresh, "link", "A–Q", "cut")
    assert (fresh.lamp.state, fresh.lamp.title) == ("error", "NOT RUN")
    assert "A–Q" in fresh.lamp.reason
    assert fresh.settings == before
    ask(fresh, "link", "A–B", "cut")
    assert fresh.lamp.state == "accepted"  # it goes on working
    with pytest.raises(ValueError, match="action must be one of"):
        acted(before, "node", "A", "paint")


def test_controls_change_the_settings_and_follow_them(fresh: NetworkPanel) -> None:
    made = fresh.controls.widgets
    made["form"].value = CHAIN
    assert (fresh.settings.form, fresh.run.paths) == (CHAIN, (("A", "B", "C"),))
    made["b"].value = "E"
    made["n_nodes"].value = 4
    assert (fresh.settings.b, made["b"].value) == ("D", "D")  # E is gone
    made["a"].value = "D"  # as the other user: they change places
    assert (fresh.settings.a, fresh.settings.b) == ("D", "A")
    made["stored"].value = False
    ask(fresh, "link", "A–B", "cut")
    assert fresh.lamp.title == "NO WAY FOR A KEY"
    assert "A–B: cut" in fresh.lamp.reason
    fresh.clear.click()
    assert (fresh.settings.calm, fresh.lamp.title) == (fresh.settings, "KEY ACCEPTED")
    made["form"].value = POINT
    assert made["n_nodes"].disabled
    assert (made["a"].options, made["b"].value) == ((("A", "A"), ("B", "B")), "A")
    fresh.again.click()
    assert fresh.settings.seed == 2
    fresh.reset.click()
    assert (made["form"].value, made["stored"].value) == ("ring", True)


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_show_what_they_should(fresh: NetworkPanel, name: str) -> None:
    fresh.preset.value = name
    assert fresh.run.outcome == QUESTIONS[name].state
    assert fresh.settings == QUESTIONS[name].settings
    assert bool(fresh.compare.sides) is (QUESTIONS[name].settings.rival != "none")
    assert fresh._still().text.startswith(f"{fresh.lamp.summary} {fresh.map.title}")


def test_one_thing_has_one_name_in_all_panels(fresh: NetworkPanel) -> None:
    # before: "Question" here and "Scenario" elsewhere, "As a table" here and "Data table" under charts
    assert fresh.preset.description == words_for("panel")["preset"] == "Scenario"
    assert words_for("network_map")["table"] == words_for("curve_chart")["table"]


def test_saved_settings_are_loaded_and_bad_ones_are_told(fresh: NetworkPanel) -> None:
    data = json.loads(fresh.save.text.value)
    fresh.save.text.value = json.dumps(data | {"eve": [["B", "A"]]})
    fresh.save.load.click()
    assert fresh.settings.eve == (AB,)
    assert "Loaded." in fresh.save.told.value
    fresh.save.text.value = json.dumps(data | {"lost": ["Q"]})
    fresh.save.load.click()
    assert "Not loaded." in fresh.save.told.value
    assert "Q" in fresh.save.told.value
    assert fresh.settings.eve == (AB,)
    fresh.save.text.value = topology_to_json(replace(ring(4), name="town & country"))
    fresh.save.load.click()
    form = fresh.controls.widgets["form"]
    assert (fresh.settings.form, form.value) == ("file", "file")
    form.value = "ring"
    assert ("own file: town & country", "file") in form.options  # it can be chosen again
    form.value = "file"
    assert fresh.settings.network.name == "town & country"


def test_predictions_stand_beside_what_came(fresh: NetworkPanel) -> None:
    fresh.predictions.menu.value = "same"
    ask(fresh, "link", "A–B", "listen")
    log = fresh.predictions.runs[0]
    assert (log.predicted, log.observed) == ("same", "other")
    assert log.label == "Eve on A–B"
    assert "surprise" in fresh.predictions.table.value
    moved = replace(RING, way=TWO_PATHS, lost=("B",))
    assert changed_text(RING, moved) == f"Key goes over: {RING.way} → {TWO_PATHS}, B off"


def test_a_prediction_is_beside_the_key_before(fresh: NetworkPanel) -> None:
    # before: two ways in place of one were "the same way", and a key that came as before "a surprise" if read
    told = words_for("network_panel")
    assert all(told[f"predict_{name}"].startswith("safe") for name in ("same", "other", "stock"))
    moves = [
        (lambda: fresh._on_control("way", TWO_PATHS), "other"),
        (fresh.again.click, "same"),
        (lambda: ask(fresh, "link", "C–D", "cut"), "stock"),
        (lambda: ask(fresh, "link", "C–D", "repair"), "same"),
        (lambda: ask(fresh, "node", "B", "compromise"), "same"),
        (lambda: fresh._on_control("way", HOP_BY_HOP), "exposed"),
        (lambda: ask(fresh, "link", "A–B", "listen"), "other"),
    ]
    for move, observed in moves:
        fresh.predictions.menu.value = observed
        move()
        assert fresh.predictions.runs[0].observed == observed
        assert fresh.lamp.badge["state"] == "right"
        # before: the title was beside the network without attacks, and called the way of A–B–C "another"
        changed = fresh.lamp.title == words_for("network_report")["other"]
        assert changed is (observed == "other")
        assert changed <= ("; the key before came over A–" in fresh.lamp.reason)
    fresh.preset.value = "hub_or_switch"  # its ways are not on the map of the next
    fresh.preset.value = ""
    fresh.controls.widgets["form"].value = "chain"


def test_the_panel_says_why_a_longer_fibre_can_give_more_key(fresh: NetworkPanel) -> None:
    # before: from 20 km to 19 km the rate fell, and nothing said why
    short, long = ran(RING.rebuilt(length_km=19.0)), ran(RING.rebuilt(length_km=20.0))
    assert short.bits_per_second < long.bits_per_second
    row = words_for("network_report")["row_session"]
    for run, seconds in ((short, "0.2 s"), (long, "0.5 s")):
        assert dict(report_rows(run))[row].startswith(f"{seconds} of light each. The lab takes 1, 2 or 5")
        assert f"set by A–B, with sessions of {seconds}" in figures(run)[0]["note"]
    assert row not in dict(report_rows(ran(form=CHAIN, cut=(AB,))))


def test_shares_of_which_any_two_do_are_explained() -> None:
    # before: "S ⊕ 02·C1" on a map with a node C, and no word of what C1 and the dot are
    frames = relay_frames(ran(RING.rebuilt(form=MESH, n_nodes=5), way=THREE_PATHS))
    assert "Share x is S ⊕ x·R1" in frames[0].text
    assert "R1 cancels" in frames[-2].text
    assert frames[0].rows[2][0].endswith("S ⊕ 02·R1")
    assert "makes shares of it" in relay_frames(ran(way=TWO_PATHS))[0].text


def test_a_scenario_keeps_its_name_when_the_browser_says_a_menu_again(fresh: NetworkPanel) -> None:
    fresh.preset.value = "backbone"  # its users are new to the menus: browsers answer with what they chose
    run = fresh.run
    fresh._on_control("b", fresh.settings.b)
    assert (fresh.preset.value, fresh.run) == ("backbone", run)


@pytest.mark.parametrize("form", FORMS)
def test_a_network_has_the_name_that_the_menu_gives_it(form: str) -> None:
    # before: "star, trusted hub" in the menu, "Star with trusted node" beside it
    assert words_for("network_panel")[f"form_{form}"] == NetworkSettings().rebuilt(form=form).network.name


def test_the_table_leaves_nothing_out() -> None:
    # before: "and 2 more" in the table itself, and the middle of the way left out
    run = ran(form=CHAIN, n_nodes=12, b="L")
    names = run.network.topology.sites
    rows = dict(report_rows(run))
    words = words_for("network_report")
    links = ["–".join(sorted(fibre.name.split("–"))) for fibre in run.settings.network.fibres]
    for row, wanted in (("row_way", names), ("row_knowing", names[1:-1]), ("row_single", names[1:-1])):
        assert not [one for one in wanted if one not in rows[words[row]]], row
    assert not [one for one in links if one not in rows[words["row_single"]]]
    assert not any("more" in text or "…" in text for text in rows.values())
    assert listed("ABCDE") == "A, B, C, D and E"  # before: "and 1 more" for one letter


def test_what_was_said_of_a_key_from_store_is_not_said_twice() -> None:
    # before: five to six lines in a room for four
    run = ran(eve=(AB,), cut=(("C", "D"),))
    assert run.stock_keys
    assert verdict(run)[1] == "KEY ACCEPTED, FROM STORE"
    assert verdict(run)[2].count("store") + verdict(run)[2].count("made before") == 1
    assert len(verdict(run)[2]) < 260


def test_a_prediction_belongs_to_one_move_though_its_first_run_was_overtaken(
    fresh: NetworkPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # before: the answer to the move before was given anew for a move that nothing was predicted of
    monkeypatch.setattr(run_panel, "SAME_MOVE_SECONDS", 300)
    fresh.predictions.menu.value = "same"
    fresh.again.click()
    logged = [run.label for run in fresh.predictions.runs]
    with monkeypatch.context() as overtaken:
        overtaken.setattr(fresh.runner, "request", lambda order: None)
        fresh.controls.widgets["length_km"].value += 1
    fresh.controls.widgets["length_km"].value += 1
    assert [run.label for run in fresh.predictions.runs] == logged
    assert fresh.lamp.badge is None
    assert "Seed" not in fresh.lamp.changed


def test_a_prediction_is_for_where_the_length_comes_to_rest(
    fresh: NetworkPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_panel, "SAME_MOVE_SECONDS", 300)  # here a run goes on for as long as it takes
    begun, logged = fresh.settings.length_km, len(fresh.predictions.runs)
    fresh.predictions.menu.value = "no_key"
    for length in (begun + 1, begun + 2):
        fresh.controls.widgets["length_km"].value = length
    assert len(fresh.predictions.runs) == logged + 1
    run = fresh.predictions.runs[0]
    assert f"{begun:g}" in run.label
    assert f"{begun + 2:g}" in run.label
    assert fresh.lamp.changed == run.label


def test_the_bar_says_what_changed_what_it_gives_and_whether_that_was_predicted(fresh: NetworkPanel) -> None:
    # would catch: a figure of the run before, a way that the key did not take, a badge that stays
    fresh.predictions.menu.value = "same"
    ask(fresh, "link", "A–B", "listen")
    assert fresh.lamp.changed == "Eve on A–B"
    assert fresh.lamp.badge["state"] == "wrong"
    assert "QBER too high" in fresh.lamp.badge["why"]
    rate, way = fresh.lamp.figures
    made = rate_text(fresh.run.network.link("E", "A").bits_per_second)
    assert rate["value"] == rate_text(fresh.run.bits_per_second)
    assert rate["value"] != made  # and the note says why
    assert rate["note"] == (
        f"set by E–A, with sessions of 0.5 s, which makes {made}; of each 384 bits 256 pass on a key, and "
        "128 pay for the tag of its message"
    )
    assert fresh.run.bits_per_second * 384 == pytest.approx(
        256 * fresh.run.network.link("E", "A").bits_per_second
    )
    assert (way["value"], way["note"]) == ("A–E–D–C", "A–E–D–C")
    fresh.controls.widgets["way"].value = TWO_PATHS
    assert fresh.lamp.badge is None
    assert [figure["value"] for figure in fresh.lamp.figures] == ["none", "A–B–C and 1 more"]  # from store
    ask(fresh, "link", "A–B", "leave")
    assert fresh.lamp.changed == "Eve has left A–B"
    assert fresh.lamp.figures[1]["note"] == "A–B–C; A–E–D–C"
    fresh.settings = replace(fresh.settings, way=THREE_PATHS, stored=False)
    assert fresh.lamp.changed.endswith(f"{TWO_PATHS} → {THREE_PATHS}, no keys stored before")
    assert figures(fresh.run, is_old=True)[0]["value"] == "…"
    fresh.again.click()
    assert fresh.lamp.changed == "Seed: 1 → 2"


def test_runs_go_on_in_the_background_and_can_be_cancelled() -> None:
    async def use() -> None:
        shown = NetworkPanel()
        shown.settings = replace(RING, cut=(AB,))
        assert shown.run.outcome == "same"  # the loop has not been blocked
        await shown.runner.idle()
        assert shown.run.outcome == "other"
        shown._on_progress(0.5)
        assert (shown.lamp.state, shown.map.stale, is_off(shown.cancel)) == ("running", True, False)
        shown.settings = RING
        shown.cancel.click()
        await shown.runner.idle()
        assert (shown.lamp.title, shown.run.outcome) == ("CANCELLED", "other")
        kept = shown.report.value, shown.lamp.figures, shown.map.nodes
        assert "…" not in kept[1][0]["value"]
        shown.controls.widgets["form"].value = "Vienna 2008 (model)"
        assert "is being measured" in shown.report.value
        assert shown.lamp.figures[0]["value"] == "…"
        shown._on_progress(0.5)
        shown.cancel.click()
        await shown.runner.idle()
        # before: they stayed so, and "The key" was empty until another run
        assert shown.report.value.endswith(kept[0])
        assert "the key of the run before" in shown.report.value
        assert (shown.lamp.figures, shown.map.nodes, shown.map.stale) == (*kept[1:], True)
        shown.settings = RING
        await shown.runner.idle()
        assert "of the run before" not in shown.report.value
        shown.hour.run.click()
        assert is_off(shown.hour.run)
        shown.hour.cancel.click()
        assert not is_off(shown.hour.run)
        assert "Stopped" in shown.hour.told.value

    asyncio.run(use())


def test_large_text_reaches_every_component(fresh: NetworkPanel) -> None:
    fresh.projector.value = True
    for component in (fresh.map, fresh.lamp, fresh.hour.stored, *fresh.compare.maps):
        assert component.projector
    fresh.projector.value = False


# ---- an hour ---------------------------------------------------------------------------------------------


def test_traffic_moves_within_a_second_and_the_log_says_so() -> None:
    hour = run_hour(replace(RING, eve=(AB,)), lambda share: None)
    rows = log_rows(hour)
    assert ("20:00.00", "Eve begins to listen on A–B") in rows
    (moved,) = [time for time, text in rows if text == "A–C goes over A–E–D–C"]
    assert "20:00.00" < moved < "20:01.00"
    ways = ways_by_minute(hour)
    assert ways[18] == "A–B–C"
    assert ways[20] == "A–E–D–C"
    series = {one["name"]: one["y"] for one in served_chart(hour)["series"]}
    assert series["served over A–B–C"][30] is None
    assert series["served over A–E–D–C"][30] == 240
    assert links_used(hour)[:3] == ["E–A", "D–E", "C–D"]  # the way used longest


def test_pools_drain_after_a_cut_until_keys_run_out() -> None:
    # would catch: pools that go on filling, keys served over a cut fibre for ever, and a use of keys that
    # does not depend on how many are asked for, or leaves out the tags
    ended = {}
    for pace in (4, 20):
        hour = run_hour(replace(RING, form=CHAIN, cut=(BC,), keys_per_second=pace), lambda share: None)
        stored = hour.result.stored[:, hour.result.links.index("B–C")]
        assert np.all(np.diff(stored[20:]) <= 0)
        assert stored[19] > 1_900_000
        assert stored[-1] < 2 * 384
        ended[pace] = int(np.argmax(stored[20:] < 2 * 384))
        assert any("is not served: no route" in text for _, text in log_rows(hour))
    assert ended[4] == pytest.approx(2_000_000 / (4 * 384) / 60, abs=1.1)
    assert ended[20] == pytest.approx(ended[4] / 5, abs=1.1)


def test_a_compromised_node_stands_in_the_hour_and_so_do_the_keys_that_it_tells() -> None:
    # before: the compromise took no part in the hour, and nothing said what the attacker has
    hour = run_hour(replace(RING, compromised=("B",)), lambda share: None)
    assert ("20:00.00", "B is compromised") in log_rows(hour)
    for chart in (stored_chart(hour), served_chart(hour)):
        assert chart["lines"] == [{"axis": "x", "at": 20.0, "label": "what you did"}]
    assert (
        "Served after minute 20: 9,600. Of these the attacker has 9,600;" in served_chart(hour)["statement"]
    )
    calm = run_hour(RING, lambda share: None)
    assert hour.result.served.tolist() == calm.result.served.tolist()  # a traitor changes nothing else
    assert "attacker" not in served_chart(calm)["statement"]


def test_the_keys_that_the_attacker_has_in_an_hour_are_those_that_he_can_work_out() -> None:
    # would catch: one share taken for a key, a user forgotten, and keys counted from before minute 20
    for form, way in (
        (RING.form, RING.way),
        (RING.form, PARITY_WAY),
        (RING.form, TWO_PATHS),
        (MESH, THREE_PATHS),
    ):
        for nodes in (("B",), ("E",), ("B", "E"), ("B", "D"), ("A",)):
            settings = replace(RING, form=form, way=way, compromised=nodes, keys_per_second=1)
            after, known = keys_known(run_hour(settings, lambda share: None))
            assert after == 2_400
            assert known == (after if ran(settings).attacker.knows_all else 0), (form, way, nodes)


def test_of_keys_on_several_ways_those_over_the_compromised_node_are_known() -> None:
    # the cut and the compromise come together; keys go over B until its stored keys are gone, then over E
    hour = run_hour(replace(RING, compromised=("E",), eve=(AB,), keys_per_second=20), lambda share: None)
    after, known = keys_known(hour)
    assert 0 < known < after
    assert known == hour.result.paths[0][("A", "E", "D", "C")]
    assert (
        hour.result.paths[0][("A", "E", "D", "C")] + hour.result.paths[0][("A", "B", "C")]
        == hour.result.served[-1, 0]
    )


def test_of_a_long_list_what_the_learner_did_is_not_left_out() -> None:
    hour = run_hour(
        replace(RING, length_km=100.0, keys_per_second=100, compromised=("B",)), lambda share: None
    )
    assert len(log_rows(hour)) > MOST_LINES
    assert "B is compromised" not in [
        text for _, text in log_rows(hour)[:MOST_LINES]
    ]  # or this shows nothing
    rows = log_rows(hour, MOST_LINES)
    assert len(rows) == MOST_LINES
    assert ("20:00.00", "B is compromised") in rows
    assert rows[:-1] == log_rows(hour)[: MOST_LINES - 1]


def test_the_hour_box_follows_the_settings(fresh: NetworkPanel) -> None:
    box = fresh.hour
    fresh.controls.widgets["keys_per_second"].value = 1
    assert "ask for 1 key of 256 bits a second" in box.intro.value
    box.run.click()
    assert (box.stored.stale, box.hour.settings) == (False, fresh.settings)
    assert "Keys served: 3,600" in box.served.statement
    ask(fresh, "link", "C–D", "cut")
    assert box.stored.stale
    assert "hour of the one before" in box.told.value
    ask(fresh, "link", "C–D", "repair")
    assert not box.stored.stale  # it is the hour of these settings again
    ask(fresh, "node", "B", "compromise")
    assert box.stored.stale


# ---- key rates that are stated ----------------------------------------------------------------------------


def test_a_stated_rate_is_called_so_wherever_it_is_shown() -> None:
    published = ring(4, key_rate_bits_per_s=1_000.0)
    settings = NetworkSettings(form="file", topology=published, eve=(AB,))
    assert NetworkSettings.from_json(settings.to_json()) == settings
    assert NetworkSettings.from_json(topology_to_json(published)).topology == published
    run = ran(settings)
    links = {link["id"]: link for link in map_traits(run)["links"]}
    assert links["C–D"]["label"] == "1 kbit/s (stated)"
    assert links["C–D"]["note"] == "key rate of 1,000 bit/s stated, not simulated"
    assert (links["A–B"]["state"], links["A–B"]["label"]) == ("eve", "no new keys")  # its pool is full
    assert links["A–B"]["note"].startswith("its sessions are taken to abort; key rate of 1,000 bit/s stated")
    told = verdict(run)[2]
    assert (
        "What Eve does on A–B is not simulated, as the key rate is stated: it is taken to give no keys"
        in told
    )
    assert told.endswith("The key rate of D–A and C–D is stated, not simulated.")
    rate = dict(report_rows(run))["Key rate"]
    assert rate.startswith("667 bit/s, set by D–A, whose rate is stated, which makes 1 kbit/s: of each 384")
    assert comparison((run, run)).count("with key rates that are stated") == 2
    hour = run_hour(replace(settings, keys_per_second=1), lambda share: None)
    assert "come at a stated rate" in stored_chart(hour)["statement"]
    assert any("taken to abort" in text for _, text in log_rows(hour))


def test_a_stated_loss_is_noted_and_simulated_with() -> None:
    near, far = (
        map_traits(ran(NetworkSettings(form="file", topology=ring(3, loss_db=loss))))["links"][0]
        for loss in (5, 12.5)
    )
    assert near["note"] == "loss of 5 dB stated"
    assert far["note"] == "loss of 12.5 dB stated"
    assert near["label"] == map_traits(ran(length_km=25.0))["links"][0]["label"] != far["label"]
    assert "stated" not in near["label"]


def test_small_rates_are_not_nothing() -> None:
    assert rate_text(0.25) == "0.25 bit/s"
    assert rate_text(0.0) == "0 bit/s"


# ---- two networks ----------------------------------------------------------------------------------------


def test_a_trial_happens_to_both_networks() -> None:
    base = replace(RING, rival=TRUSTED_STAR, trial="cut", eve=(EA,))
    assert [tried(base, form).cut for form in ("ring", TRUSTED_STAR)] == [(AB,), (("A", "Hub"),)]
    assert tried(base, "ring").eve == ()  # what the learner did before is left out
    assert tried(replace(base, trial="eve"), SWITCH_STAR).eve == (("A", "Switch"),)
    assert tried(replace(base, trial="traitor"), "ring").compromised == ("B",)
    assert tried(replace(base, trial="traitor", b="B"), "ring").compromised == ()  # nobody is between them
    quiet = tried(replace(base, trial="nothing"), TRUSTED_STAR)
    assert quiet == quiet.calm


def test_the_difference_is_a_sentence(fresh: NetworkPanel) -> None:
    fresh.preset.value = "hub_or_switch"
    told = comparison(fresh.compare.sides)
    assert re.fullmatch(
        r"Star, trusted hub: \d+ kbit/s for this pair alone, [\d.]+ kbit/s for each if all pairs want keys "
        r"alike, and Hub knows every key\. "
        r"Star, optical switch: \d+ kbit/s for this pair alone, [\d.]+ kbit/s for each if all pairs want "
        r"keys alike, and no node but the users knows the keys\.",
        told,
    )
    fresh.preset.value = "ring_or_star"
    told = comparison(fresh.compare.sides)
    assert "over another way, and E and D know every key. Star, trusted hub: no new keys;" in told
    fresh.compare.trial.value = "traitor"
    assert comparison(fresh.compare.sides).count("but the attacker has every key") == 2
    fresh.compare.rival.value = "none"
    assert (fresh.compare.sides, fresh.compare.told.value) == (None, "")


# ---- what a new user stumbled over -----------------------------------------------------------------------


def test_the_row_of_the_attacker_names_eves_fibre() -> None:
    # before: "is at no node" while Eve was on A–B
    assert dict(report_rows(ran(eve=(AB,))))["The attacker"] == "is on A–B, and at no node"
    assert dict(report_rows(ran()))["The attacker"] == "nobody: no Eve on a fibre, and no node compromised"


def test_users_come_back_with_the_network_that_has_them(fresh: NetworkPanel) -> None:
    # before: A and E, of whom nobody had said a word
    form = fresh.controls.widgets["form"]
    form.value = "46 nodes (model)"
    assert (fresh.settings.a, fresh.settings.b) == ("UA-1", "UB-27")
    form.value = "ring"
    assert (fresh.settings.a, fresh.settings.b) == ("A", "C")
    fresh.controls.widgets["b"].value = "E"
    fresh.controls.widgets["n_nodes"].value = 4
    assert (fresh.settings.a, fresh.settings.b) == ("A", "D")
    fresh.controls.widgets["n_nodes"].value = 6
    assert (fresh.settings.a, fresh.settings.b) == ("A", "E")


def test_running_again_says_with_which_seed(fresh: NetworkPanel) -> None:
    # before: nothing changed on the screen
    fresh.again.click()
    assert fresh.lamp.changed == "Seed: 1 → 2"


def test_no_verdict_of_the_network_before_stands_beside_the_name_of_the_next() -> None:
    # before: "not 3 ways from A to C" for four seconds beside the users of 46 nodes
    async def choose() -> None:
        panel = NetworkPanel()
        panel.controls.widgets["form"].value = "46 nodes (model)"
        measuring = words_for("network_panel")["measuring"]
        assert (panel.lamp.state, panel.lamp.reason, panel.lamp.eve) == ("running", measuring, None)
        assert panel.map.stale
        assert panel.lamp.figures[1]["value"] == "…"  # before: A–B–C
        await panel.runner.idle()
        assert (panel.lamp.state, panel.map.stale) == ("accepted", False)
        assert panel.lamp.figures[1]["value"] != "…"
        panel.controls.widgets["form"].value = "ring"
        await panel.runner.idle()
        # before: the verdict, what Eve knows and the rate of the fibres before beside "20 → 40"
        panel.controls.widgets["length_km"].value = 40.0
        assert (panel.lamp.state, panel.lamp.reason, panel.lamp.eve) == ("running", measuring, None)
        assert measuring in panel.report.value
        assert "kbit/s" not in panel.report.value
        assert (panel.map.stale, panel.player.map.stale) == (False, True)  # the map says what is expected
        await panel.runner.idle()
        assert (panel.lamp.state, panel.player.map.stale) == ("accepted", False)
        assert "kbit/s" in panel.report.value
        panel.close()

    asyncio.run(choose())


def test_pools_that_are_alike_are_one_curve_and_no_two_looks_are(fresh: NetworkPanel) -> None:
    # before: five curves of which one was seen, and the dashes of two of them hard to tell apart
    names = [one["name"] for one in stored_chart(run_hour(fresh.settings, lambda share: None))["series"]]
    assert names == ["A–B and B–C"]
    hour = run_hour(replace(fresh.settings, cut=(AB,)), lambda share: None)
    (one,) = stored_chart(hour)["series"]
    assert sorted(re.split(" and |, ", one["name"])) == sorted(links_used(hour))  # none is left out
    curves = {"a": np.array([0.0, 5.0]), "b": np.array([0.0, 9.0]), "c": np.array([0.1, 5.0])}
    assert _alike(curves, 0.2) == [["a", "c"], ["b"]]
    assert len(served_chart(hour)["series"]) == 3  # two ways, and what was not served
    looks = [one["style"] for one in served_chart(hour)["series"]]
    assert len(set(looks)) == 3
    assert not {1, 4} <= set(LOOKS[:6])
    assert words_for("hour_box")["log_time"] == "Time, min:s"


def test_a_question_that_compares_opens_the_comparison(fresh: NetworkPanel) -> None:
    # before: the map of one network, as if nothing had been asked
    for question, title in (
        ("ring_or_star", "Compare"),
        ("one_traitor", "Map"),
        ("hub_or_switch", "Compare"),
    ):
        fresh.preset.value = question
        assert fresh.tabs.titles[fresh.tabs.selected_index] == title


def test_the_panel_says_where_eve_can_hide() -> None:
    # before: nothing pointed to where a task can be done that cannot be done here
    panel = NetworkPanel()
    assert any(
        "notebook 03" in getattr(one, "value", "") for one in widgets_in(panel) if isinstance(one, HTML)
    )
    panel.close()


def test_a_slider_is_not_sent_back_without_its_dust(fresh: NetworkPanel) -> None:
    # before: 33 km came back while the learner was at 35 already: of 20 presses of a key 15 to 19 counted
    slider = fresh.controls.widgets["length_km"]
    slider.value = 33.00000000000001  # as the browser says it
    assert fresh.settings.length_km == 33
    assert slider.value == 33.00000000000001
