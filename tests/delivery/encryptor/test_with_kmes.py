"""The encryptors with two real KMEs, over TLS; and what happens when one of these is killed."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import UUID

import numpy as np
import pytest

from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.forwarding import PortForward
from qkdlab.delivery.encryptor.key_source import KmeKeySource
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.delivery.encryptor.master_end import MasterEnd
from qkdlab.delivery.encryptor.pad_channel import PadReceiver, PadSender
from qkdlab.delivery.encryptor.rotation import EncryptorSettings, Limits, Rotation, Starvation
from qkdlab.delivery.encryptor.slave_end import SlaveEnd
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.errors import FrameRejected, KeyExhausted
from tests.delivery.encryptor.links import SHORT, Clock
from tests.delivery.kme.kmes import Kmes

FILE = np.random.default_rng(7).bytes(6_000_000)


class Sites:
    """Two KMEs that run, and sources of keys at both, which are closed at the end."""

    def __init__(self, kmes: Kmes, stack: ExitStack) -> None:
        self.kmes, self._stack = kmes, stack

    def source(self, sae: str, peer: str) -> KmeKeySource:
        return KmeKeySource(self._stack.enter_context(self.kmes.client(sae)), peer)

    def sources(self) -> tuple[KmeKeySource, KmeKeySource]:
        return self.source("SAE-A", "SAE-B"), self.source("SAE-B", "SAE-A")


@pytest.fixture(scope="module")
def kmes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kmes]:
    with Kmes(tmp_path_factory.mktemp("kmes")) as pair:
        pair.start()
        yield pair


@pytest.fixture
def sites(kmes: Kmes) -> Iterator[Sites]:
    with ExitStack() as stack:
        yield Sites(kmes, stack)


def test_a_file_crosses_with_keys_from_two_kmes(sites: Sites) -> None:
    sites.kmes.feed(32 * 100)
    alice, bob = sites.sources()
    often = Limits(seconds=60, n_bytes=100_000, n_frames=10_000)
    most = Limits(seconds=60, n_bytes=200_000, n_frames=10_000)
    settings = EncryptorSettings(master="SAE-A", slave="SAE-B", rotation=Rotation(soft=often, hard=most))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hashed = hashlib.sha256()
        while data := await reader.read(1 << 16):
            hashed.update(data)
        writer.write(hashed.digest())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def send() -> tuple[bytes, int, str | None]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        onward = ("127.0.0.1", server.sockets[0].getsockname()[1])
        async with PortForward("exit", lambda: SlaveEnd(settings), bob, onward) as far:
            onward = ("127.0.0.1", far.port)
            async with PortForward("entry", lambda: MasterEnd(settings), alice, onward) as near:
                reader, writer = await asyncio.open_connection("127.0.0.1", near.port)
                writer.write(FILE)
                writer.write_eof()
                answer = await reader.read()
                writer.close()
                await writer.wait_closed()
                end = near.ends[0]
        server.close()
        await server.wait_closed()
        return answer, end.epoch, end.key_id

    answer, epoch, key_id = asyncio.run(send())
    assert answer == hashlib.sha256(FILE).digest()
    assert epoch >= 11
    assert key_id is not None
    assert str(UUID(key_id)) == key_id


@pytest.mark.parametrize("starvation", list(Starvation))
def test_a_kme_that_is_killed_starves_the_link_by_its_policy(sites: Sites, starvation: Starvation) -> None:
    sites.kmes.feed(32 * 40)
    hybrid = HybridPolicy.AT_LEAST_PQC if starvation is Starvation.PQC_ONLY else HybridPolicy.BOTH
    clock = Clock()
    settings = EncryptorSettings(
        master="SAE-A", slave="SAE-B", rotation=SHORT, starvation=starvation, hybrid=hybrid
    )
    link = LocalLink(settings, *sites.sources(), clock=clock)
    link.run()
    assert link.slave.made_of == {"QKD", "PQC"}
    sites.kmes.kill("KME-B")
    for _ in range(14):
        clock.now += 3
        link.run()
    expected = {
        Starvation.HOLD: LinkState.HELD,
        Starvation.PQC_ONLY: LinkState.OPEN,
        Starvation.STOP: LinkState.STOPPED,
    }
    assert link.master.state is link.slave.state is expected[starvation]
    assert ("QKD" in link.master.made_of) == (starvation is not Starvation.PQC_ONLY)
    sites.kmes.start("KME-B")
    if starvation is Starvation.STOP:
        return
    fresh = sites.sources()  # it listens on another port, perhaps
    link.keys = {"master": fresh[0], "slave": fresh[1]}
    for _ in range(20):
        clock.now += 3
        link.run()
    assert link.master.state is link.slave.state is LinkState.OPEN
    assert link.master.made_of == link.slave.made_of == {"QKD", "PQC"}


def test_the_one_time_pad_takes_its_keys_from_two_kmes(sites: Sites) -> None:
    message = FILE[:6_000]  # 189 keys: two requests
    sites.kmes.feed(32 * 200)
    alice, bob = sites.sources()
    sender, receiver = PadSender(alice), PadReceiver(bob)
    frame = sender.seal(message)
    assert receiver.open(frame) == message
    with pytest.raises(FrameRejected, match="replayed"):
        receiver.open(frame)
    with pytest.raises(
        FrameRejected, match="unknown key"
    ):  # the KME gives no key twice, whoever remembers it
        PadReceiver(bob).open(frame)
    with pytest.raises(KeyExhausted, match="keys are needed"):
        sender.seal(bytes(60_000))
