"""The encryptor panel: keys on their way from a quantum link into two encryptors, and what they protect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import ipywidgets as widgets

from ...errors import KmeError
from ...values import check_instance
from ..components import VerdictLamp
from ..components.text import words_for
from ..frame.frame import Panel, action_button, control_row, folded, preset_menu, quiet_line, titled_box
from ..frame.guide import Guide, guide_line
from ..frame.tabs.kept_run import KeptRun
from ..frame.tabs.save_box import SaveBox
from .controls import CLASHES, EncryptorControls
from .delivery_settings import DeliverySettings
from .foreseen import Foreseen
from .guide import GUIDE
from .lamps import eve_lamp, figures, verdict
from .pacer import Pacer
from .presets import SCENARIOS
from .scene.sites_scene import SitesScene
from .tables import events_html, knows_html, message_html, noted_html, pool_html, requests_html
from .view import scene_traits
from .world.crossing import Crossing
from .world.kme_plant import KMES
from .world.snapshot import Snapshot

DEFAULT = DeliverySettings()

FIRST_SECONDS = 3.0
"""What has happened when a panel is shown first."""

QUESTION = ("length_km", "eve", "starvation", "rotate_seconds", "rotate_frames", "hybrid", "on_the_line")
MORE = ("traffic", "use_pqc", "breaks_pqc", "has_qkd_keys")
REFUSALS = ("wrong_sae", "reused")  # what a KME refuses: methods of `Crossing`


class EncryptorPanel(Panel):
    """Two KMEs and two encryptors at work: change what feeds them, who listens, and what goes wrong.

    In a notebook the KMEs are processes of their own, asked over HTTPS on ports that were free; they end with
    the panel, and with the kernel. Where they cannot be started, all is in this process, and the panel says
    so.

    Parameters
    ----------
    settings
        Where to start.
    in_process
        Whether no processes are to be started.
    guide
        Whether it asks guided questions, those of its topic or others that are given.

    Attributes
    ----------
    now
        What is shown.

    Examples
    --------
    >>> panel = EncryptorPanel()
    >>> panel.now.state.value, panel.lamp.title
    ('open', 'ENCRYPTED, KEYS FLOW')
    >>> panel.close()
    """

    _presets: ClassVar = SCENARIOS

    def __init__(
        self, settings: DeliverySettings = DEFAULT, *, in_process: bool = False, guide: Guide = False
    ) -> None:
        super().__init__()
        self.guide = guide_line(guide, GUIDE)
        check_instance("settings", settings, DeliverySettings)
        self._settings = self._start = settings
        self._words = words_for("panel") | words_for("encryptor_panel")
        self.controls, self.lamp, self.scene = (
            EncryptorControls(self._on_control),
            VerdictLamp(),
            SitesScene(),
        )
        self._arrange()
        self.controls.show(settings)
        self.save.follow(settings.to_json())
        self.pacer = Pacer(settings, self._show, self._on_asleep, in_process=in_process)
        self.pacer.step(FIRST_SECONDS)
        self.pacer.begin()

    def _arrange(self) -> None:
        words, made = self._words, self.controls.widgets
        self.preset = preset_menu(words, SCENARIOS, self._on_preset)
        self.again = action_button(words, "again", self._on_again)
        self.reset = action_button(words, "reset", self._on_reset)
        self.pause = widgets.ToggleButton(description=words["pause"], tooltip=words["pause_hint"])
        self.pause.observe(self._on_pause, "value")
        self.save, self.downloads = SaveBox(self._load, DeliverySettings.__name__), self._offer()
        self.kept, self.foreseen = KeptRun(self._difference, self.lamp), Foreseen()
        self.predictions = self.foreseen.log
        self.message = widgets.Text(description=words["message"], tooltip=words["message_hint"])
        self.message.add_class("qk-control")
        self.message.on_msg(self._on_message)
        self.send = action_button(words, "send", self._on_send)
        self.buttons = self._failures()
        made_html = (widgets.HTML() for _ in range(6))
        self.requests, self.shown, self.knows, self.pool, self.events, self.noted = made_html
        buttons = list(self.buttons.values())
        rows = (buttons[:2], buttons[2:3], buttons[3:5], buttons[5:])
        failures = folded(words, "failures", *(control_row(*row) for row in rows))
        more = folded(words, "more", *(made[name] for name in MORE))
        predict = [self.predictions.menu, self.foreseen.waits]
        tabs: dict[str, list[widgets.Widget]] = {
            "sites": [self.scene],
            "requests": [self.requests],
            "message": [control_row(self.message, self.send), self.shown],
            "knows": [self.knows],
            "pool": [self.pool, self.events],
            "compare": [self.kept.box, titled_box(words["predictions"], self.predictions.table)],
            "save": [self.save.box, self.downloads],
        }
        for parts in list(tabs.values())[1:]:
            parts.insert(0, self.noted)  # the scene, in the first, says it itself
        self._screen(
            self.lamp,
            [self.preset, self.again, self.pause, self.reset],
            [*(made[name] for name in QUESTION), *predict, failures, more, quiet_line(words["elsewhere"])],
            [(words[f"tab_{name}"], parts) for name, parts in tabs.items()],
            [self.lamp, self.scene],
        )

    def _failures(self) -> dict[str, widgets.Button]:
        """Return the buttons for what can go wrong."""
        words = self._words
        made = {name: action_button(words, name, partial(self._on_failure, name)) for name in REFUSALS}
        made["empty"] = action_button(words, "empty", self._on_empty)
        for kme in KMES:
            for name in ("kill", "restart"):
                told = {key: words[key].format(kme=kme) for key in (name, f"{name}_hint")}
                made[f"{name} {kme}"] = action_button(told, name, partial(self._on_kme, name, kme))
        return made

    # ---- what a learner does -----------------------------------------------------------------------

    @property
    def settings(self) -> DeliverySettings:
        """The settings shown; set them to load a scenario."""
        return self._settings

    @settings.setter
    def settings(self, settings: DeliverySettings) -> None:
        check_instance("settings", settings, DeliverySettings)
        changed = self._difference(self._settings, settings)
        self._settings = settings
        self.controls.show(settings)
        self.save.follow(settings.to_json())
        if changed:
            self.lamp.changed = changed
        label = changed or self._words["label_same"]
        self._do(self.foreseen.change(label, lambda world: world.change(settings)))

    def _difference(self, before: DeliverySettings, now: DeliverySettings) -> str:
        """Return in words what the first changed control showed, and what it shows now."""
        names = [name for name in self.controls.widgets if getattr(now, name) != getattr(before, name)]
        if not names:
            return ""
        old, new = (self.controls.told(names[0], one) for one in (before, now))
        name = self.controls.widgets[names[0]].description
        told = self._words["changed"].format(name=name, old=old, new=new)
        more = self._words["changed_more"].format(count=len(names) - 1)
        return f"{told} {more}" if len(names) > 1 else told

    def _on_control(self, name: str, value: Any) -> None:
        try:
            settings = replace(self._settings, **{name: value})
        except ValueError as error:
            self._refuse(name, value, error)
            return
        self.preset.value = ""
        self.settings = settings

    def _refuse(self, name: str, value: Any, error: ValueError) -> None:
        """Let policies that contradict the new one follow it, or say why a value is not taken up."""
        for other in CLASHES.get((name, value), ()):
            try:
                settings = replace(self._settings, **{name: value} | other)
            except ValueError:
                continue
            told = self.controls.followed(self._settings, settings, other)
            self.preset.value = ""
            self.settings = settings
            self._note(told)
            return
        self.controls.show(self._settings)
        self._note(f"{self._words['refused']}: {error}")

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self.settings = SCENARIOS[change["new"]].settings
            self._noted("noted_begun", Crossing.begin)

    def _on_reset(self, _button: object) -> None:
        self.preset.value = ""
        self.settings = self._start
        self._noted("noted_begun", Crossing.begin)

    def _load(self, text: str) -> None:
        settings = DeliverySettings.from_json(text)
        self.preset.value = ""
        self.settings = settings

    def _on_again(self, _button: object) -> None:
        self._noted("noted_anew", Crossing.anew, label=self.again.description)

    def _on_message(self, _text: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("event") == "submit":  # Enter
            self._on_send(self.send)

    def _on_send(self, _button: object) -> None:
        text = self.message.value
        if text:
            self._noted("noted_said", lambda world: world.say(text))

    def _on_empty(self, _button: object) -> None:
        self._noted("noted_empty", Crossing.empty, label=self.buttons["empty"].description)

    def _on_kme(self, name: str, kme: str, _button: object) -> None:
        label = self.buttons[f"{name} {kme}"].description
        self._noted(f"noted_{name}", lambda world: getattr(world, name)(kme), label=label, kme=kme)

    def _on_failure(self, name: str, _button: object) -> None:
        words = self._words

        def attempt(world: Crossing) -> None:
            try:
                refusal: KmeError | None = getattr(world, name)()
            except KmeError as error:
                world.noted = words["noted_no_key"].format(why=error)
                return
            told = {} if refusal is None else {"status": refusal.status, "message": refusal.message}
            world.noted = words[f"noted_{name}"].format(**told) if told else words["noted_nothing"]

        self._do(attempt)

    def _noted(self, name: str, task: Callable[[Crossing], object], *, label: str = "", **told: str) -> None:
        """Do something with the world, and say so; with a label it is a change, to be predicted."""

        def noting(world: Crossing) -> None:
            task(world)
            world.noted = self._words[name].format(**told)

        self._do(self.foreseen.change(label, noting) if label else noting)

    def _note(self, text: str) -> None:
        self._do(lambda world: setattr(world, "noted", text))

    def _do(self, task: Callable[[Crossing], object]) -> None:
        if hasattr(self, "pacer"):
            self.pacer.do(task)

    def _on_pause(self, change: dict[str, Any]) -> None:
        self.pacer.pause(change["new"])

    def _on_asleep(self) -> None:
        self.pause.value = True
        self._note(self._words["asleep"])

    # ---- what is shown -----------------------------------------------------------------------------

    def step(self, seconds: float) -> None:
        """Let time pass, where no event loop lets it pass by itself."""
        self.pacer.step(seconds)

    def _show(self, now: Snapshot) -> None:
        self.now = now
        state, title, reason = verdict(now)
        told = self.kept.beside(figures(now))
        answer = self.foreseen.answer(now)
        self.lamp.show(state=state, title=title, reason=reason, eve=eve_lamp(now), figures=told, **answer)
        self.kept.follow(self._settings)
        self.scene.show(**scene_traits(now))
        for widget, made in (
            (self.noted, noted_html),
            (self.requests, requests_html),
            (self.shown, message_html),
            (self.knows, knows_html),
            (self.pool, pool_html),
            (self.events, events_html),
        ):
            widget.value = made(now)

    def _shown_settings(self) -> DeliverySettings:
        return self.now.settings

    def _told(self) -> Snapshot:
        return self.now
