"""The OpenAPI 3.1 description of what SAEs may ask a KME: ETSI GS QKD 014 V1.1.1, clauses 5 and 6."""

from __future__ import annotations

from ..messages import Json
from .kme_settings import KmeSettings

_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_OBJECT: Json = {"type": "object"}
_KEY_ID: Json = {"type": "string", "format": "uuid"}
_OBJECTS: Json = {"type": "array", "items": _OBJECT}


def description(settings: KmeSettings) -> Json:
    """Return the description, with the limits of this KME."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.kme_id}: key delivery",
            "version": "1.1.1",
            "description": "ETSI GS QKD 014 V1.1.1 (2019-02) over HTTPS with mutual TLS.",
        },
        "servers": [{"url": "/api/v1/keys"}],
        "paths": {
            "/{slave_SAE_ID}/status": {
                "get": _operation("status", "Get status (5.2)", "slave_SAE_ID", "Status", settings),
            },
            "/{slave_SAE_ID}/enc_keys": {
                "get": _operation(
                    "enc_keys_simple",
                    "Get key, without a body (5.3, 6.2)",
                    "slave_SAE_ID",
                    "KeyContainer",
                    settings,
                    query=[_number("number", settings), _number("size", settings)],
                ),
                "post": _operation(
                    "enc_keys", "Get key (5.3)", "slave_SAE_ID", "KeyContainer", settings, body="KeyRequest"
                ),
            },
            "/{master_SAE_ID}/dec_keys": {
                "get": _operation(
                    "dec_keys_simple",
                    "Get one key with its key ID (5.4, 6.4)",
                    "master_SAE_ID",
                    "KeyContainer",
                    settings,
                    query=[{"name": "key_ID", "in": "query", "required": True, "schema": _KEY_ID}],
                ),
                "post": _operation(
                    "dec_keys",
                    "Get key with key IDs (5.4)",
                    "master_SAE_ID",
                    "KeyContainer",
                    settings,
                    body="KeyIDs",
                ),
            },
        },
        "components": {"schemas": _schemas(settings)},
    }


def _operation(
    name: str,
    summary: str,
    sae: str,
    answer: str,
    settings: KmeSettings,
    *,
    query: list[Json] | None = None,
    body: str | None = None,
) -> Json:
    """One method at one path."""
    known = {"type": "string", "minLength": 1, "examples": sorted(settings.saes)}
    told: Json = {
        "operationId": name,
        "summary": summary,
        "parameters": [{"name": sae, "in": "path", "required": True, "schema": known}, *(query or [])],
        "responses": {
            "200": _content("The answer.", answer),
            "400": _content("Bad request format.", "Error"),
            "401": _content("Unauthorized.", "Error"),
            "503": _content("Error on server side: no keys are to be had now.", "Error"),
        },
    }
    if body is not None:
        told["requestBody"] = {"required": True, "content": _json(body)}
        told["responses"]["408"] = _content("The body took too long.", "Error")
        told["responses"]["413"] = _content("The body is too long.", "Error")
    return told


def _json(schema: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _content(text: str, schema: str) -> Json:
    return {"description": text, "content": _json(schema)}


def _limits(name: str, settings: KmeSettings) -> Json:
    if name == "number":
        return {"type": "integer", "minimum": 1, "maximum": settings.max_keys_per_request, "default": 1}
    return {
        "type": "integer",
        "minimum": settings.min_key_size,
        "maximum": settings.max_key_size,
        "multipleOf": 8,
        "default": settings.key_size,
    }


def _number(name: str, settings: KmeSettings) -> Json:
    return {"name": name, "in": "query", "schema": _limits(name, settings)}


def _record(required: dict[str, Json], optional: dict[str, Json]) -> Json:
    """An object with these fields, and no others."""
    fields = {"properties": required | optional, "required": list(required)}
    return {"type": "object", **fields, "additionalProperties": False}


def _schemas(settings: KmeSettings) -> dict[str, Json]:
    """The data formats of clause 6."""
    texts = ("source_KME_ID", "target_KME_ID", "master_SAE_ID", "slave_SAE_ID")
    counts = (
        *("key_size", "stored_key_count", "max_key_count", "max_key_per_request"),
        *("max_key_size", "min_key_size", "max_SAE_ID_count"),
    )
    status = dict.fromkeys(texts, _TEXT) | dict.fromkeys(counts, _COUNT)
    slaves = {"type": "array", "items": _TEXT, "maxItems": settings.max_sae_ids, "uniqueItems": True}
    request = {
        "number": _limits("number", settings),
        "size": _limits("size", settings),
        "additional_slave_SAE_IDs": slaves,
        "extension_mandatory": _OBJECTS,
        "extension_optional": _OBJECTS,
    }
    key = _record(
        {"key_ID": _KEY_ID, "key": {"type": "string", "contentEncoding": "base64"}},
        {"key_ID_extension": _OBJECT, "key_extension": _OBJECT},
    )
    key_id = _record({"key_ID": _KEY_ID}, {"key_ID_extension": _OBJECT})
    key_ids = {
        "type": "array",
        "items": key_id,
        "minItems": 1,
        "maxItems": settings.max_keys_per_request,
        "uniqueItems": True,
    }
    return {
        "Status": _record(status, {"status_extension": _OBJECT}),
        "KeyRequest": _record({}, request),
        "KeyContainer": _record(
            {"keys": {"type": "array", "items": key}}, {"key_container_extension": _OBJECT}
        ),
        "KeyIDs": _record({"key_IDs": key_ids}, {"key_IDs_extension": _OBJECT}),
        "Error": _record({"message": _TEXT}, {"details": _OBJECTS}),
    }
