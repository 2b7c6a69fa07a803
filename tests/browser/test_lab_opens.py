"""JupyterLab starts offline, with our settings, and every notebook runs in it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import ROOT, Lab, open_and_run

HERE = Path(__file__)
RUN_ELSEWHERE = {
    name
    for path in HERE.parent.glob("test_*.py")
    for name in re.findall(r'"(\d\d_\w+\.ipynb)"', path.read_text(encoding="utf-8"))
}
"""Notebooks whose own tests open them, run all their cells and look for errors before anything else."""

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize(
    ("plugin", "setting", "value"),
    [
        ("apputils-extension:kernels-settings", "commsOverSubshells", "disabled"),
        ("apputils-extension:notification", "fetchNews", "false"),
        ("apputils-extension:notification", "checkForUpdates", False),
    ],
)
def test_our_settings_are_the_defaults(jupyterlab: Lab, plugin: str, setting: str, value: object) -> None:
    answer = jupyterlab.api(f"lab/api/settings/@jupyterlab/{plugin}")
    assert answer["schema"]["properties"][setting]["default"] == value


def test_the_launcher_opens_offline(lab_page: Page, jupyterlab: Lab) -> None:
    lab_page.goto(f"{jupyterlab.url}/lab?reset&token={jupyterlab.token}")
    expect(lab_page.locator(".jp-Launcher")).to_be_visible(timeout=60_000)


def test_notebooks_with_tests_of_their_own_are_there() -> None:
    assert set(NOTEBOOKS) >= RUN_ELSEWHERE


@pytest.mark.parametrize("notebook", [name for name in NOTEBOOKS if name not in RUN_ELSEWHERE])
def test_notebook_runs(lab_page: Page, jupyterlab: Lab, notebook: str) -> None:
    open_and_run(lab_page, jupyterlab, notebook)
    expect(lab_page.locator(".jp-Notebook")).to_be_visible()
