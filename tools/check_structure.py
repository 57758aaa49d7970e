#!/usr/bin/env python3
"""Checks that the code keeps to the house's plan: every include goes to a declared dependency, dependencies are acyclic
and go down the levels, and third-party headers stay behind their fences. Prints each violation; exits 1 if any."""

import pathlib
import re
import sys

LEVELS = {
    "base": 0,
    "model": 1, "storage": 1, "bitmap": 1, "http": 1, "phone": 1,
    "audit": 2, "auth": 2, "apps": 2, "audience": 2, "templates": 2, "recommenders": 2, "channels": 2, "timers": 2, "eventlog": 2,
    "analytics": 3, "segments": 3, "events": 3, "delivery": 3, "identities": 3, "users": 3,
    "campaigns": 4, "journeys": 4, "jobs": 4,
    "privacy": 5,
    "api": 6, "server": 7, "testing": 8,
}

# Header prefix -> the modules that may include it.
FENCES = {
    "rocksdb/": {"storage"},
    "roaring/": {"bitmap"},
    "boost/beast": {"http"},
    "boost/asio": {"http", "delivery", "timers", "server"},
    "simdjson": {"model"},
    "duckdb": {"analytics"},
    "curl/": {"http"},
    "phonenumbers/": {"phone"},
    "argon2": {"users"},
    "CLI/": {"server"},
    "toml++/": {"server"},
}

INCLUDE = re.compile(r'^\s*#include\s+(["<])([^">]+)[">]', re.MULTILINE)
DEPS = re.compile(r"pinion_module\(\s*(\w+)(.*?)\)", re.DOTALL)
KEYWORDS = {"DEPS", "LIBS", "TEST_DEPS", "TEST_LIBS", "GENERATED"}


def declared_dependencies(source):
    """Module -> (dependencies, dependencies of its tests), from the CMakeLists.txt files."""
    declared = {}
    for path in source.glob("*/CMakeLists.txt"):
        for name, arguments in DEPS.findall(path.read_text()):
            section, found = None, {"DEPS": set(), "TEST_DEPS": set()}
            for word in arguments.split():
                if word in KEYWORDS:
                    section = word
                elif section in found:
                    found[section].add(word)
            declared[name] = (found["DEPS"], found["TEST_DEPS"])
    return declared


def closure(module, declared, seen=None):
    """All modules that `module` may see: declared ones and theirs."""
    seen = set() if seen is None else seen
    for dependency in declared.get(module, (set(), set()))[0]:
        if dependency not in seen:
            seen.add(dependency)
            closure(dependency, declared, seen)
    return seen


def check_levels(declared):
    for module, (dependencies, _) in sorted(declared.items()):
        if module not in LEVELS:
            yield f"{module}: not in LEVELS of tools/check_structure.py"
            continue
        for dependency in sorted(dependencies):
            if LEVELS.get(dependency, 99) >= LEVELS[module]:
                yield f"{module}: depends on {dependency}, which is not below it"


def check_file(path, module, declared):
    is_test = re.search(r"(_test|_fuzz|_bench|_fixture)\.(cc|h)$", path.name) or "testing" in path.parts
    dependencies, test_dependencies = declared[module]
    allowed = {module} | dependencies | (test_dependencies if is_test else set())
    for quote, header in INCLUDE.findall(path.read_text()):
        first = header.split("/")[0]
        if quote == '"' and first in LEVELS and first not in allowed:
            yield f"{path}: includes {header}, but {module} does not declare DEPS {first}"
        for prefix, modules in FENCES.items():
            if header.startswith(prefix) and module not in modules and not is_test:
                yield f"{path}: includes {header}, which only {', '.join(sorted(modules))} may"


def main():
    source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "src")
    declared = declared_dependencies(source)
    problems = list(check_levels(declared))
    for module in sorted(declared):
        for path in sorted((source / module).rglob("*")):
            if path.suffix in {".h", ".cc"}:
                problems += check_file(path, module, declared)
    print("\n".join(problems) or f"structure: {len(declared)} modules, no violation")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
