"""The end that asks for keys and changes them."""

from __future__ import annotations

import secrets as randomness
from dataclasses import dataclass
from typing import ClassVar

from ..hybrid import KEY_BYTES, EpochSecrets, KemPair, KeyContext, Role, combine
from .end import EncryptorEnd, KeyWish
from .frames import HEADER_BYTES, Buffer, Header, Kind, Rejection, rejected
from .handshake import NONCE_BYTES, NOT_REQUIRED, Answer, Offer, key_context
from .rotation import Starvation


@dataclass(kw_only=True, slots=True, repr=False)
class _Offered:
    """An offer that was not answered yet, with the master's secrets of it."""

    offer: Offer
    key: bytes | None
    kem: KemPair | None
    sent_at: float
    n_sent: int = 1


class MasterEnd(EncryptorEnd):
    """The end that asks for new keys and offers them; see `EncryptorEnd` for its parameters."""

    role: ClassVar[Role] = "master"
    _offered: _Offered | None = None
    _confirmed: tuple[bytes, bytes] | None = None  # the answer that was last confirmed, and how
    _retry_at = float("-inf")
    _n_failed = _n_refuted = 0
    _told_due = -1

    def key_came(self, key_id: str, key: bytes) -> None:
        """Offer the new key to the slave; ``ValueError`` if it has not 32 bytes, or no name."""
        if len(key) != KEY_BYTES or not key_id:
            raise ValueError(f"key must have {KEY_BYTES} bytes and a name, got {len(key)} and {key_id!r}")
        if self.wish is not None:
            self._make_offer(key_id, key)

    def key_missing(self, why: str) -> None:
        """Do what the policy says: there is no key from QKD now."""
        if self.wish is None:
            return
        self.wish = None
        self._tell("no key", why)
        self._starve()

    def _starve(self) -> None:
        """Hold, change to ML-KEM alone, or stop."""
        self._retry_after(self.settings.rotation.retry_seconds)
        if self.settings.starvation is Starvation.STOP:
            self.stop("there is no key from QKD")
        elif self.settings.allows(qkd=False, pqc=self.settings.use_pqc) and self._chain is not None:
            self._make_offer(None, None)

    def _retry_after(self, seconds: float) -> None:
        self._retry_at = max(self._retry_at, self._clock() + seconds)

    def _tend(self, now: float) -> None:
        if self._offered is not None:
            self._repeat(self._offered, now)
        due = "start" if self.epoch == 0 else self._due(now)
        if due is None or self.wish is not None or self._offered is not None or now < self._retry_at:
            return
        if self._told_due != self.epoch:
            self._told_due = self.epoch
            self._tell("rotation due", due)
        self.wish = KeyWish()

    def _repeat(self, offered: _Offered, now: float) -> None:
        """Offer once more what was not answered, or give it up."""
        if now - offered.sent_at < self.settings.rotation.retry_seconds * offered.n_sent:
            return
        if offered.n_sent <= self.settings.most_attempts:
            offered.n_sent += 1
            self._control(Kind.OFFER, offered.offer.encoded())
        else:
            self._fail("not answered")

    def _takes_in_clear(self, frame: Buffer) -> bool:
        """The answer that made the first keys is heard again, too: its confirmation was lost."""
        if self.epoch == 1 and self._confirmed is not None:
            body = self._confirmed[0]
            return len(frame) == HEADER_BYTES + len(body) and frame[HEADER_BYTES:] == body
        return self.epoch == 0

    def _due(self, now: float) -> str | None:
        soft = self.settings.rotation.soft
        return self._sent.reached(soft, now) or self._received.reached(soft, now)

    def _make_offer(self, key_id: str | None, key: bytes | None) -> None:
        self.wish = None
        kem = KemPair() if self.settings.use_pqc else None
        offer = Offer(
            epoch=self.epoch + 1,
            nonce=randomness.token_bytes(NONCE_BYTES),
            policy=self.settings.hybrid,
            key_id=key_id,
            kem_public=kem.public if kem else b"",
        )
        self._offered = _Offered(offer=offer, key=key, kem=kem, sent_at=self._clock())
        self._control(Kind.OFFER, offer.encoded())

    def _heard(self, header: Header, body: bytes) -> None:
        if header.kind is Kind.ANSWER:
            self._heard_answer(body)
        elif header.kind is Kind.REFUSE:
            self._heard_refusal(body)
        else:
            raise rejected(Rejection.MALFORMED)

    def _heard_answer(self, body: bytes) -> None:
        answer, offered = Answer.decoded(body), self._offered
        if offered is None or answer.offered != offered.offer.nonce:
            if self._confirmed is not None and self._confirmed[0] == body:
                self._control(Kind.CONFIRM, self._confirmed[1])  # it was lost
            return
        secrets, context = self._secrets(offered, answer)
        self._offered = None
        if not secrets.is_confirmed("slave", context, answer.proof):
            self._n_refuted += 1
            self._tell("not agreed", "the slave's proof is wrong")
            self._retry_after(self.settings.rotation.retry_seconds)
            if self._n_refuted >= self.settings.most_attempts:
                self.stop("the two ends do not get the same keys")
            raise rejected(Rejection.NOT_CONFIRMED)
        self._n_failed = self._n_refuted = 0
        self._take_up(offered.offer.epoch, secrets, offered.offer.key_id)
        proof = secrets.confirmation("master", context)
        self._confirmed = (body, proof)
        self._control(Kind.CONFIRM, proof)

    def _secrets(self, offered: _Offered, answer: Answer) -> tuple[EpochSecrets, KeyContext]:
        """Return the keys that follow from an answer, and what they are bound to."""
        offer = offered.offer
        if answer.epoch != offer.epoch or bool(answer.kem_ciphertext) != (offered.kem is not None):
            raise rejected(Rejection.DOWNGRADE)
        context = key_context(self.settings, offer, answer)
        secret = offered.kem.secret_of(answer.kem_ciphertext) if offered.kem else None
        return combine(qkd_key=offered.key, pqc_secret=secret, chain=self._chain, context=context), context

    def _heard_refusal(self, body: bytes) -> None:
        nonce, why = body[:NONCE_BYTES], body[NONCE_BYTES:]
        if self._offered is None or nonce != self._offered.offer.nonce:
            return  # of an offer that was given up
        if why == NOT_REQUIRED:
            self._offered = None
            self.stop("the other end requires something else")
        else:
            self._fail("the other end has no such key")

    def _fail(self, why: str) -> None:
        """Give an offer up, and its key for ever; so the next one is asked for later each time."""
        self._offered = None
        self._n_failed += 1
        self._tell("not agreed", why)
        self._retry_after(self.settings.rotation.retry_seconds * 2 ** min(self._n_failed, 6))
        if self._n_failed >= self.settings.most_attempts:
            self._starve()
