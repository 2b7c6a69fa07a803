"""The rule that keeps two key stores alike: which end has a block first, and how much the other is given."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from qkdlab.delivery.pair import handover
from qkdlab.delivery.pair.handover import Handover
from qkdlab.delivery.pki import CertificateAuthority
from qkdlab.errors import KmeError

KMES = ("KME-A", "KME-B")


class Ends:
    """Two KMEs that note what they are sent, and answer what they are told to."""

    def __init__(self, folder: Path) -> None:
        authority = CertificateAuthority(folder)
        self.blocks: list[dict[str, Any]] = []
        self.answers: list[Any] = []
        modules = {kme: authority.issue("module", kme.replace("KME", "MODULE")) for kme in KMES}
        self.handover = Handover(KMES, modules, lambda kme: f"https://{kme}")
        for http in self.handover._http.values():
            http._transport = httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        block = json.loads(request.content) | {"at": request.url.host.upper()}
        block["bits"] = base64.b64decode(block["bits"])
        self.blocks.append(block)
        told = self.answers.pop(0) if self.answers else 8 * len(block["bits"])
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, httpx.Response) else httpx.Response(200, json={"kept_bits": told})

    def seen(self) -> list[tuple[str, str, str, int]]:
        return [(b["at"], b["peer"], b["direction"], len(b["bits"])) for b in self.blocks]


@pytest.fixture
def ends(tmp_path: Path) -> Ends:
    return Ends(tmp_path)


def test_the_end_that_does_not_make_the_keys_has_a_block_first(ends: Ends) -> None:
    at_a, at_b = bytes(range(48)), bytes(range(100, 148))
    assert ends.handover.share(at_a, at_b) == 384
    assert ends.seen() == [
        ("KME-B", "KME-A", "in", 24),
        ("KME-A", "KME-B", "out", 24),
        ("KME-A", "KME-B", "in", 24),
        ("KME-B", "KME-A", "out", 24),
    ]
    assert [block["bits"] for block in ends.blocks] == [at_b[:24], at_a[:24], at_a[24:], at_b[24:]]


def test_the_other_end_is_given_as_much_as_the_first_has_kept(ends: Ends) -> None:
    ends.answers = [64, 64, 0]
    assert ends.handover.share(bytes(48), bytes(48)) == 64
    assert ends.seen() == [
        ("KME-B", "KME-A", "in", 24),
        ("KME-A", "KME-B", "out", 8),
        ("KME-A", "KME-B", "in", 24),  # kept nothing: so the other gets nothing
    ]


def test_numbers_rise_even_if_the_clock_does_not(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)
    ends.handover.share(bytes(16), bytes(16))
    monkeypatch.setattr(time, "time_ns", lambda: now - 10**9)
    ends.handover.share(bytes(16), bytes(16))
    assert [block["number"] for block in ends.blocks] == [now + i for i in (0, 0, 1, 1, 2, 2, 3, 3)]


def test_a_key_that_is_too_long_for_one_block_goes_in_several(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "LARGEST_BLOCK", 16)
    key = bytes(range(80))
    assert ends.handover.share(key, key) == 640
    assert [size for *_, size in ends.seen()] == [16, 16, 16, 16, 8, 8] * 2
    for direction in ("in", "out"):
        assert b"".join(b["bits"] for b in ends.blocks if b["direction"] == direction) == key
    assert [b["number"] for b in ends.blocks] == sorted(b["number"] for b in ends.blocks)


def test_an_answer_that_is_lost_is_asked_for_once_more_under_the_same_number(ends: Ends) -> None:
    lost = httpx.ReadError("lost")
    ends.answers = [64, lost, 64, lost, 0]
    assert ends.handover.share(bytes(16), bytes(16)) == 64
    assert [seen[:3] for seen in ends.seen()] == [
        ("KME-B", "KME-A", "in"),
        *[("KME-A", "KME-B", "out")] * 2,
        *[("KME-A", "KME-B", "in")] * 2,
    ]
    first, again = ends.blocks[1:3]
    assert first == again


def test_what_two_tries_do_not_bring_is_given_up(ends: Ends) -> None:
    ends.answers = [64, httpx.ConnectError("gone"), httpx.ConnectError("gone")]
    with pytest.raises(KmeError, match="^0: KME-A does not answer: ConnectError$"):
        ends.handover.share(bytes(16), bytes(16))
    assert len(ends.blocks) == 3  # the other half is not begun
    ends.answers = [httpx.ReadTimeout("slow")] * 2
    with pytest.raises(KmeError, match="^0: KME-B does not answer: ReadTimeout$"):
        ends.handover.share(bytes(16), bytes(16))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            httpx.Response(503, json={"message": "the key store failed"}),
            "503: KME-B will not have a block: the key",
        ),
        (httpx.Response(401, text="what?"), "401: KME-B will not have a block: no message"),
        (httpx.Response(200, json=[]), "200: KME-B did not say how many bits it has kept"),
        (httpx.Response(200, json={"kept_bits": "all"}), "200: KME-B did not say how many bits it has kept"),
        (httpx.Response(200, json={"kept_bits": -8}), "200: KME-B did not say how many bits it has kept"),
    ],
    ids=["store failed", "no JSON", "no object", "no number", "less than nothing"],
)
def test_what_a_kme_says_instead_is_told(ends: Ends, answer: httpx.Response, words: str) -> None:
    ends.answers = [answer]
    with pytest.raises(KmeError, match=f"^{words}"):
        ends.handover.share(bytes(16), bytes(16))
    assert len(ends.blocks) == 1
