#include "templates/text_parts.h"

#include <algorithm>

#include "model/json_reader.h"

namespace pinion::templates {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

// Appends the scalars of the next value. The reader bounds the depth.
bool AppendParts(model::JsonReader& reader, const std::string& path, Parts& parts) {
  model::JsonType type = model::JsonType::kNull;
  if (!reader.PeekType(type)) {
    return false;
  }
  std::string_view text;
  switch (type) {
    case model::JsonType::kObject: {
      if (!reader.BeginObject()) {
        return false;
      }
      while (reader.NextMember(text)) {
        const std::string name(text);
        if (!AppendParts(reader, path.empty() ? name : path + "." + name, parts)) {
          return false;
        }
      }
      return reader.ok();
    }
    case model::JsonType::kArray: {
      if (!reader.BeginArray()) {
        return false;
      }
      for (size_t i = 0; reader.NextElement(); ++i) {
        if (!AppendParts(reader, path + "[" + std::to_string(i) + "]", parts)) {
          return false;
        }
      }
      return reader.ok();
    }
    case model::JsonType::kString:
      if (!reader.ReadString(text)) {
        return false;
      }
      break;
    default:
      if (!reader.ReadRaw(text)) {
        return false;
      }
  }
  parts.emplace_back(path, text);
  return true;
}

}  // namespace

base::Result<Parts> TextParts(std::string_view json) {
  model::JsonReader reader;
  Parts parts;
  if (!reader.Open(json) || !AppendParts(reader, "", parts)) {
    return base::Internal("Template content: " + reader.error());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

}  // namespace pinion::templates
