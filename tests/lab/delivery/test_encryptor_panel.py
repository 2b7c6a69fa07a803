"""The encryptor panel without a browser: what its lamps say, what controls do, and that it ends."""

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from ipywidgets import HTML

from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.rotation import Starvation
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.errors import KmeError, ScenarioError
from qkdlab.lab import DeliverySettings, EncryptorPanel
from qkdlab.lab.delivery import pacer
from qkdlab.lab.delivery.presets import SCENARIOS
from qkdlab.lab.delivery.scene.sites_scene import SitesScene
from qkdlab.lab.delivery.world.kme_plant import CAPACITY_KEYS, KMES
from qkdlab.lab.delivery.world.quantum_supply import QuantumSupply
from qkdlab.lab.delivery.world.snapshot import Snapshot
from qkdlab.lab.delivery.world.traffic import PICTURE
from qkdlab.session.session import SessionResult
from tests.lab.frame.one_thread import StackTurns

QUICK = DeliverySettings(rotate_seconds=2.0)
PATIENCE = 60.0


@pytest.fixture
def panel() -> Iterator[EncryptorPanel]:
    made = EncryptorPanel(QUICK)
    yield made
    made.close()


def no_key(_alice: bytes, _bob: bytes) -> int:
    """Take no part of a key."""
    return 0


def move(panel: EncryptorPanel, **values: object) -> None:
    """Move controls, as a learner does."""
    for name, value in values.items():
        panel.controls.widgets[name].value = value


def press(panel: EncryptorPanel, name: str, seconds: float = 0.0) -> None:
    """Press a button of what can go wrong, and let time pass."""
    panel.buttons[name].click()
    panel.step(seconds)


def until_stepped(panel: EncryptorPanel, condition: Callable[[Snapshot], bool]) -> None:
    """Let time pass until something is so, six seconds at the most."""
    for _ in range(24):
        panel.step(0.25)
        if condition(panel.now):
            return
    raise AssertionError("it has not come about")


# ---- keys flow, and stop -----------------------------------------------------------------------------------


def test_messages_cross_and_keys_change(panel: EncryptorPanel) -> None:
    panel.step(20)
    now = panel.now
    assert (panel.lamp.state, panel.lamp.title) == ("accepted", "ENCRYPTED, KEYS FLOW")
    assert now.n_sent == now.n_arrived >= 20
    assert now.epoch == now.n_keys >= 10
    assert now.made_of == {"QKD", "PQC"}
    assert now.passage.arrived == now.passage.plain
    assert now.passage.plain not in now.passage.sealed
    assert now.supply.bits_per_second > 10_000
    requests = [(one.path.rpartition("/")[2], one.status) for one in now.requests[-2:]]
    assert requests == [("enc_keys", 200), ("dec_keys", 200)]
    assert now.requests[-1].note == now.requests[-2].note == now.key_id


@pytest.mark.long
@pytest.mark.parametrize(
    ("starvation", "title", "state"),
    [
        (Starvation.HOLD, "HELD: NOTHING IS SENT", LinkState.HELD),
        (Starvation.PQC_ONLY, "ENCRYPTED, ML-KEM ONLY", LinkState.OPEN),
        (Starvation.STOP, "STOPPED", LinkState.STOPPED),
    ],
)
def test_eve_on_the_quantum_link_stops_keys_and_the_policy_takes_over(
    starvation: Starvation, title: str, state: LinkState
) -> None:
    panel = EncryptorPanel(replace(QUICK, starvation=starvation))
    move(panel, eve=True)
    panel.step(2)
    assert (panel.lamp.state, panel.lamp.title) == ("too_few", "ENCRYPTED, ON STORED KEYS")
    assert "QBER too high" in panel.lamp.reason
    assert panel.lamp.changed == "Eve is on the quantum link: off → on"
    before = panel.now.stored_keys
    panel.step(8)
    assert panel.now.stored_keys == before - 4  # one each two seconds, and none comes
    panel.step(2 * CAPACITY_KEYS)
    assert panel.lamp.title == title
    assert (panel.now.state, panel.now.stored_keys) == (state, 0)
    sent = panel.now.n_sent
    panel.step(5)
    assert (panel.now.n_sent > sent) == (state is LinkState.OPEN)
    move(panel, eve=False)
    panel.step(5)
    assert panel.lamp.title == "ENCRYPTED, KEYS FLOW"
    panel.close()


