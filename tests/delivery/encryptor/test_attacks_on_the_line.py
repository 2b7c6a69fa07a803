"""Eve on the data link: what she changes, repeats, keeps back or makes up is rejected, and counted."""

import pytest

from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.frames import HEADER_BYTES, TAG_BYTES, FrameReader, Header, Kind, packed_header
from qkdlab.delivery.encryptor.handshake import Answer, Offer
from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.delivery.encryptor.rotation import EncryptorSettings, Starvation
from qkdlab.delivery.hybrid import KEM_CIPHERTEXT_BYTES, HybridPolicy, KemPair, encapsulate
from qkdlab.errors import FrameRejected
from tests.delivery.encryptor.links import FIRST_SECRET, SHORT, Link


class Eve:
    """Changes the body of the first frame of a kind with `change`, and lets all others pass."""

    def __init__(self, kind: Kind, change, times: int = 1) -> None:
        self.kind, self.change, self.times = kind, change, times

    def __call__(self, role: str, frame: bytes) -> list[bytes]:
        header = Header.decoded(frame)
        if header.kind is not self.kind or not self.times:
            return [frame]
        self.times -= 1
        end = len(frame) - TAG_BYTES if header.epoch else len(frame)
        body = self.change(frame[HEADER_BYTES:end]) + frame[end:]
        return [packed_header(header.kind, header.epoch, header.counter, len(body)) + body]


def offered(**changes):
    """Change an offer."""

    def change(body: bytes) -> bytes:
        offer = Offer.decoded(body)
        values = {name: getattr(offer, name) for name in ("epoch", "nonce", "policy", "key_id", "kem_public")}
        return Offer(**(values | changes)).encoded()

    return change


def answered(**changes):
    """Change an answer."""

    def change(body: bytes) -> bytes:
        answer = Answer.decoded(body)
        names = ("epoch", "nonce", "offered", "kem_ciphertext", "proof")
        return Answer(**({name: getattr(answer, name) for name in names} | changes)).encoded()

    return change


def flipped(body: bytes) -> bytes:
    """Change one bit of ML-KEM's ciphertext, whose length stays right."""
    answer = Answer.decoded(body)
    ciphertext = bytes([answer.kem_ciphertext[0] ^ 1]) + answer.kem_ciphertext[1:]
    return answered(kem_ciphertext=ciphertext)(body)


# ---- data ---------------------------------------------------------------------------------------------


def test_tampered_replayed_and_reordered_frames_are_rejected_and_counted() -> None:
    link = Link(window=4)
    frames = link.frames("master", *(bytes([number]) for number in range(8)))
    changed = bytearray(frames[0])
    changed[-1] ^= 1
    assert not link.deliver("slave", changed)
    for at in (0, 5, 3):
        assert link.deliver("slave", frames[at])
    for at in (5, 1):  # again; and four behind the newest
        assert not link.deliver("slave", frames[at])
    assert not link.deliver("slave", frames[2][:-3])
    assert not link.deliver("slave", b"\xff" * 40)
    assert not link.deliver("master", frames[6])  # sent back
    assert link.slave.rejected == {"tampered": 1, "replayed": 1, "too old": 1, "malformed": 2}
    assert link.master.rejected == {"tampered": 1}
    assert link.arrived["slave"] == [b"\x00", b"\x05", b"\x03"]


def test_in_a_stream_a_missing_frame_is_noticed_and_nothing_after_it_passes() -> None:
    link = Link()
    frames = link.frames("master", b"one", b"two", b"three")
    assert link.deliver("slave", frames[0])
    assert not link.deliver("slave", frames[2])  # two was kept back
    assert not link.deliver("slave", frames[0])
    assert link.slave.rejected == {"out of order": 1, "replayed": 1}
    assert link.deliver("slave", frames[1])
    assert link.arrived["slave"] == [b"one", b"two"]


def test_frames_of_one_session_do_not_pass_in_another() -> None:
    first, second = Link(), Link()
    for frame in first.frames("master", b"yesterday's order"):
        assert not second.deliver("slave", frame)
    assert second.slave.rejected == {"tampered": 1}


def test_epochs_cannot_be_confused() -> None:
    link = Link(window=64)
    old = link.frames("master", b"old")[0]
    link.wait(11)
    assert link.slave.epoch == 2
    header = Header.decoded(old)
    for epoch in (0, 2, 3, 2**32 - 1):
        forged = packed_header(header.kind, epoch, header.counter, header.length) + old[HEADER_BYTES:]
        assert not link.deliver("slave", forged)
    assert link.slave.rejected == {"unknown epoch": 3, "tampered": 1}


def test_a_forged_agreement_after_the_first_keys_is_rejected() -> None:
    link = Link()
    offer = Offer(
        epoch=2, nonce=bytes(16), policy=HybridPolicy.BOTH, key_id="key-9", kem_public=KemPair().public
    )
    body = offer.encoded()
    for epoch in (0, 1):
        forged = packed_header(Kind.OFFER, epoch, 2, len(body) + 16) + body + bytes(16)
        assert not link.deliver("slave", forged)
    assert link.slave.rejected == {"unknown epoch": 1, "tampered": 1}
    assert link.slave.wish is None  # no key was asked for


