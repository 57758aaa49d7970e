#include "campaigns/event_triggers.h"

#include <chrono>
#include <utility>

#include "bitmap/bitmap.h"
#include "campaigns/treatments.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::campaigns {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

// An event that an app kept to itself for longer triggers nothing (CMP-903).
constexpr std::chrono::hours kEventAgeMax{24};

// On disk.
enum Field : uint32_t { kVersion = 1, kEndpoint = 2, kArrivedAt = 3 };

std::string RowKey(const RunKey& activity, uint64_t position) {
  return KeyWriter(KeySpace::kCampaignTriggerQueue)
      .Text(activity.app.value())
      .Text(activity.activity.value())
      .U64(position)
      .Take();
}

}  // namespace

std::string TriggerQueue::PrefixOf(const RunKey& activity) {
  return KeyWriter(KeySpace::kCampaignTriggerQueue)
      .Text(activity.app.value())
      .Text(activity.activity.value())
      .Take();
}

void TriggerQueue::Put(const RunKey& activity, const Trigger& trigger, storage::WriteBatch& batch) {
  batch.Put(RowKey(activity, trigger.position),
            storage::RecordWriter()
                .Uint(kVersion, static_cast<uint64_t>(trigger.version))
                .Text(kEndpoint, trigger.endpoint_id)
                .Time(kArrivedAt, trigger.arrived_at)
                .Take());
}

void TriggerQueue::Delete(const RunKey& activity,
                          const Trigger& trigger,
                          storage::WriteBatch& batch) {
  batch.Delete(RowKey(activity, trigger.position));
}

base::Result<std::vector<Trigger>> TriggerQueue::Read(const storage::Reader& store,
                                                      const RunKey& activity,
                                                      size_t limit) {
  std::vector<Trigger> triggers;
  base::Status failure;
  const std::string prefix = PrefixOf(activity);
  PINION_CHECK(store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view bytes) {
    storage::KeyReader reader(key);
    reader.Text();
    reader.Text();
    Trigger trigger;
    trigger.position = reader.U64();
    storage::RecordReader fields(bytes);
    while (fields.Next()) {
      switch (fields.field()) {
        case kVersion:
          trigger.version = static_cast<int32_t>(fields.Uint());
          break;
        case kEndpoint:
          trigger.endpoint_id = fields.Text();
          break;
        case kArrivedAt:
          trigger.arrived_at = fields.Time();
          break;
      }
    }
    failure = fields.Finish("campaign trigger");
    triggers.push_back(std::move(trigger));
    return failure.ok() && triggers.size() < limit;
  }));
  PINION_CHECK(std::move(failure));
  return triggers;
}

base::Result<std::vector<RunKey>> TriggerQueue::Waiting(const storage::Reader& store) {
  std::vector<RunKey> found;
  const std::string prefix = KeyWriter(KeySpace::kCampaignTriggerQueue).Take();
  std::optional<std::string> from = prefix;
  while (from) {
    std::optional<RunKey> next;
    PINION_CHECK(store.Scan({.prefix = prefix, .from = *from},
                            [&next](std::string_view key, std::string_view) {
                              storage::KeyReader reader(key);
                              next.emplace();
                              next->app = base::AppId(reader.Text());
                              next->activity = base::ActivityId(reader.Text());
                              return false;
                            }));
    from = next ? storage::PrefixEnd(PrefixOf(*next)) : std::nullopt;
    if (next) {
      found.push_back(*std::move(next));
    }
  }
  return found;
}

// The effects of one batch of events. Campaigns and segments are read once.
class EventTriggers::Batch {
 public:
  explicit Batch(const Dependencies& deps) : deps_(deps) {}

