// Runs an expression over the attribute index: the members as a bitmap, or only their number. The
// caller holds the index's read lock for the whole call, so an answer is of one moment. Stateless.
#pragma once

#include <string>
#include <vector>

#include "audience/attribute_index.h"
#include "base/clock.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "segments/expression.h"

namespace pinion::segments {

// Answers what the index does not hold. Called with the index's read lock held: must not take it.
class RecordLookup {
 public:
  virtual ~RecordLookup() = default;
  // Endpoints whose id (compared as AUD-2 says) or address (byte for byte) is one of `values`.
  virtual base::Result<bitmap::Bitmap> WithText(TextField::Kind kind,
                                                const std::vector<std::string>& values) = 0;
  // Endpoints whose id or address contains one of `values`. Reads every record.
  virtual base::Result<bitmap::Bitmap> ContainingText(TextField::Kind kind,
                                                      const std::vector<std::string>& values) = 0;
};

// Members of segments that an expression refers to.
class SegmentLookup {
 public:
  virtual ~SegmentLookup() = default;
  virtual base::Result<bitmap::Bitmap> Members(const InSegment& segment) = 0;
};

struct EvaluationContext {
  const audience::AttributeIndex& index;
  base::Timestamp now;
  RecordLookup& records;
  SegmentLookup& segments;
};

base::Result<bitmap::Bitmap> Evaluate(const Node& node, const EvaluationContext& context);
// The number of members; cheaper than building the set.
base::Result<uint64_t> CountMembers(const Node& node, const EvaluationContext& context);

}  // namespace pinion::segments
