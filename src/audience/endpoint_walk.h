// Endpoints of one application in the order of their ids, as they were at one moment: for exports.
// Stateless.
#pragma once

#include <functional>

#include "audience/audience_keys.h"
#include "audience/endpoint_record.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

// Visits those of `members` that are in `moment`, a snapshot, until `visit` returns false. A few
// members cost in proportion to their number; many are found by walking all ids. kInternal if a
// record is damaged.
base::Status WalkById(const storage::Reader& moment,
                      const AudienceKeys& keys,
                      const bitmap::Bitmap& members,
                      const std::function<bool(const EndpointRecordView&)>& visit);

}  // namespace pinion::audience
