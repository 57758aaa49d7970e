"""Text of the .cc files: type descriptors, enum names, operation descriptors."""
import names
from emit_header import cpp_type, is_plain, map_value_type, member_name

_KINDS = {"boolean": "kBoolean", "integer": "kInteger", "long": "kLong", "double": "kDouble", "string": "kString",
          "blob": "kBlob", "timestamp": "kTimestamp", "structure": "kStructure", "list": "kList", "map": "kMap",
          "rawjson": "kRawJson"}
_LOCATIONS = {"uri": "kUri", "querystring": "kQuery"}


def table_name(shape):
    return f"k{names.type_name(shape)}Type"


def emit(spec, group, shapes, operations):
    """The tables of `group`; tables of other groups are declared here, so that a new shape elsewhere changes nothing."""
    lines = [f"// {group}: tables of the service model. Generated from spec/; see codegen/README.md.",
             f'#include "model/{group}.h"', "", "#include <cstddef>", "",
             '#include "model/accessors.h"', "",
             "// The structs are plain aggregates, for which both compilers define offsetof.",
             '#pragma GCC diagnostic ignored "-Winvalid-offsetof"', "",
             "namespace pinion::model {", "", "namespace tables {", ""]
    lines += [f"extern const TypeDescriptor {table_name(name)};" for name in _tables(spec, shapes, operations)] + [""]
    for name in shapes:
        lines += _type(spec, name)
    lines += ["}  // namespace tables", ""]
    for name in shapes:
        lines += _functions(spec, name)
    lines += ["namespace ops {", ""]
    for name in operations:
        lines += _operation(spec, name)
    lines += ["}  // namespace ops", "", "}  // namespace pinion::model", ""]
    return "\n".join(lines)


def emit_operations_header(groups):
    lines = ["// All operations. Generated from spec/; see codegen/README.md.", "#pragma once", "", "#include <span>", "",
             '#include "model/operation.h"']
    lines += [f'#include "model/{group}.h"' for group in groups]
    lines += ["", "namespace pinion::model {", "",
              "// Every operation of the service model and of the overlay, by name.",
              "extern const std::span<const OperationDescriptor* const> kAllOperations;", "",
              "}  // namespace pinion::model", ""]
    return "\n".join(lines)


def emit_operations_source(operations):
    lines = ["// All operations. Generated from spec/; see codegen/README.md.", '#include "model/operations.h"', "",
             "namespace pinion::model {", "", "namespace {", "",
             "constexpr const OperationDescriptor* kTable[] = {"]
    lines += [f"    &ops::k{name}Descriptor," for name in operations]
    lines += ["};", "", "}  // namespace", "",
              "constinit const std::span<const OperationDescriptor* const> kAllOperations = kTable;", "",
              "}  // namespace pinion::model", ""]
    return "\n".join(lines)


def _tables(spec, shapes, operations):
    """All shapes whose tables are defined or pointed to."""
    names_used = set(shapes)
    for name in shapes:
        names_used.update(spec.references(name))
    for name in operations:
        operation = spec.operations[name]
        names_used.update((operation["input"]["shape"], spec.response(operation)))
    return sorted(names_used)


def _type(spec, name):
    shape = spec.shapes[name]
    kind = "kEnum" if spec.is_enum(name) else _KINDS[shape["type"]]
    before, options = [], []
    if kind == "kEnum":
        before, options = _enum_options(shape, name)
    elif kind == "kStructure":
        before, options = _structure_options(spec, name)
    elif kind == "kList":
        element = shape["member"]["shape"]
        options = [f".element = &{table_name(element)}", f".list = &kListOps<{cpp_type(spec, element)}>"]
    elif kind == "kMap":
        options = _map_options(spec, shape)
    elif kind == "kRawJson" and shape.get("objectOnly"):
        options = [".object_only = true"]
    reset = f".reset = ResetValue<{cpp_type(spec, name)}>"
    fields = [f".kind = Kind::{kind}", f'.name = "{names.type_name(name)}"', reset] + options
    return before + [f"constinit const TypeDescriptor {table_name(name)} = {{"] + [
        f"    {field}," for field in fields] + ["};", ""]


