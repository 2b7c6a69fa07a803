"""AES-256-GCM and ML-KEM-768: those of the package cryptography, and our own in a browser.

In a browser (WebAssembly) the package cryptography is missing, or older than its ML-KEM. What stands in for
it there is Python, slow, and does not take the same time for all keys: it shows what the two do, and protects
nothing. Both have the names and methods of cryptography, and are tested against it.
"""

import sys

from ...extras import extra_needed

if sys.platform == "emscripten":
    from .aes_gcm import AESGCM, InvalidTag
    from .ml_kem import MLKEM768PrivateKey, MLKEM768PublicKey
else:
    with extra_needed("delivery"):
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["AESGCM", "InvalidTag", "MLKEM768PrivateKey", "MLKEM768PublicKey"]
