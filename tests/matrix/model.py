"""The service model: operations, shapes, and walks over them. What the tests derive, they derive from here."""

import collections
import json

from service_model import MODEL_FILE

LIST_STEP = "[]"  # a step of a path from a list to its elements
MAP_STEP = "{}"  # and from a map to its values
MAP_KEY = "tier"


class Model:
    def __init__(self, document):
        self.shapes = document["shapes"]
        self.operations = {name: Operation(self, name, facts) for name, facts in document["operations"].items()}

    @staticmethod
    def load():
        return Model(json.loads(MODEL_FILE.read_text(encoding="utf-8")))

    def steps(self, shape):
        """(step, name of the shape it leads to) from a shape, in the order of the model."""
        facts = self.shapes[shape]
        if facts["type"] == "structure":
            return [(name, member["shape"]) for name, member in facts["members"].items()]
        if facts["type"] == "list":
            return [(LIST_STEP, facts["member"]["shape"])]
        if facts["type"] == "map":
            return [(MAP_STEP, facts["value"]["shape"])]
        return []

    def nearest(self, shape, accept):
        """The shortest path from a shape to a place that `accept(path, shape)` takes; None when there is none."""
        waiting, seen = collections.deque([((), shape)]), {shape}
        while waiting:
            path, at = waiting.popleft()
            if accept(path, at):
                return path
            for step, leads_to in self.steps(at):
                if leads_to not in seen or not self.steps(leads_to):
                    seen.add(leads_to)
                    waiting.append((path + (step,), leads_to))
        return None

    def nearest_required(self, shape):
        """The path to the required member that is nearest to the root."""
        path = self.nearest(shape, lambda _, at: bool(self.shapes[at].get("required")))
        return None if path is None else path + (self.shapes[self._at(shape, path)]["required"][0],)

    def nearest_of_type(self, shape, types):
        return self.nearest(shape, lambda path, at: bool(path) and self.shapes[at]["type"] in types)

    def _at(self, shape, path):
        for step in path:
            shape = dict(self.steps(shape))[step]
        return shape

    def least(self, shape):
        """The smallest value that the model accepts: required members only, and the first choice of an enumeration."""
        facts = self.shapes[shape]
        kind = facts["type"]
        if kind == "structure":
            members = facts["members"]
            return {name: self.least(members[name]["shape"]) for name in facts.get("required", [])}
        if kind == "list":
            return []
        if kind == "map":
            return {}
        if kind == "string":
            return facts["enum"][0] if "enum" in facts else "text"
        return {"integer": 1, "long": 1, "double": 1.5, "boolean": True, "timestamp": "2026-01-01T00:00:00Z",
                "blob": "AA=="}[kind]

    def place(self, shape, value, path):
        """Fills `value` so that the path exists; answers the container of its last step, the step's key in it, and
        the path as the server's messages write it."""
        text = ""
        for index, step in enumerate(path):
            key = {LIST_STEP: 0, MAP_STEP: MAP_KEY}.get(step, step)
            text += "[0]" if step == LIST_STEP else f".{key}"
            leads_to = dict(self.steps(shape))[step]
            if index == len(path) - 1:
                break
            if step == LIST_STEP:
                if not value:
                    value.append(self.least(leads_to))
            else:
                value.setdefault(key, self.least(leads_to))
            value, shape = value[key], leads_to
        return value, key, text.lstrip(".")

    def faults(self, shape, value, at=""):
        """What a parsed answer lacks or has in another type than the model says."""
        facts = self.shapes[shape]
        kind = facts["type"]
        expected = {"structure": dict, "map": dict, "list": list, "boolean": bool, "integer": int, "long": int,
                    "double": (int, float), "string": str, "timestamp": str, "blob": str}[kind]
        if not isinstance(value, expected):
            return [f"{at or 'the answer'} is no {kind}: {value!r}"]
        found = []
        if kind == "structure":
            found = [f"{at}.{name} is missing" for name in facts.get("required", []) if name not in value]
            for name, member in facts["members"].items():
                if name in value:
                    found += self.faults(member["shape"], value[name], f"{at}.{name}")
        elif kind == "list":
            for index, element in enumerate(value):
                found += self.faults(facts["member"]["shape"], element, f"{at}[{index}]")
        elif kind == "map":
            for key, element in value.items():
                found += self.faults(facts["value"]["shape"], element, f"{at}.{key}")
        elif "enum" in facts and value not in facts["enum"]:
            found = [f"{at} is none of the model's words: {value!r}"]
        return found


class Operation:
    def __init__(self, model, name, facts):
        self.name = name
        self.method = facts["http"]["method"]
        self.uri = facts["http"]["requestUri"]
        self.status = facts["http"]["responseCode"]
        self.input_shape = facts["input"]["shape"]
        self.output_shape = facts.get("output", {}).get("shape")
        shape = model.shapes[self.input_shape]
        self.required = shape.get("required", [])
        self.payload = shape.get("payload")
        self.payload_shape = shape["members"][self.payload]["shape"] if self.payload else None
        self.in_path = self._located(shape, "uri")
        self.in_query = self._located(shape, "querystring")
        self.query_types = {name: model.shapes[shape["members"][name]["shape"]]["type"] for name in self.in_query}

    @staticmethod
    def _located(shape, where):
        """Member name → name on the wire."""
        return {name: member["locationName"] for name, member in shape["members"].items()
                if member.get("location") == where}
