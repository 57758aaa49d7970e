"""docs/clients.md: what every operation answers to every client, as the test saw it."""

import os
import pathlib

from cases import CASES
from judge import cell

FILE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "clients.md"
WRITE = "PINION_WRITE_TABLE"

HEAD = """# Every operation through real clients

What `tests/matrix` saw when it called each of the {operations} operations through {clients}. A cell has the HTTP status for
each of them, in this order; several statuses of one client are joined by `+`. "–": the model leaves no room for the
case. 501: not built yet (`src/api/not_built.cc`).

- **success**: a good call; the answer has all members that the model requires.
- **missing**: a required member is left out; the message names it.
- **mistyped**: a member has a value of the wrong type; the message names it.
- **unknown**: an application, a resource, a version or a reference that does not exist.
- **unsigned**: no signature.
- **denied**: a key whose policies allow everything but this operation.

`./test` fails when this table is not what it saw. To write it again: `{write}=1 tests/run_clients build/dev/pinion`.

"""


def text(operations, results):
    """The page; `results`: client → (operation, case) → outcomes."""
    lines = [f"| Operation | {' | '.join(CASES)} |", "|---|" + "---|" * len(CASES)]
    for operation in operations:
        cells = [" ".join(cell(result[operation, case]) for result in results.values()) for case in CASES]
        lines.append(f"| {operation} | {' | '.join(cells)} |")
    head = HEAD.format(operations=len(operations), clients=", ".join(results), write=WRITE)
    return head + "\n".join(lines) + "\n"


def differences(seen):
    """The lines in which the committed page and what was seen differ; writes the page when it is told to."""
    if os.environ.get(WRITE):
        FILE.write_text(seen, encoding="utf-8")
    committed = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    return [f"{mark} {line}" for mark, one, other in (("committed:", committed, seen), ("seen:     ", seen, committed))
            for line in one.splitlines() if line not in other.splitlines()]
