"""Text of a group's header: enums, structs, operations."""
import names

_SCALAR_TYPES = {"boolean": "bool", "integer": "int32_t", "long": "int64_t", "double": "double",
                 "string": "std::string", "blob": "std::string", "timestamp": "base::Timestamp"}


def cpp_type(spec, name):
    shape = spec.shapes[name]
    kind = shape["type"]
    if kind == "structure" or spec.is_enum(name):
        return names.type_name(name)
    if kind == "list":
        return f"std::vector<{cpp_type(spec, shape['member']['shape'])}>"
    if kind == "map":
        return f"Map<{map_value_type(spec, shape)}>"
    return "RawJson" if kind == "rawjson" else _SCALAR_TYPES[kind]


def map_value_type(spec, shape):
    value = cpp_type(spec, shape["value"]["shape"])
    return f"std::optional<{value}>" if shape["value"].get("nullable") else value


def is_plain(shape, member):
    """Required members and the payload of a request are plain, others std::optional."""
    return member in shape.get("required", []) or member == shape.get("payload")


def member_name(shape, member):
    """The payload of a request is always called body."""
    if member == shape.get("payload"):
        return "body"
    return names.member(member)


def emit(spec, group, shapes, operations, includes):
    """The header of `group`; `shapes` in an order in which each follows what it is made of."""
    lines = [f"// {group}: structs of the service model. Generated from spec/; see codegen/README.md.",
             "#pragma once", "",
             "#include <cstdint>", "#include <optional>", "#include <string>", "#include <string_view>",
             "#include <vector>", "",
             '#include "base/clock.h"', '#include "model/map.h"', '#include "model/operation.h"',
             '#include "model/raw_json.h"', '#include "model/type_descriptor.h"']
    lines += [f'#include "model/{used}.h"' for used in includes]
    lines += ["", "namespace pinion::model {", ""]
    for name in shapes:
        if spec.is_enum(name):
            lines += _enum(spec, name)
        elif spec.shapes[name]["type"] == "structure":
            lines += _structure(spec, name)
    if operations:
        lines += ["namespace ops {", ""]
        for name in operations:
            lines += _operation(spec, name)
        lines += ["}  // namespace ops", ""]
    return "\n".join(lines + ["}  // namespace pinion::model", ""])


def _enum(spec, name):
    cpp = names.type_name(name)
    constants = [names.constant(value) for value in spec.shapes[name]["enum"]]
    return ([f"enum class {cpp} : uint8_t {{"] + [f"  {constant}," for constant in constants] +
            ["};",
             f"std::string_view ToWire({cpp} value);",
             "// Nothing for a string that is not one of the values.",
             f"std::optional<{cpp}> {cpp}FromWire(std::string_view text);", ""])


def _structure(spec, name):
    shape = spec.shapes[name]
    cpp = names.type_name(name)
    lines = [f"struct {cpp} {{"]
    for member, value in shape.get("members", {}).items():
        member_type = cpp_type(spec, value["shape"])
        if not is_plain(shape, member):
            member_type = f"std::optional<{member_type}>"
        lines.append(f"  {member_type} {member_name(shape, member)}{{}};")
    if shape.get("members"):
        lines.append("")
    lines += [f"  friend bool operator==(const {cpp}&, const {cpp}&) = default;", "};",
              f"const TypeDescriptor& DescriptorOf(TypeTag<{cpp}>);", ""]
    return lines


def _operation(spec, name):
    operation = spec.operations[name]
    http = operation["http"]
    request = names.type_name(operation["input"]["shape"])
    response = names.type_name(spec.response(operation))
    return [f"extern const OperationDescriptor k{name}Descriptor;",
            f"struct {name} {{",
            f"  using Request = model::{request};",
            f"  using Response = model::{response};",
            f'  static constexpr std::string_view kName = "{name}";',
            f'  static constexpr std::string_view kMethod = "{http["method"]}";',
            f'  static constexpr std::string_view kPath = "{http["requestUri"]}";',
            f"  static constexpr int kSuccessStatus = {http.get('responseCode', 200)};",
            f"  static constexpr const OperationDescriptor& kDescriptor = k{name}Descriptor;",
            "};", ""]
