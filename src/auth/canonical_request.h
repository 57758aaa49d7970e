// The parts of the text that both sides of a Signature Version 4 hash: the canonical path, query
// and headers (AUTH-4 to AUTH-6). Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::auth {

struct Header {
  std::string_view name;
  std::string_view value;
};

// Percent-encodes all but A-Z a-z 0-9 - . _ ~ (and `/` where it is kept), with upper-case digits.
enum class Slash { kEncode, kKeep };
void AppendUriEncoded(std::string& out, std::string_view text, Slash slash);

// The path as received with dot segments and repeated slashes removed and every segment encoded
// again.
std::string CanonicalPath(std::string_view path);
// As received, every segment encoded again.
std::string EncodedPath(std::string_view path);

// One parameter of a query, decoded.
struct QueryParameter {
  std::string name;
  std::string value;
};
// Splits at & and =, and decodes %XX; what is not a valid escape stays. `a` alone has an empty
// value.
std::vector<QueryParameter> ParseQuery(std::string_view query);
// Encoded, sorted by name and then value, without the parameters named in `without`.
std::string CanonicalQuery(const std::vector<QueryParameter>& parameters,
                           std::span<const std::string_view> without);
// As received, in that order and encoding; `a` alone becomes `a=`.
std::string QueryAsReceived(std::string_view query, std::span<const std::string_view> without);

// The values of all headers of this name (given in lower case), trimmed, inner runs of blanks made
// one, joined with commas. False if there is none.
bool AppendHeaderValues(std::string& out, std::span<const Header> headers, std::string_view name);

// Of texts of the same length.
bool SameLettersIgnoringCase(std::string_view a, std::string_view b);

// Compares without regard to the case of ASCII letters. Most names differ in length already.
inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && SameLettersIgnoringCase(a, b);
}

}  // namespace pinion::auth
