"""The notebook on networks: its live figures. Its panel is tried alone, in test_network_panel.py."""

from playwright.sync_api import Page

from tests.browser.lab import Lab, open_and_run
from tests.browser.live_figures import check_live_figures

NOTEBOOK = "08_networks.ipynb"


def test_live_figures(lab_page: Page, jupyterlab: Lab) -> None:
    open_and_run(lab_page, jupyterlab, NOTEBOOK, seconds=300)
    check_live_figures(lab_page, 7)