def test_the_stored_keys_last_as_long_as_the_panel_says(panel: EncryptorPanel) -> None:
    move(panel, eve=True)
    panel.step(1)
    told = panel.now.lasts_seconds
    passed = 0.0
    while panel.now.stored_keys:
        panel.step(0.25)
        passed += 0.25
    assert abs(passed - told) <= QUICK.rotate_seconds


def test_a_link_too_long_for_keys_says_so(panel: EncryptorPanel) -> None:
    move(panel, length_km=160.0)
    panel.step(3)
    assert "No new keys: too many multi-photon pulses (" in panel.lamp.reason
    assert panel.scene.links["quantum"]["text"] == "160 km, no keys"
    move(panel, length_km=25.0, eve=True)
    panel.step(1)
    assert re.search(r"\(\d+\.\d % of the compared bits are wrong\)", panel.lamp.reason)
    assert re.search(
        "QBER \\d+\\.\\d\N{NO-BREAK SPACE}%", panel.scene.links["quantum"]["note"]
    )  # before: "24.8 / %"
    assert panel.lamp.reason.count("QBER") == 1  # before: "QBER too high, QBER 24.6 %"


# ---- Eve ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on_the_line", "reason"), [("replays", "replayed"), ("tampers", "tampered")])
def test_frames_that_eve_sends_again_or_changes_are_rejected(
    panel: EncryptorPanel, on_the_line: str, reason: str
) -> None:
    move(panel, on_the_line=on_the_line)
    before = panel.now
    panel.step(12)
    now = panel.now
    n_rejected = now.rejected[reason]
    assert set(now.rejected) == {reason}
    assert 3 <= n_rejected <= 5
    lost = (now.n_sent - before.n_sent) - (now.n_arrived - before.n_arrived)
    assert lost == (n_rejected if reason == "tampered" else 0)
    assert f"{n_rejected} {reason}" in panel.lamp.eve["reason"]
    assert panel.lamp.eve["state"] == "safe"


@pytest.mark.long
@pytest.mark.parametrize(
    ("changes", "reads"),
    [
        ({}, False),
        ({"has_qkd_keys": True}, False),
        ({"breaks_pqc": True}, False),
        ({"has_qkd_keys": True, "breaks_pqc": True}, True),
        ({"has_qkd_keys": True, "use_pqc": False, "hybrid": HybridPolicy.EITHER}, True),
        ({"breaks_pqc": True, "use_pqc": False, "hybrid": HybridPolicy.EITHER}, False),
    ],
)
def test_what_eve_needs_to_read(changes: dict, reads: bool) -> None:
    panel = EncryptorPanel(replace(QUICK, **changes))
    assert panel.now.eve_reads is reads
    assert panel.lamp.eve["state"] == ("knows" if reads else "safe")
    assert panel.lamp.state == ("broken" if reads else "accepted")
    assert ("she reads every message" in panel.knows.value) is reads
    move(panel, on_the_line="nobody")
    panel.step(1)
    assert panel.lamp.eve["state"] == "none"
    panel.close()


def test_epochs_of_pqc_alone_rest_on_those_before() -> None:
    # would catch: an alarm for who breaks ML-KEM after QKD keys have run out: the chain still keeps her out
    panel = EncryptorPanel(replace(QUICK, starvation=Starvation.PQC_ONLY, breaks_pqc=True))
    move(panel, eve=True)
    press(panel, "empty", 8)
    assert panel.now.made_of == {"PQC"}
    assert panel.now.ever_made_of == {"QKD", "PQC"}
    assert panel.lamp.eve["state"] == "safe"
    panel.close()


# ---- what can go wrong -------------------------------------------------------------------------------------


def test_refusals_are_those_of_the_specification(panel: EncryptorPanel) -> None:
    press(panel, "wrong_sae")
    assert "401, unauthorized" in panel.scene.noted
    codes = [(one.caller, one.status) for one in panel.now.requests][-3:]
    assert codes == [("SAE-A", 200), ("SAE-C", 401), ("SAE-B", 200)]
    press(panel, "reused")
    assert "400, one or more keys specified are not found" in panel.scene.noted


