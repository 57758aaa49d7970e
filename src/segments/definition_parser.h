// Definition → expression tree. Refuses what cannot be judged, naming member and rule
// (SEG-20…SEG-53, SEG-70). Whether source segments exist is not its business: see SegmentService.
// Pure, thread-safe.
#pragma once

#include "base/result.h"
#include "segments/definition.h"
#include "segments/expression.h"

namespace pinion::segments {

// SEG-27.
constexpr size_t kCriteriaMax = 1000;
constexpr size_t kValuesMax = 10'000;
constexpr size_t kValueCharactersMax = 1000;
constexpr size_t kGroupsMax = 50;

// kInvalidArgument.
base::Result<Node> ParseDefinition(const Definition& definition);

}  // namespace pinion::segments
