"""Two encryptors that carry data under keys from QKD and ML-KEM, and change them in time.

`MasterEnd` and `SlaveEnd` are the two ends without sockets; `LocalLink` has both in one process,
`EncryptedStream` puts one on a connection, and `PortForward` a TCP port through two. `PadSender` and
`PadReceiver` are the one-time pad. `KmeKeySource` brings keys from a KME, `SharedKeys` does without one.
What is protected, and what is not, stands in the docstrings of `qkdlab.delivery.encryptor.end`, of
`pad_channel` and of `qkdlab.delivery.hybrid`."""

from .encrypted_stream import EncryptedStream
from .end import EncryptorEnd, KeyWish, LinkEvent, LinkState
from .forwarding import PortForward
from .frames import Header, Kind, Rejection
from .key_source import KeySource, KmeKeySource, ManyKeys, SharedKeys
from .local_link import LocalLink
from .master_end import MasterEnd
from .pad_channel import PadCost, PadReceiver, PadSender, pad_cost
from .rotation import EncryptorSettings, Limits, Rotation, Starvation
from .slave_end import SlaveEnd

__all__ = [
    "EncryptedStream",
    "EncryptorEnd",
    "EncryptorSettings",
    "Header",
    "KeySource",
    "KeyWish",
    "Kind",
    "KmeKeySource",
    "Limits",
    "LinkEvent",
    "LinkState",
    "LocalLink",
    "ManyKeys",
    "MasterEnd",
    "PadCost",
    "PadReceiver",
    "PadSender",
    "PortForward",
    "Rejection",
    "Rotation",
    "SharedKeys",
    "SlaveEnd",
    "Starvation",
    "pad_cost",
]
