"""HKDF-SHA256 and ML-KEM-768 against published vectors; the source is named at each.

The library makes no encapsulation from given random bytes. That it encrypts as FIPS 203 says is tested by
decapsulation, which encrypts again and compares: a wrong bit there gives the secret of implicit rejection.
"""

import json
from hashlib import sha3_256
from pathlib import Path

import pytest

from qkdlab.delivery.hybrid import KemPair, encapsulate, hkdf

VECTORS = json.loads((Path(__file__).parent / "ml_kem_768.json").read_text(encoding="utf-8"))


def name_of(case: dict[str, str]) -> str:
    return f"{case['tcId']}: {case['comment']}"


# RFC 5869, appendices A.1 to A.3: secret, salt, info, output
RFC_5869 = [
    (
        "0b" * 22,
        bytes(range(0x0D)).hex(),
        bytes(range(0xF0, 0xFA)).hex(),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        bytes(range(0x50)).hex(),
        bytes(range(0x60, 0xB0)).hex(),
        bytes(range(0xB0, 0x100)).hex(),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
        "cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        "0b" * 22,
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]


@pytest.mark.parametrize(("secret", "salt", "info", "output"), RFC_5869)
def test_hkdf(secret: str, salt: str, info: str, output: str) -> None:
    made = hkdf(
        bytes.fromhex(secret),
        salt=bytes.fromhex(salt) or None,
        info=bytes.fromhex(info),
        length=len(output) // 2,
    )
    assert made.hex() == output


@pytest.mark.parametrize("case", VECTORS["decapsulation"], ids=name_of)
def test_decapsulation(case: dict[str, str]) -> None:
    pair = KemPair(bytes.fromhex(case["seed"]))
    assert sha3_256(pair.public).hexdigest() == case["sha3_256_of_ek"]
    ciphertext = bytes.fromhex(case["c"])
    if case["result"] == "valid":
        assert pair.secret_of(ciphertext).hex() == case["K"]
    else:
        with pytest.raises(ValueError, match="ciphertext must have 1088 bytes"):
            pair.secret_of(ciphertext)


@pytest.mark.parametrize("case", VECTORS["invalid_keys"], ids=name_of)
def test_a_key_that_is_none_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="1184 bytes"):
        encapsulate(bytes.fromhex(case["ek"]))