@pytest.mark.long
@pytest.mark.parametrize("name", ["wrong_sae", "reused", "kill KME-B", "empty"])
def test_what_came_of_a_failure_is_to_be_seen_in_every_tab(panel: EncryptorPanel, name: str) -> None:
    # before: it stood in the tab Sites alone, and the button was dead to whoever had another one open
    press(panel, name)
    assert panel.scene.noted
    for title, tab in zip(panel.tabs.titles[1:], panel.tabs.children[1:], strict=True):
        first = tab.children[0]
        assert isinstance(first, HTML), title
        assert panel.scene.noted in first.value, title


@pytest.mark.parametrize("name", ["wrong_sae", "reused"])
def test_without_a_key_it_is_said_that_there_was_none_to_ask_for(panel: EncryptorPanel, name: str) -> None:
    # before: "503: not enough key material is stored", and not a word of the SAE
    move(panel, eve=True)
    press(panel, "empty", 6)
    press(panel, name)
    assert panel.scene.noted.startswith("No key could be had, so none could be asked for wrongly (503")
    assert "Try again" in panel.scene.noted


def test_an_empty_store_and_a_kme_that_is_killed_and_comes_back(panel: EncryptorPanel) -> None:
    move(panel, eve=True)
    press(panel, "empty", 6)
    assert panel.now.stored_keys == 0
    assert panel.lamp.title == "HELD: NOTHING IS SENT"
    assert panel.now.requests[-1].status == 503
    move(panel, eve=False)
    panel.step(3)
    assert panel.lamp.title == "ENCRYPTED, KEYS FLOW"
    for kme, status in zip(KMES, (0, 503), strict=True):
        press(panel, f"kill {kme}", 5)
        assert f"{kme} does not answer" in panel.lamp.reason
        assert panel.now.requests[-1].status == status
        assert not panel.now.running[kme]
        press(panel, f"restart {kme}", 4)
        assert panel.lamp.title == "ENCRYPTED, KEYS FLOW"


# ---- controls ----------------------------------------------------------------------------------------------


def test_policies_that_contradict_each_other_follow(panel: EncryptorPanel) -> None:
    move(panel, starvation="PQC only")
    move(panel, hybrid="both")
    assert panel.settings.starvation is Starvation.HOLD
    move(panel, starvation="PQC only")
    assert panel.settings.hybrid is HybridPolicy.AT_LEAST_PQC
    move(panel, use_pqc=False)
    assert (panel.settings.use_pqc, panel.settings.hybrid) == (False, HybridPolicy.AT_LEAST_QKD)
    move(panel, hybrid="both")
    assert panel.settings.use_pqc
    assert panel.controls.widgets["use_pqc"].value


def test_keys_change_after_frames(panel: EncryptorPanel) -> None:
    move(panel, rotate_seconds=30.0, rotate_frames=3)
    panel.step(1)
    before = panel.now.epoch
    panel.step(30)
    assert panel.now.epoch - before in (9, 10, 11)


def test_a_message_of_one_s_own_and_a_picture(panel: EncryptorPanel) -> None:
    panel.message.value = "<b>Grüße</b>"
    panel.send.click()
    until_stepped(panel, lambda now: now.passage.arrived == "<b>Grüße</b>".encode())
    assert "&lt;b&gt;Grüße" in panel.shown.value
    move(panel, traffic="picture")
    until_stepped(panel, lambda now: now.passage.arrived == PICTURE)
    assert panel.shown.value.count("<svg") == 3


@pytest.mark.long
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_comes_to_its_state(name: str) -> None:
    panel = EncryptorPanel()
    panel.preset.value = name
    panel.step(4)
    assert panel.lamp.state == SCENARIOS[name].state
    panel.reset.click()
    panel.step(2)
    assert (panel.settings, panel.lamp.state) == (DeliverySettings(), "accepted")
    panel.close()


def test_settings_go_to_json_and_back(panel: EncryptorPanel) -> None:
    settings = replace(QUICK, hybrid=HybridPolicy.EITHER, eve=True, length_km=80.0)
    assert DeliverySettings.from_json(settings.to_json()) == settings
    panel.save.text.value = settings.to_json()
    panel.save.load.click()
    assert panel.settings == settings
    for field, value in {"length_km": 900, "hybrid": "none", "eve": 1, "starvation": "PQC only"}.items():
        data = json.loads(replace(settings, hybrid=HybridPolicy.BOTH).to_json()) | {field: value}
        with pytest.raises(ScenarioError, match=rf"^scenario: {field} must"):
            DeliverySettings.from_json(json.dumps(data))
    with pytest.raises(ScenarioError, match="only the fields"):
        DeliverySettings.from_json('{"type": "DeliverySettings", "colour": 1}')


