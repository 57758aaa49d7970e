#include "templates/engine/recipient_variables.h"

#include <algorithm>

#include "templates/engine/decimal.h"

namespace pinion::templates {
namespace {

// An empty list counts as missing (TPL-78).
Value Usable(Value value) {
  return value.is_list() && value.list_size() == 0 ? Value() : value;
}

// The member of a group as the group's map has it: `Demographic.Make` → Make.
std::string_view NameInGroup(RootName name) {
  const std::string_view text = RootNameText(name);
  return text.substr(text.find('.') + 1);
}

bool IsInGroup(RootName name, RootName group) {
  const std::string_view text = RootNameText(name);
  const std::string_view group_text = RootNameText(group);
  return text.size() > group_text.size() && text.substr(0, group_text.size()) == group_text &&
         text[group_text.size()] == '.';
}

}  // namespace

Variable RecipientVariables::Find(const VariablePath& path, Scratch& scratch) const {
  Value found = FindSubstitution(path, scratch);
  if (found.absent()) {
    found =
        path.root.name != RootName::kNone ? FindRoot(path, scratch) : FindBareName(path, scratch);
  }
  if (!found.absent()) {
    return {found, false, false};
  }
  if (view_.defaults != nullptr) {
    found = Usable(view_.defaults->Find(path, scratch));
  }
  const bool defaulted = !found.absent();
  return {found, defaulted, !defaulted && IsRequired(path)};
}

Value RecipientVariables::FindSubstitution(const VariablePath& path, Scratch& scratch) const {
  for (const std::span<const NamedValue> layer : view_.substitutions) {
    if (layer.empty()) {
      continue;
    }
    for (const std::string_view key : {path.written, path.key}) {
      const Value found = Usable(FindNamed(layer, key));
      if (!found.absent()) {
        return found;
      }
    }
    if (path.key_base.empty()) {
      continue;
    }
    for (const std::string_view key : {path.written_base, path.key_base}) {
      const Value found = MemberOf(FindNamed(layer, key), path.segments.back(), scratch);
      if (!found.absent()) {
        return found;
      }
    }
  }
  return Value();
}

Value RecipientVariables::FindRoot(const VariablePath& path, Scratch& scratch) const {
  const RootName name = path.root.name;
  const size_t taken = path.root.segments;
  if (static_cast<size_t>(name) >= kScalarRootNames && path.segments.size() > taken &&
      name <= RootName::kEventMetrics) {
    return FindInMap(MapOf(name), path, taken, scratch);
  }
  Value value =
      static_cast<size_t>(name) < kScalarRootNames ? Scalar(name, scratch) : GroupOf(name, scratch);
  for (size_t i = taken; i < path.segments.size(); ++i) {
    value = MemberOf(value, path.segments[i], scratch);
  }
  return Usable(value);
}

// The member whose name is all of the path from segment `first` on; then without a trailing index
// (TPL-77).
Value RecipientVariables::FindInMap(std::span<const NamedValue> map,
                                    const VariablePath& path,
                                    size_t first,
                                    Scratch& scratch) const {
  const Value exact = Usable(FindNamed(map, path.KeyFrom(first)));
  if (!exact.absent() || path.segments.size() == first + 1) {
    return exact;
  }
  Value value = FindNamed(map, path.segments[first]);
  for (size_t i = first + 1; i < path.segments.size(); ++i) {
    value = MemberOf(value, path.segments[i], scratch);
  }
  return Usable(value);
}

// TPL-76, number 6.
Value RecipientVariables::FindBareName(const VariablePath& path, Scratch& scratch) const {
  const bool bare =
      path.segments.size() == 1 || (path.segments.size() == 2 && !path.key_base.empty());
  if (!bare) {
    return Value();
  }
  for (const std::span<const NamedValue> map : {view_.attributes,
                                                view_.user_attributes,
                                                view_.metrics,
                                                view_.recommendations,
                                                view_.context[0],
                                                view_.context[1]}) {
    if (!map.empty()) {
      const Value found = FindInMap(map, path, 0, scratch);
      if (!found.absent()) {
        return found;
      }
    }
  }
  return Value();
}

std::span<const NamedValue> RecipientVariables::MapOf(RootName name) const {
  switch (name) {
    case RootName::kAttributes:
      return view_.attributes;
    case RootName::kMetrics:
      return view_.metrics;
    case RootName::kRecommendations:
      return view_.recommendations;
    case RootName::kUserAttributes:
      return view_.user_attributes;
    case RootName::kEventAttributes:
      return view_.event_attributes;
    case RootName::kEventMetrics:
      return view_.event_metrics;
    default:
      return {};
  }
}

// A name that is no single value, as a map of its own.
Value RecipientVariables::GroupOf(RootName name, Scratch& scratch) const {
  if (name <= RootName::kEventMetrics) {
    const std::span<const NamedValue> map = MapOf(name);
    return map.empty() ? Value() : Value::Map(*scratch.New<NamedValueMap>(map));
  }
  const std::span<NamedValue> members =
      scratch.NewArray<NamedValue>(static_cast<size_t>(RootName::kDemographic));
  size_t count = 0;
  for (size_t i = 0; i < static_cast<size_t>(RootName::kDemographic); ++i) {
    const auto member = static_cast<RootName>(i);
    if (!IsInGroup(member, name)) {
      continue;
    }
    const Value value = i < kScalarRootNames ? Scalar(member, scratch) : GroupOf(member, scratch);
    if (!value.absent()) {
      members[count++] = {NameInGroup(member), value};
    }
  }
  return count == 0 ? Value() : Value::Map(*scratch.New<NamedValueMap>(members.first(count)));
}

Value RecipientVariables::Scalar(RootName name, Scratch& scratch) const {
  const Value value = view_.scalars[static_cast<size_t>(name)];
  const bool coordinate =
      name == RootName::kLocationLatitude || name == RootName::kLocationLongitude;
  if (coordinate && value.is_number()) {
    // TPL-74.
    return Value::Decimal(scratch.Copy(RoundDecimal(TextOf(value, scratch), Rounding::kHalfUp, 1)));
  }
  return value;
}

bool RecipientVariables::IsRequired(const VariablePath& path) const {
  if (!view_.recommendations_required) {
    return false;
  }
  const auto names = view_.recommended_names;
  return path.root.name == RootName::kRecommendationItems ||
         path.root.name == RootName::kRecommendations ||
         (path.root.name == RootName::kNone &&
          std::find(names.begin(), names.end(), path.segments[0]) != names.end());
}

}  // namespace pinion::templates