  // Whether anything was queued.
  base::Result<bool> Take(const eventlog::LoggedEvent& logged, storage::WriteBatch& batch) {
    const eventlog::Event& event = logged.event;
    PINION_TRY(const std::vector<Listening>* listening, ListeningOf(logged.app));
    bool queued = false;
    for (const Listening& treatment : *listening) {
      if (event.arrived_at < treatment.start ||
          (treatment.end && event.arrived_at >= *treatment.end) ||
          event.arrived_at - event.reported_at > kEventAgeMax ||
          !treatment.criteria.Matches(event, event.arrived_at)) {
        continue;
      }
      PINION_TRY(const bool is_member, IsMember(logged.app, treatment, event.endpoint_id));
      if (is_member) {
        TriggerQueue::Put(
            {.app = logged.app, .activity = base::ActivityId(treatment.live.activity_id)},
            {.position = logged.position,
             .version = treatment.live.version,
             .endpoint_id = event.endpoint_id,
             .arrived_at = event.arrived_at},
            batch);
        queued = true;
      }
    }
    return queued;
  }

 private:
  base::Result<const std::vector<Listening>*> ListeningOf(const base::AppId& app) {
    const auto [known, is_new] = listening_.try_emplace(app);
    if (is_new) {
      PINION_TRY(const auto rows,
                 deps_.campaigns.LiveTreatments(app, CampaignStore::LiveKind::kEvent));
      for (const CampaignStore::Live& live : rows) {
        PINION_CHECK(Listen(app, live, known->second));
      }
    }
    return &known->second;
  }

  base::Status Listen(const base::AppId& app,
                      const CampaignStore::Live& live,
                      std::vector<Listening>& listening) const {
    PINION_TRY(const auto version,
               deps_.campaigns.FindVersion(app, live.campaign_id, live.version));
    const auto index =
        version ? IndexOfTreatment(version->campaign, live.treatment_id) : std::nullopt;
    if (!index) {
      return {};  // It has just been deleted.
    }
    const model::Schedule& schedule = TreatmentAt(version->campaign, *index).schedule;
    PINION_TRY(auto criteria,
               segments::EventCriteria::Parse(schedule.event_filter->dimensions,
                                              "Schedule.EventFilter.Dimensions"));
    listening.push_back({.live = live,
                         .start = version->times[*index].start_at,
                         .end = version->times[*index].end_at,
                         .segment_id = *version->campaign.segment_id,
                         .segment_version = version->campaign.segment_version,
                         .criteria = std::move(criteria)});
    return {};
  }

  // The update that came with the event has been applied in the event's own write.
  base::Result<bool> IsMember(const base::AppId& app,
                              const Listening& treatment,
                              const std::string& endpoint_id) {
    const auto ordinal = deps_.audience.OrdinalOf(app, endpoint_id);
    if (!ordinal.ok() && ordinal.error().code == base::Errc::kNotFound) {
      return false;  // The application was deleted.
    }
    PINION_CHECK(ordinal);
    if (!*ordinal) {
      return false;
    }
    const auto [known, is_new] = members_.try_emplace(
        {app, treatment.segment_id + "/" + std::to_string(treatment.segment_version.value_or(0))});
    if (is_new) {
      PINION_TRY(known->second,
                 deps_.membership.MembersOf(
                     app, base::SegmentId(treatment.segment_id), treatment.segment_version));
    }
    return known->second.Contains(**ordinal);
  }

  const Dependencies& deps_;
  std::map<base::AppId, std::vector<Listening>> listening_;
  std::map<std::pair<base::AppId, std::string>, bitmap::Bitmap> members_;
};

base::Status EventTriggers::Consume(std::span<const eventlog::LoggedEvent> events,
                                    storage::WriteBatch& batch) {
  has_queued_ = false;
  Batch effects(deps_);
  for (const eventlog::LoggedEvent& logged : events) {
    if (logged.event.origin == eventlog::Origin::kApp) {
      PINION_TRY(const bool queued, effects.Take(logged, batch));
      has_queued_ = has_queued_ || queued;
    }
  }
  return {};
}

void EventTriggers::OnApplied() {
  if (has_queued_ && on_queued_) {
    on_queued_();
  }
}

}  // namespace pinion::campaigns
