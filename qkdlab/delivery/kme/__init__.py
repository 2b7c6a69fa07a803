"""A key management entity (KME) that speaks ETSI GS QKD 014 V1.1.1 over HTTPS with mutual TLS."""

from .kme_settings import KmeSettings

__all__ = ["KmeSettings"]
