"""What a KME says of its keys, and how large a request may be (ETSI GS QKD 014 V1.1.1, 6.1 and 6.2)."""

from __future__ import annotations

from collections.abc import Mapping

from ..messages import SIZE_NOT_WHOLE_BYTES, BadRequest, Json, KeyRequest, Status
from .kme_settings import KmeSettings

TRIES = 3
"""How often a key is tried with other bits when the other KME lacks those that were chosen."""


def status_of(
    settings: KmeSettings, master: str, slave: str, peer: str, bits: int, extension: Mapping[str, Json]
) -> Status:
    """Return what there is for a master and a slave, whose KME is `peer`, if so many bits are stored."""
    low = settings.low_watermark_bits
    level = "good" if bits >= low else "low" if bits >= settings.key_size else "empty"
    return Status(
        source_kme=settings.kme_id,
        target_kme=peer,
        master=master,
        slave=slave,
        key_size=settings.key_size,
        stored_key_count=bits // settings.key_size,
        max_key_count=settings.capacity_bits // settings.key_size,
        max_key_per_request=settings.max_keys_per_request,
        max_key_size=settings.max_key_size,
        min_key_size=settings.min_key_size,
        max_sae_id_count=settings.max_sae_ids,
        extension={"qkdlab_pool": level, **extension},
    )


def checked_size(settings: KmeSettings, request: KeyRequest) -> int:
    """Return the bits of each key that is asked for; `BadRequest` if the request is beyond a limit."""
    if not 1 <= request.number <= settings.max_keys_per_request:
        raise BadRequest(f"number must be from 1 to {settings.max_keys_per_request}")
    size = settings.key_size if request.size is None else request.size
    if size % 8:
        raise BadRequest(SIZE_NOT_WHOLE_BYTES)
    if not settings.min_key_size <= size <= settings.max_key_size:
        raise BadRequest(f"size must be from {settings.min_key_size} to {settings.max_key_size}")
    if len(request.additional_slaves) > settings.max_sae_ids:
        raise BadRequest(f"at most {settings.max_sae_ids} additional slave SAEs")
    return size
