"""What the panel shows of its world at a moment: plain values, and no key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....delivery.encryptor.end import LinkEvent, LinkState
from ....delivery.encryptor.rotation import Starvation
from ....delivery.hybrid import KEY_BYTES
from ..delivery_settings import DeliverySettings
from .kme_plant import KEY_BITS, Asked
from .quantum_supply import SupplyState

SHOWN_REQUESTS, SHOWN_EVENTS = 60, 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A message on its way from Alice to Bob.

    Parameters
    ----------
    number
        Counts the messages, from 1.
    plain, arrived
        What Alice sent and what Bob got; None if it did not pass.
    sealed
        The frame on the line, as Eve sees it.
    epoch
        Under which keys.
    eve
        What she did with it: "", "replayed" or "tampered".
    """

    number: int
    plain: bytes
    sealed: bytes
    arrived: bytes | None
    epoch: int
    eve: str = ""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Snapshot:
    """The world at a moment.

    Parameters
    ----------
    settings
        What was chosen.
    mode, where
        Where the KMEs are: "here" (in this process), "starting" or "beside" (processes); and their addresses,
        or why no process can be asked.
    seconds
        How long the world has run.
    stored_bits
        For keys that Alice's encryptor asks for; None if its KME does not answer.
    running
        Which KMEs are there.
    supply
        How the quantum link does.
    state, why
        How the encryptors stand, and why they stopped.
    epoch, made_of, key_id, epoch_seconds, epoch_frames
        The keys that are used: their number, what they are made of, the name of the key from QKD, for how
        long and for how many messages they were used.
    ever_made_of
        What the keys of this session of the encryptors were made of, all epochs together.
    n_keys
        How many keys from QKD the encryptors have used.
    n_sent, n_arrived, rejected
        Messages, and frames that were rejected by reason.
    passage, own
        The last message, and the last one that the learner wrote.
    requests, events
        What the KMEs were asked, and what happened at the encryptors, the newest last.
    noted
        What came of the last thing that a learner did; "" if nothing.
    """

    settings: DeliverySettings
    mode: str
    where: str
    seconds: float
    stored_bits: int | None
    running: Mapping[str, bool]
    supply: SupplyState
    state: LinkState
    why: str
    epoch: int
    made_of: frozenset[str]
    key_id: str | None
    epoch_seconds: float
    epoch_frames: int
    ever_made_of: frozenset[str]
    n_keys: int
    n_sent: int
    n_arrived: int
    rejected: Mapping[str, int]
    passage: Passage | None
    own: Passage | None
    requests: tuple[Asked, ...]
    events: tuple[LinkEvent, ...]
    noted: str

    def __repr__(self) -> str:
        keys = "unknown" if self.stored_keys is None else self.stored_keys
        return f"Snapshot({self.state.value}, epoch {self.epoch}, keys left: {keys})"

    @property
    def stored_keys(self) -> int | None:
        """How many keys are left at Alice's KME."""
        return None if self.stored_bits is None else self.stored_bits // KEY_BITS

    @property
    def n_rejected(self) -> int:
        """How many frames were rejected."""
        return sum(self.rejected.values())

    @property
    def needs(self) -> frozenset[str]:
        """What the keys are made of, all epochs together; before the first, what they are to be made of."""
        return self.ever_made_of or frozenset({"QKD", "PQC"} if self.settings.use_pqc else {"QKD"})

    @property
    def all_run(self) -> bool:
        """Whether both KMEs are there; if not, no key can be fetched."""
        return all(self.running.values())

    @property
    def crosses(self) -> bool:
        """Whether messages cross."""
        return self.state is LinkState.OPEN and bool(self.epoch)

    @property
    def usable_bits_per_second(self) -> float:
        """What the link makes for keys that Alice's encryptor asks for; the other half is for Bob's."""
        return self.supply.bits_per_second / 2

    @property
    def needed_bits_per_second(self) -> float:
        """What Alice's encryptor uses, at one message a second."""
        return KEY_BITS / self.seconds_per_key

    @property
    def store_falls(self) -> bool:
        """Whether more keys are used than made."""
        return self.usable_bits_per_second < self.needed_bits_per_second

    @property
    def last_key_seconds(self) -> float:
        """How long the key in use will do if no other comes: to the limit of the policy."""
        most = 2 if self.settings.starvation is Starvation.HOLD else 1
        seconds = most * self.settings.rotate_seconds - self.epoch_seconds
        frames = most * self.settings.rotate_frames - self.epoch_frames
        return max(0.0, min(seconds, frames * SECONDS_PER_MESSAGE))

    @property
    def eve_reads(self) -> bool:
        """Whether Eve can read the last message from what was on the line and what else she has.

        The keys of an epoch need those before it (the chain). So she must have all secrets that any epoch of
        this session was made of.
        """
        if not self.epoch or self.settings.on_the_line == "nobody":
            return False
        has = {"QKD"} if self.settings.has_qkd_keys else set()
        has |= {"PQC"} if self.settings.breaks_pqc else set()
        return self.ever_made_of <= has

    @property
    def seconds_per_key(self) -> float:
        """How long a key is used at most, at one message a second."""
        return min(self.settings.rotate_seconds, self.settings.rotate_frames * SECONDS_PER_MESSAGE)

    @property
    def lasts_seconds(self) -> float | None:
        """How long the stored keys last if no more come: each is used in turn, from the next change on."""
        return None if self.stored_keys is None else self.stored_keys * self.seconds_per_key

    @property
    def falls_seconds(self) -> float:
        """How long the stored keys last if as many come as now, and they are too few."""
        need, usable = self.needed_bits_per_second, self.usable_bits_per_second
        return (self.stored_bits or 0) / (need - usable) if need > usable else float("inf")


SECONDS_PER_MESSAGE = 1.0
PICTURE_BITS = 8 * KEY_BYTES
