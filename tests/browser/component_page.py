"""One component's module in a blank Chromium page, with a stand-in for anywidget's model: no Jupyter."""

import json
from contextlib import ExitStack
from typing import Any

from ipywidgets import Widget
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Route

from tests.browser.blank_page import blank_page

ADDRESS = "http://component.test/"
_OF_JUPYTER = {"layout", "style", "tabbable", "tooltip"}
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>component</title><link rel="icon" href="data:,">
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
  window.tellAgain = () => Object.values(heard).flat().forEach((run) => run());
  window.component = component;
  window.leave = await component.render({ model, el: document.getElementById("app") });
  window.ready = true;
</script>
"""
STILL = """() => new Promise(done => {
    let still = 0, frames = 0;
    const watch = new MutationObserver(() => { still = 0; });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    const next = () => {
        if (++still <= 2 && ++frames < 12) return requestAnimationFrame(next);
        watch.disconnect();
        done();
    };
    requestAnimationFrame(next);
})"""


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
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._dark = dark
        self._page = blank_page(browser, width=width, calm=calm, touch=touch)

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(said.text)

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
        """Wait for two painted frames without a change; where something moves by itself, for twelve."""
        self.page.evaluate(STILL)

    def get(self, name: str) -> Any:
        """Return a trait as the browser holds it."""
        return self.page.evaluate("name => model.get(name)", name)

    def __enter__(self) -> "ComponentPage":
        with ExitStack() as lent:
            self.page: Page = lent.enter_context(self._page)
            self.page.on("pageerror", self._failed)
            lent.callback(self.page.remove_listener, "pageerror", self._failed)
            self.page.on("console", self._heard)
            lent.callback(self.page.remove_listener, "console", self._heard)
            self.page.route("**/*", self._serve)
            lent.callback(self.page.unroute, "**/*", self._serve)
            self.page.goto(ADDRESS)
            self.page.wait_for_function("window.ready")
            self._lent = lent.pop_all()
        return self

    def __exit__(self, kind: Any, *rest: Any) -> None:
        self._lent.__exit__(kind, *rest)
        if kind is None:
            assert not self.errors, self.errors
            assert not self.outside, self.outside
