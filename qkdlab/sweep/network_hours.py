"""Hours of a network as settings: what `qkdlab.network.simulate` is told, so that it can be swept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import ScenarioError
from ..network import NETWORK_SESSION, Demand, Incident, KeyPlan, SimulationResult, Topology, simulate
from ..network.operation.router import ROUTINGS, SHORTEST
from ..network.topology.topology_file import LARGEST_BYTES, topology_from_json, topology_to_json
from ..settings.saving import check_fields, decode, encode, read_object, refused
from ..settings.session_settings import SETTINGS_CLASSES
from ..values import check_all, check_between, check_choice, check_count, check_instance


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkHours:
    """A network, who asks it for keys, and for how long.

    Parameters
    ----------
    topology
        The network.
    demands
        Who asks for keys, at least one.
    seed
        Whole number ≥ 0 from which all randomness follows.
    duration_seconds
        How long, in the network's own time, from a beginning with empty pools.
    incidents
        What happens to it.
    routing
        One of `ROUTINGS`.
    plan
        How keys are made and kept.

    Raises
    ------
    ValueError
        Naming what is refused.

    Examples
    --------
    >>> from qkdlab.network import Demand, ring
    >>> NetworkHours(topology=ring(4), demands=(Demand(a="A", b="C"),), seed=1).duration_seconds
    3600.0
    """

    topology: Topology
    demands: tuple[Demand, ...]
    seed: int
    duration_seconds: float = 3600.0
    incidents: tuple[Incident, ...] = ()
    routing: str = SHORTEST
    plan: KeyPlan = field(default_factory=lambda: KeyPlan(session=NETWORK_SESSION))

    def __post_init__(self) -> None:
        check_instance("topology", self.topology, Topology)
        for name, kind in (("demands", Demand), ("incidents", Incident)):
            object.__setattr__(self, name, check_all(name, getattr(self, name), kind))
        if not self.demands:
            raise ValueError("demands must be at least one, got ()")
        for demand in self.demands:
            self.topology.node(demand.a), self.topology.node(demand.b)
        for incident in self.incidents:
            incident.check(self.topology)
        duration = check_between("duration_seconds", self.duration_seconds, 1e-3, 1e9)
        object.__setattr__(self, "duration_seconds", duration)
        check_choice("routing", self.routing, ROUTINGS)
        check_instance("plan", self.plan, KeyPlan)
        object.__setattr__(self, "seed", check_count("seed", self.seed))

    def simulate(self) -> SimulationResult:
        """Run the network and return what became of it."""
        options = {one.name: getattr(self.plan, one.name) for one in fields(KeyPlan)}
        return simulate(
            self.topology,
            self.demands,
            seconds=self.duration_seconds,
            seed=self.seed,
            incidents=self.incidents,
            n_times=1,
            routing=self.routing,
            **options,
        )

    def to_json(self) -> str:
        """Return the settings as JSON text: the network as in its own file, see docs/networks.md."""
        data: dict[str, Any] = {"type": type(self).__name__}
        data["topology"] = json.loads(topology_to_json(self.topology))
        for name in ("demands", "incidents"):
            data[name] = [encode(one) for one in getattr(self, name)]
        data |= {name: getattr(self, name) for name in ("seed", "duration_seconds", "routing")}
        return json.dumps(data | {"plan": encode(self.plan)}, indent=2, allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> NetworkHours:
        """Return the settings that `to_json` wrote; `ScenarioError` or `TopologyError` says what is wrong."""
        data = read_object(text, "scenario", longest=LARGEST_BYTES)
        if data.pop("type", None) != cls.__name__:
            raise ScenarioError(f"scenario.type must be {cls.__name__!r}", fault="kind")
        check_fields(data, cls, "scenario")
        classes = {kind.__name__: kind for kind in (*SETTINGS_CLASSES, KeyPlan, Demand)}
        data["topology"] = topology_from_json(json.dumps(data["topology"]))
        for name in ("demands", "incidents"):
            if name in data:
                data[name] = tuple(_one(one, classes, f"scenario.{name}") for one in _list(data[name], name))
        if "plan" in data:
            data["plan"] = decode(data["plan"], classes, "scenario.plan")
        try:
            return cls(**data)
        except (TypeError, ValueError) as error:
            raise refused(error, "scenario") from error


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ScenarioError(f"scenario.{name} must be a list")
    return value


def _one(data: Any, classes: dict[str, type], path: str) -> Any:
    """Return a demand or an incident, whose place is a list of names."""
    if not isinstance(data, dict) or data.get("type") != Incident.__name__:
        return decode(data, classes, path)
    values = {key: value for key, value in data.items() if key != "type"}
    check_fields(values, Incident, path)
    values["where"] = tuple(_list(values["where"], "incidents.where"))
    if values.get("eavesdropper") is not None:
        values["eavesdropper"] = decode(values["eavesdropper"], classes, f"{path}.eavesdropper")
    try:
        return Incident(**values)
    except (TypeError, ValueError) as error:
        raise refused(error, path) from error
