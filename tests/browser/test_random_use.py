"""A few hasty actions on every panel; ``python -m tests.browser.random_use`` goes on for minutes."""

import random

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import IDLE, PANEL, RUN_CELL_OF, Lab, WatchedPage, show_alone
from tests.browser.random_use import PANELS, Visit, is_elsewhere, is_reconnection, open_panels

ACTIONS = 20
RAISE = f"{PANEL}.context.sessionContext.session.kernel.requestExecute({{ code: '1 / 0' }}).done"
OPENED = ["send", "comm_open", "jupyter.widget.control", "{}"]
ASKED = ["send", "comm_msg", "", '{"method":"request_states"}']
MOVED = ["send", "comm_msg", "", '{"method":"update","state":{"value":40},"buffer_paths":[]}']
RECONNECT = f"""async () => {{
  const {{ kernel }} = {PANEL}.context.sessionContext.session;
  const states = new Promise(done => kernel.iopubMessage.connect((_, {{ content }}) => {{
    if (content.data?.method === "update_states") done();
  }}));
  await kernel.reconnect();
  await states;
}}"""


@pytest.fixture(scope="module")
def panels(watched_page: WatchedPage, jupyterlab: Lab) -> dict[str, Locator]:
    """All panels of the lab in one notebook."""
    opened = open_panels(watched_page.page, jupyterlab, *PANELS)
    return dict(zip(PANELS, opened, strict=True))


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_survives_a_hasty_user(lab_page: Page, panels: dict[str, Locator], name: str) -> None:
    show_alone(panels[name])
    with Visit(page=lab_page, panel=panels[name], rng=random.Random(f"{name} 1")) as visit:
        for _ in range(ACTIONS):
            visit.act()
    assert visit.n_actions > ACTIONS // 2


def test_an_error_in_the_kernel_is_seen(lab_page: Page, panels: dict[str, Locator]) -> None:
    visit = Visit(page=lab_page, panel=panels["SamplePanel"], rng=random.Random(1))
    with pytest.raises(AssertionError, match="ZeroDivisionError"), visit:
        lab_page.evaluate(RAISE)


def test_a_connection_that_is_back_is_no_error(lab_page: Page, panels: dict[str, Locator]) -> None:
    # before: "No such comm" in half of the reconnections, though the widgets' states came
    show_alone(panels["SamplePanel"])
    with Visit(page=lab_page, panel=panels["SamplePanel"], rng=random.Random(1)):
        for _ in range(4):
            lab_page.evaluate(RECONNECT)
    expect(panels["SamplePanel"].get_by_role("slider").first).to_be_visible()


# Keys on a slider until its cell runs again, and the cell runs again while what they set is under way.
MOVE_AND_RUN = f"""async panel => {{
  const slider = panel.querySelector("[role=slider]");
  for (const key of Array.from({{ length: 8 }}, (_, i) => i % 2 ? "ArrowLeft" : "ArrowRight"))
    for (const kind of ["keydown", "keyup"])
      slider.dispatchEvent(new KeyboardEvent(kind, {{ key, bubbles: true }}));
  await ({RUN_CELL_OF})(panel);
}}"""


def test_a_cell_runs_again_while_its_slider_moves(lab_page: Page, panels: dict[str, Locator]) -> None:
    # before: "No such comm" nearly each time: an update was on its way to the panel that is closed
    show_alone(panels["SamplePanel"])
    with Visit(page=lab_page, panel=panels["SamplePanel"], rng=random.Random(1)):
        for _ in range(4):
            panels["SamplePanel"].evaluate(MOVE_AND_RUN)
            lab_page.wait_for_function(IDLE)
    expect(panels["SamplePanel"].get_by_role("slider").first).to_be_visible()


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ([OPENED, ASKED], True),
        ([OPENED, ASKED, ["recv", "comm_msg", "", '{"method":"update_states"}']], True),
        ([], False),
        ([OPENED], False),
        ([ASKED], False),
        ([OPENED, MOVED], False),
        ([["recv", "comm_open", "jupyter.widget", "{}"], MOVED, ["recv", "comm_close", "", "{}"]], False),
    ],
)
def test_no_other_message_to_a_widget_that_is_not_there_is_taken_for_it(
    sent: list[list[str]], known: bool
) -> None:
    assert is_reconnection(sent) is known


@pytest.mark.parametrize(
    ("text", "sent", "elsewhere"),
    [
        ("No such comm: 9ba34ef3", [], True),
        ("No such comm: 9ba34ef3", [OPENED], False),
        ("ZeroDivisionError: division by zero", [], False),
    ],
)
def test_only_comms_of_another_window_are_passed_over(
    text: str, sent: list[list[str]], elsewhere: bool
) -> None:
    assert is_elsewhere({"text": text, "sent": sent}) is elsewhere


def test_another_window_of_the_notebook_is_closed(lab_page: Page, panels: dict[str, Locator]) -> None:
    # before: "No such comm" now and then, after thousands of actions, of a comm that nobody had sent to
    show_alone(panels["SamplePanel"])
    with Visit(page=lab_page, panel=panels["SamplePanel"], rng=random.Random(1)) as visit:
        for _ in range(3):
            with lab_page.context.expect_page():
                lab_page.get_by_role("button", name="Notebook", exact=True).click()
            lab_page.wait_for_timeout(500)
    assert visit.n_windows == 3
    assert len(lab_page.context.pages) == 1
