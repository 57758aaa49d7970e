#include "audit/masked_json.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/json_text.h"
#include "model/json_reader.h"

namespace pinion::audit {

namespace {

constexpr std::array<std::string_view, 14> kSecretEndings = {"secret",
                                                             "password",
                                                             "passphrase",
                                                             "privatekey",
                                                             "apikey",
                                                             "tokenkey",
                                                             "secretkey",
                                                             "secretaccesskey",
                                                             "servicejson",
                                                             "certificate",
                                                             "credential",
                                                             "token",
                                                             "authorization",
                                                             "otp"};
constexpr std::string_view kMask = "***";

// Copies one value after the other. Depth is limited by the reader.
class Copier {
 public:
  Copier(model::JsonReader& reader, size_t bytes_max) : reader_(reader), bytes_max_(bytes_max) {}

  // False when enough is copied or the text is no JSON.
  bool Value();
  bool Full() const { return out_.text().size() > bytes_max_; }
  std::string Take() { return out_.Take(); }

 private:
  bool Object();
  bool Array();

  model::JsonReader& reader_;
  const size_t bytes_max_;
  base::JsonWriter out_;
};

bool Copier::Value() {
  model::JsonType type{};
  if (!reader_.PeekType(type)) {
    return false;
  }
  if (type == model::JsonType::kObject) {
    return Object();
  }
  if (type == model::JsonType::kArray) {
    return Array();
  }
  std::string_view source;
  if (!reader_.ReadRaw(source)) {
    return false;
  }
  out_.Raw(source);
  return !Full();
}

bool Copier::Object() {
  if (!reader_.BeginObject()) {
    return false;
  }
  out_.BeginObject();
  std::string_view key;
  while (reader_.NextMember(key)) {
    out_.Key(key);
    if (!IsSecretName(key)) {
      if (!Value()) {
        return false;
      }
    } else if (reader_.SkipValue()) {
      out_.String(kMask);
    }
  }
  out_.EndObject();
  return reader_.ok();
}

bool Copier::Array() {
  if (!reader_.BeginArray()) {
    return false;
  }
  out_.BeginArray();
  while (reader_.NextElement()) {
    if (!Value()) {
      return false;
    }
  }
  out_.EndArray();
  return reader_.ok();
}

// The longest beginning that does not end within a character.
void CutTo(size_t bytes_max, std::string& text) {
  constexpr unsigned kContinuationMask = 0xC0;
  constexpr unsigned kContinuation = 0x80;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & kContinuationMask) == kContinuation) {
    --end;
  }
  text.resize(end);
}

}  // namespace

bool IsSecretName(std::string_view member) {
  std::string lower(member);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return std::any_of(kSecretEndings.begin(), kSecretEndings.end(), [&](std::string_view ending) {
    return lower.ends_with(ending);
  });
}

base::Result<MaskedJson> MaskSecrets(std::string_view json, size_t bytes_max) {
  model::JsonReader reader;
  model::JsonType type{};
  if (!reader.Open(json) || !reader.PeekType(type) || type != model::JsonType::kObject) {
    return base::InvalidArgument("The text is no JSON object.");
  }
  Copier copier(reader, bytes_max);
  const bool whole = copier.Value() && reader.AtEnd();
  if (!whole && !(reader.ok() && copier.Full())) {
    return base::InvalidArgument(reader.error());
  }
  MaskedJson masked{copier.Take(), false};
  if (masked.text.size() > bytes_max) {
    masked.cut = true;
    CutTo(bytes_max, masked.text);
  }
  return masked;
}

}  // namespace pinion::audit