def _enum_options(shape, name):
    array = f"k{names.type_name(name)}Values"
    values = ", ".join(f'"{value}"' for value in shape["enum"])
    return [f"constexpr std::string_view {array}[] = {{{values}}};"], [f".enum_values = {array}"]


def _structure_options(spec, name):
    shape = spec.shapes[name]
    if not shape.get("members"):
        return [], []
    array = f"k{names.type_name(name)}Fields"
    lines = [f"constexpr FieldDescriptor {array}[] = {{"]
    for member, value in shape["members"].items():
        lines.append("    {" + ", ".join(_field(spec, name, member, value)) + "},")
    return lines + ["};"], [f".fields = {array}"]


def _field(spec, name, member, value):
    shape = spec.shapes[name]
    field = [f'.name = "{value.get("locationName", member)}"', f".type = &{table_name(value['shape'])}"]
    if not is_plain(shape, member):
        field.append(f".optional = &kOptionalOps<{cpp_type(spec, value['shape'])}>")
    field.append(f".offset = offsetof({names.type_name(name)}, {member_name(shape, member)})")
    if member == shape.get("payload"):
        field.append(".location = Location::kPayload")
    elif "location" in value:
        field.append(f".location = Location::{_LOCATIONS[value['location']]}")
    if is_plain(shape, member):
        field.append(".required = true")
    elif _empty_as_absent(spec, shape, value):
        field.append(".empty_as_absent = true")
    return field


def _empty_as_absent(spec, shape, value):
    """An option of the member, or of the structure for all its optional strings."""
    if spec.shapes[value["shape"]]["type"] != "string":
        return False
    return value.get("emptyAsAbsent", shape.get("emptyAsAbsent", False))


def _map_options(spec, shape):
    element = shape["value"]["shape"]
    options = [f".element = &{table_name(element)}"]
    if spec.is_enum(shape["key"]["shape"]):
        options.append(f".key = &{table_name(shape['key']['shape'])}")
    options.append(f".map = &kMapOps<{map_value_type(spec, shape)}>")
    if shape["value"].get("nullable"):
        options += [f".element_optional = &kOptionalOps<{cpp_type(spec, element)}>",
                    ".null_values = NullValues::kKeep"]
    elif shape["value"].get("nullAsEmpty"):
        options.append(".null_values = NullValues::kAsEmpty")
    return options


def _functions(spec, name):
    cpp = names.type_name(name)
    if spec.shapes[name]["type"] == "structure":
        return [f"const TypeDescriptor& DescriptorOf(TypeTag<{cpp}>) {{ return tables::{table_name(name)}; }}", ""]
    if not spec.is_enum(name):
        return []
    values = f"tables::k{cpp}Values"
    return [f"std::string_view ToWire({cpp} value) {{ return {values}[static_cast<size_t>(value)]; }}",
            f"std::optional<{cpp}> {cpp}FromWire(std::string_view text) {{",
            f"  for (size_t i = 0; i < std::size({values}); ++i) {{",
            f"    if ({values}[i] == text) {{",
            f"      return static_cast<{cpp}>(i);",
            "    }", "  }", "  return std::nullopt;", "}", ""]


def _operation(spec, name):
    operation = spec.operations[name]
    http = operation["http"]
    native = "true" if http["requestUri"].startswith("/pinion/") else "false"
    return [f"constinit const OperationDescriptor k{name}Descriptor = {{",
            f'    .name = "{name}",', f'    .method = "{http["method"]}",', f'    .path = "{http["requestUri"]}",',
            f"    .success_status = {http.get('responseCode', 200)},", f"    .native = {native},",
            f"    .request = &tables::{table_name(operation['input']['shape'])},",
            f"    .response = &tables::{table_name(spec.response(operation))},", "};", ""]
