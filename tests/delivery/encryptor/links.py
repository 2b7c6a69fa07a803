"""Links in one process, with a clock that stands until a test moves it."""

from collections.abc import Callable, Iterable
from typing import Any

from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.delivery.encryptor.rotation import EncryptorSettings, Limits, Rotation

SOFT = Limits(seconds=10.0, n_bytes=10_000, n_frames=100)
HARD = Limits(seconds=30.0, n_bytes=40_000, n_frames=400)
SHORT = Rotation(soft=SOFT, hard=HARD, overlap_seconds=2.0, retry_seconds=1.0)
FIRST_SECRET = bytes(range(32))


class Clock:
    """Seconds that only a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Link(LocalLink):
    """A `LocalLink` with its clock and its keys, opened at once."""

    def __init__(
        self,
        n_keys: int = 10,
        *,
        tap: Callable[[str, bytes], Iterable[bytes]] | None = None,
        first_secret: bytes | None = None,
        **changes: Any,
    ) -> None:
        self.clock, self.shared = Clock(), SharedKeys(n_keys)
        settings = EncryptorSettings(**({"master": "alice", "slave": "bob", "rotation": SHORT} | changes))
        super().__init__(
            settings, self.shared, self.shared, clock=self.clock, first_secret=first_secret, tap=tap
        )
        self.run()

    def wait(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass, and tend the link."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + step)
            self.run()

    def frames(self, role: str, *messages: bytes) -> list[bytes]:
        """The frames of messages, which are not carried."""
        end = self.end_of(role)  # type: ignore[arg-type]
        for message in messages:
            end.send(message)
        return [bytes(frame) for frame in end.take_frames()]
