"""Moves every control of a panel once, in all tabs and folds, and sees that something comes of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from playwright.sync_api import ElementHandle, Locator, expect

from tests.browser.lab import open_tab
from tests.site.site_page import ASK, PATIENCE

HANDED_OUT = ("SVG", "PNG", "Data (CSV)", "Report")
"""Buttons of which a file comes."""
UNDO = "Undo all attacks"
WAITS = {
    "button: Cancel": "works while a run goes on: tests/browser/test_start_notebook.py presses it",
    "button: Stop": "works while a story is told",
    "button: ✗ surprise": "comes with a prediction: tests/browser/test_start_notebook.py presses it",
    "button: ✓ as predicted": "the same, where it came true",
    f"button: {UNDO}": "undoes what `walk_map` does",
}
"""Buttons that a walk leaves alone, with the reason."""
STILL = {"button: Send": "shows something as time goes on: tests/browser/test_encryptor_panel.py presses it"}
"""The same, where a walk has stopped time."""
PAUSE = "button: Pause 1"
ASKS = "button: Show the figures 1"
ANSWERS = {f"button: {answer} 1" for answer in ("dark counts", "Eve", "nobody can tell")}
"""A question, asked by a button, takes one answer."""
ANSWER = 20
"""Seconds in which something has to come of a control."""

STATE = """
from ipywidgets.widgets.widget import _instances
print(sorted(
    (key, str(getattr(one, "value", ""))[:2000], str(getattr(one, "summary", "")))
    for key, one in dict(_instances).items()
    if hasattr(one, "value") or hasattr(one, "summary")
))
"""
# The controls of a panel but for those on a map, which `walk_map` takes; each with what it is, its name
# without numbers that change, the how manyth of this name, whether it is on the screen, and whether it can be
# used. A drawn one has its state behind a comma.
CONTROLS = """panel => {
  const of = "[role=slider], [role=gridcell][tabindex='0'], g[role=button], button, input, select, textarea";
  const nth = {};
  const textOf = label => [...label?.childNodes ?? []].map(one => one.textContent.trim()).find(Boolean);
  return [...panel.querySelectorAll(of)].map(one => {
    const kind = one.getAttribute("role") ?? (one.tagName === "INPUT" ? one.type : one.tagName.toLowerCase());
    const labelled = document.getElementById(one.getAttribute("aria-labelledby"));
    const label = one.getAttribute("aria-label") ?? textOf(one.labels?.[0]);
    const told = label ?? (labelled ?? one).textContent.trim();
    const part = one.tagName === "g" ? told.split(",")[0] : kind === "gridcell" ? "a choice" : told;
    const name = part.replace(/(?<![|])\\d[\\d,.]*/g, "n");
    const key = `${kind}: ${name}`;
    nth[key] = (nth[key] ?? 0) + 1;
    const chosen = one.closest(".qk-predict") && one.getAttribute("aria-pressed") === "true";
    const taken = chosen || (kind === "radio" && one.checked);
    const usable = !taken && !one.disabled && one.getAttribute("aria-disabled") !== "true";
    const shown = one.checkVisibility({ visibilityProperty: true });
    return { one, key: `${key} ${nth[key]}`, kind, name, shown, usable };
  }).filter(({ kind, name, one }) => name && kind !== "file" && !one.closest(
    ".qk-more, .lm-TabBar, a, .qk-network .window"));
}"""
LISTED = f"panel => ({CONTROLS})(panel).map(({{ one, ...rest }}) => rest)"
FOUND = f"(panel, key) => ({CONTROLS})(panel).find((control) => control.key === key)?.one"
# What can be read of a panel, but for what the browser itself keeps of one of its controls.
READ = """(panel, but) => {
  const told = ["aria-pressed", "aria-checked", "aria-valuenow", "aria-label", "disabled", "hidden"];
  const all = [...panel.querySelectorAll("*")].filter((one) => one !== but);
  const read = one => [...told.map(name => one.getAttribute(name)), one.value, one.checked].join("");
  return panel.innerText + all.map(read).join("");
}"""


@dataclass(kw_only=True)
class Walk:
    """A walk through the controls of a panel.

    Attributes
    ----------
    moved
        The controls that were moved, in this order.
    unheard
        Those of which nothing came.
    seconds
        From each control to rest.
    """

    panel: Locator
    moved: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    _there: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Walk, until there is no control on the screen that has not been moved."""
        for fold in self.panel.locator(".qk-more button, button.qk-more").all():
            fold.click()
        self.rest()
        self._stop_time()
        titles = self.panel.get_by_role("tab").all_inner_texts() or [""]
        for _ in range(5):  # what is pressed may bring others
            before = len(self.moved)
            for title in titles:
                if title:
                    open_tab(self.panel, title)
                self._walk_tab()
                for _ in ANSWERS:
                    if self.left & ANSWERS and self._asked_again():
                        self._walk_tab()
            if len(self.moved) == before:
                break
        self._try_choices(titles)

    def _stop_time(self) -> None:
        """Press Pause, where there is one: what goes on by itself would be taken for an answer."""
        if any(one["key"] == PAUSE for one in self._listed()):
            assert self._moved_now(PAUSE)

    def rest(self) -> None:
        """Wait until no run goes on."""
        expect(self.panel.locator(".qk-lamp[data-state=running]")).to_have_count(0, timeout=PATIENCE)

    def _listed(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.panel.evaluate(LISTED)
        # choices by hand before all is sent; large text last, as it hides what stands elsewhere
        listed.sort(key=lambda one: (one["kind"] != "gridcell", one["name"] == "Large text"))
        self._there = {one["key"] for one in listed if not self._waits(one["key"])}
        return listed

    def _waits(self, key: str) -> bool:
        """Whether a walk leaves a control alone."""
        return key.startswith((*WAITS, *(STILL if PAUSE in self.moved else ())))

    @property
    def left(self) -> set[str]:
        """The controls that the panel has in the end, and that could not be moved."""
        return self._there - set(self.moved)

    def _walk_tab(self) -> None:
        waiting: list[str] = []  # what is chosen of several: it can be once another has been
        for key in [one["key"] for one in self._listed() if one["shown"] and one["key"] in self.left]:
            if not self._moved_now(key):
                waiting.append(key)
            else:
                waiting = [one for one in waiting if not self._moved_now(one)]

    def _moved_now(self, key: str) -> bool:
        now = next((one for one in self._listed() if one["key"] == key), None)
        if not now or not now["shown"] or not now["usable"]:
            return False
        self._move(now)
        return True

    def _asked_again(self) -> bool:
        """Ask again, so that another answer can be given; return whether that could be done."""
        question = self._found(ASKS)
        if not question or not question.is_visible():
            return False
        question.click()
        expect(self.panel.get_by_role("button", name="nobody can tell")).to_be_enabled(timeout=PATIENCE)
        return True

    def _try_choices(self, titles: list[str]) -> None:
        """Take other choices, until all that they allow has been moved."""
        for menu in [one["key"] for one in self._listed() if one["kind"] == "select"]:
            for _ in range(6):
                handle = self._found(menu)
                if not self.left or not handle or not handle.is_visible() or not handle.is_enabled():
                    break
                if not choose_next(handle):
                    break
                self.rest()
                self._walk_tab()
        if self.left and len(titles) > 1:
            for title in titles:
                open_tab(self.panel, title)
                self._walk_tab()

    def _found(self, key: str) -> ElementHandle | None:
        return self.panel.evaluate_handle(FOUND, key).as_element()

    def _read(self, kind: str, handle: ElementHandle) -> list[Any]:
        """What the kernel holds, and of a control that it need not know, what can be read."""
        status, told = self.panel.page.evaluate(ASK, STATE)
        assert status == "ok", told
        connected = kind in ("slider", "checkbox", "select") and handle.evaluate(
            "one => Boolean(one.closest('.qk-control'))"
        )
        return [told, None if connected else self.panel.evaluate(READ, handle)]

    def _move(self, control: dict[str, Any]) -> None:
        handle = self._found(control["key"])
        assert handle
        before, begun = self._read(control["kind"], handle), time.monotonic()
        if control["name"] in (*HANDED_OUT, "Figure"):
            self.moved.append(control["key"])
            first = self._handed_out("SVG" if control["name"] == "Figure" else control["name"])
            if control["name"] == "Figure" and choose_next(handle) and self._handed_out("SVG") == first:
                self.unheard.append(control["key"])
            return
        if not moved(control["kind"], handle):
            return
        self.moved.append(control["key"])
        while (same := self._read(control["kind"], handle) == before) and time.monotonic() - begun < ANSWER:
            time.sleep(0.02)
        self.rest()
        self.seconds.append(time.monotonic() - begun)
        if same:
            self.unheard.append(control["key"])

    def _handed_out(self, button: str) -> str:
        """The name of the file that a button gives."""
        with self.panel.page.expect_download(timeout=1000 * ANSWER) as started:
            self.panel.get_by_role("button", name=button, exact=True).click()
        return started.value.suggested_filename


def walk_map(panel: Locator) -> None:
    """Open the menu of each item of a map, zoom, and do all that can be done to a link and to a node."""
    shown, keys = panel.locator(".qk-network .window").first, panel.page.keyboard
    menu = panel.get_by_role("menu")
    first = {}
    for item in shown.locator("g[role=button]").all():
        item.focus()
        keys.press("Enter")
        actions = menu.get_by_role("menuitem")
        expect(actions.first).to_be_focused()
        key = item.get_attribute("data-key") or ""
        first.setdefault(key.split()[0], (key, [one.get_attribute("data-action") for one in actions.all()]))
        keys.press("Escape")
        expect(menu).to_have_count(0)
    assert set(first) == {"link", "node"}
    for button in ("Zoom in", "Zoom out", "Zoom in", "The whole map"):
        whole = button != "Zoom in"
        shown.get_by_role("button", name=button).click()
        expect(shown.get_by_role("button", name="Zoom out", disabled=whole)).to_be_visible()

    def choose(key: str, action: str | None) -> None:
        shown.locator(f"g[data-key='{key}'][role=button]").focus()
        keys.press("Enter")
        menu.locator(f"[data-action='{action}']").click()

    def answered(press: Callable[[], object]) -> None:
        before = panel.inner_text()
        press()
        expect(panel).not_to_have_text(before, use_inner_text=True, timeout=1000 * ANSWER)
        expect(panel.locator(".qk-lamp[data-state=running]")).to_have_count(0, timeout=PATIENCE)

    for key, actions_of in first.values():
        for action in actions_of:
            answered(partial(choose, key, action))
    answered(panel.get_by_role("button", name=UNDO, exact=True).click)


def moved(kind: str, handle: ElementHandle) -> bool:
    """Move a control; return whether that could be done."""
    match kind:
        case "slider" | "range":
            return _slid(handle)
        case "select":
            return choose_next(handle)
        case "text" | "number" | "textarea":
            now = handle.input_value()
            handle.fill(
                str(int(now) + 1) if now.isdigit() else f"{now} " if kind == "textarea" else f"{now}A"
            )
            if kind != "textarea":
                handle.press("Enter")
        case "gridcell":
            handle.press("Space")
        case _:
            handle.click()
    return True


def _slid(handle: ElementHandle) -> bool:
    now, low, high = handle.evaluate(
        """one => one.type === "range" ? [one.value, one.min, one.max]
          : ["now", "min", "max"].map(end => one.getAttribute(`aria-value${end}`))"""
    )
    if low == high:
        return False
    handle.press("ArrowLeft" if float(now) >= float(high) else "ArrowRight")
    return True


def choose_next(handle: ElementHandle) -> bool:
    """Take the next choice of a menu; return whether there is another."""
    now, number = handle.evaluate("one => [one.selectedIndex, one.options.length]")
    if number < 2:
        return False
    handle.select_option(index=(now + 1) % number)
    return True
