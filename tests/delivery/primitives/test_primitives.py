"""Our own AES-256-GCM and ML-KEM-768, which stand in where there are none, against those of cryptography."""

from hashlib import sha3_256

import pytest
from cryptography.exceptions import InvalidTag as TheirInvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey as TheirPrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey as TheirPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM as TheirAESGCM
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.delivery import primitives
from qkdlab.delivery.primitives.aes_gcm import AESGCM, S_BOX, InvalidTag
from qkdlab.delivery.primitives.ml_kem import MLKEM768PrivateKey, MLKEM768PublicKey

LENGTHS = [0, 1, 15, 16, 17, 255, 256, 1_000]


def test_where_there_is_cryptography_it_is_taken() -> None:
    assert primitives.AESGCM is TheirAESGCM
    assert primitives.MLKEM768PrivateKey is TheirPrivateKey


def test_the_table_is_that_of_the_standard() -> None:
    """FIPS 197, table 4: some of its corners."""
    assert [int(S_BOX[byte]) for byte in (0x00, 0x01, 0x53, 0xFF)] == [0x63, 0x7C, 0xED, 0x16]
    assert sorted(S_BOX.tolist()) == list(range(256))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=12, max_size=12), st.binary(max_size=99))
def test_what_is_sealed_is_the_same(key: bytes, nonce: bytes, beside: bytes) -> None:
    ours, theirs = AESGCM(key), TheirAESGCM(key)
    for length in LENGTHS:
        data = bytes(i * 7 % 256 for i in range(length))
        sealed = ours.encrypt(nonce, data, beside)
        assert sealed == theirs.encrypt(nonce, data, beside)
        assert ours.decrypt(nonce, sealed, beside) == data
        into = bytearray(length + 16)
        assert ours.encrypt_into(nonce, data, beside, memoryview(into)) == len(into)
        assert into == sealed


@pytest.mark.parametrize("place", [0, 7, 8, 23])
def test_what_was_changed_is_not_opened(place: int) -> None:
    sealed = bytearray(AESGCM(bytes(32)).encrypt(bytes(12), b"well met", b"to Bob"))
    sealed[place] ^= 1
    with pytest.raises(InvalidTag):
        AESGCM(bytes(32)).decrypt(bytes(12), bytes(sealed), b"to Bob")
    with pytest.raises(TheirInvalidTag):
        TheirAESGCM(bytes(32)).decrypt(bytes(12), bytes(sealed), b"to Bob")
    with pytest.raises(InvalidTag):
        AESGCM(bytes(32)).decrypt(bytes(12), b"short", None)


@pytest.mark.parametrize("length", [0, 1, 15])
def test_a_part_of_the_tag_is_not_enough(length: int) -> None:
    # would catch: a tag that is compared as far as it goes, so that an empty one fits
    tag = AESGCM(bytes(32)).encrypt(bytes(12), b"", None)
    for cipher, refused in ((AESGCM(bytes(32)), InvalidTag), (TheirAESGCM(bytes(32)), TheirInvalidTag)):
        with pytest.raises(refused):
            cipher.decrypt(bytes(12), tag[:length], None)


@pytest.mark.parametrize("seed", [bytes(64), bytes(range(64)), sha3_256(b"a").digest() * 2])
def test_keys_and_secrets_are_the_same_both_ways(seed: bytes) -> None:
    ours, theirs = MLKEM768PrivateKey.from_seed_bytes(seed), TheirPrivateKey.from_seed_bytes(seed)
    public = ours.public_key().public_bytes_raw()
    assert public == theirs.public_key().public_bytes_raw()
    secret, ciphertext = MLKEM768PublicKey.from_public_bytes(public).encapsulate()
    assert theirs.decapsulate(ciphertext) == ours.decapsulate(ciphertext) == secret
    secret, ciphertext = TheirPublicKey.from_public_bytes(public).encapsulate()
    assert ours.decapsulate(ciphertext) == secret
    changed = ciphertext[:100] + bytes([ciphertext[100] ^ 1]) + ciphertext[101:]
    assert ours.decapsulate(changed) == theirs.decapsulate(changed) != secret  # implicit rejection


def test_what_is_no_key_is_refused() -> None:
    public = MLKEM768PrivateKey.generate().public_key().public_bytes_raw()
    too_large = (3329).to_bytes(2, "little") + public[
        2:
    ]  # the first coefficient is the modulus, the next one small
    for told in (b"", public[:-1], public + b"0", too_large):
        with pytest.raises(ValueError, match="data must"):
            MLKEM768PublicKey.from_public_bytes(told)
        with pytest.raises(ValueError, match=r"ublic key"):
            TheirPublicKey.from_public_bytes(told)
    for length in (31, 33):
        with pytest.raises(ValueError, match=f"key must have 32 bytes, got {length}"):
            AESGCM(bytes(length))
    for length in (63, 65):
        with pytest.raises(ValueError, match=f"data must have 64 bytes, got {length}"):
            MLKEM768PrivateKey.from_seed_bytes(bytes(length))
    for length in (1087, 1089):
        with pytest.raises(ValueError, match=f"ciphertext must have 1088 bytes, got {length}"):
            MLKEM768PrivateKey.generate().decapsulate(bytes(length))
    for length in (11, 13):
        with pytest.raises(ValueError, match=f"nonce must have 12 bytes, got {length}"):
            AESGCM(bytes(32)).encrypt(bytes(length), b"", None)


def test_every_key_and_every_secret_is_a_new_one() -> None:
    one, other = (MLKEM768PrivateKey.generate().public_key() for _ in range(2))
    assert one.public_bytes_raw() != other.public_bytes_raw()
    assert one.encapsulate() != one.encapsulate()
