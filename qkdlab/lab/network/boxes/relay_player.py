"""The relay of a key as widgets: real bits, step by step, and the step on the map."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from ...components.text import words_for
from ...frame.frame import control_row, is_off, switch_off, titled_box
from ...frame.turns import running_loop
from ..map.network_map import NetworkMap
from ..network_run import KEY_BITS, NetworkRun
from ..view import map_traits
from .relay_frames import SHOWN_BITS, RelayFrame, relay_frames

STEP_SECONDS, MAP_HEIGHT = 1.8, 17


class StepMap(NetworkMap):
    """A map for the steps; a still picture, and the data, have the panel's own."""

    def data(self) -> list[dict[str, Any]]:
        """Return nothing."""
        return []

    def drawing(self) -> None:
        """Return nothing."""


class RelayPlayer:
    """Buttons that go through the frames of a relay; the step on a map, the words and bits of the one shown.

    Attributes
    ----------
    box, map
        The widgets, and the map among them.
    frames, position
        All frames, () without a key; and the place of the one shown.
    """

    def __init__(self) -> None:
        words = self._words = words_for("relay_player")
        self.map = StepMap(height=MAP_HEIGHT)
        self.frames: tuple[RelayFrame, ...] = ()
        self._knowing: tuple[str, ...] = ()  # those that have the key in the end
        self.back, self.following = self._button("back", -1), self._button("next", 1)
        self.play = widgets.ToggleButton(description=words["play"], tooltip=words["play_hint"])
        self.play.observe(lambda change: self._wait() if change["new"] else None, "value")
        self.position, self._waits, self._loop = 0, 0, running_loop()
        self.told = widgets.HTML()
        steps = widgets.VBox([control_row(self.back, self.play, self.following), self.told])
        title = words["title"].format(shown=SHOWN_BITS, bits=KEY_BITS)
        self.box = titled_box(title, control_row(self.map, steps, style="qk-net-pair"))
        self._draw()

    def _button(self, name: str, change: int) -> widgets.Button:
        button = widgets.Button(description=self._words[name], tooltip=self._words[f"{name}_hint"])
        button.on_click(lambda one: None if is_off(one) else self._go(change))
        return button

    def _go(self, change: int) -> None:
        self.play.value = False
        self._turn_to(self.position + change)

    def _turn_to(self, place: int) -> None:
        self.position = min(max(place, 0), max(0, len(self.frames) - 1))
        self._draw()

    def close(self) -> None:
        """Stop playing and forget the relay."""
        self.play.value, self.frames = False, ()

    # ---- playing -----------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Let the next frame come after a while. Observers may be called on any thread."""
        if self.position >= len(self.frames) - 1:
            self._turn_to(0)
        self._waits += 1
        if self._loop is None or self._loop.is_closed():
            self.play.value = False
            return
        wait = partial(self._loop.call_later, STEP_SECONDS, self._tick, self._waits)
        self._loop.call_soon_threadsafe(wait)

    def _tick(self, number: int) -> None:
        if not self.play.value or number != self._waits:
            return
        self._turn_to(self.position + 1)
        if self.position < len(self.frames) - 1:
            self._wait()
        else:
            self.play.value = False

    # ---- showing -----------------------------------------------------------------------------------

    def show(self, run: NetworkRun) -> None:
        """Show another relay from its beginning on."""
        self.frames, self._knowing = relay_frames(run), run.knowing
        traits = map_traits(run, acts=False)
        for link in traits["links"]:
            link["label"] = ""  # rates stand on the large map: here there is room for a few alone
        self.map.show(**traits, stale=False)
        self.play.value = False
        self._turn_to(0)

    def _draw(self) -> None:
        words, place, last = self._words, self.position, len(self.frames) - 1
        switch_off(self.back, place <= 0)
        switch_off(self.following, place >= last)
        if not self.frames:
            self.told.value = f"<p class='qk-log-empty'>{escape(words['empty'])}</p>"
            self.map.step = None
            return
        frame = self.frames[min(place, last)]
        text = words["step"].format(number=place + 1, total=last + 1, text=frame.text)
        self.told.value = f"<p role='status'>{escape(text)}</p>{_picture(frame)}"
        # Who knows the key is told at the end: before, none but its source need have it.
        nodes = [{**node, "knows": node["id"] in self._knowing and place == last} for node in self.map.nodes]
        self.map.show(nodes=nodes, step=self._step(frame))

    def _step(self, frame: RelayFrame) -> dict[str, Any] | None:
        if frame.hop is None:
            return None
        link = next(one for one in self.map.links if {one["a"], one["b"]} == set(frame.hop))
        return {"link": link["id"], "from": frame.hop[0], "text": frame.label}


def _picture(frame: RelayFrame) -> str:
    """Return the bits of a frame in aligned rows, a line above what is the XOR of the others."""
    width = max(len(name) for name, _ in frame.rows)
    rows = [f"{name:<{width}}   {bits}" for name, bits in frame.rows]
    if frame.sums:
        rows.insert(-1, f"{'XOR':<{width}}   {'─' * len(frame.rows[-1][1])}")
    return f"<pre class='qk-circuit'>{escape(chr(10).join(rows))}</pre>"
