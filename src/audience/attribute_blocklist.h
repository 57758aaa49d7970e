// The names for which an application takes no new values: exact names and globs, one list per kind
// of attribute (AUD-70…72). A value; AudienceService guards the one of each application by its
// write lock.
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "audience/attribute_index.h"

namespace pinion::audience {

// `*` stands for any run of characters, `?` for one, compared with the whole name,
// case-sensitively.
bool GlobMatches(std::string_view pattern, std::string_view name);
bool IsGlob(std::string_view pattern);

class AttributeBlocklist {
 public:
  using Patterns = std::set<std::string, std::less<>>;

  void Add(AttributeKind kind, std::string pattern);
  void Remove(AttributeKind kind, std::string_view pattern);
  bool Blocks(AttributeKind kind, std::string_view name) const;
  const Patterns& patterns(AttributeKind kind) const {
    return patterns_[static_cast<size_t>(kind)];
  }

 private:
  std::array<Patterns, 3> patterns_;
};

}  // namespace pinion::audience
