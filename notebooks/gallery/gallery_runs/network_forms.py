"""What a network of trusted nodes gives two of its users, by its form and by what fails: simulated, and as a flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from qkdlab.distillation.authentication.tags import TAG_BITS
from qkdlab.network import (
    NETWORK_SESSION,
    Demand,
    Incident,
    KeyPlan,
    Topology,
    chain,
    key_links,
    mesh,
    ring,
    star,
)
from qkdlab.network.operation.router import FULLEST
from qkdlab.network.operation.yields import expected_rates, measure_yield
from qkdlab.sweep import NetworkHours, SweepResult, sweep

FORMS: dict[str, Callable[[int], Topology]] = {"line": chain, "ring": ring, "star": star, "mesh": mesh}
FAILURES = ("nothing", "a fibre for half of the time", "a fibre", "a node")
USERS = (4, 6, 8, 10)
N = 6
"""Users where something fails."""

KEY_BITS = 2**18
ASKED = 1.3
"""What is asked for, over what flows at most while all is well."""

SECONDS, N_MEASURED = 3600.0, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form of network, what fails, and for how long it runs.

    Parameters
    ----------
    form
        One of `FORMS`.
    users
        How many.
    failing
        One of `FAILURES`, from the beginning on.
    seed
        Where all randomness comes from.
    """

    form: str = "ring"
    users: int = N
    failing: str = "nothing"
    seed: int = 2019

    @property
    def topology(self) -> Topology:
        """The network."""
        return FORMS[self.form](self.users)

    @property
    def pair(self) -> tuple[str, str]:
        """The two users: the ends of a line, otherwise two opposite each other."""
        names = [node.name for node in self.topology.nodes if node.name != "Hub"]
        return names[0], names[-1 if self.form == "line" else self.users // 2]

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What happens: to the fibre by which the first user is nearest to the other, or to a node between."""
        first, last = self.pair
        if self.failing == "nothing":
            return ()
        if self.failing == "a node":
            return (Incident(at_seconds=0, what="lose", where=("Hub" if self.form == "star" else "B",)),)
        fibre = first, {"star": "Hub", "mesh": last}.get(self.form, "B")
        cut = Incident(at_seconds=0, what="cut", where=fibre)
        repaired = Incident(at_seconds=SECONDS / 2, what="repair", where=fibre)
        return (cut,) if self.failing == "a fibre" else (cut, repaired)


def flow(form: Form, incidents: tuple[Incident, ...] = ()) -> float:
    """Return the bits a second that flow at most from user to user, by the key that theory expects of links.

    A key that is passed on takes `TAG_BITS` more of each link than it has, for its tag.
    """
    links = key_links(form.topology)
    joined = nx.Graph()
    joined.add_nodes_from(form.pair)
    for link, rate in zip(links, expected_rates(links, NETWORK_SESSION), strict=True):
        share = 1.0 if {link.a, link.b} == set(form.pair) else KEY_BITS / (KEY_BITS + TAG_BITS)
        joined.add_edge(link.a, link.b, capacity=rate * share)
    for incident in incidents:
        gone = joined.remove_edges_from if incident.what == "cut" else joined.remove_nodes_from
        gone([incident.where] if incident.what == "cut" else incident.where)
    return float(nx.maximum_flow_value(joined, *form.pair))


def most(form: Form) -> float:
    """Return the bits a second that flow at most, in the mean over the time."""
    broken = flow(form, form.incidents[:1])
    return (broken + flow(form)) / 2 if len(form.incidents) > 1 else broken


def served(form: Form) -> dict[str, float]:
    """Run the network for an hour, the two users asking for more than there is; return what they got."""
    rate = flow(form)
    first, last = form.pair
    demand = Demand(
        a=first, b=last, n_bits=KEY_BITS, interval_seconds=KEY_BITS / (ASKED * rate), arrivals="constant"
    )
    hours = NetworkHours(
        topology=form.topology,
        demands=(demand,),
        seed=form.seed,
        duration_seconds=SECONDS,
        incidents=form.incidents,
        routing=FULLEST,
        plan=KeyPlan(session=NETWORK_SESSION, n_measured=N_MEASURED),
    )
    result = hours.simulate()
    return {"rate_kb_per_s": float(result.rates[0]) / 1e3, "keys_served": int(result.served[-1, 0])}


def runs(over: Iterable[Mapping[str, Any]], *, executor: Any = "serial") -> SweepResult:
    """Run some networks."""
    return sweep(Form(), list(over), what=served, executor=executor, progress=False)


def point(form: str, users: int = N, failing: str = "nothing") -> dict[str, Any]:
    """Return a point of the sweep."""
    return {"form": form, "users": users, "failing": failing}


def stored(executor: Any = "serial") -> SweepResult:
    """Run all networks of the figure: every form of every size, and one of each with what fails."""
    sizes = [point(form, users) for form in FORMS for users in USERS]
    return runs(
        [*sizes, *(point(form, N, what) for form in FORMS for what in FAILURES[1:])], executor=executor
    )


def curves() -> list[dict[str, Any]]:
    """Return the flows as rows, for every number of users."""
    return [
        {"form": form, "users": users, "rate_kb_per_s": most(Form(form=form, users=users)) / 1e3}
        for form in FORMS
        for users in USERS
    ]


def measured_over_expected() -> float:
    """Return what the sessions that the runs go by gave, over the key that theory expects of them."""
    link = key_links(ring(N))[0]
    found = measure_yield(link.settings(NETWORK_SESSION), N_MEASURED).bits_per_session / link.period_seconds
    return found / expected_rates([link], NETWORK_SESSION)[0]
