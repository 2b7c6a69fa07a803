"""Both ends of an encrypted link in one process, without sockets or threads: for lessons, and for tests.

The line between them can be tapped: whoever does sees every frame, and may change, keep, repeat or make up
any.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from ...errors import FrameRejected
from ..hybrid import Role
from .end import EncryptorEnd
from .frames import Buffer
from .key_source import KeySource, fulfil
from .master_end import MasterEnd
from .rotation import EncryptorSettings
from .slave_end import SlaveEnd

Tap = Callable[[Role, bytes], Iterable[bytes]]
"""Takes the role of a sender and its frame, and returns what arrives in its place."""

WAYS: tuple[tuple[Role, Role], ...] = (("master", "slave"), ("slave", "master"))
MOST_ROUNDS = 1_000


class LocalLink:
    """Two ends, and the line between them.

    Parameters
    ----------
    settings
        Of both ends.
    master_keys, slave_keys
        Where they get their keys from QKD.
    clock
        Seconds that never go back.
    first_secret
        See `EncryptorEnd`.
    tap
        Who is on the line; None for nobody.

    Attributes
    ----------
    arrived
        What each end got: a list of data, one entry a frame.

    Examples
    --------
    >>> from qkdlab.delivery.encryptor.key_source import SharedKeys
    >>> keys = SharedKeys(1)
    >>> link = LocalLink(EncryptorSettings(master="A", slave="B"), keys, keys)
    >>> link.run()
    >>> link.master.send(b"well met")
    >>> link.run()
    >>> link.arrived["slave"], link.master
    ([b'well met'], MasterEnd(open, epoch 1))
    """

    def __init__(
        self,
        settings: EncryptorSettings,
        master_keys: KeySource,
        slave_keys: KeySource,
        *,
        clock: Callable[[], float] = time.monotonic,
        first_secret: bytes | None = None,
        tap: Tap | None = None,
    ) -> None:
        self.master = MasterEnd(settings, clock=clock, first_secret=first_secret)
        self.slave = SlaveEnd(settings, clock=clock, first_secret=first_secret)
        self.keys: dict[Role, KeySource] = {"master": master_keys, "slave": slave_keys}
        self.arrived: dict[Role, list[bytes]] = {"master": [], "slave": []}
        self.tap = tap

    def end_of(self, role: Role) -> EncryptorEnd:
        """Return an end."""
        return self.master if role == "master" else self.slave

    def run(self) -> None:
        """Tend both ends, fetch keys and carry frames, until nothing moves any more."""
        for _ in range(MOST_ROUNDS):
            moved = False
            for role, other in WAYS:
                end = self.end_of(role)
                end.tend()
                moved = moved or end.wish is not None
                fulfil(end, self.keys[role])
                for frame in end.take_frames():
                    moved = True
                    for arriving in (frame,) if self.tap is None else self.tap(role, bytes(frame)):
                        self.deliver(other, arriving)
            if not moved:
                return
        raise RuntimeError(f"the link must come to rest within {MOST_ROUNDS} rounds, got none")

    def deliver(self, role: Role, frame: Buffer) -> bool:
        """Let a frame arrive at an end, whoever made it; return whether it passed."""
        try:
            data = self.end_of(role).open(frame)
        except FrameRejected:
            return False  # the end has counted it
        if data is not None:
            self.arrived[role].append(data)
        return True
