// Leaves one entry per key in a map that was filled in document order: the last value at the first
// place (API-43), none where that value is null (API-44). Used by the decoder.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "model/type_descriptor.h"

namespace pinion::model {

// `nulls` are the positions of entries whose value was null, ascending. `on_replaced` hears of
// every position whose value is given up for a later one.
void SettleEntries(const MapOps& ops,
                   void* map,
                   const std::vector<size_t>& nulls,
                   const std::function<void(size_t)>& on_replaced);

}  // namespace pinion::model
