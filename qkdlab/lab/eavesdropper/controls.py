"""The controls of the eavesdropper panel, and what they mean as session settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, ClassVar

from ...attacks.attack import Eavesdropper
from ...attacks.qubit_attacks import InterceptResend
from ...distillation.security.asymptotic import AsymptoticSecurity
from ...distillation.security.finite import FiniteSecurity
from ...distillation.security.mode import Security
from ...link import GYS_LINK, IDEAL_LINK, Detector, Link, SinglePhotonSource
from ...settings.session_settings import SETTINGS_CLASSES, SessionSettings
from ..components.text import number_text, words_for
from ..sessions.brought import BringingControls
from ..sessions.control_set import LASER_LINK, Maker, common_values, security_of

PULSE_CHOICES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
NONE = "none"
INTERCEPTS = ("random", "Z", "X", "Breidbart")
KINDS = {
    kind.__name__: kind
    for kind in SETTINGS_CLASSES
    if issubclass(kind, Eavesdropper) and kind is not InterceptResend
}
ATTACKS = (NONE, *INTERCEPTS, *KINDS)
"""The attacks of the panel, in the order of its menu: all that a scenario may name."""

SLIDERS = {"fraction": (1.0, 1.0), "strength": (1.0, 1.0), "disturbance": (0.11, 0.5)}
"""The fields of attacks that have a slider: where it starts and ends. Other fields stay as they are."""

LINES: dict[str, tuple[Link, int, Security]] = {
    "line_ideal": (IDEAL_LINK, 100_000, FiniteSecurity()),
    "line_decoys": (GYS_LINK, 100_000_000, AsymptoticSecurity()),
    "line_laser": (LASER_LINK, 100_000_000, AsymptoticSecurity()),
    "line_mismatch": (Link(length_km=25, detector=Detector(mismatch=0.25)), 1_000_000, FiniteSecurity()),
}
"""The lines of the menu, each with the pulses and the security mode that come with it.

Only the asymptotic mode makes use of decoys.
"""


def attack_name(eavesdropper: Eavesdropper | None) -> str:
    """Return which of `ATTACKS` this is."""
    if eavesdropper is None:
        return NONE
    return eavesdropper.basis if isinstance(eavesdropper, InterceptResend) else type(eavesdropper).__name__


def sliders_of(attack: str) -> tuple[str, ...]:
    """Return the names of the sliders that an attack has."""
    kind = KINDS.get(attack, InterceptResend)
    if attack == NONE or not kind.has_share:  # each part has a share of its own
        return ()
    names = {field.name for field in fields(kind)}
    return tuple(name for name in SLIDERS if name in names)


def values_of(settings: SessionSettings) -> dict[str, Any]:
    """Return what the controls show for `settings`; a value that is not in use is left out."""
    eve = settings.eavesdropper
    attack = attack_name(eve)
    return {
        **common_values(settings),
        "attack": attack,
        **{name: getattr(eve, name) for name in sliders_of(attack)},
        "link": settings.link,
    }


def _attack(settings: SessionSettings, values: dict[str, Any]) -> Eavesdropper | None:
    attack = values["attack"]
    chosen = {name: values[name] for name in sliders_of(attack)}
    if attack == attack_name(settings.eavesdropper):
        return settings.eavesdropper and replace(settings.eavesdropper, **chosen)
    if attack in INTERCEPTS:
        return InterceptResend(basis=attack, **chosen)
    return KINDS[attack](**chosen) if attack in KINDS else None


def _line_name(eve: Eavesdropper) -> str:
    return {"qubit": "line_ideal", "detectors": "line_mismatch"}.get(eve.target, "line_decoys")


def _line(settings: SessionSettings, link: Link, eve: Eavesdropper | None) -> Link:
    """Return the line for an attack that was just chosen: the one it needs, unless `link` will do."""
    before = settings.eavesdropper
    if eve is None or attack_name(eve) == attack_name(before):
        return link
    name, listed = _line_name(eve), any(link == one for one, _, _ in LINES.values())
    if name == "line_decoys":
        fits = not isinstance(link.source, SinglePhotonSource)
    elif name == "line_mismatch":
        fits = not listed or link.detector.mismatch < 1
    else:
        fits = not listed or before is None or _line_name(before) == name
    return link if fits else LINES[name][0]


def with_values(settings: SessionSettings, values: dict[str, Any]) -> SessionSettings:
    """Return `settings` with what the controls show; ``ValueError`` names a refused value.

    Another line brings its own pulses and security mode.
    """
    eve = _attack(settings, values)
    link = _line(settings, values["link"], eve)
    n_pulses, security = values["n_pulses"], security_of(settings, values["security"])
    if link != settings.link:
        for line, its_pulses, its_security in LINES.values():
            if line == link:
                n_pulses, security = its_pulses, its_security
    return replace(
        settings, eavesdropper=eve, link=link, n_pulses=n_pulses, security=security, seed=values["seed"]
    )


class AttackControls(BringingControls):
    """The controls of the eavesdropper panel; see `ControlSet`. An attack brings the line that it needs.

    Line, pulses and key length go together: as many pulses on another line might be too many to run.
    """

    _chooser: ClassVar = "attack"

    values_of = staticmethod(values_of)
    with_values = staticmethod(with_values)

    def __init__(self, on_change: Callable[[str], None]) -> None:
        make = Maker("eavesdropper_panel")
        names = {name: kind.name for name, kind in KINDS.items()}
        made: dict[str, Any] = {
            "attack": make.menu(
                "attack",
                [(make.words.get(f"attack_{name}", names.get(name, name)), name) for name in ATTACKS],
            ),
            **{name: make.slider(name, *room, 0.01, ".0%") for name, room in SLIDERS.items()},
            "link": make.menu("link", [(make.words[name], link) for name, (link, _, _) in LINES.items()]),
            **make.run_controls(PULSE_CHOICES),
        }
        super().__init__(made, on_change)

    @staticmethod
    def _parts(settings: SessionSettings) -> tuple[tuple[Link, int, Security]]:
        return ((settings.link, settings.n_pulses, settings.security),)

    @staticmethod
    def _left(settings: SessionSettings, parts: tuple[Any, ...]) -> SessionSettings:
        ((link, n_pulses, security),) = parts
        return replace(settings, eavesdropper=None, link=link, n_pulses=n_pulses, security=security)

    def brought(self, settings: SessionSettings) -> str:
        """Return in words what the attack of `settings` has brought and would take with it; else ""."""
        if not self.stands(settings):
            return ""
        texts = {value: text for text, value in self.widgets["security"].options}
        return words_for("eavesdropper_panel")["brought"].format(
            pulses=number_text(settings.n_pulses), security=texts[settings.security.name]
        )

    def _dim(self) -> None:
        """Disable what is not in use."""
        used = sliders_of(self.widgets["attack"].value)
        for name in SLIDERS:
            self.widgets[name].disabled = name not in used

    def _text(self, name: str, value: Any) -> str:
        return value.describe() if isinstance(value, Link) else number_text(value)
