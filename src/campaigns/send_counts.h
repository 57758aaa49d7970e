// What the caps of campaigns count (CMP-803, CMP-804). How often a campaign has
// targeted an endpoint is a row of its own, written in the batch that targets
// it; how many messages an endpoint got in the last day is asked of the message
// log. Stateless; one thread adds to either.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "delivery/message_log.h"
#include "storage/key_value_store.h"

namespace pinion::campaigns {

class SendCounts {
 public:
  static std::string PaceKey(const base::AppId& app, std::string_view campaign);

  // By ordinal; who was never targeted is missing.
  static base::Result<std::map<uint32_t, uint64_t>> Targetings(const storage::Reader& store,
                                                               const base::AppId& app,
                                                               std::string_view campaign,
                                                               std::span<const uint32_t> ordinals);
  static void PutTargetings(const base::AppId& app,
                            std::string_view campaign,
                            uint32_t ordinal,
                            uint64_t count,
                            storage::WriteBatch& batch);

  // Messages that were handed over to the endpoint in the 24 hours before
  // `now`, or are about to be: of `campaign`, or without it of all campaigns
  // and journeys.
  static base::Result<int32_t> OfLastDay(const delivery::MessageLog& messages,
                                         const base::AppId& app,
                                         std::string_view endpoint_id,
                                         std::string_view campaign,
                                         base::Timestamp now);
};

}  // namespace pinion::campaigns
