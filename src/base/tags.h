// Tags of a resource: the rules every taggable resource shares (TAG-2 to TAG-4), and the interface
// by which the tag operations reach the modules that keep them. Pure functions; TaggedResources is
// thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace pinion::base {

inline constexpr size_t kTagsPerResourceMax = 50;
inline constexpr size_t kTagKeyCharactersMax = 128;
inline constexpr size_t kTagValueCharactersMax = 256;

// Key and value in the order in which they were given; keys are unique.
using Tags = std::vector<std::pair<std::string, std::string>>;

// kInvalidArgument when a key, a value or the number of tags breaks a rule.
Status CheckTags(const Tags& tags);

struct TagChange {
  Tags set;                         // added or overwritten
  std::vector<std::string> remove;  // keys; those that are not set are no error
};

// The tags after the change; kInvalidArgument when the result would break a rule.
Result<Tags> ChangeTags(Tags tags, const TagChange& change);

// The resources of one kind that can be tagged. `resource` is the last part of an ARN:
// "apps/x/campaigns/y".
class TaggedResources {
 public:
  virtual ~TaggedResources() = default;
  // kNotFound when there is no such resource.
  virtual Result<Tags> TagsOf(std::string_view resource) const = 0;
  // Applies ChangeTags and stores the result. kNotFound, kInvalidArgument: nothing changes.
  virtual Status UpdateTags(std::string_view resource, const TagChange& change) = 0;
  // Shows every resource with its tags, in an order that stays the same, from behind `after` on (""
  // is before the first), until `visit` answers false. `after` need not exist any more.
  using TagVisitor = std::function<bool(std::string_view resource, const Tags& tags)>;
  virtual Status VisitTags(std::string_view after, const TagVisitor& visit) const = 0;
};

}  // namespace pinion::base
