// The tags of what belongs to an application: campaigns, segments, journeys. Their records differ,
// but all are JSON under the key (application, id) and have a member `Tags`. Thread-safe.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/tags.h"
#include "storage/key_space.h"
#include "storage/key_value_store.h"

namespace pinion::apps {

struct TaggedFamily {
  storage::KeySpace space;
  std::string_view kind;  // as in ARNs: "campaigns"
};

// base::TaggedResources::VisitTags for one family; records whose Status is DELETED are left out.
base::Status VisitTagsOfRecords(const storage::Reader& store,
                                const TaggedFamily& family,
                                std::string_view after,
                                const base::TaggedResources::TagVisitor& visit);

}  // namespace pinion::apps
