"""The encryptor panel in JupyterLab: each control and button moved, and what comes of it seen in the page."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from qkdlab.lab import DeliverySettings
from qkdlab.lab.delivery.scene.sites_scene import SitesScene
from qkdlab.lab.delivery.view import scene_traits
from qkdlab.lab.delivery.world.crossing import Crossing
from qkdlab.lab.delivery.world.kmes_here import KmesHere
from tests.browser.component_page import ComponentPage
from tests.browser.lab import Lab, check_texts_in_all_tabs, open_and_run, open_tab, screenshot, unfold
from tools.save_notebooks import normalise, text_of

NOTEBOOK, PATIENCE = "encryptor_panel_alone.ipynb", 60_000
CELL = """from qkdlab.lab import DeliverySettings, EncryptorPanel
panel = EncryptorPanel(DeliverySettings(rotate_seconds=2.0))
panel"""


@pytest.fixture(scope="module")
def panel(watched_page, jupyterlab: Lab) -> Iterator[Locator]:  # type: ignore[no-untyped-def]
    """The panel, alone in a notebook, with its KMEs up and all controls unfolded."""
    page: Page = watched_page.page
    notebook = normalise(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)]))
    Path(jupyterlab.folder, NOTEBOOK).write_text(text_of(notebook), encoding="utf-8")
    open_and_run(page, jupyterlab, NOTEBOOK)
    shown = page.locator(".qk-panel").first
    expect(shown.locator(".qk-sites .foot")).to_contain_text("127.0.0.1:", timeout=PATIENCE)
    unfold(shown)
    shown.get_by_role("button", name="What can go wrong").click()
    yield shown
    jupyterlab.end_kernels()
    errors, outside = watched_page.taken()
    assert not errors, errors
    assert not outside, outside


def says(panel: Locator, title: str) -> None:
    """Wait until the first lamp says this."""
    expect(panel.locator(".qk-bar .verdict .title")).to_have_text(title, timeout=PATIENCE)


def eve_is_said(panel: Locator, title: str) -> None:
    """Wait until the second lamp says this."""
    expect(panel.locator(".qk-bar .eve-lamp .title")).to_have_text(title, timeout=PATIENCE)


def choose(panel: Locator, label: str, option: str) -> None:
    """Choose from a menu."""
    panel.get_by_label(label, exact=True).select_option(label=option)


def tick(panel: Locator, label: str, *, on: bool) -> None:
    """Set a box."""
    panel.get_by_role("checkbox", name=label).set_checked(on)


def press(panel: Locator, name: str) -> None:
    """Press a button."""
    panel.get_by_role("button", name=name, exact=True).click()


def reset(panel: Locator) -> None:
    """Go back to the beginning."""
    open_tab(panel, "Sites")
    press(panel, "Reset")
    says(panel, "ENCRYPTED, KEYS FLOW")


def figure(panel: Locator, name: str) -> Locator:
    """The value of a figure of the bar."""
    return panel.locator(".qk-bar .figure", has_text=name).locator("b")


def test_messages_cross_and_the_log_grows(panel: Locator) -> None:
    reset(panel)
    epoch = int(figure(panel, "Epoch").inner_text())
    expect(figure(panel, "Epoch")).not_to_have_text(str(epoch), timeout=PATIENCE)
    expect(panel.locator(".qk-sites .data .note")).to_contain_text("crosses as")
    open_tab(panel, "Requests")
    rows = panel.locator(".qk-log tr")
    expect(rows.filter(has_text="enc_keys").filter(has_text="200").first).to_be_visible()
    expect(rows.filter(has_text="/peer/v1/hold").first).to_be_visible()
    expect(rows.filter(has_text="dec_keys").filter(has_text="200").first).to_be_visible()
    check_texts_in_all_tabs(panel)
    screenshot(panel.page, "encryptor-flow")


def test_the_length_is_moved_by_keyboard_and_far_away_no_keys_come(panel: Locator) -> None:
    reset(panel)
    slider = panel.locator(".qk-panel-controls [role=slider]").first
    slider.focus()
    panel.page.keyboard.press("End")
    expect(panel.locator(".qk-bar .changed")).to_contain_text("Quantum link, km: 25 → 160")
    says(panel, "ENCRYPTED, ON STORED KEYS")
    expect(panel.locator(".qk-sites .quantum .text")).to_have_text("160 km, no keys")
    panel.page.keyboard.press("Home")
    says(panel, "ENCRYPTED, KEYS FLOW")


def test_eve_on_the_quantum_link_and_each_policy(panel: Locator) -> None:
    reset(panel)
    tick(panel, "Eve is on the quantum link", on=True)
    says(panel, "ENCRYPTED, ON STORED KEYS")
    expect(panel.locator(".qk-sites .quantum .eve")).to_have_text("Eve intercepts")
    expect(panel.locator(".qk-sites .quantum .note")).to_contain_text("QBER", timeout=PATIENCE)
    press(panel, "Empty the store")
    expect(figure(panel, "Keys left")).to_have_text("0", timeout=PATIENCE)
    says(panel, "HELD: NOTHING IS SENT")
    expect(panel.locator(".qk-sites .data .text")).to_have_text("nothing crosses")
    screenshot(panel.page, "encryptor-held")
    choose(panel, "No key left", "go on with ML-KEM only")
    says(panel, "ENCRYPTED, ML-KEM ONLY")
    eve_is_said(panel, "EVE READS NOTHING")
    choose(panel, "No key left", "stop")
    says(panel, "STOPPED")
    tick(panel, "Eve is on the quantum link", on=False)
    says(panel, "ENCRYPTED, KEYS FLOW")


def test_eve_on_the_data_link(panel: Locator) -> None:
    reset(panel)
    expect(panel.locator(".qk-sites .data .eve")).to_have_text("Eve listens")
    choose(panel, "Eve on the data", "sends frames again")
    expect(panel.locator(".qk-bar .eve-lamp")).to_contain_text("replayed", timeout=PATIENCE)
    choose(panel, "Eve on the data", "changes frames")
    expect(panel.locator(".qk-bar .eve-lamp")).to_contain_text("tampered", timeout=PATIENCE)
    open_tab(panel, "Message")
    expect(panel.get_by_text("nothing: the frame was rejected")).to_be_visible(timeout=PATIENCE)
    choose(panel, "Eve on the data", "is not there")
    eve_is_said(panel, "NOBODY LISTENS")


def test_what_keys_are_made_of_and_what_eve_has(panel: Locator) -> None:
    reset(panel)
    tick(panel, "Eve has the KMEs' keys", on=True)
    expect(panel.locator(".qk-bar .eve-lamp")).to_contain_text("to break ML-KEM")
    tick(panel, "Eve can break ML-KEM", on=True)
    eve_is_said(panel, "EVE READS EVERYTHING")
    expect(panel.locator(".qk-lamp")).to_have_attribute("data-state", "broken")
    open_tab(panel, "Who knows")
    expect(panel.get_by_text("nothing: she reads every message")).to_be_visible()
    tick(panel, "Eve can break ML-KEM", on=False)
    eve_is_said(panel, "EVE READS NOTHING")
    tick(panel, "ML-KEM is used", on=False)
    expect(panel.get_by_label("Keys need", exact=True)).to_have_value(re.compile("."))
    press(panel, "Start anew")
    eve_is_said(panel, "EVE READS EVERYTHING")
    choose(panel, "Keys need", "QKD and ML-KEM")
    expect(panel.get_by_role("checkbox", name="ML-KEM is used")).to_be_checked()


def test_keys_change_after_time_or_messages(panel: Locator) -> None:
    reset(panel)
    seconds, frames = (panel.locator(".qk-panel-controls [role=slider]").nth(place) for place in (1, 2))
    seconds.focus()
    panel.page.keyboard.press("End")
    expect(panel.locator(".qk-bar .changed")).to_contain_text("New key after, s: 2 → 30")
    frames.focus()
    panel.page.keyboard.press("Home")
    expect(panel.locator(".qk-bar .changed")).to_contain_text("… or messages: 20 → 1")
    epoch = int(figure(panel, "Epoch").inner_text())
    expect(figure(panel, "Epoch")).to_have_text(str(epoch + 2), timeout=10_000)
    open_tab(panel, "Supply")
    expect(panel.locator(".qk-knows").filter(has_text="New key every")).to_be_visible()


def test_what_can_go_wrong(panel: Locator) -> None:
    reset(panel)
    noted = panel.locator(".qk-sites .noted")
    press(panel, "Wrong SAE")
    expect(noted).to_contain_text("401, unauthorized", timeout=PATIENCE)
    open_tab(panel, "Message")  # before: it stood in the first tab alone
    press(panel, "Wrong SAE")
    expect(panel.get_by_role("status").filter(has_text="401, unauthorized", visible=True)).to_be_in_viewport()
    open_tab(panel, "Sites")
    press(panel, "Key ID reused")
    expect(noted).to_contain_text("400, one or more keys specified are not found on KME", timeout=PATIENCE)
    for kme in ("KME-A", "KME-B"):
        press(panel, f"Kill {kme}")
        expect(panel.locator(".qk-bar .verdict")).to_contain_text(f"{kme} does not answer", timeout=PATIENCE)
        expect(panel.locator(f".qk-sites .part:has-text('{kme}')")).to_have_attribute("data-state", "bad")
        if kme == "KME-A":
            screenshot(panel.page, "encryptor-killed")
        press(panel, f"Start {kme}")
        says(panel, "ENCRYPTED, KEYS FLOW")


def test_a_message_of_one_s_own_a_picture_a_pause_and_a_scenario(panel: Locator) -> None:
    reset(panel)
    open_tab(panel, "Message")
    message = panel.get_by_label("Your message")
    for text, send in (
        ("bring both keys", lambda: press(panel, "Send")),
        ("meet me at noon", lambda: message.press("Enter")),
    ):
        message.fill(text)
        send()
        expect(panel.locator("td", has_text=text)).to_have_count(2, timeout=PATIENCE)
    expect(panel.get_by_role("heading", name="Your last message")).to_be_visible(timeout=PATIENCE)
    choose(panel, "Alice sends", "a picture")
    expect(panel.locator("svg[role=img][aria-label='What Bob gets']")).to_be_visible(timeout=PATIENCE)
    screenshot(panel.page, "encryptor-picture")
    press(panel, "Pause")
    time.sleep(1)
    sent = panel.get_by_text("Sent:").inner_text()
    time.sleep(2.5)
    assert panel.get_by_text("Sent:").inner_text() == sent
    press(panel, "Pause")
    expect(panel.get_by_text(sent)).to_have_count(0, timeout=PATIENCE)
    choose(panel, "Scenario", "A traitor at a KME, no ML-KEM")
    eve_is_said(panel, "EVE READS EVERYTHING")


def processes() -> set[str]:
    """Numbers of the processes that are KMEs of a panel or a notebook."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"qkdlab.delivery.pair.kme_child" in place.read_bytes():
                found.add(place.parent.name)
        except OSError:
            continue
    return found


