"""Scenarios as JSON: the round trip, and every way in which the text can be broken."""

import json
from dataclasses import replace

import numpy as np
import pytest

from qkdlab import (
    AsymptoticSecurity,
    ClassicalChannel,
    Detector,
    FiniteSecurity,
    InterceptResend,
    Link,
    QkdlabError,
    ScenarioError,
    SessionSettings,
    WeakCoherentSource,
)
from qkdlab.settings.saving import LONGEST_TEXT, from_json, to_json
from tests.refusals import expect_refusal

FULL = SessionSettings(
    n_pulses=12_345,
    seed=6,
    link=Link(
        length_km=12.5,
        attenuation_db_per_km=0.21,
        insertion_loss_db=1.5,
        misalignment_error=0.033,
        depolarizing_probability=0.01,
        source=WeakCoherentSource(mean_photon_number=0.48),
        detector=Detector(
            efficiency=0.045,
            dark_count_probability=8.5e-7,
            dead_gates=50,
            afterpulse_probability=0.01,
            afterpulse_gates=2.5,
        ),
        classical=ClassicalChannel(launch_power_dbm=-20, direction="counter-propagating"),
    ),
    eavesdropper=InterceptResend(fraction=0.4),
    sampler="shots",
    sample_fraction=0.3,
    max_qber=0.1,
    security=FiniteSecurity(epsilon_secrecy=1e-9, epsilon_correctness=1e-12, charge_bob=False),
)
PLAIN = SessionSettings(n_pulses=1000, seed=1)

NAMES = "'BB84', 'six-state', 'three-state', 'SARG04', 'B92', 'BBM92', 'E91'"


@pytest.mark.parametrize(
    "settings",
    [FULL, PLAIN, SessionSettings(n_pulses=1, seed=0, security=AsymptoticSecurity())],
    ids=["full", "plain", "asymptotic"],
)
def test_round_trip(settings) -> None:
    text = settings.to_json()
    assert SessionSettings.from_json(text) == settings
    assert SessionSettings.from_json(text).to_json() == text
    assert json.loads(text)["type"] == "SessionSettings"


def test_numbers_of_numpy_round_trip_as_well() -> None:
    settings = SessionSettings(
        n_pulses=np.int64(5),
        seed=np.uint8(1),
        sample_fraction=np.float32(0.25),
        max_qber=np.float64(0.1),
        link=Link(length_km=np.float32(2), detector=Detector(efficiency=np.int64(1))),
        eavesdropper=InterceptResend(fraction=np.float32(0.5)),
        security=FiniteSecurity(epsilon_secrecy=np.float32(1e-9)),
    )
    assert SessionSettings.from_json(settings.to_json()) == settings
    assert "np." not in repr(settings)


def test_fields_with_a_default_may_be_missing() -> None:
    text = '{"type": "SessionSettings", "n_pulses": 1000, "seed": 1}'
    assert SessionSettings.from_json(text) == PLAIN
    text = text[:-1] + ', "security": "asymptotic", "link": {"type": "Link"}}'
    assert SessionSettings.from_json(text).security == AsymptoticSecurity()


def broken(**changes) -> str:
    """Return the plain scenario with fields replaced; `...` removes one."""
    data = json.loads(PLAIN.to_json()) | changes
    return json.dumps({key: value for key, value in data.items() if value is not ...})


