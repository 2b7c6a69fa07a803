"""One component's module in a blank Chromium page, with a stand-in for anywidget's model: no Jupyter."""

import json
from typing import Any

from ipywidgets import Widget
from playwright.sync_api import Browser, Page, Route

ADDRESS = "http://component.test/"
_OF_JUPYTER = {"layout", "style", "tabbable", "tooltip"}
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>component</title>
<style>body { margin: 16px; background: %(background)s } #app { max-width: 100%% }</style>
<style>%(css)s</style>
<body data-jp-theme-light="%(light)s"><div id="app"></div>
<script type="module">
  import component from "./component.js";
  const state = %(state)s;
  const heard = {};
  window.saved = [];
  window.controls = {};  // stand-ins for models of controls that are followed, by their id
  const stand = (id) => (controls[id] ??= {
    heard: new Set(),
    value: null,
    step: 0.01,
    get: (name) => controls[id][name],
    on: (_, run) => controls[id].heard.add(run),
    off: (_, run) => controls[id].heard.delete(run),
    move(value) {
      controls[id].value = value;
      for (const run of controls[id].heard) run();
    },
  });
  window.model = {
    widget_manager: { get_model: async (id) => stand(id) },
    get: (name) => state[name],
    set(name, value) {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      for (const run of heard[`change:${name}`] ?? []) run();
    },
    save_changes() { saved.push(structuredClone(state)); },
    on(event, run) { (heard[event] ??= []).push(run); },
    off(event, run) { heard[event] = (heard[event] ?? []).filter((other) => other !== run); },
  };
  window.listeners = () => Object.values(heard).flat().length;
  window.component = component;
  window.leave = await component.render({ model, el: document.getElementById("app") });
  window.ready = true;
</script>
"""


class ComponentPage:
    """A mounted component; as a context manager it fails on page errors and on requests that leave."""

    def __init__(
        self,
        browser: Browser,
        widget: Widget,
        *,
        dark: bool = False,
        width: int = 900,
        calm: bool = False,
        touch: bool = False,
    ) -> None:
        self.widget = widget
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": 900},
            reduced_motion="reduce" if calm else "no-preference",
            has_touch=touch,
        )
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.route("**/*", self._serve)
        self._dark = dark
        self.page.goto(ADDRESS)
        self.page.wait_for_function("window.ready")

    def _serve(self, route: Route) -> None:
        address = route.request.url
        if address == ADDRESS + "component.js":
            route.fulfill(body=str(self.widget._esm), content_type="text/javascript; charset=utf-8")
        elif address == ADDRESS:
            fields = {
                "state": json.dumps(self.state()),
                "css": str(self.widget._css),
                "light": "false" if self._dark else "true",
                "background": "#111" if self._dark else "#fff",
            }
            route.fulfill(body=_PAGE % fields, content_type="text/html; charset=utf-8")
        elif address.endswith("favicon.ico"):
            route.fulfill(status=204)
        else:
            self.outside.append(address)
            route.abort()

    def state(self) -> dict[str, Any]:
        """Return what the browser would get from the kernel."""
        everything = self.widget.get_state().items()
        jupyters = ("_model", "_view", "_dom", "_esm", "_css", "_anywidget")
        return {
            key: value for key, value in everything if not key.startswith(jupyters) and key not in _OF_JUPYTER
        }

    def push(self) -> None:
        """Send the widget's state as the kernel would, in one message, and wait for a painted frame."""
        self.page.evaluate(
            "state => Object.entries(state).forEach(([k, v]) => model.set(k, v))", self.state()
        )
        self.settle()

    def settle(self) -> None:
        """Wait until two frames have been painted."""
        self.page.evaluate("() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")

    def get(self, name: str) -> Any:
        """Return a trait as the browser holds it."""
        return self.page.evaluate("name => model.get(name)", name)

    def __enter__(self) -> "ComponentPage":
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        self.page.close()
        if kind is None:
            assert not self.errors, self.errors
            assert not self.outside, self.outside
