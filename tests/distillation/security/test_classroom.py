"""The classroom mode: a short key from an ideal kit, no claim, and nothing hidden."""

import pytest

from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    ClassroomSecurity,
    FiniteSecurity,
    InterceptResend,
    Link,
    SessionSettings,
    expected_key,
    run_man_in_the_middle,
    run_session,
)
from qkdlab.distillation.security.modes import SECURITY_MODES
from qkdlab.distillation.verification import tag_length
from tests.refusals import expect_refusal

KIT = SessionSettings(n_pulses=128, seed=1, link=IDEAL_LINK, security="classroom")


def test_an_ideal_kit_of_128_pulses_gives_a_short_key() -> None:
    for seed in range(200):
        result = run_session(KIT, seed=seed)
        assert result.accepted
        assert 5 <= result.key_length <= 60
        assert result.key == result.bob_key
        steps = result.distillation
        assert steps.authentication is None
        left = steps.n_sifted - steps.n_disclosed - steps.charged_leak - steps.tag_bits
        assert result.key_length == left  # no error seen: 1 - h(0) of each bit
    assert "classroom, no security claim" in result.report()
    assert "keys may differ with probability 1e-02" in result.report()
    assert "takes for granted that messages are authentic" in result.report()


def test_no_epsilon_is_claimed() -> None:
    assert (KIT.epsilon, KIT.epsilon_budget) == (None, None)
    assert SessionSettings(n_pulses=1, seed=1, security=ClassroomSecurity(charge_bob=True)).epsilon is None


def test_different_keys_pass_no_more_often_than_is_said() -> None:
    # a flawed line, so that errors remain; the hash lets through what it says at most
    noisy = SessionSettings(
        n_pulses=300, seed=1, link=Link(misalignment_error=0.04), security="classroom", cascade="modified (8)"
    )
    results = [run_session(noisy, seed=seed) for seed in range(300)]
    wrong = sum(result.accepted and result.key != result.bob_key for result in results)
    assert wrong <= 8  # 3 expected if every correction failed
    assert tag_length(45, ClassroomSecurity().epsilon_correctness) <= 10


@pytest.mark.long
@pytest.mark.parametrize("n_pulses", [1, 2, 5, 10, 20, 40])
def test_any_number_of_pulses_ends_with_a_reason_or_a_key(n_pulses) -> None:
    for seed in range(30):
        for protocol in ("BB84", "six-state", "SARG04", "three-state"):
            eve = InterceptResend() if seed % 2 else None
            result = run_session(KIT, n_pulses=n_pulses, seed=seed, protocol=protocol, eavesdropper=eve)
            assert result.accepted or result.reason
            assert result.report()


def test_eve_is_found_where_she_shows() -> None:
    # 16 compared bits of which a quarter is wrong: seen more often than not
    caught = [run_session(KIT, seed=seed, eavesdropper=InterceptResend()) for seed in range(50)]
    assert sum(result.reason is AbortReason.QBER_TOO_HIGH for result in caught) > 40


def test_authentication_only_if_asked() -> None:
    asked = run_session(KIT, n_pulses=3_000, security=ClassroomSecurity(authenticate=True))
    free = run_session(KIT, n_pulses=3_000)
    assert asked.distillation.authentication.agreed
    assert free.key_length == asked.key_length + 256
    assert run_session(KIT, security=ClassroomSecurity(authenticate=True)).reason is AbortReason.KEY_SPENT
    assert run_man_in_the_middle(KIT).succeeded
    assert expected_key(KIT).key_length == pytest.approx(29, abs=8)
    with expect_refusal("authenticate must be a bool, got 1"):
        ClassroomSecurity(authenticate=1)


def test_the_mode_by_name_and_as_json() -> None:
    assert list(SECURITY_MODES) == ["finite", "published", "asymptotic", "classroom"]
    assert KIT.security == ClassroomSecurity()
    assert SessionSettings.from_json(KIT.to_json()) == KIT
    assert FiniteSecurity.minimum_sample == 50
