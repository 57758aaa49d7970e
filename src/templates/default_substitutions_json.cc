#include "templates/default_substitutions_json.h"

#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "model/json_reader.h"

namespace pinion::templates {
namespace {

using Kind = SubstitutionTree::Kind;

// False when the reader has failed. The reader bounds the depth.
bool ReadTree(model::JsonReader& reader, SubstitutionTree& tree);

bool ReadObject(model::JsonReader& reader, SubstitutionTree& tree) {
  tree.kind = Kind::kObject;
  if (!reader.BeginObject()) {
    return false;
  }
  std::string_view key;
  while (reader.NextMember(key)) {
    tree.members.push_back({std::string(key), {}});
    if (!ReadTree(reader, tree.members.back().value)) {
      return false;
    }
  }
  return reader.ok();
}

bool ReadList(model::JsonReader& reader, SubstitutionTree& tree) {
  tree.kind = Kind::kList;
  if (!reader.BeginArray()) {
    return false;
  }
  while (reader.NextElement()) {
    if (!ReadTree(reader, tree.items.emplace_back())) {
      return false;
    }
  }
  return reader.ok();
}

// A number that a double cannot hold is kept as its text.
bool ReadNumber(model::JsonReader& reader, SubstitutionTree& tree) {
  std::string_view source;
  if (!reader.ReadNumber(source)) {
    return false;
  }
  const auto read = std::from_chars(source.data(), source.data() + source.size(), tree.number);
  const bool fits = read.ec == std::errc() && std::isfinite(tree.number);
  tree.kind = fits ? Kind::kNumber : Kind::kString;
  tree.text = source;
  return true;
}

bool ReadTree(model::JsonReader& reader, SubstitutionTree& tree) {
  model::JsonType type = model::JsonType::kNull;
  if (!reader.PeekType(type)) {
    return false;
  }
  std::string_view text;
  switch (type) {
    case model::JsonType::kObject:
      return ReadObject(reader, tree);
    case model::JsonType::kArray:
      return ReadList(reader, tree);
    case model::JsonType::kNumber:
      return ReadNumber(reader, tree);
    case model::JsonType::kString:
      tree.kind = Kind::kString;
      if (!reader.ReadString(text)) {
        return false;
      }
      tree.text = text;
      return true;
    case model::JsonType::kBoolean:
      tree.kind = Kind::kBool;
      if (!reader.ReadLiteral(text)) {
        return false;
      }
      tree.bool_value = text == "true";
      return true;
    case model::JsonType::kNull:
      tree.kind = Kind::kNull;
      return reader.ReadLiteral(text);
  }
  return false;
}

}  // namespace

base::Result<std::shared_ptr<const DefaultSubstitutions>> ParseDefaultSubstitutions(
    std::string_view json) {
  model::JsonReader reader;
  SubstitutionTree tree;
  if (!reader.Open(json) || !ReadTree(reader, tree) || !reader.AtEnd() ||
      tree.kind != Kind::kObject) {
    return base::InvalidArgument("Member 'DefaultSubstitutions' must be a JSON object.");
  }
  return std::make_shared<const DefaultSubstitutions>(std::move(tree));
}

}  // namespace pinion::templates