def test_no_key_is_shown_anywhere(panel: EncryptorPanel) -> None:
    master = panel.pacer._world._link.master
    shown = " ".join([panel.requests.value, panel.shown.value, repr(panel.now), repr(panel.scene.links)])
    for secret in (master._chain, panel.pacer._world._supply._alice[:16]):
        assert not any(text in shown for text in (secret.hex(), secret.hex(" "), repr(secret)))


def test_the_scene_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match=r"sites\[0\] must have the key 'encryptor'"):
        SitesScene(sites=[{"name": "A"}])
    with pytest.raises(ValueError, match=r"links\['data'\]\['state'\] must be one of"):
        SitesScene(links={"data": {"text": "", "note": "", "state": "odd", "eve": ""}})


# ---- processes ---------------------------------------------------------------------------------------------


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it has not come about"
        await asyncio.sleep(0.05)


@pytest.mark.long
def test_in_a_notebook_the_kmes_are_processes_and_end_with_the_panel() -> None:
    async def use() -> list[int]:
        panel = EncryptorPanel(QUICK)
        assert (panel.now.mode, panel.lamp.title) == ("starting", "ENCRYPTED, KEYS FLOW")  # seen at once
        await until(lambda: panel.now.mode == "beside" and panel.now.n_arrived > 5)
        paces, pair = panel.pacer, panel.pacer._world._plant._pair
        assert panel.lamp.title == "ENCRYPTED, KEYS FLOW"
        assert pair.url(KMES[0]).removeprefix("https://") in panel.scene.foot
        panel.buttons["wrong_sae"].click()
        await until(lambda: "401" in panel.scene.noted)
        panel.buttons[f"kill {KMES[0]}"].click()
        await until(lambda: f"{KMES[0]} does not answer" in panel.lamp.reason)
        panel.buttons[f"restart {KMES[0]}"].click()
        await until(lambda: panel.lamp.title == "ENCRYPTED, KEYS FLOW")
        assert {one.kme for one in panel.now.requests} == set(KMES)
        pids = [pair.process_id(kme) for kme in KMES]
        began = time.monotonic()
        panel.close()
        assert time.monotonic() - began < 0.5  # the main thread is not kept waiting
        assert await asyncio.to_thread(paces.wait_closed)
        assert not pair.folder.exists()
        return pids

    pids = asyncio.run(use())
    assert all(isinstance(pid, int) and not os.path.exists(f"/proc/{pid}") for pid in pids)


@pytest.mark.long
def test_where_no_process_can_be_asked_the_panel_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise KmeError(0, "KME-A did not start: no sockets here")

    monkeypatch.setattr(pacer.KmesBeside, "start", refuse)

    async def use() -> None:
        panel = EncryptorPanel(QUICK)
        await until(lambda: "no sockets here" in panel.scene.foot)
        sent = panel.now.n_arrived
        await until(lambda: panel.now.n_arrived > sent)
        assert panel.scene.foot.startswith("Both KMEs are in this process")
        paces = panel.pacer
        panel.close()
        assert await asyncio.to_thread(paces.wait_closed)

    asyncio.run(use())


