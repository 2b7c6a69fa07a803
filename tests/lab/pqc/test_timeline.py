"""Who reads what when: against Mosca's inequality, and each assumption against what it may change."""

from dataclasses import replace
from itertools import product

import pytest

from qkdlab.errors import ScenarioError
from qkdlab.lab.pqc.timeline import LAST_SENT, METHODS, TimelineSettings, message, messages, timeline_report

CASES = [
    TimelineSettings(secrecy_years=x, migration_years=y, quantum_year=z)
    for x, y, z in product((1, 5, 7, 8, 20, 40), (0, 1, 8, 20), (1, 8, 15, 16, 40))
]


def early(settings: TimelineSettings, method: str) -> list[int]:
    """Years of the messages that are read too early."""
    return [one.sent for one in messages(settings, method) if one.fate == "early"]


@pytest.mark.parametrize("settings", CASES, ids=repr)
def test_a_message_is_lost_if_and_only_if_moscas_inequality_holds(settings: TimelineSettings) -> None:
    # would catch: ≥ for >, a year too many, x and y confused
    x, y, z = settings.secrecy_years, settings.migration_years, settings.quantum_year
    assert settings.too_late == (x + y > z)
    for method in ("pqc", "qkd", "hybrid"):
        assert bool(early(settings, method)) == settings.too_late
        # all that were sent in the old way, so late that they had to be secret when the computer came
        assert early(settings, method) == [sent for sent in range(y + 1) if sent + x > z]
    assert early(settings, "classical") == [sent for sent in range(LAST_SENT + 1) if sent + x > z]


def test_nothing_has_to_be_kept_for_no_time() -> None:
    settings = TimelineSettings(secrecy_years=0, migration_years=20, quantum_year=1)
    assert not any(early(settings, method) for method in METHODS)
    assert not settings.too_late
    assert timeline_report(settings).startswith("x + y = 0 + 20 = 20 > z = 1\n")


def test_a_problem_that_is_solved_opens_the_past_and_a_faulty_device_the_future() -> None:
    calm = TimelineSettings(secrecy_years=10, migration_years=3, quantum_year=30)
    solved, faulty = replace(calm, pqc_falls=12), replace(calm, qkd_fault=12)
    assert early(solved, "pqc") == list(range(4, 31))[: 31 - 4]  # sent in 4: secret until 14, read from 12
    assert early(solved, "pqc")[0] == 4
    assert early(replace(solved, secrecy_years=5), "pqc")[0] == 8  # sent in 7: secret until 12
    assert early(faulty, "qkd") == list(range(12, 31))
    assert message(faulty, "qkd", 11).fate == "never"
    assert early(solved, "qkd") == early(faulty, "pqc") == early(calm, "pqc")


def test_a_hybrid_key_falls_only_if_both_fall() -> None:
    calm = TimelineSettings(secrecy_years=10, migration_years=3, quantum_year=30)
    assert early(replace(calm, pqc_falls=12), "hybrid") == early(calm, "hybrid")
    assert early(replace(calm, qkd_fault=12), "hybrid") == early(calm, "hybrid")
    both = replace(calm, pqc_falls=20, qkd_fault=12)
    fallen = early(both, "hybrid")
    assert fallen == list(range(12, 31))
    assert message(both, "hybrid", 12).readable_from == 20
    assert message(both, "hybrid", 25).readable_from == 25
    for sent in range(LAST_SENT + 1):
        ends = [message(both, method, sent).readable_from for method in ("pqc", "qkd", "hybrid")]
        least = max((end if end is not None else 99 for end in ends[:2]), default=0)
        assert (ends[2] if ends[2] is not None else 99) == least


def test_the_report() -> None:
    told = timeline_report(TimelineSettings()).splitlines()
    assert told[0] == "x + y = 25 + 8 = 33 > z = 15"
    assert told[2] == f"pqc       {'X' * 9}{'.' * 22}  9 of 31 read too early"


def test_settings_go_to_json_and_back_and_are_refused_in_words() -> None:
    settings = TimelineSettings(pqc_falls=17)
    assert TimelineSettings.from_json(settings.to_json()) == settings
    with pytest.raises(ScenarioError, match="quantum_year must be at least 1 and at most 40, got 0"):
        TimelineSettings.from_json('{"type": "TimelineSettings", "quantum_year": 0}')
    with pytest.raises(ScenarioError, match="TimelineSettings"):
        TimelineSettings.from_json('{"type": "SessionSettings", "n_pulses": 5, "seed": 1}')
    with pytest.raises(ValueError, match="secrecy_years must be a whole number"):
        TimelineSettings(secrecy_years=2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="method must be one of"):
        message(settings, "rsa", 3)
