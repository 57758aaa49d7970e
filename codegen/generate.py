#!/usr/bin/env python3
"""Generates the C++ of the service model: structs, type tables, operations, and the OpenAPI description.

  generate.py --model spec/pinpoint-api.json --overlay spec/overlay --out build/generated/model [--list]

Deterministic; writes only files whose text changed. --list prints the names of the files instead of writing them.
"""
import argparse
import pathlib
import sys

import emit_header
import emit_openapi
import emit_tables
import groups as grouping
import spec as specification


def generate(spec):
    """File name -> text."""
    groups, operation_groups = grouping.assign(spec)
    includes = grouping.includes(spec, groups, operation_groups)
    ordered = _dependencies_first(spec, groups)
    files = {}
    for group in sorted(includes):
        shapes = [name for name in ordered if groups[name] == group]
        operations = sorted(name for name, owner in operation_groups.items() if owner == group)
        files[f"{group}.h"] = emit_header.emit(spec, group, shapes, operations, includes[group])
        files[f"{group}_tables.cc"] = emit_tables.emit(spec, group, shapes, operations)
    files["operations.h"] = emit_tables.emit_operations_header(sorted(includes))
    files["operations.cc"] = emit_tables.emit_operations_source(sorted(spec.operations))
    files["openapi.h"] = emit_openapi.emit_header()
    files["openapi.cc"] = emit_openapi.emit_source(spec)
    return files


def _dependencies_first(spec, groups):
    ordered = {}

    def visit(name):
        if name not in ordered and name in groups:
            for reference in spec.references(name):
                visit(reference)
            ordered[name] = None

    for name in sorted(groups):
        visit(name)
    return list(ordered)


def write(files, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--overlay", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="print the names of the files only")
    arguments = parser.parse_args()
    try:
        files = generate(specification.load(arguments.model, arguments.overlay))
    except specification.SpecError as error:
        sys.exit(f"error: {error}")
    if arguments.list:
        print(";".join(sorted(files)), end="")
    else:
        write(files, arguments.out)


if __name__ == "__main__":
    main()