@pytest.mark.long
def test_where_no_thread_can_be_started_the_panel_goes_on_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a browser: no process, no socket and no thread; its clock and its sessions share the loop."""
    turns = StackTurns()
    monkeypatch.setattr(pacer, "turns_here", lambda: turns)

    async def use() -> None:
        before = threading.active_count()
        panel = EncryptorPanel(QUICK)
        await until(lambda: panel.now.n_arrived > 5)
        n_sessions = panel.now.supply.n_sessions
        panel.settings = replace(panel.settings, length_km=panel.settings.length_km + 1)  # another session
        await until(lambda: panel.now.supply.n_sessions > n_sessions)
        assert panel.scene.foot.startswith("Both KMEs are in this process")
        panel.buttons[f"kill {KMES[0]}"].click()
        await until(lambda: f"{KMES[0]} does not answer" in panel.lamp.reason)
        panel.buttons[f"restart {KMES[0]}"].click()
        await until(lambda: panel.lamp.title == "ENCRYPTED, KEYS FLOW")
        assert threading.active_count() == before
        assert turns.n_given > 0  # a session has put itself aside
        paces = panel.pacer
        panel.close()
        assert paces.wait_closed()

    asyncio.run(use())


def others() -> set[asyncio.Task[object]]:
    """The tasks of this loop but the one that asks, and those of panels of other tests that are freed now."""
    running = asyncio.all_tasks() - {asyncio.current_task()}
    return {task for task in running if "forget" not in repr(task.get_coro())}


def test_a_session_that_is_given_up_on_the_one_thread_ends_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qkdlab.lab.frame.turns.TURN_SECONDS", 0.0)

    async def use() -> None:
        turns, supply = StackTurns(), QuantumSupply(QUICK)
        supply.run_beside(turns)
        supply.tend(0.0, 0.0, 0, no_key)
        (given_up,) = others()
        while not turns.n_given:
            await asyncio.sleep(0)
        supply.change(replace(QUICK, length_km=QUICK.length_km + 1), 0.0)
        await given_up
        supply.tend(0.0, 0.0, 0, no_key)
        (its_own,) = others()
        await its_own
        supply.tend(0.0, 0.0, 0, no_key)
        assert supply.state.n_sessions == 1
        assert supply.state.measured

    asyncio.run(use())


def test_a_session_that_fails_on_the_one_thread_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_settings: object, **_options: object) -> SessionResult:
        raise ValueError("no such session")

    monkeypatch.setattr("qkdlab.lab.delivery.world.quantum_supply.run_session", fails)

    async def use() -> None:
        supply = QuantumSupply(QUICK)
        supply.run_beside(StackTurns())
        supply.tend(0.0, 0.0, 0, no_key)
        await asyncio.gather(*others())
        with pytest.raises(ValueError, match="no such session"):
            supply.tend(0.0, 0.0, 0, no_key)

    asyncio.run(use())


@pytest.mark.long
def test_a_panel_that_is_closed_while_its_kmes_start_leaves_none() -> None:
    async def use() -> None:
        panel = EncryptorPanel(QUICK)
        await until(lambda: panel.now.mode == "starting")
        paces = panel.pacer
        panel.close()
        assert await asyncio.to_thread(paces.wait_closed)

    asyncio.run(use())


@pytest.mark.long
def test_time_stands_still_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use() -> None:
        panel = EncryptorPanel(QUICK, in_process=True)
        await until(lambda: panel.now.n_sent > 3)
        monkeypatch.setattr(pacer, "IDLE_SECONDS", 0.0)
        await until(lambda: panel.pause.value)
        assert "Nobody has touched the panel" in panel.scene.noted or await _soon(panel)
        seconds = panel.now.seconds
        await asyncio.sleep(1)
        assert panel.now.seconds == seconds
        monkeypatch.setattr(pacer, "IDLE_SECONDS", 600.0)
        panel.pause.value = False
        await until(lambda: panel.now.seconds > seconds)
        panel.close()

    async def _soon(panel: EncryptorPanel) -> bool:
        await until(lambda: "Nobody has touched the panel" in panel.scene.noted)
        return True

    asyncio.run(use())


def test_what_is_asked_while_time_stands_still_is_shown() -> None:
    # before: the list of requests stood still, too
    async def scenario() -> None:
        panel = EncryptorPanel(in_process=True)
        panel.pause.value = True
        await asyncio.sleep(3 * pacer.TICK_SECONDS)
        paces, before, now = panel.pacer, panel.requests.value, panel.now.seconds
        panel.buttons["wrong_sae"].click()
        for _ in range(80):
            if panel.requests.value != before:
                break
            await asyncio.sleep(pacer.TICK_SECONDS)
        told, later = panel.requests.value, panel.now.seconds
        panel.close()
        await asyncio.to_thread(paces.wait_closed)
        assert told != before
        assert later == now

    asyncio.run(scenario())


def test_qiskit_is_there_before_the_world_has_a_thread() -> None:
    # would catch: a process that crashes, as a thread imported Qiskit first and has ended
    code = """
import asyncio, sys
from qkdlab.lab.delivery.delivery_settings import DeliverySettings
from qkdlab.lab.delivery.pacer import Pacer
async def scenario():
    pacer = Pacer(DeliverySettings(), lambda told: None, lambda: None, in_process=True)
    before = "qiskit" in sys.modules
    pacer.begin()
    print(before, "qiskit" in sys.modules)
    pacer.close()
    print(await asyncio.to_thread(pacer.wait_closed))
asyncio.run(scenario())
"""
    told = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60)
    assert told.split() == ["False", "True", "True"]
