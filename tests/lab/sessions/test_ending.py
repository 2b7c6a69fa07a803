"""What the funnel says of a session that ended without a key."""

from dataclasses import replace

from qkdlab import GENERIC_LINK, SessionSettings, run_session
from qkdlab.distillation.outcome import AbortReason
from qkdlab.lab.sessions.ending import key_stages


def test_bits_that_still_differ_are_not_called_corrected() -> None:
    # before: "Reconciled 0, errors corrected" beside "the keys still differ after error correction"
    link = replace(GENERIC_LINK, length_km=125)
    settings = SessionSettings(n_pulses=10**7, seed=7, link=link, security="asymptotic")
    result = run_session(settings)
    assert result.reason is AbortReason.VERIFICATION_FAILED
    assert "another run will probably do better" in result.true_verdict[1]
    notes = {stage["name"]: (stage["count"], stage["note"]) for stage in key_stages(result)}
    assert notes["Reconciled"] == (0, "a difference was left: all are thrown away")
    assert run_session(replace(settings, seed=8)).accepted
