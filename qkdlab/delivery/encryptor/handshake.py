"""What the ends say to agree on the keys of a new epoch.

::

    master                                             slave
      ask for a key
      OFFER    epoch, policy, name of the key, ML-KEM's key  →
                                                         ask for the key of this name
      ←  ANSWER   epoch, ML-KEM's ciphertext, proof of the slave
      CONFIRM  proof of the master, under the new keys       →
      data under the new keys                            data under the new keys

The slave answers REFUSE in place of ANSWER if it has no such key or may not use what is offered. From the
second epoch on all of this is authenticated under the keys of the epoch before; the first time nothing is,
until both proofs are there, and whoever is on the line can spoil it (but gets no keys by that). A proof is
made of the new keys and of all that was said; so a changed policy, name, key or ciphertext leaves the two
ends with different proofs. That is also what finds a changed ciphertext of ML-KEM, which gives another
secret and no error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from struct import Struct
from struct import error as StructError

from ..hybrid import KEM_CIPHERTEXT_BYTES, KEM_PUBLIC_BYTES, KEY_BYTES, HybridPolicy, KeyContext
from .frames import Rejection, rejected
from .rotation import LONGEST_NAME, EncryptorSettings

NONCE_BYTES = 16
"""Fresh random bytes of each end: no two agreements are alike, whatever the secrets are."""

NO_KEY, NOT_REQUIRED = b"no such key here", b"not what is required here"
"""Why a slave refuses an offer."""

_LENGTHS = Struct(">I16sHHH")


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What the master offers.

    Parameters
    ----------
    epoch
        The new epoch.
    nonce
        16 fresh random bytes.
    policy
        What the master requires; the slave must require the same.
    key_id
        Name of the key from QKD, or None.
    kem_public
        ML-KEM-768's key, or b"".
    """

    epoch: int
    nonce: bytes
    policy: HybridPolicy
    key_id: str | None
    kem_public: bytes

    def encoded(self) -> bytes:
        """Return the offer as the body of a frame."""
        policy, key_id = self.policy.value.encode(), (self.key_id or "").encode()
        return _packed(self.epoch, self.nonce, policy, key_id, self.kem_public)

    @classmethod
    def decoded(cls, body: bytes) -> Offer:
        """Return the offer in a body; `FrameRejected` ("malformed") if there is none."""
        epoch, nonce, (policy, key_id, public) = _fields(body)
        try:
            offer = cls(
                epoch=epoch,
                nonce=nonce,
                policy=HybridPolicy(policy.decode()),
                key_id=key_id.decode() or None,
                kem_public=public,
            )
        except ValueError:
            raise rejected(Rejection.MALFORMED) from None
        name = offer.key_id or "-"
        if len(public) not in (0, KEM_PUBLIC_BYTES) or len(name) > LONGEST_NAME or not name.isprintable():
            raise rejected(Rejection.MALFORMED)
        return offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the slave answers.

    Parameters
    ----------
    epoch
        The new epoch.
    nonce
        16 fresh random bytes.
    offered
        The nonce of the offer that is answered.
    kem_ciphertext
        ML-KEM-768's ciphertext; b"" if no key for it was offered.
    proof
        That the slave has the keys.
    """

    epoch: int
    nonce: bytes
    offered: bytes
    kem_ciphertext: bytes
    proof: bytes = b""

    def said(self) -> bytes:
        """Return the answer without its proof, which is about this."""
        return replace(self, proof=b"").encoded()

    def encoded(self) -> bytes:
        """Return the answer as the body of a frame."""
        return _packed(self.epoch, self.nonce, self.offered, self.kem_ciphertext, self.proof)

    def proved(self, proof: bytes) -> Answer:
        """Return the answer with a proof."""
        return replace(self, proof=proof)

    @classmethod
    def decoded(cls, body: bytes) -> Answer:
        """Return the answer in a body; `FrameRejected` ("malformed") if there is none."""
        epoch, nonce, (offered, ciphertext, proof) = _fields(body)
        lengths = (len(offered), len(ciphertext), len(proof))
        if lengths not in [(NONCE_BYTES, length, KEY_BYTES) for length in (0, KEM_CIPHERTEXT_BYTES)]:
            raise rejected(Rejection.MALFORMED)
        return cls(epoch=epoch, nonce=nonce, offered=offered, kem_ciphertext=ciphertext, proof=proof)


def key_context(settings: EncryptorSettings, offer: Offer, answer: Answer) -> KeyContext:
    """Return what the keys of an epoch are bound to, once both ends have spoken."""
    return KeyContext(
        master=settings.master,
        slave=settings.slave,
        epoch=offer.epoch,
        policy=settings.hybrid,
        key_id=offer.key_id,
        said=offer.encoded() + answer.said(),
    )


def _packed(epoch: int, nonce: bytes, *fields: bytes) -> bytes:
    return _LENGTHS.pack(epoch, nonce, *map(len, fields)) + b"".join(fields)


def _fields(body: bytes) -> tuple[int, bytes, list[bytes]]:
    """Return epoch, nonce and the three fields of a body, which must have exactly the bytes that it says."""
    try:
        epoch, nonce, *lengths = _LENGTHS.unpack_from(body)
    except StructError:
        raise rejected(Rejection.MALFORMED) from None
    if len(body) != _LENGTHS.size + sum(lengths):
        raise rejected(Rejection.MALFORMED)
    fields, at = [], _LENGTHS.size
    for length in lengths:
        fields.append(body[at : at + length])
        at += length
    return epoch, nonce, fields