def children_of(kernel: int) -> set[str]:
    """Numbers of the KMEs that a kernel has started."""
    found = set()
    for number in processes():
        try:
            status = Path("/proc", number, "stat").read_text(encoding="utf-8")
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == kernel:
            found.add(number)
    return found


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are counted in /proc")
def test_a_cell_that_runs_again_and_a_kernel_that_ends_leave_no_process(
    panel: Locator, jupyterlab: Lab
) -> None:
    page = panel.page
    (kernel,) = (int(number) for number in kernels_of(jupyterlab))
    assert len(children_of(kernel)) == 2
    before = children_of(kernel)
    open_and_run(page, jupyterlab, NOTEBOOK)
    expect(page.locator(".qk-sites .foot")).to_contain_text("127.0.0.1:", timeout=PATIENCE)
    deadline = time.monotonic() + 30
    while before & children_of(kernel) and time.monotonic() < deadline:
        time.sleep(0.2)
    now = children_of(kernel)
    assert len(now) == 2
    assert not now & before
    jupyterlab.end_kernels()
    deadline = time.monotonic() + 30
    while now & processes() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not now & processes()


def kernels_of(lab: Lab) -> set[str]:
    """Numbers of the processes that are kernels of this server and have KMEs."""
    parents = set()
    for number in processes():
        status = Path("/proc", number, "stat").read_text(encoding="utf-8")
        parent = status.rpartition(")")[2].split()[1]
        environment = Path("/proc", parent, "environ").read_bytes()
        if str(lab.folder.parent / "runtime").encode() in environment:
            parents.add(parent)
    return parents


def test_the_picture_is_told_apart_without_colour_and_stands_still_for_who_wishes(chromium) -> None:  # type: ignore[no-untyped-def]
    world = Crossing(DeliverySettings(), KmesHere())
    world.step(1.0)
    scene = SitesScene(**scene_traits(world.snapshot()))
    with ComponentPage(chromium, scene, calm=True, dark=True) as shown:
        page = shown.page
        kme = page.locator(".qk-sites .part.kme.alice")
        good = kme.locator(".stands path").get_attribute("d")
        assert page.locator(".qk-sites .plot").get_attribute("aria-label") == scene.summary
        world.kill("KME-A")
        world.step(2.0)
        scene.show(**scene_traits(world.snapshot()))
        shown.push()
        assert kme.locator(".stands path").get_attribute("d") != good
        assert page.evaluate("document.getAnimations().length") == 0
        assert kme.locator(".text").inner_text() == "does not answer"
    world.close()
