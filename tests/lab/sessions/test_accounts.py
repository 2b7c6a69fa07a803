"""Numbers in a sentence of a panel add up, and a run that was too short has a limit of its own."""

import re
from dataclasses import replace
from math import log, log2, sqrt

import pytest

from qkdlab import LIM_LINK, FiniteSecurity, run_session
from qkdlab.distillation.outcome import AbortReason
from qkdlab.lab.distillation.presets import DISTILLATION_PRESETS
from qkdlab.lab.eavesdropper.presets import ATTACK_PRESETS
from qkdlab.lab.link.presets import PRESETS
from qkdlab.lab.sessions.ending import eve_lamp
from qkdlab.lab.sessions.gauge import gauge_traits
from qkdlab.session.stages import Stage
from qkdlab.theory.error_limit import long_run_limit
from qkdlab.values import binary_entropy

QUIET = DISTILLATION_PRESETS["quiet"].settings
EVE = [
    preset.settings
    for preset in [*DISTILLATION_PRESETS.values(), *ATTACK_PRESETS.values(), *PRESETS.values()]
    if preset.settings.eavesdropper and preset.state in ("accepted", "broken")
]


@pytest.mark.parametrize("settings", EVE, ids=range(len(EVE)))
def test_the_numbers_of_eve_s_lamp_add_up(settings) -> None:  # type: ignore[no-untyped-def]
    result = run_session(settings)
    lamp = eve_lamp(result)
    equation, rest = lamp["note"], lamp["reason"]
    corrected, *taken, key = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", equation))
    assert corrected - sum(taken) == key == result.key_length
    # the same numbers as in the tab of the bits, Bob's questions among what correction told
    assert corrected == result.distillation.correction.n_bits
    entries = {one.stage: one.taken for one in result.ledger}
    assert f"- {entries[Stage.LEAKED]:,} for correction" in equation
    assert f"- {entries[Stage.EVE]:,} for Eve" in equation
    assert f"of the {corrected:,} corrected bits" in rest


@pytest.mark.parametrize("method", ["cascade", "ldpc"])
def test_a_run_too_short_for_a_key_is_not_drawn_on_the_green(method: str) -> None:
    for error in (0.044, 0.047, 0.052):
        short = replace(QUIET, link=replace(QUIET.link, misalignment_error=error), correction=method)
        short = replace(short, n_pulses=short.n_pulses if method == "cascade" else 12_000)
        result = run_session(short)
        traits = gauge_traits(result)
        if result.reason is None:
            assert traits["limit"] == long_run_limit(short)
            continue
        assert result.reason is AbortReason.TOO_FEW_PULSES
        assert traits["limit"] <= result.qber
        assert "too few pulses" in traits["limit_text"]


def test_the_limit_of_a_short_run_is_where_its_keys_end() -> None:
    # would catch: the limit of a long run in its place, or one that is far from where keys really end
    def run(error: float, seed: int):  # type: ignore[no-untyped-def]
        link = replace(QUIET.link, misalignment_error=error)
        return run_session(replace(QUIET, link=link, seed=seed))

    limits, least = [], 1.0
    with_key = 0.0
    for seed in range(4):
        for error in (0.036, 0.04, 0.044, 0.048):
            result = run(error, seed)
            if result.key_length:
                with_key = max(with_key, result.qber)
            elif result.reason is AbortReason.TOO_FEW_PULSES:
                limits.append(gauge_traits(result)["limit"])
                least = min(least, result.qber)
    assert limits
    assert max(limits) < long_run_limit(QUIET)
    assert all(abs(limit - (with_key + least) / 2) < 0.006 for limit in limits), (limits, with_key, least)


def test_the_limit_of_a_short_run_by_the_formula_of_its_proof() -> None:
    # would catch: the sample of the run in place of one at the limit, or a leak that stays as it was
    result = run_session(replace(QUIET, link=replace(QUIET.link, misalignment_error=0.044)))
    assert result.reason is AbortReason.TOO_FEW_PULSES
    steps, limit, security = result.distillation, gauge_traits(result)["limit"], FiniteSecurity()
    assert QUIET.security == security
    assert steps.charged_leak
    assert steps.tag_bits
    assert result.qber
    n, k = steps.n_sifted - steps.n_disclosed, steps.n_disclosed
    margin = sqrt((n + k) / (n * k) * (k + 1) / k * log(4 / security.epsilon_secrecy))
    leak = steps.charged_leak * security.long_run_leak(limit) / security.long_run_leak(result.qber)
    fixed = log2(1 / security.epsilon_secrecy**2) + steps.tag_bits + 1
    secret = n * (1 - binary_entropy(limit + margin)) - leak - fixed
    assert abs(secret) < 0.002 * n  # an error more or less in the sample


def test_a_short_run_with_decoys_is_marked_at_its_own_error_rate() -> None:
    result = run_session(link=LIM_LINK, n_pulses=1_000_000, seed=1)
    traits = gauge_traits(result)
    assert result.distillation.decoys
    assert result.reason is AbortReason.TOO_FEW_PULSES
    assert traits["limit"] == result.qber
    assert traits["limit_text"].endswith("here the run has too few pulses")
