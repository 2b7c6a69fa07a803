"""A laboratory for quantum key distribution.

The names a notebook uses. Importing this package loads neither a front end nor a server; the
widgets are in `qkdlab.lab`.

>>> from qkdlab import InterceptResend, Link, run_session
>>> eve = InterceptResend(fraction=0.5)
>>> result = run_session(n_pulses=1_000_000, link=Link(length_km=25), eavesdropper=eve, seed=7)
>>> result.accepted, result.reason.value
(False, 'QBER too high')
"""

from .attacks import (
    BeamSplitting,
    CombinedAttack,
    DetectorBlinding,
    FakedStates,
    PhotonNumberSplitting,
    TimeShift,
)
from .attacks.qubit_attacks import EntanglingProbe, InterceptResend, OptimalCloner
from .distillation.authentication.account import AuthenticationLedger
from .distillation.outcome import AbortReason
from .distillation.security.asymptotic import AsymptoticSecurity
from .distillation.security.classroom import ClassroomSecurity
from .distillation.security.finite import FiniteSecurity
from .distillation.security.published import PublishedSecurity
from .errors import (
    DeviceError,
    KeyExhausted,
    MissingExtra,
    MissingQiskit,
    PrecisionError,
    QkdlabError,
    RecordingError,
    ScenarioError,
    TopologyError,
)
from .link import (
    COEXISTENCE_LINK,
    GENERIC_LINK,
    GYS_LINK,
    IDEAL_LINK,
    LIM_LINK,
    RUSCA_LINK,
    ClassicalChannel,
    DecoySource,
    Detector,
    Link,
    SinglePhotonSource,
    WeakCoherentSource,
)
from .quantum.devices import DeviceSampler
from .recorded.recording import Recording, read_recording, save_recording
from .recorded.recording_settings import RecordingSettings
from .recorded.session import AcceptedRecording, RecordedSession, RejectedRecording, distill_recording
from .recorded.tables.layout import Layout
from .session.jobs import JobEstimate, estimate_job
from .session.man_in_the_middle import ManInTheMiddle, Takeover, run_man_in_the_middle
from .session.session import AcceptedSession, RejectedSession, SessionResult, run_session
from .settings.session_settings import SessionSettings
from .theory.expected_key import ExpectedKey, expected_key
from .theory.optimisation import Optimum, optimise
from .values import Basis, SecretKey

__all__ = [
    "COEXISTENCE_LINK",
    "GENERIC_LINK",
    "GYS_LINK",
    "IDEAL_LINK",
    "LIM_LINK",
    "RUSCA_LINK",
    "AbortReason",
    "AcceptedRecording",
    "AcceptedSession",
    "AsymptoticSecurity",
    "AuthenticationLedger",
    "Basis",
    "BeamSplitting",
    "ClassicalChannel",
    "ClassroomSecurity",
    "CombinedAttack",
    "DecoySource",
    "Detector",
    "DetectorBlinding",
    "DeviceError",
    "DeviceSampler",
    "EntanglingProbe",
    "ExpectedKey",
    "FakedStates",
    "FiniteSecurity",
    "InterceptResend",
    "JobEstimate",
    "KeyExhausted",
    "Layout",
    "Link",
    "ManInTheMiddle",
    "MissingExtra",
    "MissingQiskit",
    "OptimalCloner",
    "Optimum",
    "PhotonNumberSplitting",
    "PrecisionError",
    "PublishedSecurity",
    "QkdlabError",
    "RecordedSession",
    "Recording",
    "RecordingError",
    "RecordingSettings",
    "RejectedRecording",
    "RejectedSession",
    "ScenarioError",
    "SecretKey",
    "SessionResult",
    "SessionSettings",
    "SinglePhotonSource",
    "Takeover",
    "TimeShift",
    "TopologyError",
    "WeakCoherentSource",
    "distill_recording",
    "estimate_job",
    "expected_key",
    "optimise",
    "read_recording",
    "run_man_in_the_middle",
    "run_session",
    "save_recording",
]
