"""The OpenAPI 3.1 description of both APIs, and the C++ that it is embedded by."""
import json
import re

import groups as grouping

_SCALARS = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "format": "int32"},
    "long": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "string": {"type": "string"},
    "blob": {"type": "string", "contentEncoding": "base64"},
    "timestamp": {"type": "string", "format": "date-time"},
}
_PARAMETER_PLACES = {"uri": "path", "querystring": "query"}
# API-72: what can be made under an id that the caller chooses.
_CHOSEN_ID = ("CreateApp", "CreateCampaign", "CreateJourney", "CreateRecommenderConfiguration", "CreateSegment")

_INFO = {
    "title": "Pinion",
    "summary": "The Amazon Pinpoint API (/v1) and Pinion's own (/pinion/v1)",
    "description": "Requests are signed with AWS Signature Version 4 for the service mobiletargeting. "
                   "Members that are not described here are ignored, and named in x-pinion-ignored-members.",
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
_SECURITY_SCHEME = {
    "type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4",
    "description": "AWS Signature Version 4",
}
_ERROR = {
    "type": "object",
    "required": ["__type", "Message", "RequestID"],
    "properties": {"__type": {"type": "string"}, "Message": {"type": "string"}, "RequestID": {"type": "string"}},
}
_ERROR_RESPONSE = {
    "description": "Refused or failed; x-amzn-ErrorType names the exception.",
    "headers": {"x-amzn-ErrorType": {"schema": {"type": "string"}}},
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
}
_PARAMETERS = {
    "ChosenId": {
        "name": "x-pinion-resource-id", "in": "header", "description": "The id of the new resource.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key", "in": "header",
        "description": "Carries the request out once within 24 hours; repetitions get the first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    },
}


def document(spec):
    """The description as a tree of JSON values; deterministic."""
    schemas = {"ErrorBody": _ERROR}
    paths = {}
    for name in sorted(spec.operations, key=lambda key: (spec.operations[key]["http"]["requestUri"], key)):
        http = spec.operations[name]["http"]
        paths.setdefault(http["requestUri"], {})[http["method"].lower()] = _operation(spec, name, schemas)
    return {
        "openapi": "3.1.0",
        "info": {**_INFO, "version": spec.api_version},
        "servers": [{"url": "/"}],
        "security": [{"sigv4": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": _PARAMETERS,
            "responses": {"Error": _ERROR_RESPONSE},
            "securitySchemes": {"sigv4": _SECURITY_SCHEME},
        },
    }


def emit_header():
    return "\n".join([
        "// The OpenAPI 3.1 description of both APIs. Generated from spec/; see codegen/README.md.", "#pragma once", "",
        "#include <string_view>", "", "namespace pinion::model {", "",
        "// JSON. For the life of the program.", "extern const std::string_view kOpenApiDocument;", "",
        "}  // namespace pinion::model", ""])


def emit_source(spec):
    text = json.dumps(document(spec), ensure_ascii=True, separators=(",", ":"))
    return "\n".join([
        "// The OpenAPI 3.1 description of both APIs. Generated from spec/; see codegen/README.md.",
        '#include "model/openapi.h"', "",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"', "", "namespace pinion::model {", "",
        "constinit const std::string_view kOpenApiDocument =", *_literals(text), "",
        "}  // namespace pinion::model", ""])


def _literals(text, size=8000):
    """Raw string literals that the compiler puts together."""
    parts = [text[at:at + size] for at in range(0, len(text), size)]
    return [f'    R"openapi({part})openapi"' for part in parts[:-1]] + [f'    R"openapi({parts[-1]})openapi";']


def _operation(spec, name, schemas):
    operation = spec.operations[name]
    described = {"operationId": name, "tags": [grouping.operation_group(spec, name)]}
    parameters = _parameters(spec, name, schemas)
    if parameters:
        described["parameters"] = parameters
    body = spec.payload(operation["input"]["shape"])
    if body is not None:
        described["requestBody"] = {
            "required": bool(spec.shapes[body].get("required")),
            "content": {"application/json": {"schema": _schema(spec, body, schemas)}},
        }
    described["responses"] = {
        str(operation["http"].get("responseCode", 200)): _success(spec, name, schemas),
        "default": {"$ref": "#/components/responses/Error"},
    }
    return described


def _success(spec, name, schemas):
    shape = spec.response(spec.operations[name])
    if shape == "Empty":
        return {"description": "Done."}
    return {"description": "Done.", "content": {"application/json": {"schema": _schema(spec, shape, schemas)}}}


def _parameters(spec, name, schemas):
    operation = spec.operations[name]
    shape = spec.shapes[operation["input"]["shape"]]
    found = {}
    for member, value in shape.get("members", {}).items():
        if "location" not in value:
            continue
        place = _PARAMETER_PLACES[value["location"]]
        wire = value.get("locationName", member)
        found[wire] = {"name": wire, "in": place, "required": place == "path" or member in shape.get("required", []),
                       "schema": _schema(spec, value["shape"], schemas)}
    in_path = re.findall(r"{([^}]+)}", operation["http"]["requestUri"])
    ordered = [found.pop(wire) for wire in in_path] + list(found.values())
    if name in _CHOSEN_ID:
        ordered.append({"$ref": "#/components/parameters/ChosenId"})
    if operation["http"]["method"] == "POST":
        ordered.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return ordered


def _schema(spec, name, schemas):
    """A reference to a structure or enumeration, which is added to `schemas`; anything else in place."""
    shape = spec.shapes[name]
    kind = shape["type"]
    if kind == "rawjson":
        return {"type": "object"} if shape.get("objectOnly") else {}
    if kind == "list":
        return {"type": "array", "items": _schema(spec, shape["member"]["shape"], schemas)}
    if kind == "map":
        return _map(spec, shape, schemas)
    if kind != "structure" and not spec.is_enum(name):
        return dict(_SCALARS[kind])
    public = name.lstrip("_")
    if public not in schemas:
        schemas[public] = ({"type": "string", "enum": list(shape["enum"])} if spec.is_enum(name)
                           else _structure(spec, shape, schemas))
    return {"$ref": f"#/components/schemas/{public}"}


def _map(spec, shape, schemas):
    value = _schema(spec, shape["value"]["shape"], schemas)
    if shape["value"].get("nullable") or shape["value"].get("nullAsEmpty"):
        value = {"anyOf": [value, {"type": "null"}]}
    described = {"type": "object", "additionalProperties": value}
    if spec.is_enum(shape["key"]["shape"]):
        described["propertyNames"] = _schema(spec, shape["key"]["shape"], schemas)
    return described


def _structure(spec, shape, schemas):
    members = shape.get("members", {})
    described = {"type": "object"}
    if shape.get("required"):
        described["required"] = [members[member].get("locationName", member) for member in shape["required"]]
    if members:
        described["properties"] = {value.get("locationName", member): _schema(spec, value["shape"], schemas)
                                   for member, value in members.items()}
    return described
