"""Keys that stand on two feet: a key from QKD and a secret of ML-KEM-768, put together for one epoch.

Whoever wants the keys of an epoch has to have everything they were made of. A key from QKD is safe if
physics, the devices and every trusted node on its way are; a secret of ML-KEM (FIPS 203) is safe if a
problem on lattices is hard. Put together they are safe if either is. What may be left out when one of them
is missing is a `HybridPolicy`.

The combiner is HKDF-SHA256 (RFC 5869) of the two secrets one after the other, as NIST SP 800-56C Rev. 2 (2)
allows and ETSI TS 103 744 does (CatKDF), over a context that binds everything the two ends said to each
other. The salt is the *chain*, a secret that the epoch before left behind; so the keys of an epoch need
those before it, too.

What this does not do:

- Neither QKD nor ML-KEM says who is at the other end. That is bound by a key from QKD, which the key
  management entities give to two named SAEs alone, or by the chain, which only the two ends of the epoch
  before have. A first epoch with neither would belong to whoever answers, and is refused.
- Secrets are Python's bytes: they are let go, and cannot be wiped from memory for certain. Whoever reads
  the memory of an end reads its traffic.
- Keys made of fewer bits than they have are computationally safe at best: HKDF is no privacy amplification,
  and AES no one-time pad.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from ..errors import KeyExhausted
from ..values import check_choice, check_count, check_instance
from .primitives import MLKEM768PrivateKey, MLKEM768PublicKey

KEY_BYTES = 32
"""Bytes of a key from QKD, of a secret of ML-KEM, of a chain and of every key made of them."""

KEM_PUBLIC_BYTES, KEM_CIPHERTEXT_BYTES, KEM_SEED_BYTES = 1184, 1088, 64
"""Bytes of what ML-KEM-768 sends, and of the seed d ‖ z of a private key (FIPS 203, 8, table 3, and 7.1)."""

LABEL = b"qkdlab encryptor, version 1"

Role = Literal["master", "slave"]
"""The end that asks for keys (ETSI GS QKD 014 V1.1.1, 5.3), and the one that asks by their names (5.4)."""


class HybridPolicy(StrEnum):
    """Which secrets an epoch must be made of; what is not required is used whenever it is there.

    The four names are those of Arnika, which sets keys for WireGuard. Whoever records today and computes
    later needs, for the weakest epoch that a policy lets pass,

    - both: the key from QKD, and ML-KEM broken;
    - at least QKD: the key from QKD, if there was no ML-KEM;
    - at least PQC: ML-KEM broken, if there was no key from QKD;
    - either: the easier of the two, if the other was missing;

    and in every case the chain, but for the first epoch. Who stands on the line *while* the first keys are
    agreed on, and has the key from QKD by then, need not break ML-KEM: she can take part in it in the
    other's place, under any policy. Only a secret that was shared beforehand stops her then.

    >>> HybridPolicy.BOTH.accepts(qkd=False, pqc=True), HybridPolicy.EITHER.accepts(qkd=False, pqc=True)
    (False, True)
    """

    BOTH = "both"
    AT_LEAST_QKD = "at least QKD"
    AT_LEAST_PQC = "at least PQC"
    EITHER = "either"

    @property
    def needs_qkd(self) -> bool:
        """Whether no epoch may be without a key from QKD."""
        return self in (HybridPolicy.BOTH, HybridPolicy.AT_LEAST_QKD)

    @property
    def needs_pqc(self) -> bool:
        """Whether no epoch may be without a secret of ML-KEM."""
        return self in (HybridPolicy.BOTH, HybridPolicy.AT_LEAST_PQC)

    def accepts(self, *, qkd: bool, pqc: bool) -> bool:
        """Return whether an epoch may be made of what is there."""
        return (qkd or pqc) and (qkd or not self.needs_qkd) and (pqc or not self.needs_pqc)


class KemPair:
    """A key pair of ML-KEM-768 for one use.

    Parameters
    ----------
    seed
        d ‖ z, 64 bytes, for test vectors; by default from the operating system.

    Raises
    ------
    ValueError
        If the seed has another length.
    """

    def __init__(self, seed: bytes | None = None) -> None:
        if seed is None:
            self._private = MLKEM768PrivateKey.generate()
        else:
            self._private = MLKEM768PrivateKey.from_seed_bytes(bytes_of_length("seed", seed, KEM_SEED_BYTES))
        self.public = self._private.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "KemPair(ML-KEM-768)"

    def secret_of(self, ciphertext: bytes) -> bytes:
        """Return the secret in a ciphertext, 32 bytes.

        A ciphertext that was changed gives another secret and no error (implicit rejection, FIPS 203, 6.3):
        only the confirmation of the keys tells. ``ValueError`` if it has another length.
        """
        return self._private.decapsulate(bytes_of_length("ciphertext", ciphertext, KEM_CIPHERTEXT_BYTES))


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """Return a new secret, 32 bytes, and the ciphertext that brings it to the owner of an ML-KEM-768 key.

    Raises
    ------
    ValueError
        If the key has another length, or numbers that no key has (FIPS 203, 7.2).

    Examples
    --------
    >>> pair = KemPair()
    >>> secret, ciphertext = encapsulate(pair.public)
    >>> pair.secret_of(ciphertext) == secret
    True
    """
    key = MLKEM768PublicKey.from_public_bytes(bytes_of_length("public", public, KEM_PUBLIC_BYTES))
    return key.encapsulate()


def hkdf(secret: bytes, *, salt: bytes | None, info: bytes, length: int) -> bytes:
    """Return HKDF-SHA256 (RFC 5869) of a secret, `length` bytes: extract with `salt`, expand with `info`."""
    key, block, told = hmac.digest(salt or bytes(32), secret, "sha256"), b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), "sha256")
        told += block
    return told[:length]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyContext:
    """What the keys of an epoch are bound to: two ends who do not agree on all of it get different keys.

    Parameters
    ----------
    master, slave
        Names of the two ends (SAE ids).
    epoch
        Number of the epoch, from 1.
    policy
        What both require.
    key_id
        Name of the key from QKD; None if there is none.
    said
        All that was said in the clear to agree on the epoch, ML-KEM's key and ciphertext included.
    """

    master: str
    slave: str
    epoch: int
    policy: HybridPolicy
    key_id: str | None
    said: bytes

    def __post_init__(self) -> None:
        check_count("epoch", self.epoch, minimum=1, maximum=2**32 - 1)
        check_instance("policy", self.policy, HybridPolicy)

    def encoded(self) -> bytes:
        """Return all of it as bytes, each field with its length: different contexts give different bytes."""
        fields = (
            self.master,
            self.slave,
            self.policy.value,
            "" if self.key_id is None else f"#{self.key_id}",
        )
        parts = [LABEL, *(field.encode() for field in fields), sha256(self.said).digest()]
        return b"".join(len(part).to_bytes(4) + part for part in parts) + self.epoch.to_bytes(4)


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class EpochSecrets:
    """The keys of one epoch, 32 bytes each; ``repr`` shows none of them.

    Parameters
    ----------
    sent_by_master, sent_by_slave
        Keys of AES-256-GCM, one for each direction.
    master_proof, slave_proof
        Keys with which each end proves that it has the others.
    chain
        What the epoch leaves to the next.
    made_of
        "QKD", "PQC", or both.
    """

    sent_by_master: bytes
    sent_by_slave: bytes
    master_proof: bytes
    slave_proof: bytes
    chain: bytes
    made_of: frozenset[str]

    def __repr__(self) -> str:
        return f"EpochSecrets(made of {' and '.join(sorted(self.made_of, reverse=True))})"

    def sent_by(self, role: Role) -> bytes:
        """Return the key of what an end sends."""
        return self.sent_by_master if role == "master" else self.sent_by_slave

    def confirmation(self, role: Role, context: KeyContext) -> bytes:
        """Return the proof of an end that it has the keys: HMAC-SHA256 of the context, 32 bytes."""
        key = (
            self.master_proof
            if check_choice("role", role, ("master", "slave")) == "master"
            else self.slave_proof
        )
        return hmac.digest(key, role.encode() + context.encoded(), "sha256")

    def is_confirmed(self, role: Role, context: KeyContext, proof: bytes) -> bool:
        """Return whether `proof` is that of an end; compared in constant time."""
        return hmac.compare_digest(self.confirmation(role, context), proof)


def combine(
    *, qkd_key: bytes | None, pqc_secret: bytes | None, chain: bytes | None, context: KeyContext
) -> EpochSecrets:
    """Make the keys of an epoch of a key from QKD, a secret of ML-KEM-768 and what the epoch before left.

    Parameters
    ----------
    qkd_key, pqc_secret, chain
        32 bytes each, or None if there is none. A first chain may be a secret that both ends were given.
    context
        What the keys are bound to; it holds the policy.

    Raises
    ------
    KeyExhausted
        If the policy requires what is missing, or if nothing would say who is at the other end.
    ValueError
        If a secret has another length, or a key from QKD no name.
    """
    secrets = {"qkd_key": qkd_key, "pqc_secret": pqc_secret, "chain": chain}
    for name, secret in secrets.items():
        if secret is not None:
            bytes_of_length(name, secret, KEY_BYTES)
    if (qkd_key is None) != (context.key_id is None):
        raise ValueError("key_id must be given with a key from QKD, and only then")
    if not context.policy.accepts(qkd=qkd_key is not None, pqc=pqc_secret is not None):
        raise KeyExhausted(f"the policy {context.policy.value!r} needs a secret that is missing")
    if qkd_key is None and chain is None:
        raise KeyExhausted("a first epoch needs a key from QKD, or a secret shared beforehand: who is there?")
    present = bytes(secret is not None for secret in secrets.values())
    material = (pqc_secret or b"") + (qkd_key or b"")
    out = hkdf(material, salt=chain, info=present + context.encoded(), length=5 * KEY_BYTES)
    parts = [out[at : at + KEY_BYTES] for at in range(0, len(out), KEY_BYTES)]
    made_of = {"QKD": qkd_key, "PQC": pqc_secret}
    return EpochSecrets(
        sent_by_master=parts[0],
        sent_by_slave=parts[1],
        master_proof=parts[2],
        slave_proof=parts[3],
        chain=parts[4],
        made_of=frozenset(name for name, secret in made_of.items() if secret is not None),
    )


def bytes_of_length(name: str, value: bytes, length: int) -> bytes:
    """Return bytes of the right length; the message of the error quotes none of them."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise ValueError(f"{name} must be bytes, got {type(value).__name__}")
    if len(value) != length:
        raise ValueError(f"{name} must have {length} bytes, got {len(value)}")
    return value
