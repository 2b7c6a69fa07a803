"""What the benchmark of sweeps runs: importable by workers, and counted."""

import os
import time
from dataclasses import dataclass, replace

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings
from qkdlab.sweep.kinds import KINDS

SESSION = SessionSettings(
    n_pulses=500,
    link=IDEAL_LINK,
    eavesdropper=InterceptResend(),
    security="asymptotic",
    shared_bits=0,
    seed=1,
)
"""A session of about three milliseconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """A session that leaves a line in a file each time it is run, once it has come to its end.

    Parameters
    ----------
    session
        The session.
    log
        The file.
    seed
        That of the run.
    """

    log: str
    session: SessionSettings = SESSION
    seed: int = 1


def counted(settings: Counted) -> dict[str, object]:
    """Run the session, and say so in the file."""
    row = KINDS["session"].run(replace(settings.session, seed=settings.seed))
    with open(settings.log, "ab", buffering=0) as file:
        file.write(f"{settings.seed}\n".encode())
    return dict(row)


def nothing(settings: SessionSettings) -> dict[str, object]:
    """Return one number: what is left to measure is what a sweep costs."""
    return {"y": settings.link.length_km}


def watched(settings: SessionSettings) -> dict[str, object]:
    """Run the session; the row says which process did, and what it has taken of its processor until then."""
    KINDS["session"].run(settings)
    return {"process": os.getpid(), "processor_seconds": time.process_time()}


def ready(seconds: float) -> int:
    """Keep a worker busy until all are up."""
    time.sleep(seconds)
    return 0
