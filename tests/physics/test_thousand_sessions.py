"""A thousand sessions with Eve, all rejected; a thousand without, all accepted with equal keys."""

import numpy as np

from qkdlab import IDEAL_LINK, AbortReason, InterceptResend, SessionSettings, run_session


def test_a_thousand_sessions_with_full_eve_are_all_rejected_for_their_qber() -> None:
    # 500 compared bits at 25 %: below 11 % with probability 1e-14
    settings = SessionSettings(
        n_pulses=4_000, seed=0, link=IDEAL_LINK, eavesdropper=InterceptResend(), security="asymptotic"
    )
    qbers = []
    for seed in range(1_000):
        result = run_session(settings, seed=seed, shared_bits=0)
        assert result.reason is AbortReason.QBER_TOO_HIGH, seed
        assert not hasattr(result, "key")
        assert result.qber > 0.11
        qbers.append(result.qber)
    assert 0.24 < np.mean(qbers) < 0.26


def test_a_thousand_sessions_without_eve_are_all_accepted_with_equal_keys() -> None:
    settings = SessionSettings(n_pulses=20_000, seed=0, link=IDEAL_LINK)
    keys = set()
    for seed in range(1_000):
        result = run_session(settings, seed=seed, shared_bits=0)
        assert result.accepted, (seed, result.reason)
        assert result.settings.security.name == "finite"
        assert result.key == result.bob_key
        assert result.key_length > 3_000
        assert result.qber == result.true_qber == 0
        keys.add(result.key.to_bytes())
    assert len(keys) == 1_000
