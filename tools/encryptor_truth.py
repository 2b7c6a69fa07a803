"""What the lamps of the encryptor panel should show, found from the frames on the line.

Eve is given what a scenario says she has, and the frames as they crossed. She works through all that the ends
said to each other, makes the keys of each epoch if she can, and tries to open every message with them. So
nothing here asks the code behind the lamps.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qkdlab import run_session
from qkdlab.attacks.qubit_attacks import InterceptResend
from qkdlab.delivery.encryptor.frames import HEADER_BYTES, TAG_BYTES, Header, Kind
from qkdlab.delivery.encryptor.handshake import Answer, Offer
from qkdlab.delivery.encryptor.key_source import KeyClient
from qkdlab.delivery.encryptor.master_end import MasterEnd
from qkdlab.delivery.hybrid import KEY_BYTES, KeyContext, Role, combine
from qkdlab.delivery.link_sessions import PULSE_RATE_HZ
from qkdlab.delivery.messages import DeliveredKey
from qkdlab.delivery.pair import link_settings
from qkdlab.lab.delivery.delivery_settings import DeliverySettings
from qkdlab.lab.delivery.world.crossing import Crossing
from qkdlab.lab.delivery.world.kmes_here import KmesHere
from qkdlab.lab.delivery.world.quantum_supply import SHORTER
from qkdlab.lab.delivery.world.snapshot import Snapshot

TICK_SECONDS, RECENT_SECONDS = 0.25, 2.0


class Watched(KmesHere):
    """Two KMEs, and every key that they hand out."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, bytes] = {}

    def client(self, sae: str) -> KeyClient:
        """Return an SAE's way to its KME, with somebody who reads along."""
        return Copied(super().client(sae), self.keys)


class Copied:
    """An SAE's way to its KME; new keys are written down in `keys`, too."""

    def __init__(self, client: KeyClient, keys: dict[str, bytes]) -> None:
        self._client, self._keys = client, keys
        self.get_keys_with_ids = client.get_keys_with_ids

    def get_keys(self, slave: str, number: int = 1, size: int | None = None) -> tuple[DeliveredKey, ...]:
        """Get new keys."""
        found = tuple(self._client.get_keys(slave, number, size))
        self._keys.update({key.key_id: bytes(key.key) for key in found})
        return found


class Eavesdropper:
    """Hears the line between two encryptors from the beginning.

    Parameters
    ----------
    master
        Her way to the secrets of ML-KEM, should she be able to break it.
    keys
        Her way to the keys that the KMEs hand out, should she have a friend there.
    """

    def __init__(self, master: MasterEnd, keys: dict[str, bytes]) -> None:
        self._master, self._keys = master, keys
        self._offer: Offer | None = None
        self.agreed: list[tuple[Offer, Answer, bytes | None]] = []
        self.frames: list[bytes] = []

    def hear(self, role: Role, frame: bytes) -> None:
        """Take down a frame."""
        header = Header.decoded(frame)
        body = frame[HEADER_BYTES : len(frame) - (TAG_BYTES if header.epoch else 0)]
        if header.kind is Kind.DATA:
            self.frames.append(frame)
        elif header.kind is Kind.OFFER:
            self._offer = Offer.decoded(body)
        elif header.kind is Kind.ANSWER and self._offer is not None:
            answer, offered = Answer.decoded(body), self._master._offered
            kem = offered.kem if offered else None
            secret = kem.secret_of(answer.kem_ciphertext) if kem else None
            self.agreed.append((self._offer, answer, secret))

    def keys_of_epochs(self, settings: DeliverySettings) -> dict[int, bytes]:
        """Return the keys that she can make, up to the first epoch of which she lacks a secret."""
        chain, made, ends = None, {}, settings.encryptors
        for offer, answer, secret in self.agreed:
            lacks_qkd = offer.key_id is not None and not settings.has_qkd_keys
            lacks_pqc = bool(offer.kem_public) and not settings.breaks_pqc
            if lacks_qkd or lacks_pqc:
                break
            context = KeyContext(
                master=ends.master,
                slave=ends.slave,
                epoch=offer.epoch,
                policy=ends.hybrid,
                key_id=offer.key_id,
                said=offer.encoded() + answer.said(),
            )
            qkd_key = self._keys[offer.key_id] if offer.key_id else None
            secrets = combine(qkd_key=qkd_key, pqc_secret=secret, chain=chain, context=context)
            chain, made[offer.epoch] = secrets.chain, secrets.sent_by_master
        return made

    def opened(self, settings: DeliverySettings) -> list[bool]:
        """Return of each message whether she can open it."""
        keys = self.keys_of_epochs(settings)
        return [_opens(keys, frame) for frame in self.frames]


