"""The calls of one client and what must come back, generated from the model and the table in inputs.py.

A case is one or several calls of one operation; a case that the model gives no call is none ("–")."""

import copy
import dataclasses

import inputs

CASES = ("success", "missing", "mistyped", "unknown", "unsigned", "denied")
WRONG = {"wrong": True}  # of no scalar type


@dataclasses.dataclass
class Expected:
    status: int
    exception: str = None  # None for success
    says: str = ""  # part of the message


@dataclasses.dataclass
class Call:
    operation: str
    case: str
    about: str  # what is missing, mistyped or unknown
    input: dict
    expected: Expected
    credentials: list = None
    alter: dict = dataclasses.field(default_factory=dict)

    @property
    def id(self):
        return f"{self.operation} {self.case} {self.about}".strip()

    def wire(self):
        return {"id": self.id, "operation": self.operation, "input": self.input, "credentials": self.credentials,
                "alter": self.alter}


def bad_request(says):
    return Expected(400, "BadRequestException", says)


class Generator:
    def __init__(self, model, world, administrator, keys):
        """`keys`: operation → the credentials of a key that may do all but it."""
        self._model, self._world, self._administrator, self._keys = model, world, administrator, keys

    def calls(self):
        """All calls: what reads comes behind what makes, and what deletes last."""
        groups = [self._of(operation) for operation in self._model.operations.values()]
        every = [call for group in groups for call in group]
        return sorted(every, key=lambda call: (call.case != "success", self._turn(call.operation)))

    @staticmethod
    def _turn(operation):
        return {"Create": 0, "Update": 0, "Put": 0, "Tag": 0, "Delete": 2, "Untag": 2}.get(
            next((verb for verb in ("Create", "Update", "Put", "Tag", "Delete", "Untag") if operation.startswith(verb)),
                 ""), 1)

    def _of(self, operation):
        valid = self._valid(operation)
        calls = [Call(operation.name, "success", "", valid, Expected(operation.status)),
                 Call(operation.name, "unsigned", "", valid, Expected(403, "MissingAuthenticationTokenException")),
                 *self._missing(operation, valid), *self._mistyped(operation, valid), *self._unknown(operation, valid)]
        for call in calls:
            call.credentials = None if call.case == "unsigned" else self._administrator
        says = f"is not authorized to perform: mobiletargeting:{operation.name} on resource: "
        denied = Call(operation.name, "denied", "", valid, Expected(403, "ForbiddenException", says),
                      credentials=self._keys[operation.name])
        return [*calls, denied]

    def _valid(self, operation):
        made = {member: self._world.path_value(operation.name, member) for member in operation.in_path}
        made.update(inputs.QUERIES.get(operation.name, {}))
        if operation.payload:
            given = inputs.PAYLOADS.get(operation.name)
            made[operation.payload] = given(self._world) if given else self._model.least(operation.payload_shape)
        return made

    def _missing(self, operation, valid):
        for member in operation.required:
            if member in operation.in_query:
                wire = operation.in_query[member]
                yield Call(operation.name, "missing", wire, valid, bad_request(f"'{wire}'"),
                           alter={"query": {wire: None}})
        if operation.payload:
            path = inputs.REQUIRED_BY_RULE.get(operation.name) or self._model.nearest_required(operation.payload_shape)
            if path:
                broken = copy.deepcopy(valid)
                place, key, text = self._model.place(operation.payload_shape, broken[operation.payload], path)
                place.pop(key, None)
                yield Call(operation.name, "missing", text, broken, bad_request(f"Missing required member '{text}'."))

    def _mistyped(self, operation, valid):
        if operation.payload:
            yield self._mistyped_payload(operation, valid)
            return
        for member, wire in operation.in_query.items():
            if operation.name in inputs.QUERY_IGNORED_BY and member in inputs.IGNORED_QUERIES:
                continue
            if member == "PageSize" or operation.query_types[member] in ("boolean", "timestamp"):
                yield Call(operation.name, "mistyped", wire, valid, bad_request(wire), alter={"query": {wire: "many"}})
        if "Version" in operation.in_path:
            yield Call(operation.name, "mistyped", "version", {**valid, "Version": "latest-but-one"}, bad_request(""))

    def _mistyped_payload(self, operation, valid):
        """Numbers, booleans and texts go through every serializer as they are; so an object instead of one does."""
        shape = operation.payload_shape
        path = (inputs.MISTYPED.get(operation.name)
                or self._model.nearest_of_type(shape, ("boolean", "integer", "long", "double"))
                or self._model.nearest_of_type(shape, ("string",)))
        broken = copy.deepcopy(valid)
        place, key, text = self._model.place(shape, broken[operation.payload], path)
        place[key] = [] if operation.name in inputs.MISTYPED else WRONG
        expected = bad_request(f"Member '{text}'")
        if operation.name in inputs.MISTYPED:
            return Call(operation.name, "mistyped", text, valid, expected, alter={"body": broken[operation.payload]})
        return Call(operation.name, "mistyped", text, broken, expected)

    def _unknown(self, operation, valid):
        for member in operation.in_path:
            if (operation.name, member) in inputs.MADE_BY_PUT or (
                    member == "TemplateName" and operation.name.startswith("Create")):
                continue
            value, status = inputs.UNKNOWN_IN_PATH[member]
            says = "Application not found" if member == "ApplicationId" else ""
            yield Call(operation.name, "unknown", member, {**valid, member: value}, self._refusal(status, says))
        if operation.method in ("GET", "DELETE") and operation.name.endswith(inputs.ABSENT_UNTIL_PUT):
            yield Call(operation.name, "unknown", "never set", {"ApplicationId": self._world["bare app"]},
                       self._refusal(404, "Resource not found"))
        for path, value, status in inputs.UNKNOWN_IN_PAYLOAD.get(operation.name, []):
            broken = copy.deepcopy(valid)
            place, key, text = self._model.place(operation.payload_shape, broken[operation.payload], path)
            place[key] = value
            yield Call(operation.name, "unknown", text, broken, self._refusal(status, ""))

    @staticmethod
    def _refusal(status, says):
        return Expected(status, {404: "NotFoundException", 400: "BadRequestException"}[status], says)
