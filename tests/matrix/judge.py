"""Whether an outcome is what was expected, and how it is written in the table."""

NONE = "–"
NOT_BUILT = 501


def faults(model, call, outcome, not_built):
    """Everything that is wrong with the outcome of one call, as sentences."""
    if "problem" in outcome:
        return [outcome["problem"]]
    if call.operation in not_built and outcome["status"] == NOT_BUILT and call.case not in ("unsigned", "denied"):
        return []
    expected, found = call.expected, []
    if outcome["status"] != expected.status:
        return [f"answered {outcome['status']}, not {expected.status}: {outcome['body'] or outcome['output']}"]
    if not outcome["request"]:
        found.append("the answer has no request id")
    if expected.exception is None:
        return found + answer_faults(model, model.operations[call.operation], outcome["output"])
    body = outcome["body"]
    names = (outcome["type"], body.get("__type"), outcome["name"])
    if set(names) != {expected.exception}:
        found.append(f"header, body and client name the exception {names}, not {expected.exception}")
    if body.get("RequestID") != outcome["request"]:
        found.append("header and body name different requests")
    if not body.get("Message") or expected.says not in body["Message"]:
        found.append(f"the message does not say \"{expected.says}\": {body.get('Message')}")
    elif body["Message"] not in outcome["text"]:
        found.append(f"the client does not show the message: {outcome['text']}")
    return found


def answer_faults(model, operation, output):
    return model.faults(operation.output_shape, output) if operation.output_shape else []


def cell(outcomes):
    """What a case came to: the statuses of its calls, in words of the table."""
    if not outcomes:
        return NONE
    return "+".join(dict.fromkeys(str(outcome.get("status", "?")) for outcome in outcomes))
