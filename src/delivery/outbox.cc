#include "delivery/outbox.h"

#include <optional>
#include <utility>

#include "storage/key.h"

namespace pinion::delivery {
namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

std::string LanePrefix(const Lane& lane, Priority priority) {
  return KeyWriter(KeySpace::kOutbox)
      .Text(lane.app.value())
      .Text(lane.channel)
      .U8(static_cast<uint8_t>(priority))
      .Take();
}

}  // namespace

std::string Outbox::RowKey(const OutboxRow& row) {
  return LanePrefix(row.lane, row.priority) + row.id.value();
}

base::Result<OutboxRow> Outbox::ParseRowKey(std::string_view key) {
  KeyReader reader(key);
  OutboxRow row;
  row.lane.app = base::AppId(reader.Text());
  row.lane.channel = reader.Text();
  row.priority = static_cast<Priority>(reader.U8());
  row.id = base::MessageId(reader.Raw());
  if (!reader.ok() || reader.space() != KeySpace::kOutbox) {
    return base::Internal("The outbox has a damaged key.");
  }
  return row;
}

void Outbox::Put(const OutboxRow& row, storage::WriteBatch& batch) {
  batch.Put(RowKey(row), "");
}

void Outbox::Remove(const OutboxRow& row, storage::WriteBatch& batch) {
  batch.Delete(RowKey(row));
}

void Outbox::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(KeyWriter(KeySpace::kOutbox).Text(app.value()).Take());
}

base::Result<std::vector<OutboxRow>> Outbox::Read(const storage::Reader& store,
                                                  const Lane& lane,
                                                  Priority priority,
                                                  std::string_view after,
                                                  size_t limit) {
  std::vector<OutboxRow> rows;
  const std::string prefix = LanePrefix(lane, priority);
  const std::string from = after.empty() ? std::string() : prefix + std::string(after) + '\0';
  const auto visit = [&](std::string_view key, std::string_view) {
    rows.push_back(
        {.lane = lane, .priority = priority, .id = base::MessageId(key.substr(prefix.size()))});
    return rows.size() < limit;
  };
  if (limit > 0) {
    PINION_CHECK(store.Scan({.prefix = prefix, .from = from}, visit));
  }
  return rows;
}

base::Status Outbox::Visit(const storage::Reader& store,
                           const base::AppId& app,
                           const std::function<bool(const OutboxRow&)>& visit) {
  base::Status damaged;
  PINION_CHECK(store.Scan({.prefix = KeyWriter(KeySpace::kOutbox).Text(app.value()).Take()},
                          [&](std::string_view key, std::string_view) {
                            const auto row = ParseRowKey(key);
                            if (!row.ok()) {
                              damaged = row.error();
                            }
                            return row.ok() && visit(*row);
                          }));
  return damaged;
}

base::Result<std::vector<Lane>> Outbox::Lanes(const storage::Reader& store) {
  std::vector<Lane> lanes;
  const std::string all = KeyWriter(KeySpace::kOutbox).Take();
  std::string from;
  // Skips from lane to lane, so the cost follows the number of lanes.
  for (bool found = true; found;) {
    std::optional<OutboxRow> first;
    base::Status damaged;
    const auto visit = [&](std::string_view key, std::string_view) {
      auto row = ParseRowKey(key);
      if (row.ok()) {
        first = *std::move(row);
      } else {
        damaged = std::move(row).error();
      }
      return false;
    };
    PINION_CHECK(store.Scan({.prefix = all, .from = from}, visit));
    PINION_CHECK(std::move(damaged));
    found = first.has_value();
    if (found) {
      lanes.push_back(first->lane);
      const std::string lane_prefix = KeyWriter(KeySpace::kOutbox)
                                          .Text(first->lane.app.value())
                                          .Text(first->lane.channel)
                                          .Take();
      from = storage::PrefixEnd(lane_prefix).value_or("");
      found = !from.empty();
    }
  }
  return lanes;
}

}  // namespace pinion::delivery
