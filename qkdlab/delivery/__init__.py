"""What keys are for: two sites with a KME each, encryptors that fetch keys from it, and what they protect.

`store` keeps keys, `kme` hands them out over ETSI GS QKD 014, `pair` runs two KMEs and feeds them, `client`
asks for keys, `encryptor` uses them, `hybrid` puts them together with those of post-quantum cryptography, and
`conformance` examines any KME. All but the one-time pad need the extra ``delivery``. From a terminal::

    python -m qkdlab.delivery
"""

from .one_time_pad import one_time_pad

__all__ = ["one_time_pad"]
