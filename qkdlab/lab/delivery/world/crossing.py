"""Two encryptors that get their keys from two KMEs, messages that cross between them, and Eve on the line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from ....delivery.encryptor.end import LinkState
from ....delivery.encryptor.frames import HEADER_BYTES, Header, Kind
from ....delivery.encryptor.key_source import KeySource
from ....delivery.encryptor.local_link import LocalLink
from ....delivery.hybrid import Role
from ....errors import KmeError, QkdlabError
from ...frame.turns import Turns
from ..delivery_settings import ALICE, BOB, CAROL, DeliverySettings
from .asking import Asking
from .kme_plant import CAPACITY_BITS, KEY_BITS, KMES, Asked, KmePlant
from .quantum_supply import QuantumSupply
from .snapshot import SECONDS_PER_MESSAGE, SHOWN_EVENTS, SHOWN_REQUESTS, Passage, Snapshot
from .traffic import PICTURE, text_of

SECONDS_TO_READ = 4.0
"""How long the learner's own message stays the last one."""

SECONDS_NOTED = 20.0
"""How long it is said what came of the last thing that a learner did."""

EVE_TAKES = 3
"""Eve replays or changes every third message: the others pass, and are seen to."""


class Crossing:
    """A quantum link, two KMEs and two encryptors, with a clock that is told how time passes.

    Parameters
    ----------
    settings
        Where to start.
    plant
        The two KMEs.

    Attributes
    ----------
    now
        Seconds.
    """

    def __init__(self, settings: DeliverySettings, plant: KmePlant) -> None:
        self.settings, self.now = settings, 0.0
        self._noted, self._noted_at = "", 0.0
        self.mode, self.where = "here", ""
        self._plant = plant
        self._supply = QuantumSupply(settings)
        self._requests: deque[Asked] = deque(maxlen=SHOWN_REQUESTS)
        self._own: deque[bytes] = deque()
        self._tapped: tuple[bytes, str] = (b"", "")
        self._stored: int | None = None
        self.anew()
        self._stock()

    def _new_link(self) -> LocalLink:
        """Return two new encryptors, who have to agree on their first keys."""
        self._ever: frozenset[str] = frozenset()
        self._epoch, self._epoch_at, self._epoch_frames, self._next_at = 0, self.now, 0, self.now
        alice, bob = (self._asking(sae, other) for sae, other in ((ALICE, BOB), (BOB, ALICE)))
        return LocalLink(self.settings.encryptors, alice, bob, clock=lambda: self.now, tap=self._tap)

    def _asking(self, sae: str, other: str) -> KeySource:
        return Asking(lambda: self._plant.client(sae), other)

    @property
    def noted(self) -> str:
        """What came of the last thing that a learner did; for a while."""
        return self._noted

    @noted.setter
    def noted(self, text: str) -> None:
        self._noted, self._noted_at = text, self.now

    def run_beside(self, turns: Turns | None = None) -> None:
        """Let sessions of the quantum link run beside all else from now on, in a thread or in turns."""
        self._supply.run_beside(turns)

    # ---- what a learner does -------------------------------------------------------------------------------

    def change(self, settings: DeliverySettings) -> None:
        """Take up other settings; encryptors that have stopped begin anew as soon as there is a key."""
        self.settings = settings
        self._supply.change(settings, self.now)
        self._link.master.settings = self._link.slave.settings = settings.encryptors
        self._begins_anew = self._link.master.state is LinkState.STOPPED

    def move_to(self, plant: KmePlant) -> None:
        """Go on with other KMEs."""
        self._plant.close()
        self._plant = plant
        self._requests.clear()
        self.anew()
        self._stock()

    def begin(self) -> None:
        """Begin a scenario: both KMEs run, their stores are full of older keys, encryptors begin anew."""
        for kme in KMES:
            if not self._plant.is_running(kme):
                self._plant.restart(kme)
        self._own.clear()
        self._stock()
        self.anew()

    def _stock(self) -> None:
        stored = self._plant.stored_bits()
        if stored is not None:
            self._supply.stock(2 * (CAPACITY_BITS - stored), self._plant.share)

    def anew(self) -> None:
        """Let the encryptors begin anew, and all that is counted with them."""
        self._begins_anew = False
        self._n_sent = self._n_arrived = self._n_keys = 0
        self._passage: Passage | None = None
        self._last_own: Passage | None = None
        self._link: LocalLink = self._new_link()

    def say(self, text: str) -> None:
        """Let Alice send a message of the learner's own next."""
        self._own.append(text.encode()[:200])

    def is_running(self, kme: str) -> bool:
        """Return whether a KME is there."""
        return self._plant.is_running(kme)

    def kill(self, kme: str) -> None:
        """End a KME at once."""
        self._plant.kill(kme)

    def restart(self, kme: str) -> None:
        """Start a KME again."""
        self._plant.restart(kme)

    def empty(self) -> None:
        """Let Alice's encryptor fetch all keys that are stored, and throw them away."""
        left = (self._plant.stored_bits() or 0) // KEY_BITS
        if left:
            self._refused(lambda: self._plant.client(ALICE).get_keys(BOB, left, KEY_BITS))

    def wrong_sae(self) -> KmeError | None:
        """Let an application that is not entitled ask for a key, which Bob gets then; what it was told."""
        key_id = self._fresh()
        refusal = self._refused(lambda: self._plant.client(CAROL).get_keys_with_ids(ALICE, [key_id]))
        self._refused(lambda: self._plant.client(BOB).get_keys_with_ids(ALICE, [key_id]))
        return refusal

    def reused(self) -> KmeError | None:
        """Let Bob ask for a key a second time; what he was told."""
        key_id = self._fresh()
        self._plant.client(BOB).get_keys_with_ids(ALICE, [key_id])
        return self._refused(lambda: self._plant.client(BOB).get_keys_with_ids(ALICE, [key_id]))

    def _fresh(self) -> str:
        return self._plant.client(ALICE).get_keys(BOB, 1, KEY_BITS)[0].key_id

    def _refused(self, ask: Callable[[], object]) -> KmeError | None:
        try:
            ask()
        except KmeError as error:
            return error
        return None

    # ---- time ----------------------------------------------------------------------------------------------

    def step(self, seconds: float) -> None:
        """Let time pass: keys come, keys change, a message crosses."""
        self.now += seconds
        if self.now - self._noted_at >= SECONDS_NOTED:
            self.noted = ""
        self.look()
        if self._stored is not None:
            room = 2 * max(0, CAPACITY_BITS - self._stored)
            if self._supply.tend(self.now, seconds, room, self._plant.share):
                self._stored = self._plant.stored_bits()  # or a store that was just filled would look empty
        if self._begins_anew and (self._stored or 0) >= KEY_BITS:
            self.anew()
        self._tend()
        if self.now >= self._next_at and self._link.master.may_send:
            self._next_at = self.now + (SECONDS_TO_READ if self._own else SECONDS_PER_MESSAGE)
            self._send()
        self._requests.extend(self._plant.asked())

    def look(self) -> None:
        """Ask how many keys are stored."""
        self._stored = self._plant.stored_bits()
        self._requests.extend(self._plant.asked())

    def _tend(self) -> None:
        try:
            self._link.run()
        except QkdlabError as error:  # a KME says no for good
            self._link.master.stop(str(error))
        master = self._link.master
        if master.epoch != self._epoch:
            self._epoch, self._epoch_at, self._epoch_frames = master.epoch, self.now, 0
            self._ever |= master.made_of
            self._n_keys += "QKD" in master.made_of

    def _send(self) -> None:
        own = bool(self._own)
        plain = self._own.popleft() if own else self._next_plain()
        if own and not self._own:
            self.noted = ""  # it crosses now
        self._tapped = (b"", "")
        arrived = self._link.arrived["slave"]
        before = len(arrived)
        self._link.master.send(plain)
        self._n_sent += 1
        self._epoch_frames += 1
        epoch = self._link.master.epoch
        self._tend()
        came = arrived[before] if len(arrived) > before else None
        self._n_arrived += came is not None
        sealed, eve = self._tapped
        self._passage = Passage(
            number=self._n_sent, plain=plain, sealed=sealed, arrived=came, epoch=epoch, eve=eve
        )
        self._last_own = self._passage if own else self._last_own
        arrived.clear()

    def _next_plain(self) -> bytes:
        return PICTURE if self.settings.traffic == "picture" else text_of(self._n_sent)

    def _tap(self, role: Role, frame: bytes) -> Iterable[bytes]:
        if role != "master" or Header.decoded(frame).kind is not Kind.DATA:
            return [frame]
        takes = self._n_sent % EVE_TAKES == EVE_TAKES - 1
        eve = (
            {"replays": "replayed", "tampers": "tampered"}.get(self.settings.on_the_line, "") if takes else ""
        )
        self._tapped = (frame, eve)
        if eve == "tampered":
            changed = bytearray(frame)
            changed[HEADER_BYTES] ^= 1
            return [bytes(changed)]
        return [frame, frame] if eve else [frame]

    # ---- how it stands -------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return what is to be shown."""
        master, slave = self._link.master, self._link.slave
        return Snapshot(
            settings=self.settings,
            mode=self.mode,
            where=self.where,
            seconds=self.now,
            stored_bits=self._stored,
            running={kme: self._plant.is_running(kme) for kme in KMES},
            supply=self._supply.state,
            state=master.state,
            why=master.why_stopped,
            epoch=master.epoch,
            made_of=master.made_of,
            key_id=master.key_id,
            epoch_seconds=self.now - self._epoch_at,
            epoch_frames=self._epoch_frames,
            ever_made_of=self._ever,
            n_keys=self._n_keys,
            n_sent=self._n_sent,
            n_arrived=self._n_arrived,
            rejected=master.rejected + slave.rejected,
            passage=self._passage,
            own=self._last_own,
            requests=tuple(self._requests),
            events=tuple(master.events)[-SHOWN_EVENTS:],
            noted=self.noted,
        )

    def close(self) -> None:
        """End the sessions and the KMEs."""
        self._supply.close()
        self._plant.close()
