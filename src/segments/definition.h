// The criteria of a segment as the API has them: Dimensions, SegmentGroups, or neither (SEG-1).
#pragma once

#include <optional>

#include "model/segments.h"

namespace pinion::segments {

struct Definition {
  std::optional<model::SegmentDimensions> dimensions;
  std::optional<model::SegmentGroupList> groups;
};

}  // namespace pinion::segments
