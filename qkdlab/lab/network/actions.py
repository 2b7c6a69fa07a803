"""What a learner does to a node or a fibre, as other settings; and the difference in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from ...network import Topology
from ...values import check_choice
from ..components.text import words_for
from ..frame.field_controls import MOST_TOLD
from .forms import FILE, Ends
from .settings import NetworkSettings

T = TypeVar("T")

LINK_ACTIONS = ("listen", "leave", "cut", "repair")
REBUILDING = ("form", "n_nodes", "length_km")
"""What another network is made by."""

NODE_ACTIONS = ("compromise", "trust", "lose", "restore", "first", "second")


def acted(settings: NetworkSettings, item: str, name: str, action: str) -> NetworkSettings:
    """Return the settings after an action on a node or a fibre.

    Raises ``ValueError`` if there is no such node, fibre or action.
    """
    if item == "link":
        return _on_fibre(settings, name, check_choice("action", action, LINK_ACTIONS))
    settings.network.node(name)
    check_choice("action", action, NODE_ACTIONS)
    if action in ("first", "second"):
        users = (name, settings.b) if action == "first" else (settings.a, name)
        if users[0] == users[1]:
            users = settings.b, settings.a
        return replace(settings, a=users[0], b=users[1])
    if action in ("compromise", "trust"):
        return replace(settings, compromised=_changed(settings.compromised, name, action == "compromise"))
    return replace(settings, lost=_changed(settings.lost, name, action == "lose"))


def controlled(
    settings: NetworkSettings, name: str, value: Any, file: Topology | None, users: Ends | None = None
) -> NetworkSettings:
    """Return the settings after a control was moved; `file` is the network of the form ``"file"``.

    Users that are chosen to be the other one change places. Another network has the `users`, by default those
    of the settings, as far as they are in it.
    """
    if name in REBUILDING:
        a, b = users or (settings.a, settings.b)
        topology = {"topology": file} if (name, value) == ("form", FILE) else {}
        return settings.rebuilt(**{name: value, "a": a, "b": b}, **topology)
    if (name, value) in (("a", settings.b), ("b", settings.a)):
        return replace(settings, a=settings.b, b=settings.a)
    return replace(settings, **{name: value})


def _on_fibre(settings: NetworkSettings, name: str, action: str) -> NetworkSettings:
    fibres = {fibre.name: (fibre.a, fibre.b) for fibre in settings.network.fibres}
    ends: Ends = fibres[check_choice("fibre", name, tuple(fibres))]
    if action in ("listen", "leave"):
        return replace(settings, eve=_changed(settings.eve, ends, action == "listen"))
    eve = _changed(settings.eve, ends, False)  # a cut ends that, too
    return replace(settings, eve=eve, cut=_changed(settings.cut, ends, action == "cut"))


def _changed(items: tuple[T, ...], one: T, there: bool) -> tuple[T, ...]:
    rest = tuple(other for other in items if other != one)
    return (*rest, one) if there else rest


def changed_text(before: NetworkSettings, after: NetworkSettings) -> str:
    """Return what is different after than before, in a few words; "" if nothing is.

    >>> from dataclasses import replace
    >>> calm = NetworkSettings()
    >>> changed_text(calm, replace(calm, length_km=31.0, cut=(("A", "B"),)))
    'Each fibre, km: 20 → 31, A–B cut'
    """
    words = words_for("panel") | words_for("network_panel")
    parts = []
    for name in ("form", "n_nodes", "length_km", "a", "b", "way", "seed"):
        old, new = (getattr(settings, name) for settings in (before, after))
        if old != new:
            told = (f"{one:g}" if isinstance(one, float) else str(one) for one in (old, new))
            parts.append(words["changed"].format(name=words[name], old=next(told), new=next(told)))
    for name in ("cut", "eve", "compromised", "lost"):
        old, new = (getattr(settings, name) for settings in (before, after))
        for key, gone, there in (("happened", old, new), ("undone", new, old)):
            places = ["–".join(one) if isinstance(one, tuple) else one for one in there if one not in gone]
            if places:
                parts.append(words[f"{key}_{name}"].format(where=", ".join(places)))
    if after.stored != before.stored:
        parts.append(words["stored_first" if after.stored else "stored_not"])
    first = parts[:MOST_TOLD]
    if more := len(parts) - len(first):
        first.append(words["changed_more"].format(count=more))
    return ", ".join(first)
