"""The end that takes the keys that the master names."""

from __future__ import annotations

import secrets as randomness
from dataclasses import dataclass
from typing import ClassVar

from ..hybrid import KEY_BYTES, EpochSecrets, KeyContext, Role, combine, encapsulate
from .end import EncryptorEnd, KeyWish
from .frames import Header, Kind, Rejection, rejected
from .handshake import NO_KEY, NONCE_BYTES, NOT_REQUIRED, Answer, Offer, key_context


@dataclass(kw_only=True, slots=True, repr=False)
class _Answered:
    """An answer that was not confirmed yet, with the slave's secrets of it."""

    body: bytes
    secrets: EpochSecrets
    context: KeyContext
    sent_at: float
    n_sent: int = 1


class SlaveEnd(EncryptorEnd):
    """The end that asks for keys by their names; see `EncryptorEnd` for its parameters."""

    role: ClassVar[Role] = "slave"
    _offer: Offer | None = None
    _answered: _Answered | None = None

    def key_came(self, key_id: str, key: bytes) -> None:
        """Answer the offer that named this key; ``ValueError`` if it has not 32 bytes."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"key must have {KEY_BYTES} bytes, got {len(key)}")
        if self.wish is not None and self.wish.key_id == key_id and self._offer is not None:
            self.wish = None
            self._answer(self._offer, key)

    def key_missing(self, why: str) -> None:
        """Refuse the offer: there is no such key here."""
        if self.wish is None or self._offer is None:
            return
        self.wish = None
        self._tell("no key", why)
        self._refuse(self._offer, NO_KEY)

    def _tend(self, now: float) -> None:
        answered, rotation = self._answered, self.settings.rotation
        if answered is None or now - answered.sent_at < rotation.retry_seconds * answered.n_sent:
            return
        answered.n_sent += 1
        self._control(Kind.ANSWER, answered.body)

    def _heard(self, header: Header, body: bytes) -> None:
        if header.kind is Kind.OFFER:
            self._heard_offer(Offer.decoded(body))
        elif header.kind is Kind.CONFIRM:
            self._heard_confirmation(header.epoch, body)
        else:
            raise rejected(Rejection.MALFORMED)

    def _heard_offer(self, offer: Offer) -> None:
        if offer.epoch <= self.epoch:
            return  # said again, after it was taken up
        if offer.epoch != self.epoch + 1:
            raise rejected(Rejection.MALFORMED)
        if offer == self._offer and (self.wish is not None or self._answered is not None):
            if self._answered is not None:
                self._control(Kind.ANSWER, self._answered.body)
            return
        settings, has_qkd, has_pqc = self.settings, offer.key_id is not None, bool(offer.kem_public)
        self._withdraw()
        allowed = settings.allows(qkd=has_qkd, pqc=has_pqc) and (has_qkd or self._chain is not None)
        if offer.policy is not settings.hybrid or has_pqc != settings.use_pqc or not allowed:
            self._refuse(offer, NOT_REQUIRED)
            raise rejected(Rejection.DOWNGRADE)
        self._offer = offer
        if has_qkd:
            self.wish = KeyWish(key_id=offer.key_id)
        else:
            self._answer(offer, None)

    def _answer(self, offer: Offer, key: bytes | None) -> None:
        secret, ciphertext = None, b""
        if offer.kem_public:
            try:
                secret, ciphertext = encapsulate(offer.kem_public)
            except ValueError:  # numbers that no key of ML-KEM has
                self.rejected[Rejection.MALFORMED.value] += 1
                self._refuse(offer, NOT_REQUIRED)
                return
        answer = Answer(
            epoch=offer.epoch,
            nonce=randomness.token_bytes(NONCE_BYTES),
            offered=offer.nonce,
            kem_ciphertext=ciphertext,
        )
        context = key_context(self.settings, offer, answer)
        secrets = combine(qkd_key=key, pqc_secret=secret, chain=self._chain, context=context)
        body = answer.proved(secrets.confirmation("slave", context)).encoded()
        self._answered = _Answered(body=body, secrets=secrets, context=context, sent_at=self._clock())
        self._opener.add(offer.epoch, secrets.sent_by_master, provisional=True)
        self._control(Kind.ANSWER, body)

    def _heard_confirmation(self, epoch: int, proof: bytes) -> None:
        answered = self._answered
        if answered is None or epoch != answered.context.epoch:
            return  # said again, after it was taken up
        if not answered.secrets.is_confirmed("master", answered.context, proof):
            raise rejected(Rejection.NOT_CONFIRMED)
        self._answered = None
        self._take_up(answered.context.epoch, answered.secrets, answered.context.key_id)

    def _refuse(self, offer: Offer, why: bytes) -> None:
        self._withdraw()
        self._control(Kind.REFUSE, offer.nonce + why)

    def _withdraw(self) -> None:
        """Forget an offer that is not taken up."""
        self.wish = self._offer = None
        if self._answered is not None:
            self._opener.drop(self._answered.context.epoch)
            self._answered = None
