"""Files that a learner takes away from a panel in JupyterLab: they come, and hold what the panel shows."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.image
import nbformat
import pytest
from playwright.sync_api import Locator, expect

from qkdlab import SessionSettings
from tests.browser.lab import Lab, WatchedPage, open_and_run, open_tab
from tools.save_notebooks import normalise, text_of

NOTEBOOK = "downloads.ipynb"
CELL = """from qkdlab import IDEAL_LINK, SessionSettings
from qkdlab.lab import EavesdropperPanel
EavesdropperPanel(SessionSettings(n_pulses=20_000, link=IDEAL_LINK, seed=3))"""
TOLD = {
    "Gain and risk": "What Eve gets for the errors",
    "Knowledge": "no Eve on the line",
    "Circuit": "Alice",
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def panel(watched_page: WatchedPage, jupyterlab: Lab) -> Iterator[Locator]:
    page = watched_page.page
    notebook = normalise(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)]))
    Path(jupyterlab.folder, NOTEBOOK).write_text(text_of(notebook), encoding="utf-8")
    open_and_run(page, jupyterlab, NOTEBOOK)
    shown = page.locator(".qk-panel")
    open_tab(shown, "Save")
    yield shown
    errors, outside = watched_page.taken()
    assert not errors, errors
    assert not outside, outside


def taken(panel: Locator, button: str, folder: Path) -> Path:
    """The file that a button hands out."""
    with panel.page.expect_download() as download:
        panel.get_by_role("button", name=button, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def squeezed(root: ElementTree.Element) -> list[str]:
    """Texts that have much less room than their letters need, or that lie below the picture."""
    texts = [node for node in root.iter(f"{SVG}text") if node.get("textLength")]
    room = {
        node.text or "": float(node.get("textLength", 0))
        / (len(node.text or "") * float(node.get("font-size", "0").removesuffix("px")))
        for node in texts
    }
    low = [node.text or "" for node in texts if float(node.get("y", 0)) > float(root.get("height", 0))]
    return [text for text, share in room.items() if len(text) > 3 and share < 0.35] + low


@pytest.mark.parametrize("figure", TOLD)
def test_a_figure_of_a_tab_that_is_not_shown(panel: Locator, tmp_path: Path, figure: str) -> None:
    panel.get_by_label("Figure").select_option(figure)
    drawn = taken(panel, "SVG", tmp_path)
    assert drawn.name == f"qkdlab-eavesdropper-{figure.lower().replace(' ', '-')}.svg"
    root = ElementTree.parse(drawn).getroot()
    told = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
    assert TOLD[figure] in told
    assert not list(root.iter(f"{SVG}foreignObject"))  # drawings, which every viewer knows
    assert "var(--" not in drawn.read_text(encoding="utf-8")
    picture = matplotlib.image.imread(taken(panel, "PNG", tmp_path))
    assert picture.shape[0] == pytest.approx(2 * float(root.get("height", 0)), abs=2)
    assert picture[..., :3].std() > 0.02  # something is on it
    assert not squeezed(root)
    if figure == "Gain and risk":  # the curves came along, in their colours
        styles = [node.get("style", "") for node in root.iter(f"{SVG}path")]
        strokes = {style.partition("stroke: ")[2].partition(";")[0] for style in styles}
        assert len(strokes - {"", "none"}) >= 4
    assert panel.locator(".widget-tab-contents > :not(.lm-mod-hidden)").count() == 1  # as it was


def test_data_and_report(panel: Locator, tmp_path: Path) -> None:
    rows = list(csv.DictReader(StringIO(taken(panel, "Data (CSV)", tmp_path).read_text(encoding="utf-8"))))
    assert {"Verdict", "What Eve gets for the errors she makes"} <= {row["figure"] for row in rows}
    report = taken(panel, "Report", tmp_path).read_text(encoding="utf-8")
    assert "QBER estimate" in report
    settings = SessionSettings.from_json(report[report.index("\n{") :])
    assert (settings.n_pulses, settings.seed) == (20_000, 3)


def test_the_limits_of_the_gauge_are_in_its_picture(
    panel: Locator, watched_page: WatchedPage, jupyterlab: Lab, tmp_path: Path
) -> None:
    # before: neither the 5.2 % nor the 11 % line, and the legend across the frame
    page, file = watched_page.page, "downloads_gauge.ipynb"
    cell = nbformat.v4.new_code_cell("from qkdlab.lab import LinkPanel\nLinkPanel()")
    notebook = normalise(nbformat.v4.new_notebook(cells=[cell]))
    Path(jupyterlab.folder, file).write_text(text_of(notebook), encoding="utf-8")
    open_and_run(page, jupyterlab, file)
    shown = page.locator(".qk-panel:visible")
    expect(shown.locator(".qk-gauge .limit-text")).to_have_count(2)
    open_tab(shown, "Save")
    shown.get_by_label("Figure").select_option("Error rate")
    root = ElementTree.parse(taken(shown, "SVG", tmp_path)).getroot()
    dashed = [one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray")]
    assert len({one.get("x1") for one in dashed}) == 2
    assert not squeezed(root)
    frames = [one for one in root.iter(f"{SVG}rect") if one.get("stroke")]
    frame = max(frames, key=lambda one: float(one.get("width", 0)))
    end = float(frame.get("y", 0)) + float(frame.get("height", 0))
    assert all(float(node.get("y", 0)) < end for node in root.iter(f"{SVG}text"))


def test_menus_can_be_read_in_the_dark(panel: Locator) -> None:
    # the arrow that is drawn on dark menus stands once, and the text of the menu is not covered by arrows
    page = panel.page
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    arrows = panel.locator("select").evaluate_all(
        "all => all.map(getComputedStyle).map(one => [one.backgroundImage, one.backgroundRepeat])"
    )
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    assert len(arrows) > 3
    for image, repeat in arrows:
        assert image == "none" or set(repeat.split(", ")) == {"no-repeat"}
