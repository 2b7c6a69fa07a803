"""What the encryptor panel shows, as a value: link, Eve, policies, traffic. To JSON and back."""

from __future__ import annotations

from dataclasses import dataclass

from ...delivery.encryptor.rotation import EncryptorSettings, Limits, Rotation, Starvation
from ...delivery.hybrid import HybridPolicy
from ...settings.saving import Saved
from ...values import check_between, check_choice, check_count, check_instance

ON_THE_LINE = ("nobody", "listens", "replays", "tampers")
"""Who is on the data link: nobody, or Eve, who hears all, sends frames again, or changes them."""

TRAFFIC = ("messages", "picture")

ALICE, BOB, CAROL = "SAE-A", "SAE-B", "SAE-C"
"""The two encryptors, and an application at Bob's site that is entitled to none of their keys."""

WINDOW = 64
"""How far a frame may be behind the newest one."""

MOST_BYTES = 1 << 30
RETRY_SECONDS, OVERLAP_SECONDS = 1.0, 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySettings(Saved):
    """All that can be chosen in the encryptor panel.

    Parameters
    ----------
    length_km
        Length of the quantum link, 1 … 200 km.
    eve
        Whether Eve intercepts every pulse on it.
    starvation
        What the encryptors do when keys should change and there is no key from QKD.
    rotate_seconds, rotate_frames
        After how long, and after how many frames, keys change: whatever comes first. Keys are used for twice
        as much at most.
    hybrid
        What keys must be made of.
    use_pqc
        Whether ML-KEM is used.
    on_the_line
        Who is on the data link: one of `ON_THE_LINE`.
    breaks_pqc, has_qkd_keys
        What else Eve has: a way to break ML-KEM; every key that the two KMEs hand out.
    traffic
        What Alice sends: one of `TRAFFIC`.
    seed
        From which the sessions of the link follow.

    Raises
    ------
    ValueError
        Naming what does not fit, policies that contradict each other included.

    Examples
    --------
    >>> DeliverySettings(rotate_frames=5).encryptors.rotation.soft.n_frames
    5
    """

    length_km: float = 25.0
    eve: bool = False
    starvation: Starvation = Starvation.HOLD
    rotate_seconds: float = 4.0
    rotate_frames: int = 20
    hybrid: HybridPolicy = HybridPolicy.AT_LEAST_PQC
    use_pqc: bool = True
    on_the_line: str = "listens"
    breaks_pqc: bool = False
    has_qkd_keys: bool = False
    traffic: str = "messages"
    seed: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "length_km", check_between("length_km", self.length_km, 1.0, 200.0))
        seconds = check_between("rotate_seconds", self.rotate_seconds, 0.5, 600.0)
        object.__setattr__(self, "rotate_seconds", seconds)
        check_count("rotate_frames", self.rotate_frames, minimum=1, maximum=10_000)
        for name in ("eve", "use_pqc", "breaks_pqc", "has_qkd_keys"):
            check_instance(name, getattr(self, name), bool)
        for name, kind in (("starvation", Starvation), ("hybrid", HybridPolicy)):
            check_choice(name, str(getattr(self, name)), tuple(one.value for one in kind))
            object.__setattr__(self, name, kind(getattr(self, name)))
        check_choice("on_the_line", self.on_the_line, ON_THE_LINE)
        check_choice("traffic", self.traffic, TRAFFIC)
        check_count("seed", self.seed)
        _ = self.encryptors

    @property
    def encryptors(self) -> EncryptorSettings:
        """What both encryptors are set to."""
        seconds, frames = self.rotate_seconds, self.rotate_frames
        return EncryptorSettings(
            master=ALICE,
            slave=BOB,
            hybrid=self.hybrid,
            starvation=self.starvation,
            rotation=Rotation(
                soft=Limits(seconds=seconds, n_bytes=MOST_BYTES, n_frames=frames),
                hard=Limits(seconds=2 * seconds, n_bytes=2 * MOST_BYTES, n_frames=2 * frames),
                overlap_seconds=OVERLAP_SECONDS,
                retry_seconds=RETRY_SECONDS,
            ),
            window=WINDOW,
            use_pqc=self.use_pqc,
        )
