// Who is in a segment: members, exact counts, pages of members (audience.md section 14). Each
// answer is of one moment. Thread-safe; holds the application's index read lock while it evaluates.
#pragma once

#include <optional>
#include <string_view>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "model/segments.h"
#include "segments/segment_service.h"

namespace pinion::segments {

// SEG-100.
constexpr int32_t kSampleSizeMax = 100;
constexpr int32_t kSampleSizeDefault = 5;

class Membership {
 public:
  // Everything must outlive it.
  Membership(const audience::AudienceService& audience,
             const SegmentService& segments,
             const base::Clock& clock)
      : audience_(audience), segments_(segments), clock_(clock) {}

  // The members of a stored segment; without version of its latest one. A segment or version that
  // does not exist has none (SEG-10).
  base::Result<bitmap::Bitmap> MembersOf(const base::AppId& app,
                                         const base::SegmentId& id,
                                         std::optional<int32_t> version) const;
  // Whether one endpoint is a member.
  base::Result<bool> IsMember(const base::AppId& app,
                              const base::SegmentId& id,
                              std::optional<int32_t> version,
                              uint32_t ordinal) const;

  // Counts a definition, or a stored segment. kInvalidArgument for what Create would refuse and for
  // an unknown segment.
  base::Result<model::SegmentCount> Count(const base::AppId& app,
                                          const model::SegmentCountDefinition& definition) const;

  // Members by endpoint id.
  base::Result<base::Page<model::SegmentMember>> List(const base::AppId& app,
                                                      const base::SegmentId& id,
                                                      std::optional<int32_t> version,
                                                      const base::PageRequest& page) const;

 private:
  base::Result<Node> ExpressionOf(const base::AppId& app,
                                  const model::SegmentCountDefinition& definition) const;
  base::Result<base::Page<model::SegmentMember>> List(const base::AppId& app,
                                                      const bitmap::Bitmap& members,
                                                      const base::PageRequest& page) const;
  base::Result<base::Page<model::SegmentMember>> ListSorted(const base::AppId& app,
                                                            const bitmap::Bitmap& members,
                                                            const base::PageRequest& page) const;
  base::Result<base::Page<model::SegmentMember>> ListWalking(const base::AppId& app,
                                                             const bitmap::Bitmap& members,
                                                             const base::PageRequest& page) const;
  base::Result<std::vector<model::SegmentMember>> Sample(const base::AppId& app,
                                                         const bitmap::Bitmap& members,
                                                         size_t size) const;

  const audience::AudienceService& audience_;
  const SegmentService& segments_;
  const base::Clock& clock_;
};

}  // namespace pinion::segments
