"""One end of an encrypted link on a connection of asyncio; keys change while data pass."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from ...errors import FrameRejected, KeyExhausted, MessageLost, QkdlabError
from .end import EncryptorEnd, LinkState
from .frames import Buffer, FrameReader, Rejection
from .key_source import KeySource, fetch, give

CHUNK_BYTES = 1 << 18
"""Bytes of data in a frame at most: large ones cost less time for each byte, small ones come sooner."""

READ_BYTES, WAITING_CHUNKS, TICK_SECONDS, FLUSH_SECONDS = 1 << 20, 16, 0.02, 1.0


async def close_writer(writer: asyncio.StreamWriter) -> None:
    """Close a connection: what was written still goes out, if the other end takes it within a second."""
    writer.close()
    try:
        async with asyncio.timeout(FLUSH_SECONDS):
            await writer.wait_closed()
    except (OSError, TimeoutError):  # there is nobody to tell
        return
    finally:
        writer.transport.abort()


class EncryptedStream:
    """A stream of bytes in each direction, between two ends over one connection.

    Keys are fetched in a thread, so that data go on under the old ones while a KME takes its time. Data that
    nobody reads are not read from the line either; nor are the frames behind them with which keys are agreed
    on: who does not read for long may be held, or stopped where want of keys means that.

    Parameters
    ----------
    end
        What seals and opens.
    source
        Where its keys come from.
    reader, writer
        The connection to the other end.
    keys_lock
        Taken while the source is asked, which is asked from one thread at a time.

    Raises
    ------
    MessageLost
        From `opened`, `send` and `receive`: if the connection was cut, a frame is missing from the stream, or
        the session was stopped. What was received before is good; that it is all is known only if `receive`
        returns b"".
    """

    def __init__(
        self,
        end: EncryptorEnd,
        source: KeySource,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        keys_lock: asyncio.Lock | None = None,
    ) -> None:
        if end.settings.window:
            raise ValueError(f"window must be 0 for a stream, got {end.settings.window}")
        self.end = end
        self._source, self._reader, self._writer = source, reader, writer
        self._keys_lock = keys_lock or asyncio.Lock()
        self._came: deque[bytes] = deque()
        self._changed = asyncio.Condition()
        self._wake = asyncio.Event()
        self._lost = ""
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._tend())]

    async def opened(self) -> None:
        """Wait until the ends agree on their first keys."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.end.may_send or self._is_over())
        if self._is_over():
            raise MessageLost(self._why())

    async def send(self, data: bytes) -> None:
        """Send data; waits as long as the link is held, or the other end does not read.

        ``ValueError`` after `finish`.
        """
        view = memoryview(data)
        for at in range(0, len(view), CHUNK_BYTES):
            while True:
                if not (self.end.may_send or self.end.finished) or self._is_over():
                    await self.opened()
                with suppress(KeyExhausted):  # held since we looked
                    self.end.send(view[at : at + CHUNK_BYTES])
                    break
            self.end.tend()  # keys may be used up
            if self.end.wish is not None:
                self._wake.set()
            await self._flush()

    async def receive(self) -> bytes:
        """Return the next data, or b"" after the last, if the other end said that they were."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._came or self.end.peer_closed or self._is_over())
            if self._came:
                self._changed.notify_all()
                return self._came.popleft()
        if self.end.peer_closed and not self._is_over():
            return b""
        raise MessageLost(self._why())

    async def finish(self) -> None:
        """Say that no more data follow."""
        self.end.finish()
        await self._flush()

    async def close(self) -> None:
        """End the connection."""
        for task in self._tasks:
            task.cancel()
        try:
            ended = await asyncio.gather(*self._tasks, return_exceptions=True)
            self._lost = self._lost or "the stream was closed here"
            await close_writer(self._writer)
        finally:
            self._writer.transport.abort()
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def _is_over(self) -> bool:
        """Whether no more can be sent or received; what came before can still be taken."""
        return bool(self._lost) or self.end.state is LinkState.STOPPED

    def _why(self) -> str:
        return self.end.why_stopped or self._lost or "all was received"

    # ---- what goes on meanwhile ---------------------------------------------------------------------------

    async def _read(self) -> None:
        """Open what comes, until nothing comes any more or no more of it can be good."""
        frames, lost = FrameReader(), "the connection was cut"
        try:
            while data := await self._reader.read(READ_BYTES):
                for frame in frames.feed(data):
                    await self._open(frame)
            if self.end.peer_closed:
                lost = ""
        except FrameRejected as error:  # from here on there is no telling what belongs to the stream
            lost = f"the stream was changed: {error.reason}"
        except OSError as error:
            lost = f"the connection was cut: {type(error).__name__}"
        finally:
            self._lost = lost
            async with self._changed:
                self._changed.notify_all()

    async def _open(self, frame: Buffer) -> None:
        """Open a frame. What was made up or repeated does no harm; where one is missing, the stream ends."""
        try:
            data = self.end.open(frame)
        except FrameRejected as error:
            if error.reason == Rejection.OUT_OF_ORDER.value:
                raise
            data = None
        async with self._changed:
            if data:
                self._came.append(data)
            self._changed.notify_all()
            await self._changed.wait_for(lambda: len(self._came) < WAITING_CHUNKS)
        if data is None:
            await self._flush()
            self._wake.set()

    async def _tend(self) -> None:
        """Fetch keys, and look at the clock."""
        while True:
            self.end.tend()
            wish = self.end.wish
            if wish is not None:
                try:
                    async with self._keys_lock:
                        fetched = await asyncio.to_thread(fetch, wish, self._source)
                    if self.end.wish is wish:
                        give(self.end, fetched)
                except (QkdlabError, ValueError) as error:  # no key will ever come from there
                    self.end.stop(str(error))
            await self._flush()
            async with self._changed:
                self._changed.notify_all()
            self._wake.clear()
            if self.end.wish is None:
                with suppress(TimeoutError):  # wait_for() may swallow a cancellation in Python 3.11
                    async with asyncio.timeout(TICK_SECONDS):
                        await self._wake.wait()

    async def _flush(self) -> None:
        """Carry away what the end made, in its order."""
        for frame in self.end.take_frames():
            self._writer.write(frame)
        with suppress(OSError):  # the reading task tells
            await self._writer.drain()
