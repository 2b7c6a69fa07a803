"""The settings of an encryptor: limits, and what contradicts itself."""

from dataclasses import replace

import pytest

from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.delivery.encryptor.master_end import MasterEnd
from qkdlab.delivery.encryptor.rotation import (
    MOST_EPOCH_BYTES,
    EncryptorSettings,
    EpochUse,
    Limits,
    Rotation,
    Starvation,
)
from qkdlab.delivery.hybrid import HybridPolicy

SETTINGS = EncryptorSettings(master="alice", slave="bob")
LIMITS = Limits(seconds=10, n_bytes=100, n_frames=3)


def test_the_first_limit_that_is_reached_counts() -> None:
    use = EpochUse(now=5.0)
    assert use.reached(LIMITS, 14.9) is None
    assert use.reached(LIMITS, 15.0) == "time"
    use.add(99)
    assert use.reached(LIMITS, 5.0) is None
    use.add(1)
    assert use.reached(LIMITS, 5.0) == "bytes"
    other = EpochUse(now=5.0)
    for _ in range(3):
        other.add(0)
    assert other.reached(LIMITS, 5.0) == "frames"


@pytest.mark.parametrize(
    "changes",
    [
        {"seconds": 0.0},
        {"seconds": float("nan")},
        {"n_bytes": 0},
        {"n_bytes": MOST_EPOCH_BYTES + 1},
        {"n_frames": (1 << 24) + 1},
    ],
)
def test_limits_out_of_range(changes) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(changes))} must"):
        replace(LIMITS, **changes)


def test_no_limit_lets_a_key_of_gcm_be_used_too_long() -> None:
    blocks = MOST_EPOCH_BYTES // 16
    assert blocks**2 / 2**129 <= 2**-65


def test_hard_limits_are_not_below_soft_ones() -> None:
    with pytest.raises(ValueError, match=r"hard.n_bytes must be at least soft.n_bytes, got 99"):
        Rotation(soft=LIMITS, hard=replace(LIMITS, n_bytes=99))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"master": ""}, "master must have"),
        ({"slave": "alice"}, "slave must not be the master"),
        ({"slave": "b" * 256}, "slave must have"),
        ({"hybrid": "none"}, "hybrid must be one of"),
        ({"starvation": "wait"}, "starvation must be one of"),
        ({"window": -1}, "window must be"),
        ({"most_attempts": 0}, "most_attempts must be"),
        ({"use_pqc": False}, "use_pqc must be True under the policy 'both'"),
        ({"hybrid": HybridPolicy.AT_LEAST_PQC, "use_pqc": False}, "use_pqc must be True"),
        ({"starvation": Starvation.PQC_ONLY}, "starvation must suit the policy 'both'"),
        ({"starvation": Starvation.PQC_ONLY, "hybrid": HybridPolicy.AT_LEAST_QKD}, "starvation must suit"),
        (
            {"starvation": Starvation.PQC_ONLY, "hybrid": HybridPolicy.EITHER, "use_pqc": False},
            "starvation must suit",
        ),
    ],
)
def test_settings_that_contradict_themselves(changes, message) -> None:
    with pytest.raises(ValueError, match=message):
        replace(SETTINGS, **changes)


def test_an_epoch_without_qkd_is_allowed_only_where_starvation_says_so() -> None:
    for hybrid in HybridPolicy:
        for starvation in Starvation:
            if starvation is Starvation.PQC_ONLY and hybrid.needs_qkd:
                continue
            settings = replace(SETTINGS, hybrid=hybrid, starvation=starvation)
            assert settings.allows(qkd=True, pqc=True)
            assert settings.allows(qkd=False, pqc=True) == (starvation is Starvation.PQC_ONLY)
            assert not settings.allows(qkd=False, pqc=False)


@pytest.mark.parametrize("policy", HybridPolicy)
@pytest.mark.parametrize("starvation", Starvation)
def test_policies_may_be_given_by_their_names(policy: HybridPolicy, starvation: Starvation) -> None:
    # would catch: "stop" taken for a name of the policy and never for the policy, so that the link is held
    if starvation is Starvation.PQC_ONLY and policy.needs_qkd:
        return
    given = {"hybrid": str(policy), "starvation": str(starvation)}
    settings = EncryptorSettings(master="A", slave="B", **given)  # type: ignore[arg-type]
    assert settings.hybrid is policy
    assert settings.starvation is starvation
    assert settings == EncryptorSettings(master="A", slave="B", hybrid=policy, starvation=starvation)


def test_a_link_told_to_stop_by_name_stops() -> None:
    none = SharedKeys(0)
    link = LocalLink(EncryptorSettings(master="A", slave="B", starvation="stop"), none, none)  # type: ignore[arg-type]
    link.run()
    assert link.master.state is LinkState.STOPPED


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hybrid": "all"}, "hybrid must be one of 'both', "),
        ({"starvation": None}, "starvation must be one of 'hold', "),
        ({"use_pqc": "no"}, "use_pqc must be a bool, got 'no'"),
    ],
)
def test_policies_that_there_are_not(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=f"^{told}"):
        EncryptorSettings(master="A", slave="B", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="^soft must be a Limits, got 5$"):
        Rotation(soft=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", ["s" * 32, bytes(31)], ids=["text", "short"])
def test_a_first_secret_is_looked_at_before_it_is_needed(secret: object) -> None:
    with pytest.raises(ValueError, match="^first_secret must "):
        MasterEnd(EncryptorSettings(master="A", slave="B"), first_secret=secret)  # type: ignore[arg-type]
