"""One hop: what a tag covers, and that no two tags of a link are under the same pad."""

import numpy as np
import pytest

from qkdlab import SecretKey
from qkdlab.distillation.authentication.tags import Authenticator
from qkdlab.errors import RelayRejected
from qkdlab.network.relay.hops import LinkKey, send
from qkdlab.network.relay.linear_words import Word
from tests.network.relaying import random_key

SHARED = random_key(128 * 9, np.random.default_rng(1))


def link_key(n_bits: int = 16) -> LinkKey:
    """A key whose authenticators always begin with the same secret bits."""
    key = random_key(n_bits, np.random.default_rng(2))
    return LinkKey(
        ends=("A", "B"), copies=(key, key), authenticators=(Authenticator(SHARED), Authenticator(SHARED))
    )


def tag_of(bits=(1, 0, 1, 1), *, sender="A", receiver="B", context=("S", "A", "B", "C"), n_words=1) -> bytes:
    words = [Word.independent("S", SecretKey(part)) for part in np.array_split(np.array(bits), n_words)]
    return send(link_key(), sender, receiver, words, context=context)[1]


def test_a_tag_covers_all_that_a_message_is() -> None:
    # would catch: a message passed off as that of the other node, of another path or share, or of more words
    same = tag_of()
    assert tag_of() == same
    others = [
        tag_of(sender="B", receiver="A"),
        tag_of(context=("S", "A", "B", "D")),
        tag_of(context=("share 1", "A", "B", "C")),
        tag_of(context=()),
        tag_of(n_words=2),
        tag_of((1, 0, 1, 0)),
    ]
    assert len({same, *others}) == len(others) + 1


def test_no_two_messages_are_the_same_bytes() -> None:
    # would catch: fields without their lengths, so that a path A, BC is taken for AB, C; bits filled up with
    # zeros to whole bytes, so that one zero more or less is not seen
    assert tag_of(context=("A", "BC")) != tag_of(context=("AB", "C"))
    assert tag_of((1, 0, 1)) != tag_of((1, 0, 1, 0))
    assert tag_of((1, 0, 1, 1, 0, 0, 0)) != tag_of((1, 0, 1, 1, 0, 0, 0, 0))


def test_every_tag_has_a_pad_of_its_own() -> None:
    # would catch: all tags under the first pad, of which two tell the hash and with it the secret point
    key, words = link_key(), [Word.independent("S", SecretKey([1, 0, 1]))]
    tags = [send(key, "A", "B", words, context=("S",))[1] for _ in range(8)]
    pads = SHARED.to_bytes()[16:]
    hashes = {
        bytes(a ^ b for a, b in zip(tag, pads[16 * number :], strict=False))
        for number, tag in enumerate(tags)
    }
    assert len(hashes) == 1
    assert len(set(tags)) == 8


def test_a_tag_of_before_does_not_fit_again() -> None:
    key, words = link_key(), [Word.independent("S", SecretKey([1, 0, 1]))]
    _, old = send(key, "A", "B", words, context=("S",))
    assert not key.authenticator("B").check(b"anything", old)
    _, fresh = send(link_key(), "A", "B", words, context=("S",))
    assert fresh == old  # the same secret bits and message: what differs above is the pad


@pytest.mark.parametrize("place", [0, 2, 7])
def test_a_changed_bit_is_found(place) -> None:
    def flip(sender, receiver, bits):
        bits[place] ^= 1
        return bits

    words = [Word.independent("S", SecretKey([1, 0, 1, 0, 1, 0, 1, 0]))]
    with pytest.raises(RelayRejected, match="'A' to 'B'"):
        send(link_key(), "A", "B", words, context=("S",), tamper=flip)
