"""Keys after a click on a component that stands in a cell of its own: they are not the notebook's."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, open_and_run

GATE = {"name": "h", "qubits": [0], "parameters": [], "clbits": []}
NODE = {"id": "A", "kind": "trusted node", "x": 0, "y": 0}
WHERE = {"PhotonStage": "link.photon_stage", "NetworkMap": "network.map.network_map"}
CALLS = {
    ".qk-stage": "PhotonStage([[0, 0, None, None, 1, 0, 0]])",
    ".qk-gauge": "QberGauge(qber=0.02, lower=0.01, upper=0.03)",
    ".qk-lamp": "VerdictLamp(state='accepted', reason='why')",
    ".qk-chart": "CurveChart()",
    ".qk-funnel": "KeyFunnel(stages=[{'name': 'sent', 'count': 9}])",
    ".qk-bars": "BarRows()",
    ".qk-network": f"NetworkMap(nodes=[{NODE}])",
    ".qk-circuit-drawing": f"CircuitDrawing(wires=['photon'], gates=[{GATE}])",
}
N_CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"


def test_a_click_on_a_component_keeps_the_keys_from_the_notebook(lab_page: Page, jupyterlab: Lab) -> None:
    # would catch: `d d` deleting the cell, `x` cutting it, `b` adding one below
    cells = []
    for call in CALLS.values():
        name = call.partition("(")[0]
        module = WHERE.get(name, "components")
        cells.append(new_code_cell(f"from qkdlab.lab.{module} import {name}\n{call}"))
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, jupyterlab.folder / "component_keys.ipynb")
    open_and_run(lab_page, jupyterlab, "component_keys.ipynb")
    for selector in CALLS:
        shown = lab_page.locator(selector).first
        expect(shown).to_be_visible()
        shown.scroll_into_view_if_needed()
        shown.click(position={"x": 12, "y": 8})
        for key in ("d", "d", "x", "b"):
            lab_page.keyboard.press(key)
        assert lab_page.evaluate(N_CELLS) == len(CALLS), selector
