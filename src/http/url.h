// Percent-encoding of paths and queries. Pure functions; every failure is kInvalidArgument with a
// sentence for the client.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "base/result.h"

namespace pinion::http {

// A path segment decoded exactly once; `+` stays a plus. Fails on an escape that is not two
// hexadecimal digits and when the decoded text is not UTF-8.
base::Result<std::string> DecodePathSegment(std::string_view raw);

// The raw path cut at raw slashes, still encoded: `/v1/apps/a%2Fb/` gives `v1`, `apps`, `a%2Fb`.
// One trailing slash is ignored; an empty segment elsewhere stays in the list. `/` gives none.
using PathSegments = boost::container::small_vector<std::string_view, 12>;
PathSegments SplitPath(std::string_view raw_path);

struct QueryParameter {
  std::string name;
  std::string value;
};

// Parameters in their order. `+` and `%20` are blanks; a parameter without `=` has an empty value;
// empty parts between
// `&` are skipped. Fails as DecodePathSegment does.
base::Result<std::vector<QueryParameter>> ParseQuery(std::string_view raw_query);

// The value of the first parameter of that exact name.
std::optional<std::string_view> FindParameter(const std::vector<QueryParameter>& parameters,
                                              std::string_view name);

// Everything but letters, digits and `-._~` becomes %XX with upper-case digits, as signatures want
// it.
std::string PercentEncode(std::string_view text);

}  // namespace pinion::http
