"""Keys put together of QKD and ML-KEM: what they depend on, and what is refused."""

import hmac
import subprocess
import sys
from dataclasses import fields, replace
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.delivery.hybrid import (
    KEM_PUBLIC_BYTES,
    KEY_BYTES,
    EpochSecrets,
    HybridPolicy,
    KemPair,
    KeyContext,
    combine,
    encapsulate,
)
from qkdlab.errors import KeyExhausted

QKD, PQC, CHAIN = (bytes([number]) * KEY_BYTES for number in (1, 2, 3))
CONTEXT = KeyContext(
    master="alice", slave="bob", epoch=1, policy=HybridPolicy.EITHER, key_id="key-1", said=b"all"
)
NO_QKD = replace(CONTEXT, key_id=None)


def made(qkd=QKD, pqc=PQC, chain=CHAIN, context=CONTEXT) -> EpochSecrets:
    return combine(qkd_key=qkd, pqc_secret=pqc, chain=chain, context=context)


def keys(secrets: EpochSecrets) -> list[bytes]:
    return [getattr(secrets, field.name) for field in fields(secrets) if field.name != "made_of"]


@pytest.mark.parametrize(
    ("policy", "accepted"),
    [
        (HybridPolicy.BOTH, {(True, True)}),
        (HybridPolicy.AT_LEAST_QKD, {(True, True), (True, False)}),
        (HybridPolicy.AT_LEAST_PQC, {(True, True), (False, True)}),
        (HybridPolicy.EITHER, {(True, True), (True, False), (False, True)}),
    ],
)
def test_policies(policy, accepted) -> None:
    cases = list(product((False, True), repeat=2))
    assert {case for case in cases if policy.accepts(qkd=case[0], pqc=case[1])} == accepted
    for qkd, pqc in cases:
        context = replace(CONTEXT, policy=policy, key_id="key-1" if qkd else None)
        if (qkd, pqc) in accepted:
            secrets = made(QKD if qkd else None, PQC if pqc else None, context=context)
            assert secrets.made_of == {name for name, there in (("QKD", qkd), ("PQC", pqc)) if there}
        else:
            with pytest.raises(KeyExhausted, match="needs a secret that is missing"):
                made(QKD if qkd else None, PQC if pqc else None, context=context)


def test_a_first_epoch_that_says_not_who_is_there_is_refused() -> None:
    # ML-KEM alone would agree with anybody
    with pytest.raises(KeyExhausted, match="who is there"):
        made(None, chain=None, context=NO_QKD)
    assert made(None, context=NO_QKD).made_of == {"PQC"}
    assert made(QKD, None, None).made_of == {"QKD"}


def test_all_keys_differ() -> None:
    five = keys(made())
    assert len(five) == len(set(five)) == 5
    assert {len(key) for key in five} == {KEY_BYTES}
    assert made().sent_by("master") != made().sent_by("slave")


def test_each_secret_and_each_field_of_the_context_counts() -> None:
    # would catch: a context that does not go into HKDF, fields that run into each other, an absent secret
    # that is the same as one of zeros
    changed = [
        made(),
        made(qkd=bytes(KEY_BYTES)),
        made(qkd=None, context=NO_QKD),
        made(qkd=None, chain=bytes(KEY_BYTES), context=NO_QKD),
        made(pqc=bytes(KEY_BYTES)),
        made(pqc=None),
        made(chain=bytes(KEY_BYTES)),
        made(chain=None),
        made(qkd=PQC, pqc=QKD),
        made(context=replace(CONTEXT, master="alic", slave="ebob")),
        made(context=replace(CONTEXT, master="bob", slave="alice")),
        made(context=replace(CONTEXT, epoch=2)),
        made(context=replace(CONTEXT, policy=HybridPolicy.AT_LEAST_QKD)),
        made(context=replace(CONTEXT, key_id="key-2")),
        made(context=replace(CONTEXT, key_id="")),
        made(context=replace(CONTEXT, said=b"al")),
    ]
    every = [key for secrets in changed for key in keys(secrets)]
    assert len(every) == len(set(every))


