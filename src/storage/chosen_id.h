// Ids of resources that callers choose (API-72): their form, and the rest that the id of a deleted
// resource is given. Stateless; callers hold the lock under which ids of the kind are given out.
#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::storage {

// How long the id of a deleted resource stays taken.
inline constexpr std::chrono::hours kDeletedIdRest{24};

// What the kinds of resources are called in the store: never changed.
inline constexpr std::string_view kApplicationIds = "app";
inline constexpr std::string_view kCampaignIds = "campaign";
inline constexpr std::string_view kSegmentIds = "segment";
inline constexpr std::string_view kRecommenderIds = "recommender";

// kInvalidArgument for anything but 32 lower-case hexadecimal characters, kConflict when a resource
// of the kind had the id and was deleted less than a day ago. Whether one has it now is for the
// caller to see.
base::Status CheckChosenId(const Reader& store,
                           std::string_view kind,
                           std::string_view id,
                           base::Timestamp now);

// Adds to the deletion of a resource that its id rests.
void RestId(std::string_view kind, std::string_view id, base::Timestamp now, WriteBatch& batch);

}  // namespace pinion::storage
