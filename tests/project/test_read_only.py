"""Nobody writes into a result or into what a cache holds: caches of the whole package, copies, pickles."""

import gc
import importlib
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import pytest
from qiskit.providers.fake_provider import GenericBackendV2

import qkdlab
from qkdlab import GYS_LINK, IDEAL_LINK, InterceptResend, SecretKey, SessionSettings, run_session
from qkdlab.lab.link.controls import LARGEST, LinkControls
from qkdlab.lab.link_budget.theory import Family
from qkdlab.network import Demand, chain, simulate
from qkdlab.network.relay.linear_words import Word
from qkdlab.quantum.circuits import circuit_table
from qkdlab.quantum.protocols import BB84
from qkdlab.recorded.recording import Recording
from tests.network.classroom import CLASSROOM

ATOMS = (ModuleType, FunctionType, MethodType, type, str, int, float, bytes)
EVE = InterceptResend(fraction=0.2)
SETTINGS = SessionSettings(n_pulses=4_000, link=IDEAL_LINK, eavesdropper=EVE, security="asymptotic", seed=1)
HELD = ("alice_bases", "alice_bits", "bob_bases", "bob_bits")
TABLE = circuit_table(BB84, (), 0.0)

# What each cached function of the package is tried with.
TRIED: dict[str, tuple[Any, ...]] = {
    "attacks.readings.joint_distribution": (BB84, EVE.tactics, 0.1),
    "distillation.correction.ldpc_codes.get_code": (143, 100),
    "distillation.hashing.polynomial.field_polynomial": (8,),
    "exchange.pulses.pulse_table": (GYS_LINK, EVE),
    "lab.distillation.exercises_correction._left": (),
    "lab.distillation.sampling.sample_panel.intercepted_key": (),
    "theory.error_limit.correction_limit": (SETTINGS.security,),
    "lab.link_budget.charts._clicks_theory": (GYS_LINK, 100.0),
    "lab.link_budget.photon_charts._photon_theory": (GYS_LINK, None),
    "lab.link_budget.theory.error_curve": (SETTINGS, 100.0),
    "lab.link_budget.theory.rate_curve": (Family.of(SETTINGS), "single", 100.0),
    "lab.link_budget.theory.reach_km": (Family.of(SETTINGS), "single"),
    "lab.sessions.theory_curves._curves": (SETTINGS, LinkControls, tuple(LARGEST.items())),
    "lab.network.forms.built": ("ring", 4, 10.0),
    "link.detector_memory.operating_point": (IDEAL_LINK.detector, 0.1, (0.1, 0.1)),
    "network.operation.yields._measured": (SETTINGS, 1),
    "network.topology.key_links._session": (SETTINGS, GYS_LINK, 1_000, 1, None),
    "quantum.circuits.circuit_table": (BB84, (), 0.0),
    "quantum.circuits.qiskit_circuits": (TABLE,),
    "quantum.devices._device_circuits": (GenericBackendV2(5, seed=1), TABLE, 1, 0),
    "quantum.protocols._build": ("BB84", None),
    "quantum.sampling.outcome_distribution": (TABLE,),
}


def cached_functions() -> dict[str, Callable[..., Any]]:
    """All functions of the package that keep what they returned."""
    found = {}
    for module in pkgutil.walk_packages(qkdlab.__path__, "qkdlab."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if hasattr(one, "cache_info") and one.__module__ == module.name:
                found[f"{module.name.removeprefix('qkdlab.')}.{name}"] = one
    return found


def arrays_in(thing: Any) -> Iterator[np.ndarray]:
    """All arrays that `thing` holds, however deep; those of Qiskit's own objects left out."""
    seen: set[int] = set()
    left = [thing]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, ATOMS) or type(one).__module__.startswith("qiskit"):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            yield one
        left += gc.get_referents(one)


def assert_read_only(thing: Any) -> None:
    assert not [array for array in arrays_in(thing) if array.flags.writeable]


def test_arrays_are_found_however_deep() -> None:
    array = np.zeros(3)
    assert [one is array for one in arrays_in({"a": [(array, "b")]})] == [True]
    assert len(list(arrays_in((SecretKey([1]), array)))) == 2
    with pytest.raises(AssertionError):
        assert_read_only(((1, array),))


def test_every_cache_is_tried() -> None:
    # would catch: a new cache that nobody looked at. It must hold nothing mutable, no result and no secret.
    assert sorted(cached_functions()) == sorted(TRIED)


@pytest.mark.parametrize("name", TRIED)
def test_a_cache_holds_no_array_that_can_be_written_to(name) -> None:
    # would catch: a learner's line that changes a table, and every later session with it
    assert_read_only(cached_functions()[name](*TRIED[name]))


def results() -> dict[str, Any]:
    session = run_session(SETTINGS)
    tapped = run_session(n_pulses=300_000, link=GYS_LINK, eavesdropper=EVE, seed=1)
    demand = Demand(a="A", b="C", interval_seconds=1.0)
    return {
        "session": session,
        "key": session.key,
        "decoys": tapped,
        "recording": Recording.from_arrays(n_pulses=5, slots=[0, 3], **{name: [0, 1] for name in HELD}),
        "network": simulate(chain(3), [demand], seconds=60.0, seed=1, session=CLASSROOM),
        "word": Word.independent("S", session.key),
    }


RESULTS = results()


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("copied", [deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_can_be_written_to_no_more_than_the_result(name, copied) -> None:
    # would catch: pickles, which forget that an array was read-only
    result = RESULTS[name]
    assert list(arrays_in(result))
    assert_read_only(result)
    assert_read_only(copied(result))


def test_a_copy_is_equal() -> None:
    session = RESULTS["session"]
    again = pickle.loads(pickle.dumps(session))
    assert again.key == session.key
    assert again.report() == session.report()
    assert np.array_equal(again.exchange.slots, session.exchange.slots)
