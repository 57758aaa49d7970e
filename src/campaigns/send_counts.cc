#include "campaigns/send_counts.h"

#include <chrono>
#include <vector>

#include "storage/key.h"
#include "storage/record.h"

namespace pinion::campaigns {
namespace {

using delivery::MessageStatus;

// The kinds of rows of a campaign, on disk.
enum Kind : uint8_t { kPace = 0, kTargetings = 1 };
constexpr uint32_t kCountField = 1;

constexpr std::chrono::hours kDay{24};
constexpr size_t kPage = 100;

storage::KeyWriter KeyOf(const base::AppId& app, std::string_view campaign, Kind kind) {
  storage::KeyWriter key(storage::KeySpace::kSendCount);
  key.Text(app.value()).Text(campaign).U8(kind);
  return key;
}

bool WasHandedOver(const model::MessageLogItem& item) {
  return item.status != delivery::ToWire(MessageStatus::kFailed) &&
         item.status != delivery::ToWire(MessageStatus::kRejected) &&
         item.status != delivery::ToWire(MessageStatus::kExpired);
}

}  // namespace

std::string SendCounts::PaceKey(const base::AppId& app, std::string_view campaign) {
  return KeyOf(app, campaign, kPace).Take();
}

base::Result<std::map<uint32_t, uint64_t>> SendCounts::Targetings(
    const storage::Reader& store,
    const base::AppId& app,
    std::string_view campaign,
    std::span<const uint32_t> ordinals) {
  std::vector<std::string> keys;
  keys.reserve(ordinals.size());
  for (const uint32_t ordinal : ordinals) {
    keys.push_back(KeyOf(app, campaign, kTargetings).U32(ordinal).Take());
  }
  PINION_TRY(const auto rows, store.MultiGet(keys));
  std::map<uint32_t, uint64_t> counts;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i]) {
      continue;
    }
    storage::RecordReader reader(*rows[i]);
    while (reader.Next()) {
      if (reader.field() == kCountField) {
        counts[ordinals[i]] = reader.Uint();
      }
    }
    PINION_CHECK(reader.Finish("send count"));
  }
  return counts;
}

void SendCounts::PutTargetings(const base::AppId& app,
                               std::string_view campaign,
                               uint32_t ordinal,
                               uint64_t count,
                               storage::WriteBatch& batch) {
  batch.Put(KeyOf(app, campaign, kTargetings).U32(ordinal).Take(),
            storage::RecordWriter().Uint(kCountField, count).Take());
}

base::Result<int32_t> SendCounts::OfLastDay(const delivery::MessageLog& messages,
                                            const base::AppId& app,
                                            std::string_view endpoint_id,
                                            std::string_view campaign,
                                            base::Timestamp now) {
  int32_t count = 0;
  delivery::MessageFilter filter;
  filter.endpoint_id = endpoint_id;
  base::PageRequest page{.after = delivery::MakeMessageId(now - kDay, 0, 0).value(),
                         .limit = kPage};
  do {
    PINION_TRY(const auto found, messages.List(app, filter, page));
    for (const model::MessageLogItem& item : found.items) {
      const bool is_counted =
          campaign.empty() ? item.campaign_id.has_value() : item.campaign_id == campaign;
      count += is_counted && WasHandedOver(item) ? 1 : 0;
    }
    page.after = found.next;
  } while (!page.after.empty());
  return count;
}

}  // namespace pinion::campaigns
