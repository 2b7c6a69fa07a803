"""JupyterLab starts offline, with our settings, and every notebook runs in it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import ROOT, Lab, open_and_run

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


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


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(lab_page: Page, jupyterlab: Lab, notebook: Path) -> None:
    open_and_run(lab_page, jupyterlab, notebook.name)
    expect(lab_page.locator(".jp-Notebook")).to_be_visible()
