"""Whoever hands something else in than is taken is told so, by the name of the argument."""

import pytest

from qkdlab import (
    IDEAL_LINK,
    SessionSettings,
    expected_key,
    optimise,
    run_man_in_the_middle,
    run_session,
    save_recording,
)
from qkdlab.exchange.expected import expected_sifting
from qkdlab.network import (
    Demand,
    Incident,
    Network,
    islands,
    key_links,
    measure_yield,
    ring,
    simulate,
    topology_from_json,
    topology_to_json,
)
from qkdlab.quantum.protocols import BB84
from qkdlab.theory.expected_key import long_run_rate
from qkdlab.theory.rates import expected_observations, expected_rate, infinite_decoys

ENTRANCES = {
    "settings": (optimise, run_session, run_man_in_the_middle, expected_key, long_run_rate, measure_yield),
    "topology": (lambda topology: Network(topology, seed=1), key_links, islands, topology_to_json),
    "text": (SessionSettings.from_json, topology_from_json),
    "protocol": (lambda protocol: expected_sifting(protocol, IDEAL_LINK),),
    "link": (
        lambda link: expected_sifting(BB84, link),
        expected_rate,
        expected_observations,
        infinite_decoys,
    ),
    "source": (IDEAL_LINK.gain_of, lambda source: IDEAL_LINK.expected_qber(source=source)),
    "demands": (lambda demands: simulate(ring(3), demands or 3, seconds=1, seed=1),),
    "incidents": (
        lambda incidents: simulate(
            ring(3), [Demand(a="A", b="B")], seconds=1, seed=1, incidents=incidents or 3
        ),
    ),
    "eavesdropper": (
        lambda eavesdropper: Network(ring(3), seed=1).listen("A", "B", eavesdropper),
        lambda eavesdropper: expected_sifting(BB84, IDEAL_LINK, eavesdropper),
        lambda eavesdropper: Incident(
            at_seconds=1, what="listen", where=("A", "B"), eavesdropper=eavesdropper
        ),
    ),
    "recorded": (lambda recorded: save_recording(recorded, "run.csv"),),
}


@pytest.mark.parametrize("name", ENTRANCES)
@pytest.mark.parametrize("value", [3, {}, ["x" * 10**6]], ids=["number", "mapping", "long list"])
def test_a_value_of_another_type_is_refused_by_name(name, value) -> None:
    # would catch: an empty mapping in place of settings passed over; "object has no attribute …"
    for entrance in ENTRANCES[name]:
        with pytest.raises(ValueError, match=f"^{name} must be .*, got ") as refused:
            entrance(value)
        assert len(str(refused.value)) < 300


def test_changes_do_not_make_up_for_settings() -> None:
    with pytest.raises(ValueError, match="^settings must be a SessionSettings, got {}$"):
        run_session({}, n_pulses=1_000, seed=1)
