"""The service described for programs: OpenAPI 3.1, as data.

What it is: every route with what it takes and gives, kept beside the routes by a test.
Standard: https://spec.openapis.org/oas/v3.1.0
Called by: `app`, tests that make bad requests of it.
"""

from typing import Any

_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
_JSON = {"application/json": {"schema": {"type": "object"}}}
_NOT_FOUND = {"description": "there is no such document", "content": _JSON}
_OUT_OF_SERVICE = {"description": "out of service", "content": _JSON}


def _ocsp(description: str = "the answer") -> dict[str, Any]:
    return {"description": description, "content": {"application/ocsp-response": {}}}


def _refusals(*statuses: int) -> dict[str, Any]:
    return {str(status): _ocsp("refused, with malformedRequest") for status in statuses}


def openapi() -> dict[str, Any]:
    """Give the description."""
    posted = {
        "requestBody": {
            "required": True,
            "content": {"application/ocsp-request": {"schema": _BINARY}},
        },
        "responses": {"200": _ocsp(), **_refusals(400, 408, 413, 415)},
    }
    request = {"name": "request", "in": "path", "required": True, "schema": {"type": "string"}}
    got = {"parameters": [request], "responses": {"200": _ocsp(), **_refusals(400, 414)}}
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "JPKI test authorities", "version": "1"},
        "paths": {
            "/": {
                "get": {"responses": {"200": {"description": "all documents", "content": _JSON}}},
                "post": posted,
            },
            "/ocsp": {"post": posted},
            "/M{request}": {"get": got},
            "/ocsp/{request}": {"get": got},
            "/crl/{name}": {
                "get": {
                    "parameters": [name],
                    "responses": {
                        "200": {
                            "description": "a revocation list",
                            "content": {"application/pkix-crl": {}},
                        },
                        "404": _NOT_FOUND,
                        "503": _OUT_OF_SERVICE,
                    },
                }
            },
            "/ca/{name}": {
                "get": {
                    "parameters": [name],
                    "responses": {
                        "200": {
                            "description": "a CA certificate",
                            "content": {"application/pkix-cert": {}},
                        },
                        "404": _NOT_FOUND,
                        "503": _OUT_OF_SERVICE,
                    },
                }
            },
            "/health": {
                "get": {
                    "responses": {
                        "200": {"description": "all is well", "content": _JSON},
                        "503": {"description": "something is not", "content": _JSON},
                    }
                }
            },
            "/metrics": {
                "get": {
                    "responses": {
                        "200": {"description": "for Prometheus", "content": {"text/plain": {}}}
                    }
                }
            },
            "/openapi.json": {
                "get": {"responses": {"200": {"description": "this", "content": _JSON}}}
            },
        },
    }
