#include "templates/engine/default_substitutions.h"

namespace pinion::templates {
namespace {

using Kind = SubstitutionTree::Kind;

// `a.[b c].[0]` and `a.b c.0` are the same key.
std::string WithoutBrackets(std::string_view key) {
  std::string plain;
  for (size_t i = 0; i < key.size(); ++i) {
    const bool opens = key[i] == '[' && (i == 0 || key[i - 1] == '.');
    const bool closes = key[i] == ']' && (i + 1 == key.size() || key[i + 1] == '.');
    if (!opens && !closes) {
      plain += key[i];
    }
  }
  return plain;
}

}  // namespace

Value DefaultSubstitutions::Node::Find(std::string_view name, Scratch&) const {
  return FindNamed(members, name);
}

std::span<const NamedValue> DefaultSubstitutions::Node::Members(Scratch& scratch) const {
  return SortedByName(members, scratch);
}

DefaultSubstitutions::DefaultSubstitutions(SubstitutionTree root) : root_(std::move(root)) {
  // Flat keys first: a key that is there already is not replaced.
  for (const auto& [name, value] : root_.members) {
    Add(name, Convert(value, 1));
  }
  Flatten(root_, "", 0);
}

void DefaultSubstitutions::Add(const std::string& key, Value value) {
  values_.emplace(key, value);
  values_.emplace(WithoutBrackets(key), value);
}

void DefaultSubstitutions::Flatten(const SubstitutionTree& object,
                                   const std::string& prefix,
                                   int depth) {
  if (depth >= kDepthMax) {
    return;
  }
  for (const auto& [name, value] : object.members) {
    const std::string key = prefix + name;
    if (depth > 0) {
      Add(key, Convert(value, depth));
    }
    Flatten(value, key + ".", depth + 1);
  }
}

Value DefaultSubstitutions::Convert(const SubstitutionTree& tree, int depth) {
  switch (tree.kind) {
    case Kind::kNull:
      return Value::Null();
    case Kind::kBool:
      return Value::Bool(tree.bool_value);
    case Kind::kNumber:
      return Value::Number(tree.number);
    case Kind::kString:
      return Value::String(tree.text);
    case Kind::kList:
    case Kind::kObject:
      break;
  }
  if (depth >= kDepthMax) {
    return Value();
  }
  if (tree.kind == Kind::kList) {
    auto list = std::make_unique<std::vector<Value>>();
    for (const SubstitutionTree& item : tree.items) {
      list->push_back(Convert(item, depth + 1));
    }
    lists_.push_back(std::move(list));
    return Value::List(std::span<const Value>(*lists_.back()));
  }
  auto node = std::make_unique<Node>();
  for (const auto& [name, value] : tree.members) {
    node->members.push_back({name, Convert(value, depth + 1)});
  }
  nodes_.push_back(std::move(node));
  return Value::Map(*nodes_.back());
}

Value DefaultSubstitutions::Get(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? Value() : found->second;
}

std::vector<NamedValue> DefaultSubstitutions::Named() const {
  std::vector<NamedValue> named;
  named.reserve(values_.size());
  for (const auto& [key, value] : values_) {
    named.push_back({key, value});
  }
  return named;
}

Value DefaultSubstitutions::Find(const VariablePath& path, Scratch& scratch) const {
  for (const std::string_view key : {path.written, path.key}) {
    const Value found = Get(key);
    if (!found.absent()) {
      return found;
    }
  }
  if (const Value found = Get(path.written_base); !found.absent()) {
    return MemberOf(found, path.segments.back(), scratch);
  }
  // Members of what is found under the beginning of the path, the longest first.
  std::string_view key = path.key;
  for (size_t i = path.segments.size() - 1; i > 0; --i) {
    key.remove_suffix(path.segments[i].size() + 1);
    Value found = Get(key);
    for (size_t j = i; j < path.segments.size(); ++j) {
      found = MemberOf(found, path.segments[j], scratch);
    }
    if (!found.absent()) {
      return found;
    }
  }
  return Value();
}

}  // namespace pinion::templates