def test_eve_cannot_end_a_session_politely() -> None:
    # cut off is not the same as done: only a CLOSE under the keys says that all was sent
    link = Link()
    for epoch in (0, 1):
        assert not link.deliver("slave", packed_header(Kind.CLOSE, epoch, 0, 20) + b"done" + bytes(16))
    assert not link.slave.peer_closed


# ---- the agreement ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rotation", [False, True], ids=["first keys", "later keys"])
@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (Kind.OFFER, offered(nonce=bytes(16))),
        (Kind.OFFER, offered(kem_public=KemPair().public)),
        (Kind.OFFER, offered(key_id="key-7")),
        (Kind.OFFER, offered(epoch=5)),
        (Kind.OFFER, lambda body: body[:-1]),
        (Kind.OFFER, lambda body: b""),
        (Kind.ANSWER, flipped),
        (Kind.ANSWER, answered(nonce=bytes(16))),
        (Kind.ANSWER, answered(proof=bytes(32))),
        (Kind.ANSWER, answered(kem_ciphertext=encapsulate(KemPair().public)[1])),
        (Kind.ANSWER, lambda body: body + b"\0"),
        (Kind.CONFIRM, lambda body: bytes(len(body))),
    ],
)
def test_a_changed_agreement_is_found_and_a_new_one_is_made(kind, change, rotation) -> None:
    link = Link(window=64, tap=None if rotation else Eve(kind, change))
    if rotation:
        link.tap = Eve(kind, change)
        link.wait(11)
    link.wait(30)
    assert link.master.may_send
    assert link.slave.may_send
    assert sum((link.master.rejected + link.slave.rejected).values()) or link.shared.n_left < 9
    for role, other in (("master", "slave"), ("slave", "master")):
        link.end_of(role).send(b"good")
        link.run()
        assert link.arrived[other] == [b"good"]


def test_a_changed_ciphertext_of_the_right_length_is_found_by_the_confirmation() -> None:
    # ML-KEM gives another secret and no error: without the proofs both ends would go on with different keys
    link = Link(tap=Eve(Kind.ANSWER, flipped))
    assert link.master.rejected == {"not confirmed": 1}
    assert link.master.epoch == link.slave.epoch == 0
    link.wait(3)
    assert link.master.epoch == link.slave.epoch == 1


class WrongKeys(SharedKeys):
    """A KME that gives the slave other bits than the master: a relay that lies, say."""

    def key_of(self, key_id: str) -> bytes:
        return bytes(32)


def test_different_keys_at_the_two_ends_are_found_and_no_data_are_sent() -> None:
    keys, wrong = SharedKeys(10), WrongKeys()
    clock = Link().clock
    link = LocalLink(EncryptorSettings(master="alice", slave="bob", rotation=SHORT), keys, wrong, clock=clock)
    for _ in range(20):
        clock.now += 1
        link.run()
    assert link.master.rejected == {"not confirmed": 3}
    assert link.master.state is LinkState.STOPPED
    assert link.master.why_stopped == "the two ends do not get the same keys"
    assert not link.slave.may_send
    assert keys.n_left == 7  # three keys were tried, and no more are wasted


def test_eve_in_the_middle_without_the_key_from_qkd_gets_nowhere() -> None:
    """She answers in Bob's place: she knows ML-KEM's secret then, and not the key from QKD."""
    stolen: list[bytes] = []

    def in_the_middle(role: str, frame: bytes) -> list[bytes]:
        header = Header.decoded(frame)
        if header.kind is Kind.OFFER:
            offer = Offer.decoded(frame[HEADER_BYTES:])
            secret, ciphertext = encapsulate(offer.kem_public)
            stolen.append(secret)
            answer = Answer(
                epoch=1, nonce=bytes(16), offered=offer.nonce, kem_ciphertext=ciphertext, proof=bytes(32)
            )
            body = answer.encoded()
            link.deliver("master", packed_header(Kind.ANSWER, 0, 0, len(body)) + body)
            return []
        return [frame]

    link = Link(n_keys=0, tap=in_the_middle)
    link.shared.add(5)
    link.wait(10)
    assert len(stolen) == 3
    assert link.master.state is LinkState.STOPPED
    assert link.master.rejected == {"not confirmed": 3}
    assert link.master.epoch == link.slave.epoch == 0


# ---- downgrades ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        offered(kem_public=b""),
        offered(key_id=None),
        offered(policy=HybridPolicy.EITHER),
        offered(policy=HybridPolicy.EITHER, key_id=None),
    ],
)
@pytest.mark.parametrize("first_secret", [None, FIRST_SECRET])
def test_policy_both_never_takes_an_offer_of_less(change, first_secret) -> None:
    link = Link(tap=Eve(Kind.OFFER, change, times=99), first_secret=first_secret)
    link.wait(5)
    assert link.slave.rejected["downgrade"] >= 1
    assert link.slave.epoch == link.master.epoch == 0
    assert link.master.state is LinkState.STOPPED


