"""What the network panel shows, as a value: network, users, way, and what happened. To JSON and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from ...errors import ScenarioError, shown
from ...network import NETWORK_SESSION, PRESETS, Topology, key_links
from ...network.topology.topology_file import FORMAT, LARGEST_BYTES, topology_from_json, topology_to_json
from ...settings.saving import check_fields, read_object, refused
from ...values import check_between, check_choice, check_count, check_instance
from ..sessions.click_limit import affordable
from .forms import FEWEST, FILE, FORMS, HOP_BY_HOP, MOST, MOST_SHOWN, RING, WAYS, Ends, built, users_in

ALONE = "none"
CALM, CUT_FIRST, EVE_FIRST, TRAITOR_FIRST = "nothing", "cut", "eve", "traitor"
TRIALS = (CALM, CUT_FIRST, EVE_FIRST, TRAITOR_FIRST)
"""What happens to both networks of a comparison: the first fibre of the way is cut, Eve listens on it, or the
first node of the way other than the users is compromised."""

KEYS_PER_SECOND = (1, 4, 20, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkSettings:
    """All that the network panel's numbers follow from.

    Parameters
    ----------
    form
        One of `FORMS`, a name of `PRESETS`, or ``"file"``.
    n_nodes, length_km
        Of a built form: nodes (in a star users), 3 … 12, and the length of each fibre, 0 … 300 km.
    topology
        The network of the form ``"file"``, of up to 100 nodes; None for others.
    a, b
        The users who want a key.
    way
        How it goes: one of `WAYS`.
    stored
        Whether the links had made keys before anything happened. If not, it happens at the very beginning.
    cut, eve
        The fibres that are cut, and those on which Eve intercepts every pulse, each as its two ends.
    compromised, lost
        The nodes whose secrets an attacker reads, and those that are switched off.
    keys_per_second
        Keys of 256 bits that the users ask for in the simulated hour.
    rival, trial
        What the network is compared with, a form or a name of `PRESETS` or ``"none"``, and what happens to
        both: one of `TRIALS`.
    seed
        Whole number.

    Raises
    ------
    ValueError
        Naming what does not fit, such as a user who is no node that holds keys.

    Examples
    --------
    >>> NetworkSettings(form="ring", n_nodes=4).network
    Topology('ring', 4 nodes, 4 fibres)
    """

    form: str = RING
    n_nodes: int = 5
    length_km: float = 20.0
    topology: Topology | None = None
    a: str = "A"
    b: str = "C"
    way: str = HOP_BY_HOP
    stored: bool = True
    cut: tuple[Ends, ...] = ()
    eve: tuple[Ends, ...] = ()
    compromised: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    keys_per_second: int = 4
    rival: str = ALONE
    trial: str = CALM
    seed: int = 1

    def __post_init__(self) -> None:
        check_choice("form", self.form, (*FORMS, *PRESETS, FILE))
        check_count("n_nodes", self.n_nodes, minimum=FEWEST, maximum=MOST)
        object.__setattr__(self, "length_km", check_between("length_km", self.length_km, 0.0, 300.0))
        if self.form == FILE:
            check_instance("topology", self.topology, Topology)
        elif self.topology is not None:
            raise ValueError(f"topology must be None for the form {self.form!r}, got {shown(self.topology)}")
        check_choice("way", self.way, tuple(WAYS))
        check_instance("stored", self.stored, bool)
        check_choice("keys_per_second", self.keys_per_second, KEYS_PER_SECOND)
        check_choice("rival", self.rival, (ALONE, *FORMS, *PRESETS))
        check_choice("trial", self.trial, TRIALS)
        check_count("seed", self.seed)
        self._check_places()

    def _check_places(self) -> None:
        network = self.network
        if len(network.nodes) > MOST_SHOWN:
            raise ValueError(f"topology must have at most {MOST_SHOWN} nodes, got {len(network.nodes)}")
        for name in ("a", "b"):
            if getattr(self, name) not in network.sites:
                known = ", ".join(network.sites)
                raise ValueError(f"{name} must be one of {known}, got {shown(getattr(self, name))}")
        if self.a == self.b:
            raise ValueError(f"b must be another node than a, got {shown(self.b)}")
        for link in key_links(network) if self.form == FILE else ():  # those of other forms are of our making
            if link.key_rate_bits_per_s is None:
                affordable(link.settings(NETWORK_SESSION), link=link.name)
        for name in ("cut", "eve"):
            places = [network.fibre(*ends) for ends in getattr(self, name)]
            object.__setattr__(self, name, tuple(dict.fromkeys((one.a, one.b) for one in places)))
        if both := set(self.cut) & set(self.eve):
            raise ValueError(f"eve must listen on fibres that are not cut, got {shown(min(both))}")
        for name in ("compromised", "lost"):
            names = tuple(dict.fromkeys(network.node(one).name for one in getattr(self, name)))
            object.__setattr__(self, name, names)

    @property
    def network(self) -> Topology:
        """Nodes and fibres."""
        return self.topology or built(self.form, self.n_nodes, self.length_km)

    @property
    def calm(self) -> NetworkSettings:
        """The same without anything that happened."""
        return replace(self, cut=(), eve=(), compromised=(), lost=())

    def rebuilt(self, **changes: Any) -> NetworkSettings:
        """Return another network; users, and what happened, stay as far as the new one has such places."""
        changes = {"topology": None} | changes if changes.get("form", self.form) != FILE else changes
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        network = values["topology"] or built(values["form"], values["n_nodes"], values["length_km"])
        joined = {frozenset((fibre.a, fibre.b)) for fibre in network.fibres}
        known = {node.name for node in network.nodes}
        for name in ("cut", "eve"):
            values[name] = tuple(ends for ends in values[name] if frozenset(ends) in joined)
        for name in ("compromised", "lost"):
            values[name] = tuple(one for one in values[name] if one in known)
        values["a"], values["b"] = users_in(network, values["a"], values["b"])
        return NetworkSettings(**values)

    # ---- JSON --------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Return the settings as JSON text."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["topology"] = json.loads(topology_to_json(self.topology)) if self.topology else None
        return json.dumps({"type": type(self).__name__} | data, indent=2, allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> NetworkSettings:
        """Return the settings that `to_json` wrote, or those of a network's own file with its first users.

        Raises
        ------
        ScenarioError, TopologyError
            If the text is neither, or a field is unknown or refused; the message says which.
        """
        data = read_object(text, "settings", longest=LARGEST_BYTES)
        if data.get("format") == FORMAT:
            topology = topology_from_json(text)
            try:
                a, b = users_in(topology)
                return cls(form=FILE, topology=topology, a=a, b=b)
            except ValueError as error:
                raise refused(error, "settings") from error
        if (kind := data.pop("type", None)) != cls.__name__:
            told = shown(kind)
            raise ScenarioError(
                f"settings.type must be {cls.__name__!r}, got {told}", fault="kind", told=told
            )
        check_fields(data, cls, "settings")
        if data.get("topology") is not None:
            data["topology"] = topology_from_json(json.dumps(data["topology"]))
        try:
            for name in ("cut", "eve", "compromised", "lost"):
                if name in data:
                    data[name] = tuple(_place(name, one) for one in data[name])
            return cls(**data)
        except (TypeError, ValueError) as error:
            raise refused(error, "settings") from error


def _place(name: str, value: object) -> Any:
    """Return a node's name, or a fibre's ends as a tuple."""
    if name in ("compromised", "lost"):
        if not isinstance(value, str):
            raise ValueError(f"{name} must be names of nodes, got {shown(value)}")
        return value
    if not isinstance(value, Iterable) or isinstance(value, str) or len(ends := list(value)) != 2:
        raise ValueError(f"{name} must be pairs of nodes, got {shown(value)}")
    if not all(isinstance(end, str) for end in ends):
        raise ValueError(f"{name} must be pairs of nodes, got {shown(value)}")
    return tuple(ends)