def _opens(keys: dict[int, bytes], frame: bytes) -> bool:
    header = Header.decoded(frame)
    if header.epoch not in keys:
        return False
    nonce = header.epoch.to_bytes(4) + header.counter.to_bytes(8)
    try:
        AESGCM(keys[header.epoch]).decrypt(nonce, frame[HEADER_BYTES:], frame[:HEADER_BYTES])
    except InvalidTag:
        return False
    return True


def watched_run(
    settings: DeliverySettings, seconds: float, then: Callable[[Crossing], object] | None = None
) -> tuple[Snapshot, Eavesdropper, int]:
    """Run a scenario; `then` happens after a third of the time.

    Returns how it stands, what Eve has heard, and how many messages arrived in the last two seconds.
    """
    kmes = Watched()
    world = Crossing(settings if then is None else replace(settings, eve=False), kmes)
    master = world._link.master
    eve = Eavesdropper(master, kmes.keys)
    own = world._link.tap

    def tap(role: Role, frame: bytes) -> Iterable[bytes]:
        eve.hear(role, frame)
        return own(role, frame) if own else [frame]

    world._link.tap = tap
    n_ticks = round(seconds / TICK_SECONDS)
    recent = 0
    for tick in range(n_ticks):
        if then is not None and tick == n_ticks // 3:
            then(world)
        if tick == n_ticks - round(RECENT_SECONDS / TICK_SECONDS):
            recent = world.snapshot().n_arrived
        world.step(TICK_SECONDS)
    now = world.snapshot()
    world.close()
    return now, eve, now.n_arrived - recent


def visited(settings: DeliverySettings, *, empty: bool) -> Callable[[Crossing], object] | None:
    """Return what lets Eve onto the quantum link, and empties the store; None if she does not come."""

    def happen(world: Crossing) -> None:
        world.change(settings)
        if empty:
            world.empty()

    return happen if settings.eve else None


def encryptor_truth(
    settings: DeliverySettings, now: Snapshot, eve: Eavesdropper, recent: int
) -> tuple[str, str, str]:
    """Return what the lamps should show, and why."""
    reads = settings.on_the_line != "nobody" and eve.opened(settings)[-1]
    of_qkd = eve.agreed[-1][0].key_id is not None
    long = link_settings(settings.length_km)
    tactic = InterceptResend() if settings.eve else None
    session = run_session(
        replace(long, n_pulses=long.n_pulses // SHORTER, eavesdropper=tactic), seed=settings.seed
    )
    n_open = sum(eve.opened(settings))
    told = f"she opens {n_open} of {len(eve.frames)} frames"
    who = "eve_reads" if reads else "eve_blind"
    if settings.on_the_line == "nobody":
        who = "eve_nobody"
    if not recent:
        return "rejected", who, f"{told}; nothing arrives any more"
    if reads:
        return "broken", who, told
    of_alice = session.key_length / 2 * PULSE_RATE_HZ / session.settings.n_pulses
    enough = of_alice * min(settings.rotate_seconds, settings.rotate_frames) >= 8 * KEY_BYTES
    flows = enough and of_qkd
    why = "the last key is of QKD" if of_qkd else "the last keys are of ML-KEM alone"
    link = f"the link makes {'keys' if enough else 'too few' if session.key_length else 'none'}"
    return "accepted" if flows else "too_few", who, f"{told}; {why}, {link}"
