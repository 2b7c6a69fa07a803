"""Messages changed, lost or replayed on the way: each side hashes what it saw, and the tags tell."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import qkdlab.distillation.authentication.tags as authentication_module
from qkdlab import (
    IDEAL_LINK,
    AbortReason,
    AuthenticationLedger,
    InterceptResend,
    SinglePhotonSource,
    distill_recording,
    run_session,
    save_recording,
)
from qkdlab.distillation.authentication.account import FIRST_SECRET_BITS, SESSION_BITS
from qkdlab.distillation.authentication.tags import TAG_BITS, transcript
from qkdlab.distillation.channel import Interceptor, Message, Party, Subject
from qkdlab.link.source import DecoySource
from qkdlab.session.session import SessionResult

pytestmark = pytest.mark.long

SMALL = {"n_pulses": 6_000, "seed": 1, "link": IDEAL_LINK, "security": "asymptotic"}
KINDS = {
    "plain": SMALL,
    "errors": {**SMALL, "link": replace(IDEAL_LINK, depolarizing_probability=0.02)},
    "ldpc": {
        **SMALL,
        "link": replace(IDEAL_LINK, depolarizing_probability=0.03),
        "correction": "ldpc",
        "n_pulses": 20_000,
    },
    "six-state": {**SMALL, "n_pulses": 20_000, "protocol": "six-state"},
    "E91": {**SMALL, "n_pulses": 20_000, "protocol": "E91"},
    "decoys": {
        **SMALL,
        "n_pulses": 300_000,
        "link": replace(IDEAL_LINK, source=DecoySource()),
        "security": "finite",
        "z_probability": 0.9,
    },
}


def nth(subject: Subject, number: int, change: Callable[[Message], Message | None]) -> Interceptor:
    """Return an Eve who changes the message of that number about a subject, and lets all others pass."""
    count = 0

    def intercept(message: Message) -> Message | None:
        nonlocal count
        if message.subject is not subject:
            return message
        count += 1
        return change(message) if count == number + 1 else message

    return intercept


def flipped(message: Message, place: int = 0, bit: int = 0) -> Message:
    """Return the message with one bit of one of its values changed."""
    payload = np.array(message.payload)
    raw = payload.reshape(-1).view(np.uint8)
    if len(raw):
        step = payload.dtype.itemsize
        raw[place % (len(raw) // step) * step] ^= 1 << bit
    return replace(message, payload=payload)


def expect_no_common_key(result: SessionResult) -> None:
    """Check that transcripts differ, that the tags say so, and that there is no key."""
    assert transcript(result.channel.seen_by(Party.ALICE)) != transcript(result.channel.seen_by(Party.BOB))
    found = result.distillation.authentication
    assert not result.accepted
    assert not hasattr(result, "key")
    assert (found.alice_agreed, found.bob_agreed, found.agreed) == (False, False, False)
    assert found.bits_used == FIRST_SECRET_BITS
    assert "tags do not agree" in result.report()


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_of_each_subject_is_changed_or_lost(kind) -> None:
    # would catch: one transcript for both, tags that are made of what was said and not of what was heard
    honest = run_session(**KINDS[kind])
    said = [message for message in honest.channel.messages if message.subject is not Subject.SIGNATURE]
    for subject in dict.fromkeys(message.subject for message in said):
        n_said = sum(message.subject is subject for message in said)
        filled = [i for i, m in enumerate(m for m in said if m.subject is subject) if m.payload.size]
        for number in {filled[0], filled[-1]} if filled else ():
            expect_no_common_key(run_session(**KINDS[kind], intercept=nth(subject, number, flipped)))
        lost = run_session(**KINDS[kind], intercept=nth(subject, n_said - 1, lambda _: None))
        expect_no_common_key(lost)
        assert lost.reason is AbortReason.BROKEN_OFF


def test_what_only_the_tags_can_tell() -> None:
    # both parties went on to a key, and only their transcripts differ: nothing but the tags stops it
    for subject in (Subject.SAMPLE_BITS, Subject.AMPLIFICATION_SEED, Subject.DETECTED):
        change = {"intercept": nth(subject, 0, flipped)}
        assert run_session(**SMALL, **change).reason is AbortReason.AUTHENTICATION_FAILED
        change = {"intercept": nth(subject, 0, flipped)}
        assert run_session(**SMALL, shared_bits=0, **change).accepted


def test_eve_hides_her_errors_and_only_the_tags_show_her() -> None:
    # she tells Alice that Bob's sample is hers; would catch: error rates from what was said, not heard
    told: list[np.ndarray] = []

    def intercept(message: Message) -> Message:
        if message.subject is Subject.SAMPLE_BITS:
            told.append(message.payload)
            if message.sender is Party.BOB:
                return replace(message, payload=told[0])
        return message

    # she read three pulses in a hundred
    attack = {"eavesdropper": InterceptResend(fraction=0.03)}
    honest = run_session(**SMALL, **attack)
    assert honest.qber > 0
    hidden = run_session(**SMALL, **attack, shared_bits=0, intercept=intercept)
    assert hidden.qber == 0
    assert hidden.true_qber == honest.true_qber > 0
    told.clear()
    expect_no_common_key(run_session(**SMALL, **attack, intercept=intercept))


def test_parties_act_on_what_they_heard() -> None:
    # another seed of amplification gives Bob another key; another basis makes him keep other pulses
    result = run_session(
        **SMALL, shared_bits=0, intercept=nth(Subject.AMPLIFICATION_SEED, 0, lambda m: flipped(m, 100))
    )
    assert result.accepted
    assert result.key != result.bob_key
    assert result.key == run_session(**SMALL, shared_bits=0).key

    def turned(message: Message) -> Message:
        return replace(message, payload=message.payload ^ 1)

    result = run_session(**SMALL, intercept=nth(Subject.ANNOUNCED, 0, turned))
    assert result.reason is AbortReason.QBER_TOO_HIGH
    expect_no_common_key(result)


def test_a_verdict_is_not_eves_to_give() -> None:
    # Bob's hash differs; Eve tells Alice that it agrees
    def intercept(message: Message) -> Message:
        payload = {
            Subject.TAG: message.payload ^ 1 if message.subject is Subject.TAG else None,
            Subject.AGREED: np.array(True),
        }.get(message.subject)
        return message if payload is None else replace(message, payload=payload)

    result = run_session(**SMALL, intercept=intercept)
    assert result.reason is AbortReason.VERIFICATION_FAILED
    expect_no_common_key(result)


def test_messages_that_make_no_sense_end_the_session() -> None:
    # another subject, sender, type or shape, numbers out of range, a question for blocks that there are not
    def shorter(message: Message) -> Message:
        return replace(message, payload=message.payload[:-1])

    def larger(message: Message) -> Message:
        return replace(message, payload=np.full_like(message.payload, 7))

    def beyond(message: Message) -> Message:
        return replace(message, payload=message.payload + 10**6)

    cases = [
        (Subject.ANNOUNCED, shorter),
        (Subject.ANNOUNCED, larger),
        (Subject.KEPT, lambda m: replace(m, payload=m.payload.astype(np.uint8))),
        (Subject.KEPT, lambda m: replace(m, payload=~m.payload)),
        (Subject.SAMPLE, lambda m: replace(m, payload=np.zeros_like(m.payload))),
        (Subject.SAMPLE_BITS, larger),
        (Subject.QUESTION, beyond),
        (Subject.QUESTION, lambda m: replace(m, payload=m.payload - 1)),
        (Subject.PARITY, lambda m: replace(m, subject=Subject.TAG)),
        (Subject.PARITY, lambda m: replace(m, sender=Party.BOB)),
    ]
    for subject, change in cases:
        result = run_session(**SMALL, intercept=nth(subject, 0, change))
        assert result.reason in (AbortReason.BROKEN_OFF, AbortReason.QBER_TOO_HIGH), subject
        expect_no_common_key(result)


def test_nonsense_about_ldpc_codes_ends_the_session_and_is_signed() -> None:
    # would catch: numbers below 0 that no generator takes, or that Bob counts up from for ever; an empty
    # array of two dimensions, of which a tag has to be made all the same
    cases = [
        (Subject.KEPT, np.zeros((0, 3), dtype=bool)),
        (Subject.FRAME_SEED, np.asarray(-1)),
        (Subject.WANTED, np.asarray(-(10**12))),
    ]
    for subject, payload in cases:
        change = nth(subject, 0, lambda message, payload=payload: replace(message, payload=payload))
        result = run_session(**KINDS["ldpc"], intercept=change)
        assert result.reason is AbortReason.BROKEN_OFF, subject
        assert not result.distillation.authentication.agreed


def test_what_no_line_carries_is_refused_in_words() -> None:
    # would catch: a session that breaks deep in its tags, or tags of addresses in memory
    objects = nth(Subject.PARITY, 0, lambda m: replace(m, payload=np.array([None], dtype=object)))
    with pytest.raises(TypeError, match=r"^intercept must return a payload that has bytes, got object$"):
        run_session(**KINDS["errors"], intercept=objects)


def test_an_earlier_message_in_place_of_a_later_one_is_seen() -> None:
    # in place of the message comes what its sender said before, about whatever it was
    honest = run_session(**KINDS["errors"])
    firsts = {Subject.DETECTED, Subject.ANNOUNCED, Subject.SIGNATURE}  # before which there is nothing
    for subject in dict.fromkeys(message.subject for message in honest.channel.messages):
        if subject in firsts:
            continue
        before: dict[Party, Message] = {}

        def replayed(message: Message, subject: Subject = subject, before: dict = before) -> Message:
            earlier, before[message.sender] = before.get(message.sender, message), message
            return earlier if message.subject is subject else message

        expect_no_common_key(run_session(**KINDS["errors"], intercept=replayed))


def test_another_order_gives_other_tags() -> None:
    # Bob hears two messages in the other order, and nobody notices: what he saw is not what Alice saw
    messages = run_session(**KINDS["decoys"], shared_bits=0).channel.messages
    ledger = AuthenticationLedger.draw(TAG_BITS + SESSION_BITS * len(messages), np.random.default_rng(1))
    for place in range(len(messages) - 1):
        swapped = list(messages)
        swapped[place : place + 2] = messages[place + 1], messages[place]
        found = ledger.authenticate(messages, swapped)
        assert (found.alice_agreed, found.bob_agreed) == (False, False)
    assert ledger.authenticate(messages, list(messages)).agreed


@pytest.mark.parametrize(("sender", "refuses"), [(Party.ALICE, "Bob"), (Party.BOB, "Alice")])
@pytest.mark.parametrize("lost", [False, True])
def test_each_side_checks_the_others_tag(sender, refuses, lost) -> None:
    # the transcripts are the same, and one tag is damaged: would catch Alice, or Bob, who does not look
    def intercept(message: Message) -> Message | None:
        if message.subject is not Subject.SIGNATURE or message.sender is not sender:
            return message
        return None if lost else flipped(message, 15, 7)

    ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS + SESSION_BITS, np.random.default_rng(1))
    result = run_session(**SMALL, ledger=ledger, intercept=intercept)
    found = result.distillation.authentication
    assert (found.alice_agreed, found.bob_agreed) == (refuses != "Alice", refuses != "Bob")
    assert result.reason is AbortReason.AUTHENTICATION_FAILED
    assert not hasattr(result, "key")
    assert ledger.bits_left == SESSION_BITS
    assert run_session(**SMALL, ledger=ledger).accepted  # both have used up the same bits


def test_tags_cannot_be_turned_round_or_used_again() -> None:
    # Eve sends Alice her own tag, or a tag of an earlier session; would catch: one pad for both directions
    heard: dict[Party, Message] = {}

    def reflect(message: Message) -> Message:
        if message.subject is Subject.SIGNATURE:
            heard[message.sender] = message
            if message.sender is Party.BOB:
                return replace(message, payload=heard[Party.ALICE].payload)
        return message

    found = run_session(**SMALL, intercept=reflect).distillation.authentication
    assert (found.alice_agreed, found.bob_agreed) == (False, True)

    def replay(message: Message) -> Message:
        return (
            replace(heard[message.sender], sender=message.sender)
            if message.subject is Subject.SIGNATURE
            else message
        )

    ledger = AuthenticationLedger.draw(2_000, np.random.default_rng(3))
    first = run_session(**SMALL, ledger=ledger)
    heard = {m.sender: m for m in first.channel.messages if m.subject is Subject.SIGNATURE}
    again = run_session(**SMALL | {"n_pulses": 300}, ledger=ledger)
    assert again.distillation.authentication.agreed
    found = run_session(
        **SMALL | {"n_pulses": 300}, ledger=ledger, intercept=replay
    ).distillation.authentication
    assert (found.alice_agreed, found.bob_agreed) == (False, False)


def test_failed_sessions_are_signed_too() -> None:
    # both want to know that it was the other who said so; would catch: tags for keys alone
    for changes, reason in [
        ({"eavesdropper": InterceptResend()}, AbortReason.QBER_TOO_HIGH),
        ({"n_pulses": 300}, AbortReason.TOO_FEW_SIFTED_BITS),
        ({"n_pulses": 2_000, "security": "finite"}, AbortReason.TOO_FEW_PULSES),
    ]:
        ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS, np.random.default_rng(1))
        result = run_session(**SMALL | changes, ledger=ledger)
        assert result.reason is reason
        assert result.distillation.authentication.agreed
        assert [m.sender for m in result.channel.messages if m.subject is Subject.SIGNATURE] == list(Party)
        assert ledger.bits_left == 0
        tampered = run_session(**SMALL | changes, intercept=nth(Subject.DETECTED, 0, flipped))
        assert not tampered.distillation.authentication.agreed
        assert tampered.reason is reason


def test_tags_alone_decide(monkeypatch) -> None:
    # with a comparison that always agrees a session that was tampered with is accepted: nothing else stops it
    monkeypatch.setattr(authentication_module, "compare_digest", lambda *_: True)
    result = run_session(**SMALL, intercept=nth(Subject.SAMPLE_BITS, 0, flipped))
    assert result.accepted
    assert result.distillation.authentication.agreed


def test_nobody_on_the_line_changes_nothing() -> None:
    honest = run_session(**SMALL)
    watched = run_session(**SMALL, intercept=lambda message: message)
    assert watched.report() == honest.report()
    assert watched.key == honest.key
    assert honest.channel.seen_by(Party.ALICE) == honest.channel.seen_by(Party.BOB) == honest.channel.messages


def test_any_bit_of_any_message_counts() -> None:
    # every message in turn, one bit of it at random; would catch: a subject, or high bytes, left out of tags
    kind, rng = {**KINDS["errors"], "n_pulses": 1_500}, np.random.default_rng(8)
    messages = run_session(**kind).channel.messages[:-2]  # all but the tags themselves
    for number, chosen in enumerate(messages):
        if not chosen.payload.size:
            continue
        bits = 1 if chosen.payload.dtype.itemsize == 1 else 8
        place, bit, count = int(rng.integers(chosen.payload.size)), int(rng.integers(bits)), 0

        def intercept(message: Message, at: int = number, place: int = place, bit: int = bit) -> Message:
            nonlocal count
            count += 1
            return flipped(message, place, bit) if count == at + 1 else message

        expect_no_common_key(run_session(**kind, intercept=intercept))


def test_recordings_are_tagged_as_each_side_saw_them(tmp_path) -> None:
    save_recording(run_session(**SMALL, shared_bits=0), tmp_path / "run.csv")
    stated = {"n_pulses": 6_000, "source": SinglePhotonSource(), "seed": 1, "security": "asymptotic"}
    for intercept, agreed in ((None, True), (nth(Subject.SAMPLE_BITS, 0, flipped), False)):
        ledger = AuthenticationLedger.draw(FIRST_SECRET_BITS, np.random.default_rng(1))
        result = distill_recording(tmp_path / "run.csv", **stated, ledger=ledger, intercept=intercept)
        assert result.distillation.authentication.agreed is result.accepted is agreed
        assert result.reason is (None if agreed else AbortReason.AUTHENTICATION_FAILED)