def test_an_answer_of_less_is_a_downgrade() -> None:
    link = Link(tap=Eve(Kind.ANSWER, answered(kem_ciphertext=b"")))
    assert link.master.rejected == {"downgrade": 1}
    assert link.master.epoch == 0


def test_qkd_stripped_where_the_policy_would_allow_it_is_found() -> None:
    # either would do; but what the master offered is in the proofs
    link = Link(
        hybrid=HybridPolicy.EITHER,
        starvation=Starvation.PQC_ONLY,
        first_secret=FIRST_SECRET,
        tap=Eve(Kind.OFFER, offered(key_id=None)),
    )
    assert link.master.rejected == {"not confirmed": 1}
    assert link.master.epoch == 0
    link.wait(3)
    assert link.master.made_of == {"QKD", "PQC"}


@pytest.mark.parametrize(
    ("hybrid", "change"),
    [
        (HybridPolicy.AT_LEAST_QKD, offered(kem_public=b"")),
        (HybridPolicy.EITHER, offered(kem_public=b"")),
        (HybridPolicy.EITHER, offered(key_id=None)),  # and no chain, which would say who is there
    ],
)
def test_less_than_both_ends_can_do_is_not_taken_where_less_would_do(hybrid, change) -> None:
    starvation = Starvation.PQC_ONLY if hybrid is HybridPolicy.EITHER else Starvation.HOLD
    link = Link(hybrid=hybrid, starvation=starvation, tap=Eve(Kind.OFFER, change))
    assert link.slave.rejected == {"downgrade": 1}
    assert link.slave.epoch == link.master.epoch == 0


def test_a_confirmation_under_the_right_keys_with_a_wrong_proof_confirms_nothing() -> None:
    link = Link(tap=lambda role, frame: [] if Header.decoded(frame).kind is Kind.CONFIRM else [frame])
    wrong = link.master._sealer.seal_control(Kind.CONFIRM, bytes(32))
    link.slave._opener._window.accept(0)  # the right one, which did not arrive
    assert not link.deliver("slave", wrong)
    assert link.slave.rejected == {"not confirmed": 1}
    assert link.slave.epoch == 0


def test_ends_that_are_set_differently_do_not_agree() -> None:
    link = Link(n_keys=0)
    link.slave.settings = EncryptorSettings(
        master="alice", slave="bob", rotation=SHORT, hybrid=HybridPolicy.EITHER
    )
    link.shared.add(5)
    link.wait(3)
    assert link.slave.rejected == {"downgrade": 1}
    assert link.master.state is LinkState.STOPPED
    assert link.master.why_stopped == "the other end requires something else"
    assert link.shared.n_left == 4


def test_ends_of_other_names_do_not_agree() -> None:
    link = Link(n_keys=0)
    link.slave.settings = EncryptorSettings(master="mallory", slave="bob", rotation=SHORT)
    link.shared.add(9)
    link.wait(9)
    assert link.master.rejected == {"not confirmed": 3}
    assert link.master.epoch == 0


def test_a_ciphertext_is_as_long_as_it_must_be() -> None:
    body = Answer(
        epoch=1,
        nonce=bytes(16),
        offered=bytes(16),
        kem_ciphertext=bytes(KEM_CIPHERTEXT_BYTES),
        proof=bytes(32),
    ).encoded()
    assert len(Answer.decoded(body).kem_ciphertext) == KEM_CIPHERTEXT_BYTES
    for changed in (body[:-1], body + b"\0", b"", body[:10]):
        with pytest.raises(FrameRejected, match="malformed"):
            Answer.decoded(changed)
        with pytest.raises(FrameRejected, match="malformed"):
            Offer.decoded(changed)


def test_a_key_of_ml_kem_with_numbers_that_none_has_is_refused() -> None:
    link = Link(tap=Eve(Kind.OFFER, offered(kem_public=b"\xff" * 1184)))
    assert link.slave.rejected == {"malformed": 1}
    assert link.master.state is LinkState.STOPPED


def test_nothing_that_is_printed_or_told_holds_a_secret() -> None:
    link = Link()
    link.wait(11)
    told = " ".join(
        map(repr, (link.master, link.slave, *link.master.events, link.shared, link.master._sealer))
    )
    secrets = [link.master._chain, *link.shared._named.values()]
    assert not [secret for secret in secrets if secret and (secret.hex() in told or repr(secret) in told)]


def test_what_eve_reads_on_the_line_is_frames_and_nothing_else() -> None:
    seen: list[bytes] = []
    link = Link(tap=lambda role, frame: seen.append(frame) or [frame])
    link.master.send(b"x" * 1000)
    link.run()
    cut = [bytes(frame) for frame in FrameReader().feed(b"".join(seen))]
    assert cut == seen
    assert [Header.decoded(frame).kind for frame in cut] == [Kind.OFFER, Kind.ANSWER, Kind.CONFIRM, Kind.DATA]
