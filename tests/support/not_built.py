"""The operations that the server says it cannot do yet (501)."""

import pathlib
import re

_LIST = pathlib.Path(__file__).resolve().parents[2] / "src" / "api" / "not_built.cc"


def operations_not_built():
    return set(re.findall(r'^ *"(\w+)",$', _LIST.read_text(encoding="utf-8"), re.MULTILINE))
