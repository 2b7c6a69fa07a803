"""The whole distillation: every reason to abort, what is announced, and what never is."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from qkdlab import AbortReason, AsymptoticSecurity, FiniteSecurity, SecretKey
from qkdlab.distillation import pipeline
from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.correction.cascade_variants import ORIGINAL
from qkdlab.distillation.estimation.error_rate import MINIMUM_SAMPLE, QberEstimate, announce_sample
from qkdlab.distillation.estimation.witnesses import NeededRate, Witnesses
from qkdlab.distillation.hashing.toeplitz import toeplitz_hash
from qkdlab.distillation.outcome import Distillation, DistilledKeys
from qkdlab.distillation.pipeline import DistillationPlan, distill
from qkdlab.distillation.security.evidence import Evidence
from qkdlab.distillation.sifting import RawRecords
from qkdlab.quantum.protocols import BB84
from qkdlab.settings.distillation_settings import sifting_rule
from qkdlab.values import RawKey, binary_entropy

SEED = 11


def raw_keys(n: int, qber: float = 0.0, seed: int = 1) -> tuple[RawKey, RawKey]:
    """Bits that differ with probability `qber`; all bases match."""
    rng = np.random.default_rng(seed)
    bits, bases = rng.integers(0, 2, (2, n), dtype=np.uint8)
    wrong = (rng.random(n) < qber).astype(np.uint8)
    return RawKey(bits=bits, bases=bases), RawKey(bits=bits ^ wrong, bases=bases)


def run(alice: RawKey, bob: RawKey, rng=None, **changes) -> tuple[Distillation, PublicChannel]:
    """Distil raw keys; `changes` are fields of the records or of the plan."""
    channel = PublicChannel()
    records = {
        "n_pulses": max(1, len(alice)),
        "slots": np.arange(len(alice)),
        "alice": alice,
        "bob": bob,
        "announcements": alice.bases,
    }
    records |= {name: changes.pop(name) for name in ("n_pulses", "n_alarms") if name in changes}
    plan = DistillationPlan(
        rule=sifting_rule(BB84),
        multiphoton_probability=0.0,
        sample_fraction=0.25,
        max_qber=0.11,
        security=FiniteSecurity(),
    )
    rng = rng or np.random.default_rng(SEED)
    return distill(RawRecords(**records), replace(plan, **changes), rng=rng, channel=channel), channel


def aborted(result: Distillation) -> AbortReason | None:
    assert not isinstance(result, DistilledKeys)
    assert not hasattr(result, "alice_key")
    assert not hasattr(result, "bob_key")
    return result.reason


def test_accepted() -> None:
    alice, bob = raw_keys(40_000, 0.01)
    result, channel = run(alice, bob)
    assert isinstance(result, DistilledKeys)
    assert result.reason is None
    assert result.verified is True
    assert result.alice_key == result.bob_key
    assert (result.n_sifted, result.n_disclosed, result.tag_bits) == (40_000, 10_000, 43)
    done = result.correction
    assert result.charged_leak == done.alice_leak + done.bob_leak
    assert done.n_bits == 30_000
    # every leaked bit on the channel is either a parity, a question or the tag
    assert channel.leaked_bits(Party.ALICE) == done.alice_leak + 43
    assert channel.leaked_bits(Party.BOB) == done.bob_leak
    assert len(result.alice_key) <= 30_000 - result.charged_leak - 43


def test_the_sample_leaves_the_key() -> None:
    alice, bob = raw_keys(40_000, 0.01)
    result, channel = run(alice, bob)
    sample = channel.find(Subject.SAMPLE)
    assert result.correction.n_bits == np.count_nonzero(~sample)
    announced = [m.payload for m in channel.messages if m.subject is Subject.SAMPLE_BITS]
    assert np.array_equal(announced[0], alice.bits[sample])
    assert np.array_equal(announced[1], bob.bits[sample])
    assert result.estimate.n_errors == np.count_nonzero(alice.bits[sample] != bob.bits[sample])


def test_only_matching_bases_are_kept() -> None:
    alice, _ = raw_keys(40_000, seed=1)
    _, bob = raw_keys(40_000, seed=2)
    bits = np.where(alice.bases == bob.bases, alice.bits, bob.bits)
    result, channel = run(alice, RawKey(bits=bits, bases=bob.bases))
    assert isinstance(result, DistilledKeys)
    assert result.estimate.qber == 0
    assert result.n_sifted == np.count_nonzero(alice.bases == bob.bases)
    assert np.array_equal(channel.find(Subject.KEPT), alice.bases == bob.bases)


def test_order_of_the_messages() -> None:
    _, channel = run(*raw_keys(20_000, 0.01))
    order = list(dict.fromkeys(message.subject for message in channel.messages))
    assert order == [
        Subject.DETECTED,
        Subject.ANNOUNCED,
        Subject.KEPT,
        Subject.SAMPLE,
        Subject.SAMPLE_BITS,
        Subject.QUESTION,
        Subject.PARITY,
        Subject.PERMUTATION,
        Subject.HASH_SEED,
        Subject.TAG,
        Subject.AGREED,
        Subject.AMPLIFICATION_SEED,
    ]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 100, 4 * MINIMUM_SAMPLE - 4])
def test_too_few_sifted_bits(n) -> None:
    result, channel = run(*raw_keys(n))
    assert aborted(result) is AbortReason.TOO_FEW_SIFTED_BITS
    assert result.estimate is result.correction is result.verified is None  # no rate from no data
    # what there is was compared, and shows in the report
    n_sample = round(n / 4)
    assert (result.n_sifted, result.n_disclosed) == (n, n_sample)
    assert result.compared == ((NeededRate.KEY, n_sample),)
    assert sum(rate.estimate.n_sample for rate in result.basis_rates) == n_sample
    assert Subject.AMPLIFICATION_SEED not in {message.subject for message in channel.messages}


def test_the_smallest_sample() -> None:
    result, _ = run(*raw_keys(4 * MINIMUM_SAMPLE))
    assert result.n_disclosed == MINIMUM_SAMPLE
    assert result.estimate is not None


def test_a_sample_of_everything_leaves_nothing_to_keep() -> None:
    result, _ = run(*raw_keys(1_000), sample_fraction=0.9999)
    assert aborted(result) is AbortReason.TOO_FEW_SIFTED_BITS


def test_bright_light_ends_the_session_before_anything_is_disclosed() -> None:
    result, channel = run(*raw_keys(40_000), n_alarms=1)
    assert aborted(result) is AbortReason.DETECTOR_ALARM
    assert (result.n_sifted, result.n_disclosed) == (40_000, 0)
    assert channel.find(Subject.ALARM) == 1
    assert Subject.SAMPLE_BITS not in {message.subject for message in channel.messages}


def test_qber_above_the_limit() -> None:
    result, channel = run(*raw_keys(4_000, 0.25))
    assert aborted(result) is AbortReason.QBER_TOO_HIGH
    assert result.estimate.qber > 0.11
    assert result.correction is None
    assert channel.leaked_bits(Party.ALICE) == channel.leaked_bits(Party.BOB) == 0


def test_the_limit_itself_is_accepted() -> None:
    alice, bob = raw_keys(40_000, 0.02)
    qber = run(alice, bob)[0].estimate.qber
    assert run(alice, bob, max_qber=qber)[0].reason is None
    assert run(alice, bob, max_qber=np.nextafter(qber, 0))[0].reason is AbortReason.QBER_TOO_HIGH


def test_qber_below_the_limit_but_too_high_for_any_key() -> None:
    result, _ = run(*raw_keys(400_000, 0.09))
    assert result.estimate.qber < 0.11
    assert result.verified is True
    assert aborted(result) is AbortReason.TOO_MANY_ERRORS_TO_CORRECT


def test_a_short_run_is_called_short_although_it_leaks_more_a_bit() -> None:
    # 3 % leaves a key in the long run (limit near 5 %), but blocks sized for a rough estimate leak too much
    reasons = {run(*raw_keys(800, 0.03, seed=seed))[0].reason for seed in range(30)}
    assert AbortReason.TOO_FEW_PULSES in reasons
    seen = [run(*raw_keys(800, 0.03, seed=seed))[0] for seed in range(30)]
    for result in seen:
        if result.reason is AbortReason.TOO_MANY_ERRORS_TO_CORRECT:
            assert result.estimate.qber > 0.045


def test_too_few_pulses() -> None:
    result, _ = run(*raw_keys(1_000))
    assert aborted(result) is AbortReason.TOO_FEW_PULSES
    assert result.verified is True


def test_too_many_multiphoton_pulses() -> None:
    alice, bob = raw_keys(40_000, 0.005)
    result, _ = run(alice, bob, n_pulses=2_000_000, multiphoton_probability=0.05)
    assert aborted(result) is AbortReason.TOO_MANY_MULTIPHOTON_PULSES
    result, _ = run(
        alice, bob, n_pulses=2_000_000, multiphoton_probability=0.05, security=AsymptoticSecurity()
    )
    assert aborted(result) is AbortReason.TOO_MANY_MULTIPHOTON_PULSES


def test_verification_failed() -> None:
    # two wrong bits that the sample misses, in one block of every pass: Cascade cannot see them
    n = 400
    alice, _ = raw_keys(n)
    found = 0
    for seed in range(40):
        sample = announce_sample(n, 0.5, np.random.default_rng(seed), PublicChannel())
        bits = alice.bits.copy()
        bits[np.flatnonzero(~sample)[:2]] ^= 1
        bob = RawKey(bits=bits, bases=alice.bases)
        result, channel = run(
            alice, bob, sample_fraction=0.5, rng=np.random.default_rng(seed), security=AsymptoticSecurity()
        )
        left = 2 - result.correction.n_corrected
        assert result.verified is bool(left == 0)
        if left:
            found += 1
            assert aborted(result) is AbortReason.VERIFICATION_FAILED
            assert Subject.AMPLIFICATION_SEED not in {message.subject for message in channel.messages}
            assert bool(channel.find(Subject.AGREED)) is False
        else:
            assert result.reason is None
    assert found


def test_every_reason_has_its_words() -> None:
    assert len({reason.value for reason in AbortReason}) == len(AbortReason) == 13


def test_bob_learns_alices_bits_from_the_channel_alone() -> None:
    """Alice's unsifted and undisclosed bits may change: Bob's side must not notice."""
    alice, bob = raw_keys(20_000, 0.01)
    bob = RawKey(bits=bob.bits, bases=np.where(np.arange(20_000) % 5 == 0, 1 - bob.bases, bob.bases))
    other = RawKey(bits=np.where(alice.bases == bob.bases, alice.bits, 1 - alice.bits), bases=alice.bases)
    (one, first), (two, second) = run(alice, bob), run(other, bob)
    assert one.bob_key == two.bob_key
    assert one.alice_key == two.alice_key
    assert len(first.messages) == len(second.messages)
    for this, that in zip(first.messages, second.messages, strict=True):
        assert np.array_equal(this.payload, that.payload)


def test_repr_shows_no_bits() -> None:
    result, _ = run(*raw_keys(20_000, 0.01))
    assert "array" not in repr(result)
    assert "alice_key=SecretKey(" in repr(result)


def test_each_party_hashes_its_own_bits(monkeypatch) -> None:
    # with a verification that lets everything pass, keys that differ must stay different:
    # a pipeline that gave Bob a copy of Alice's key would hide every failure of Cascade
    alice, bob = raw_keys(20_000, 0.01)
    monkeypatch.setattr(pipeline, "verify", lambda *_, **__: True)
    one_pass = replace(ORIGINAL, n_passes=1)  # leaves errors in pairs
    result, channel = run(alice, bob, cascade=one_pass)
    assert isinstance(result, DistilledKeys)
    assert result.alice_key != result.bob_key
    seed = channel.find(Subject.AMPLIFICATION_SEED)
    sample = channel.find(Subject.SAMPLE)
    assert result.alice_key == SecretKey(toeplitz_hash(alice.bits[~sample], seed))


@pytest.mark.parametrize(
    ("errors", "leaked", "multi", "reason"),
    [
        (2, 150, 0.0, AbortReason.TOO_FEW_PULSES),  # a short run leaks more per bit than a long one
        (0, 0, 0.0, AbortReason.TOO_FEW_PULSES),
        (5, 150, 0.0, AbortReason.TOO_MANY_ERRORS_TO_CORRECT),
        (0, 10, 1.0, AbortReason.TOO_MANY_MULTIPHOTON_PULSES),
        (2, 150, 0.9, AbortReason.TOO_MANY_MULTIPHOTON_PULSES),
        (5, 150, 0.9, AbortReason.TOO_MANY_ERRORS_TO_CORRECT),
    ],
)
def test_why_there_is_no_key(errors, leaked, multi, reason) -> None:
    evidence = Evidence(
        n_pulses=400,
        n_detected=400,
        n_key=150,
        witnesses=Witnesses(estimate=QberEstimate(n_sample=50, n_errors=errors)),
        leaked_bits=leaked,
        tag_bits=34,
        multiphoton_probability=multi,
    )
    assert pipeline._why_no_key(evidence, FiniteSecurity(), "original", verified=True) is reason
    assert (
        pipeline._why_no_key(evidence, FiniteSecurity(), "original", verified=False)
        is AbortReason.VERIFICATION_FAILED
    )


def test_a_protocol_without_a_proof_gives_no_key() -> None:
    alice, bob = raw_keys(40_000, 0.01)
    result, channel = run(
        alice, bob, rule=replace(sifting_rule(BB84), proof=""), security=AsymptoticSecurity()
    )
    assert aborted(result) is AbortReason.NO_PROOF
    assert channel.leaked_bits(Party.ALICE) == 0  # not a parity is told


def test_blocks_are_made_for_the_upper_end_of_the_estimate(monkeypatch) -> None:
    # would catch: blocks that leave errors where the sample showed fewer than there are
    asked: list[float] = []
    correct = pipeline.correct
    monkeypatch.setattr(pipeline, "correct", lambda *a, **k: asked.append(k["qber"]) or correct(*a, **k))
    result, _ = run(*raw_keys(40_000, 0.01))
    assert asked == [result.estimate.upper]
    assert result.estimate.qber < result.estimate.upper


def test_every_session_draws_its_own_seeds() -> None:
    # would catch: a seed that Eve knows before she attacks
    alice, bob = raw_keys(40_000, 0.01)
    runs = [run(alice, bob, rng=np.random.default_rng(seed))[1] for seed in range(4)]
    for subject in (Subject.SAMPLE, Subject.PERMUTATION, Subject.HASH_SEED, Subject.AMPLIFICATION_SEED):
        assert len({channel.find(subject).reshape(-1)[:30].tobytes() for channel in runs}) == 4


def test_the_smallest_sample_sees_full_interception() -> None:
    # a quarter of the bits wrong: at most 11 % of so many with a probability below 2 %, and none below 10^-6
    assert binom.cdf(0, MINIMUM_SAMPLE, 0.25) < 1e-6
    assert binom.cdf(0.11 * MINIMUM_SAMPLE, MINIMUM_SAMPLE, 0.25) < 0.02


def test_the_length_pays_for_what_was_said() -> None:
    # would catch: parities, the verification hash or Bob's questions that are told for free
    mode = AsymptoticSecurity(charge_bob=True)
    result, channel = run(*raw_keys(40_000, 0.01), security=mode)
    told = channel.leaked_bits(Party.ALICE) + channel.leaked_bits(Party.BOB)
    assert told == result.charged_leak + result.tag_bits
    n, qber = result.correction.n_bits, result.estimate.qber
    assert result.n_amplified == int(n * (1 - binary_entropy(qber)) - told)
