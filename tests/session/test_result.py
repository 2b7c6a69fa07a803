"""What every session has come to: the same if simulated or recorded, and a key only where there is one."""

from dataclasses import replace

import pytest

from qkdlab import IDEAL_LINK, InterceptResend, Recording, SinglePhotonSource, distill_recording, run_session
from qkdlab.distillation.outcome import AbortReason, DistilledKeys, without_key
from qkdlab.session.result import Result, ResultWithKey
from qkdlab.session.session import SessionResult


def of(session: SessionResult) -> Recording:
    held = session.exchange
    return Recording.from_arrays(
        n_pulses=held.n_pulses,
        slots=held.slots,
        alice_bases=held.alice.bases,
        alice_bits=held.alice.bits,
        bob_bases=held.bob.bases,
        bob_bits=held.bob.bits,
    )


@pytest.mark.parametrize("eve", [None, InterceptResend()])
def test_simulated_and_recorded_results_are_one_kind(eve) -> None:
    session = run_session(n_pulses=20_000, seed=1, link=IDEAL_LINK, eavesdropper=eve, shared_bits=0)
    recorded = distill_recording(of(session), source=SinglePhotonSource(), seed=1)
    for result in (session, recorded):
        assert isinstance(result, Result)
        assert isinstance(result, ResultWithKey) is (eve is None)
        assert hasattr(result, "key") is hasattr(result, "bob_key") is (eve is None)
        assert (result.n_pulses, result.n_detected) == (20_000, len(session.exchange.slots))
        assert (result.reason, result.qber, result.true_qber) == (
            session.reason,
            session.qber,
            session.true_qber,
        )
        assert (result.key_length, result.ledger) == (session.key_length, session.ledger)
    shared = set(session.report().splitlines()) & set(recorded.report().splitlines())
    for rows in ("pulses sent", "QBER estimate", "QBER in Z", "disclosed", "secret bits"):
        assert any(line.startswith(f"  {rows}") for line in shared), rows


def test_the_key_is_that_of_distillation() -> None:
    session = run_session(n_pulses=20_000, seed=1, link=IDEAL_LINK)
    steps = session.distillation
    assert isinstance(steps, DistilledKeys)
    assert session.key is steps.alice_key
    assert session.bob_key is steps.bob_key
    assert session.key_length == len(session.key) > 0
    with pytest.raises(TypeError, match="distillation must have keys"):
        _ = replace(session, distillation=without_key(steps, AbortReason.QBER_TOO_HIGH)).key


def test_a_wrong_account_is_refused_before_anything_is_said() -> None:
    said = []
    session = run_session(n_pulses=2_000, seed=1, link=IDEAL_LINK, shared_bits=0)
    with pytest.raises((TypeError, ValueError), match="ledger must be"):
        distill_recording(of(session), source=SinglePhotonSource(), seed=1, ledger=384, intercept=said.append)
    assert said == []