BROKEN = {
    "not JSON": ("{n_pulses: 3}", "scenario must be JSON: Expecting property name"),
    "empty": ("", "scenario must be JSON: Expecting value"),
    "cut off": (PLAIN.to_json()[:-5], "scenario must be JSON: "),
    "a list": ("[1, 2]", "scenario must be a JSON object, got '[1, 2]'"),
    "a number": ("42", "scenario must be a JSON object, got '42'"),
    "a text": ('"BB84"', "scenario must be a JSON object, got '\"BB84\"'"),
    "null": ("null", "scenario must be a JSON object, got 'null'"),
    "NaN alone": ("NaN", "scenario must be a JSON object, got 'NaN'"),
    "a field twice": ('{"seed": 1, "seed": 2}', "scenario must have each field once, got 'seed' twice"),
    "a deep nest": ('{"a":' * 20_000, "scenario must be JSON: maximum recursion depth"),
    "a nest of settings": (
        '{"type": "Detector", "efficiency": ' * 900 + "1" + "}" * 900,
        "scenario must be JSON: maximum recursion depth",
    ),
    "no type": ("{}", "scenario.type must be one of "),
    "unknown type": (broken(type="Session"), "scenario.type must be one of "),
    "type no text": (broken(type=3), "scenario.type must be one of "),
    "type a list": (broken(type=["Link"]), "scenario.type must be one of "),
    "another type": ('{"type": "Link"}', "scenario.type must be SessionSettings, got 'Link'"),
    "type of the machine": (broken(link={"type": "object"}), "scenario.link.type must be one of "),
    "unknown field": (broken(pulses=3), "scenario must have only the fields n_pulses, "),
    "unknown nested field": (
        broken(link={"type": "Link", "source": {"type": "SinglePhotonSource", "mu": 1}}),
        "scenario.link.source must have only the fields no fields, got 'mu'",
    ),
    "missing field": (broken(seed=...), "scenario must have the field 'seed'"),
    "zero pulses": (
        broken(n_pulses=0),
        "scenario: n_pulses must be at least 1 and at most 1000000000, got 0",
    ),
    "pulses as text": (broken(n_pulses="1000"), "scenario: n_pulses must be a whole number, got '1000'"),
    "pulses as float": (broken(n_pulses=1e3), "scenario: n_pulses must be a whole number, got 1000.0"),
    "pulses true": (broken(n_pulses=True), "scenario: n_pulses must be a whole number, got True"),
    "NaN": (broken(max_qber=float("nan")), "scenario: max_qber must lie between 0 and 0.5, got nan"),
    "infinite": (broken(max_qber=float("inf")), "scenario: max_qber must lie between 0 and 0.5, got inf"),
    "negative length": (
        broken(link={"type": "Link", "length_km": -1}),
        "scenario.link: length_km must lie between 0 and 10000, got -1",
    ),
    "length null": (
        broken(link={"type": "Link", "length_km": None}),
        "scenario.link: length_km must be a number",
    ),
    "length huge": (
        broken(link={"type": "Link", "length_km": 10**400}),
        "scenario.link: length_km must fit in a 64-bit float, got 1000",
    ),
    "nested NaN": (
        broken(link={"type": "Link", "detector": {"type": "Detector", "efficiency": float("nan")}}),
        "scenario.link.detector: efficiency must lie between 0 and 1, got nan",
    ),
    "half a gate": (
        broken(link={"type": "Link", "detector": {"type": "Detector", "dead_gates": 0.5}}),
        "scenario.link.detector: dead_gates must be a whole number, got 0.5",
    ),
    "sideways": (
        broken(link={"type": "Link", "classical": {"type": "ClassicalChannel", "direction": "sideways"}}),
        "scenario.link.classical: direction must be one of 'co-propagating', 'counter-propagating', got",
    ),
    "fraction 1.2": (
        broken(eavesdropper={"type": "InterceptResend", "fraction": 1.2}),
        "scenario.eavesdropper: fraction must lie between 0 and 1, got 1.2",
    ),
    "wrong class": (broken(link={"type": "Detector"}), "scenario: link must be a Link, got Detector("),
    "a number for a class": (broken(link=3), "scenario: link must be a Link, got 3"),
    "a list for a class": (broken(eavesdropper=[1]), "scenario.eavesdropper must not be a list, got [1]"),
    "no security": (broken(security=None), "scenario: security must be a Security, got None"),
    "unknown security": (
        broken(security="none"),
        "scenario: security must be one of 'finite', 'published', 'asymptotic', 'classroom', got 'none'",
    ),
    "unknown sampler": (
        broken(sampler="aer"),
        "scenario: sampler must be one of 'exact', 'shots', got 'aer'",
    ),
    "unknown protocol": (broken(protocol="BB48"), f"scenario: protocol must be one of {NAMES}, got 'BB48'"),
    "huge text": (
        " " * (LONGEST_TEXT + 1),
        f"scenario must have at most {LONGEST_TEXT} characters, got {LONGEST_TEXT + 1}",
    ),
    "deep nesting": ('{"a":' * 15_000 + "1" + "}" * 15_000, "scenario must be JSON: "),
    "deep lists": ("[" * 50_000, "scenario must be JSON: "),
    "deep settings": ('{"type":"Link","source":' * 3_000 + "1" + "}" * 3_000, "scenario"),
    "number of 5000 digits": (
        '{"type": "Link", "length_km": 1' + "0" * 5_000 + "}",
        "scenario must be JSON: Exceeds",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_scenarios_are_refused_with_the_field(case) -> None:
    text, message = BROKEN[case]
    with pytest.raises(ScenarioError) as caught:
        SessionSettings.from_json(text)
    assert str(caught.value).startswith(message)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, QkdlabError)


def test_two_numbers_are_a_list() -> None:
    unequal = replace(PLAIN, z_probability=(0.9, 0.5))
    assert json.loads(unequal.to_json())["z_probability"] == [0.9, 0.5]
    assert SessionSettings.from_json(unequal.to_json()) == unequal
    assert replace(unequal, z_probability=[0.6, 0.6]).z_probability == 0.6
    for text, message in [
        (broken(z_probability=[0.9]), "scenario.z_probability must not be a list, got [0.9]"),
        (broken(z_probability=[0.9, True]), "scenario.z_probability must not be a list, got [0.9, True]"),
        (
            broken(z_probability=[0, 0.9]),
            "scenario: z_probability[0] must lie strictly between 0 and 1, got 0",
        ),
        (broken(n_pulses=[1, 2]), "scenario: n_pulses must be a whole number, got (1, 2)"),
        (broken(link=[1, 2]), "scenario: link must be a Link, got (1, 2)"),
    ]:
        with expect_refusal(message, ScenarioError):
            SessionSettings.from_json(text)


def test_only_the_classes_handed_over_are_built() -> None:
    with pytest.raises(ScenarioError, match=r"^scenario\.type must be one of Detector, got 'Link'$"):
        from_json('{"type": "Link"}', [Detector])
    assert from_json('{"type": "Detector"}', [Detector]) == Detector()


def test_what_is_written_is_strict_json() -> None:
    assert json.loads(to_json(FULL), parse_constant=pytest.fail)["link"]["length_km"] == 12.5
    with expect_refusal("scenario must be a JSON object, got 'Infinity'", ScenarioError):
        SessionSettings.from_json("Infinity")