def test_the_combiner_is_hkdf_as_written_down() -> None:
    # RFC 5869, 2.2 and 2.3, with the HMAC of the standard library alone
    lengths = b"".join(
        len(part).to_bytes(4) + part
        for part in (
            b"qkdlab encryptor, version 1",
            *(b"alice", b"bob", b"either", b"#key-1"),
            sha256(b"all").digest(),
        )
    )
    info = bytes([1, 1, 1]) + lengths + (1).to_bytes(4)
    extracted = hmac.digest(CHAIN, PQC + QKD, "sha256")
    block, out = b"", b""
    for number in range(1, 6):
        block = hmac.digest(extracted, block + info + bytes([number]), "sha256")
        out += block
    assert b"".join(keys(made())) == out


@given(st.lists(st.text(min_size=1, max_size=8), min_size=6, max_size=6))
def test_no_two_contexts_are_encoded_alike(texts) -> None:
    contexts = [
        KeyContext(master=a, slave=b, epoch=1, policy=HybridPolicy.BOTH, key_id=c or None, said=c.encode())
        for a, b, c in (texts[:3], texts[3:])
    ]
    assert (contexts[0] == contexts[1]) == (contexts[0].encoded() == contexts[1].encoded())


def test_confirmation() -> None:
    secrets = made()
    for role, other in (("master", "slave"), ("slave", "master")):
        proof = secrets.confirmation(role, CONTEXT)
        assert secrets.is_confirmed(role, CONTEXT, proof)
        assert not secrets.is_confirmed(other, CONTEXT, proof)  # a proof sent back proves nothing
        assert not secrets.is_confirmed(role, replace(CONTEXT, said=b"other"), proof)
        assert not made(qkd=bytes(KEY_BYTES)).is_confirmed(role, CONTEXT, proof)
        assert not secrets.is_confirmed(role, CONTEXT, proof[:-1])


def test_an_implicit_rejection_is_found_by_the_confirmation() -> None:
    pair = KemPair()
    secret, ciphertext = encapsulate(pair.public)
    changed = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
    other = pair.secret_of(changed)  # no error: FIPS 203 gives another secret
    assert len(other) == KEY_BYTES
    assert other != secret
    assert pair.secret_of(changed) == other
    proof = made(pqc=secret).confirmation("slave", CONTEXT)
    assert not made(pqc=other).is_confirmed("slave", CONTEXT, proof)


def test_wrong_lengths_are_refused_and_no_secret_is_quoted() -> None:
    for name, secret in {"qkd": bytes(31), "pqc": bytes(33), "chain": b""}.items():
        with pytest.raises(ValueError, match="must have 32 bytes") as error:
            made(**{name: secret})
        assert repr(secret) not in str(error.value)
    with pytest.raises(ValueError, match="key_id must be given"):
        made(context=NO_QKD)
    with pytest.raises(ValueError, match="key_id must be given"):
        made(qkd=None)
    with pytest.raises(ValueError, match="seed must have 64 bytes"):
        KemPair(bytes(63))
    with pytest.raises(ValueError, match="public must have 1184 bytes"):
        encapsulate(bytes(KEM_PUBLIC_BYTES + 1))
    with pytest.raises(ValueError, match="epoch must be at least 1"):
        replace(CONTEXT, epoch=0)
    with pytest.raises(ValueError, match="policy must be a HybridPolicy, got 'both'"):
        replace(CONTEXT, policy="both")
    with pytest.raises(ValueError, match="qkd_key must be bytes, got str"):
        made(qkd="k" * 32)
    with pytest.raises(ValueError, match="seed must be bytes, got list"):
        KemPair([0] * 64)  # type: ignore[arg-type]


def test_nothing_that_is_printed_holds_a_secret() -> None:
    secrets, pair = made(), KemPair(bytes(64))
    assert repr(secrets) == "EpochSecrets(made of QKD and PQC)"
    shown = f"{secrets!r} {secrets} {pair!r} {pair}"
    assert not [key for key in keys(secrets) if key.hex() in shown or repr(key) in shown]


@pytest.mark.parametrize("module", ["hybrid", "encryptor.sealing"])
def test_without_the_extra_the_error_names_it(module: str) -> None:
    code = f"import sys; sys.modules['cryptography'] = None; import qkdlab.delivery.{module}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode
    assert 'pip install "qkdlab[delivery]"' in done.stderr
