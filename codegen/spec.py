"""Loads the service model, merges the overlay files over it and checks the result."""
import json
import pathlib
import re

# Shapes that need no declaration, beside those of the service model.
BUILT_IN = {
    "RawJson": {"type": "rawjson"},
    "RawJsonObject": {"type": "rawjson", "objectOnly": True},
    "Empty": {"type": "structure", "members": {}, "builtIn": True},
}
# The decoder keeps one bit per member (kFieldsMax in model/decoder.cc).
MEMBERS_MAX = 128
SCALARS = {"boolean", "integer", "long", "double", "string", "blob", "timestamp"}


class SpecError(Exception):
    pass


class Spec:
    """operations and shapes after merging; `origin` tells the overlay file (stem) of a shape or operation, or None."""

    def __init__(self):
        self.api_version = ""
        self.operations = {}
        self.shapes = {}
        self.origin = {}

    def is_enum(self, name):
        return "enum" in self.shapes[name]

    def references(self, name):
        """The shapes that `name` is made of, in order."""
        shape = self.shapes[name]
        if shape["type"] == "structure":
            return [member["shape"] for member in shape.get("members", {}).values()]
        if shape["type"] == "list":
            return [shape["member"]["shape"]]
        if shape["type"] == "map":
            return [shape["key"]["shape"], shape["value"]["shape"]]
        return []

    def payload(self, name):
        """The shape that travels as body for an input or output structure."""
        shape = self.shapes[name]
        return shape["members"][shape["payload"]]["shape"] if "payload" in shape else None

    def response(self, operation):
        """The shape of an operation's answer; 'Empty' if it has none."""
        if "output" not in operation:
            return "Empty"
        name = operation["output"]["shape"]
        return self.payload(name) or name


def load(model_path, overlay_folder):
    spec = Spec()
    spec.shapes.update(BUILT_IN)
    model = json.loads(pathlib.Path(model_path).read_text(encoding="utf-8"))
    for name, shape in model["shapes"].items():
        if not shape.get("exception"):
            spec.shapes[name] = shape
    spec.operations.update(model["operations"])
    spec.api_version = model.get("metadata", {}).get("apiVersion", "1")
    for path in sorted(pathlib.Path(overlay_folder).glob("*.json")):
        try:
            _merge(spec, json.loads(path.read_text(encoding="utf-8")), path.stem)
        except (SpecError, json.JSONDecodeError) as error:
            raise SpecError(f"{path}: {error}") from error
    _check(spec)
    return spec


def _merge(spec, overlay, stem):
    unknown = set(overlay) - {"operations", "shapes", "comment"}
    if unknown:
        raise SpecError(f"unknown top-level keys {sorted(unknown)}")
    for name, operation in overlay.get("operations", {}).items():
        if name in spec.operations:
            raise SpecError(f"operation {name} exists already")
        spec.operations[name] = {"name": name, **operation}
        spec.origin["operation " + name] = stem
    for name, shape in overlay.get("shapes", {}).items():
        if shape.get("override"):
            _override(spec, name, shape)
        elif name in spec.shapes:
            raise SpecError(f"shape {name} exists already (\"override\": true to change it)")
        else:
            spec.shapes[name] = shape
            spec.origin[name] = stem


def _override(spec, name, change):
    """Members of `change` are merged over the existing ones, one by one and option by option."""
    if name not in spec.shapes:
        raise SpecError(f"override of the unknown shape {name}")
    base = spec.shapes[name]
    if base["type"] != "structure":
        raise SpecError(f"only structures can be overridden, {name} is a {base['type']}")
    members = {key: dict(value) for key, value in base.get("members", {}).items()}
    for key, value in change.get("members", {}).items():
        members[key] = {**members.get(key, {}), **value}
    required = [key for key in base.get("required", []) if key not in change.get("optional", [])]
    required += [key for key in change.get("required", []) if key not in required]
    options = {key: value for key, value in change.items()
               if key not in ("override", "members", "required", "optional")}
    spec.shapes[name] = {**base, **options, "members": members, "required": required}


def _check(spec):
    for name, shape in spec.shapes.items():
        _check_shape(spec, name, shape)
    for name, operation in spec.operations.items():
        _check_operation(spec, name, operation)
    for name in spec.shapes:
        _check_cycles(spec, name, [])
    _check_paths(spec)


def _check_shape(spec, name, shape):
    if shape["type"] not in SCALARS | {"structure", "list", "map", "rawjson"}:
        raise SpecError(f"shape {name}: unknown type {shape['type']}")
    for reference in spec.references(name):
        if reference not in spec.shapes:
            raise SpecError(f"shape {name} refers to the unknown shape {reference}")
    if len(shape.get("members", {})) > MEMBERS_MAX:
        raise SpecError(f"shape {name} has more than {MEMBERS_MAX} members")
    for member in shape.get("required", []):
        if member not in shape["members"]:
            raise SpecError(f"shape {name} requires the unknown member {member}")
    if shape["type"] == "list" and spec.shapes[shape["member"]["shape"]]["type"] == "boolean":
        raise SpecError(f"shape {name}: lists of booleans are not supported")
    if shape["type"] == "map" and shape["value"].get("nullAsEmpty"):
        if spec.shapes[shape["value"]["shape"]]["type"] != "list":
            raise SpecError(f"shape {name}: nullAsEmpty is for maps of lists")


def _check_operation(spec, name, operation):
    for key in ("input", "output"):
        if key in operation and operation[key]["shape"] not in spec.shapes:
            raise SpecError(f"operation {name}: unknown {key} shape {operation[key]['shape']}")
    if "input" not in operation:
        raise SpecError(f"operation {name} has no input shape")
    shape = spec.shapes[operation["input"]["shape"]]
    for member, value in shape.get("members", {}).items():
        if value.get("location") not in ("uri", "querystring") and member != shape.get("payload"):
            raise SpecError(f"operation {name}: input member {member} has no location; "
                            "put body members into a structure of their own and name it as \"payload\"")


def _check_cycles(spec, name, path):
    if name in path:
        raise SpecError("recursive shapes are not supported: " + " -> ".join(path + [name]))
    if len(path) > 60:
        raise SpecError(f"shape {path[0]} is nested too deeply")
    for reference in spec.references(name):
        _check_cycles(spec, reference, path + [name])


def _check_paths(spec):
    """Templates that differ in the names of their parameters only are one path to a router and to OpenAPI."""
    templates = {}
    for name, operation in spec.operations.items():
        path = operation["http"]["requestUri"]
        first = templates.setdefault(re.sub(r"{[^}]+}", "{}", path), path)
        if first != path:
            raise SpecError(f"operation {name}: the path {path} is {first} with other names of parameters")
