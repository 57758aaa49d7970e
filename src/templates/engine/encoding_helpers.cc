#include <optional>
#include <string>

#include "base/base64.h"
#include "base/digest.h"
#include "base/hex.h"
#include "base/ids.h"
#include "base/utf8.h"
#include "templates/engine/helper_functions.h"
#include "templates/engine/variable_source.h"

namespace pinion::templates {
namespace {

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// A digest of nothing would look like one of something.
Value HexDigest(const HelperCall& call, std::string (*digest)(std::string_view)) {
  return call.Argument(0).Single().absent() ? Value()
                                            : call.Made(base::HexEncode(digest(call.Text(0))));
}

}  // namespace

// RFC 3986: everything but unreserved characters, a blank as %20, which every part of a URL
// understands.
Value HelperUrlEncode(const HelperCall& call) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  TextBuilder encoded(call.scratch());
  for (const char c : call.Text(0)) {
    if (IsUnreserved(c)) {
      encoded.Append(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.Append('%');
    encoded.Append(kHex[byte >> 4]);
    encoded.Append(kHex[byte & 15]);
  }
  return Value::String(encoded.Take());
}

Value HelperJson(const HelperCall& call) {
  return Value::String(JsonOf(call.Argument(0).Single(), call.scratch()));
}

Value HelperEncode64(const HelperCall& call) {
  return call.Made(base::Base64Encode(call.Text(0)));
}

Value HelperDecode64(const HelperCall& call) {
  const std::optional<std::string> decoded = base::Base64Decode(call.Text(0));
  return decoded && base::IsValidUtf8(*decoded) ? call.Made(*decoded) : Value();
}

Value HelperMd5(const HelperCall& call) {
  return HexDigest(call, base::Md5);
}
Value HelperSha256(const HelperCall& call) {
  return HexDigest(call, base::Sha256);
}
Value HelperSha512(const HelperCall& call) {
  return HexDigest(call, base::Sha512);
}

Value HelperUuid(const HelperCall& call) {
  if (call.random() == nullptr) {
    return call.Fail("uuid is not available here");
  }
  return call.Made(base::IdGenerator(*call.random()).NewUuid());
}

Value HelperLookup(const HelperCall& call) {
  const std::string_view key = call.Text(1);
  const Value container = call.Argument(0);
  if (container.kind() != Value::Kind::kRoot) {
    return MemberOf(container, key, call.scratch());
  }
  const std::string_view segments[] = {key};
  VariablePath path;
  path.written = path.key = key;
  path.segments = segments;
  path.root = MatchRootName(segments);
  return call.source().Find(path, call.scratch()).value;
}

Value HelperLog(const HelperCall&) {
  return Value();
}

}  // namespace pinion::templates
