"""Decides which header every shape and operation goes to.

A group is a resource of the API, found in the path of its operations, or the name of an overlay file. A shape of the
service model that several groups need goes to `common`, which every group includes; an overlay shape stays in the group
of its file (or its "group") unless `common` needs it.
"""
import re

from spec import SpecError

COMMON = "common"
# Path segment -> group, tried from the end of the path, then the first below the application.
_ANYWHERE = {"kpis": "kpis", "jobs": "jobs", "inappmessages": "in_app"}
_RENAMED = {"users": "endpoints", "attributes": "endpoints", "eventstream": "events", "users-messages": "messages",
            "otp": "messages", "verify-otp": "messages"}


def operation_group(spec, name):
    operation = spec.operations[name]
    if "group" in operation:
        return operation["group"]
    origin = spec.origin.get("operation " + name)
    if origin:
        return origin
    segments = [s for s in operation["http"]["requestUri"].split("/")[2:] if not s.startswith("{")]
    for segment in segments:
        if segment in _ANYWHERE:
            return _ANYWHERE[segment]
    resource = segments[1] if segments[0] == "apps" and len(segments) > 1 else segments[0]
    return re.sub("-", "_", _RENAMED.get(resource, resource))


def assign(spec):
    """(shape -> group, operation -> group) for everything that gets code."""
    operation_groups = {name: operation_group(spec, name) for name in spec.operations}
    own = {name: stem for name, stem in spec.origin.items() if not name.startswith("operation ")}
    own.update((name, shape["group"]) for name, shape in spec.shapes.items() if "group" in shape)
    users = _users(spec, operation_groups, own)
    groups = {name: own.get(name) or (next(iter(sorted(used))) if len(used) == 1 else COMMON)
              for name, used in users.items()}
    _pull_into_common(spec, groups, own)
    return groups, operation_groups


def _users(spec, operation_groups, own):
    """shape -> groups that reach it. Output wrappers are not reached: only their payload is."""
    users = {}
    for name, group in operation_groups.items():
        operation = spec.operations[name]
        _reach(spec, operation["input"]["shape"], group, users)
        _reach(spec, spec.response(operation), group, users)
    for name, group in own.items():
        _reach(spec, name, group, users)
    users.pop("Empty", None)
    return users


def _reach(spec, name, group, users):
    reached = users.setdefault(name, set())
    if group in reached:
        return
    reached.add(group)
    for reference in spec.references(name):
        _reach(spec, reference, group, users)


def _pull_into_common(spec, groups, own):
    """Nothing in `common` may need a group's header."""
    pending = [name for name, group in groups.items() if group == COMMON]
    while pending:
        for reference in spec.references(pending.pop()):
            if groups[reference] != COMMON:
                groups[reference] = COMMON
                pending.append(reference)


def includes(spec, groups, operation_groups):
    """group -> sorted groups whose headers it needs; an error if two need each other."""
    needs = {group: set() for group in set(groups.values()) | set(operation_groups.values()) | {COMMON}}
    for name, group in groups.items():
        needs[group].update(groups[reference] for reference in spec.references(name))
    for name, group in operation_groups.items():
        operation = spec.operations[name]
        for shape in (operation["input"]["shape"], spec.response(operation)):
            if shape in groups:
                needs[group].add(groups[shape])
    for group in needs:
        needs[group] -= {group}
        if group != COMMON:
            needs[group].add(COMMON)
    for group in sorted(needs):
        _check_acyclic(needs, group, [])
    return {group: sorted(used) for group, used in needs.items()}


def _check_acyclic(needs, group, path):
    if group in path:
        raise SpecError("headers would include each other: " + " -> ".join(path[path.index(group):] + [group]) +
                        "; give a shape the \"group\": \"common\"")
    for used in needs[group]:
        _check_acyclic(needs, used, path + [group])
