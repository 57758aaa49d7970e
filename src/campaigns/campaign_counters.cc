#include "campaigns/campaign_counters.h"

#include <charconv>
#include <chrono>
#include <utility>

#include "storage/key.h"
#include "storage/record.h"

namespace pinion::campaigns {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

// Field numbers, on disk: a count has its number + 1.
constexpr uint32_t kPriceField = 50;
constexpr uint32_t kFirstMetricField = 100;

KeyWriter ActivityKey(const base::AppId& app,
                      std::string_view campaign,
                      std::string_view activity) {
  KeyWriter key(KeySpace::kCampaignCounter);
  key.Text(app.value()).Text(campaign).Text(activity);
  return key;
}

// The writer is the last byte.
std::string RowKey(const CounterPlace& place) {
  const auto day = std::chrono::floor<std::chrono::days>(place.at).time_since_epoch().count();
  return ActivityKey(place.app, place.campaign, place.activity)
      .Text(place.treatment)
      .U32(static_cast<uint32_t>(day))
      .U8(static_cast<uint8_t>(place.writer))
      .Take();
}

std::string Encode(const OutcomeCounts& row) {
  storage::RecordWriter writer;
  for (uint32_t i = 0; i < OutcomeCounts::kCountCount; ++i) {
    if (row.counts[i] != 0) {
      writer.Uint(i + 1, row.counts[i]);
    }
  }
  if (row.price_in_millicents != 0) {
    writer.Double(kPriceField, row.price_in_millicents);
  }
  for (uint32_t i = kFirstOutcome; i < kMetricCount; ++i) {
    if (row.outcomes[static_cast<Metric>(i)] != 0) {
      writer.Uint(kFirstMetricField + i, row.outcomes[static_cast<Metric>(i)]);
    }
  }
  return writer.Take();
}

base::Result<OutcomeCounts> Decode(std::string_view bytes) {
  OutcomeCounts row;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    const uint32_t field = reader.field();
    if (field <= OutcomeCounts::kCountCount) {
      row.counts[field - 1] = reader.Uint();
    } else if (field == kPriceField) {
      row.price_in_millicents = reader.Double();
    } else if (field >= kFirstMetricField && field < kFirstMetricField + kMetricCount) {
      row.outcomes.Add(static_cast<Metric>(field - kFirstMetricField), reader.Uint());
    }
  }
  PINION_CHECK(reader.Finish("campaign counter"));
  return row;
}

std::string_view Attribute(const eventlog::Event& event, std::string_view name) {
  const std::string* value = event.FindAttribute(name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

// KPI-21: the transport was tried.
bool WasTried(Metric outcome) {
  return outcome == Metric::kSuccess || outcome == Metric::kTransientFailure ||
         outcome == Metric::kThrottled || outcome == Metric::kUnknown;
}

void CountSend(const eventlog::Event& event, OutcomeCounts& row) {
  ++row.counts[OutcomeCounts::kRecords];
  const std::optional<Metric> status = MetricFromWire(Attribute(event, "campaign_send_status"));
  // The filters' words are counted where they are decided, by the run.
  if (status && static_cast<size_t>(*status) >= kFirstOutcome) {
    row.outcomes.Add(*status);
    row.counts[OutcomeCounts::kSent] += WasTried(*status) ? 1 : 0;
  }
}

void CountEmail(const eventlog::Event& event, OutcomeCounts& row) {
  static constexpr std::array<std::pair<std::string_view, OutcomeCounts::Count>, 8> kTypes = {{
      {"_email.delivered", OutcomeCounts::kDelivered},
      {"_email.hardbounce", OutcomeCounts::kHardBounced},
      {"_email.softbounce", OutcomeCounts::kSoftBounced},
      {"_email.complaint", OutcomeCounts::kComplained},
      {"_email.rejected", OutcomeCounts::kRejected},
      {"_email.open", OutcomeCounts::kOpened},
      {"_email.click", OutcomeCounts::kClicked},
      {"_email.unsubscribe", OutcomeCounts::kUnsubscribed},
  }};
  if (Attribute(event, "bot") == "true") {
    return;
  }
  for (const auto& [type, count] : kTypes) {
    row.counts[count] += event.event_type == type ? 1 : 0;
  }
}

void CountSms(const eventlog::Event& event, OutcomeCounts& row) {
  if (event.event_type == "_SMS.BUFFERED") {
    const std::string_view parts = Attribute(event, "number_of_message_parts");
    uint64_t count = 0;
    std::from_chars(parts.data(), parts.data() + parts.size(), count);
    row.counts[OutcomeCounts::kSmsParts] += count;
  } else if (event.event_type == "_SMS.SUCCESS") {
    ++row.counts[OutcomeCounts::kDelivered];
  }
  for (const auto& [name, value] : event.metrics) {
    row.price_in_millicents += name == "price_in_millicents_usd" ? value : 0.0;
  }
}

}  // namespace

void OutcomeCounts::Add(const OutcomeCounts& other) {
  for (size_t i = 0; i < kCountCount; ++i) {
    counts[i] += other.counts[i];
  }
  price_in_millicents += other.price_in_millicents;
  outcomes.Add(other.outcomes);
}

OutcomeCounts& CounterChanges::Of(const CounterPlace& place) {
  return rows_[RowKey(place)];
}

base::Status CounterChanges::WriteTo(const storage::Reader& store,
                                     storage::WriteBatch& batch) const {
  for (const auto& [key, change] : rows_) {
    OutcomeCounts row = change;
    PINION_TRY(const std::optional<std::string> stored, store.Get(key));
    if (stored) {
      PINION_TRY(const OutcomeCounts before, Decode(*stored));
      row.Add(before);
    }
    batch.Put(key, Encode(row));
  }
  return {};
}

base::Status CampaignCounters::Consume(std::span<const eventlog::LoggedEvent> events,
                                       storage::WriteBatch& batch) {
  has_records_ = false;
  CounterChanges changes;
  for (const eventlog::LoggedEvent& logged : events) {
    const eventlog::Event& event = logged.event;
    const std::string_view campaign = Attribute(event, "campaign_id");
    if (event.origin != eventlog::Origin::kSystem || campaign.empty()) {
      continue;
    }
    OutcomeCounts one;
    if (event.event_type == "_campaign.send") {
      CountSend(event, one);
      has_records_ = true;
    } else if (event.event_type.starts_with("_email.")) {
      CountEmail(event, one);
    } else if (event.event_type.starts_with("_SMS.")) {
      CountSms(event, one);
    }
    if (one == OutcomeCounts{}) {
      continue;
    }
    changes
        .Of({.app = logged.app,
             .campaign = campaign,
             .activity = Attribute(event, "campaign_activity_id"),
             .treatment = Attribute(event, "treatment_id"),
             .at = event.event_time(),
             .writer = CounterWriter::kEvents})
        .Add(one);
  }
  return changes.WriteTo(store_, batch);
}

void CampaignCounters::OnApplied() {
  if (has_records_ && on_records_) {
    on_records_();
  }
}

base::Result<OutcomeCounts> CampaignCounters::Sum(const std::string& prefix) const {
  OutcomeCounts sum;
  base::Status failure;
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view, std::string_view bytes) {
    const auto row = Decode(bytes);
    if (!row.ok()) {
      failure = row.error();
      return false;
    }
    sum.Add(*row);
    return true;
  }));
  PINION_CHECK(std::move(failure));
  return sum;
}

base::Result<OutcomeCounts> CampaignCounters::OfActivity(const base::AppId& app,
                                                         std::string_view campaign,
                                                         std::string_view activity) const {
  return Sum(ActivityKey(app, campaign, activity).Take());
}

base::Result<OutcomeCounts> CampaignCounters::OfCampaign(const base::AppId& app,
                                                         std::string_view campaign) const {
  return Sum(KeyWriter(KeySpace::kCampaignCounter).Text(app.value()).Text(campaign).Take());
}

void CampaignCounters::PutTargeted(const base::AppId& app,
                                   std::string_view campaign,
                                   std::string_view activity,
                                   std::string_view treatment,
                                   base::Timestamp day_of,
                                   uint64_t targeted,
                                   storage::WriteBatch& batch) {
  OutcomeCounts row;
  row.counts[OutcomeCounts::kTargeted] = targeted;
  batch.Put(RowKey({.app = app,
                    .campaign = campaign,
                    .activity = activity,
                    .treatment = treatment,
                    .at = day_of,
                    .writer = CounterWriter::kRun}),
            Encode(row));
}

model::CampaignCounters ToResponse(const OutcomeCounts& counts) {
  const auto count = [&counts](OutcomeCounts::Count which) {
    return static_cast<int64_t>(counts.counts[which]);
  };
  model::CampaignCounters response;
  response.targeted = count(OutcomeCounts::kTargeted);
  response.sent = count(OutcomeCounts::kSent);
  response.delivered = count(OutcomeCounts::kDelivered);
  response.hard_bounced = count(OutcomeCounts::kHardBounced);
  response.soft_bounced = count(OutcomeCounts::kSoftBounced);
  response.complained = count(OutcomeCounts::kComplained);
  response.rejected = count(OutcomeCounts::kRejected);
  response.opened = count(OutcomeCounts::kOpened);
  response.clicked = count(OutcomeCounts::kClicked);
  response.unsubscribed = count(OutcomeCounts::kUnsubscribed);
  response.in_app_displayed = count(OutcomeCounts::kInAppDisplayed);
  response.in_app_dismissed = count(OutcomeCounts::kInAppDismissed);
  response.in_app_clicked = count(OutcomeCounts::kInAppClicked);
  response.sms_parts = count(OutcomeCounts::kSmsParts);
  response.sms_price_in_millicents_usd = counts.price_in_millicents;
  for (size_t i = kFirstOutcome + 1; i < kMetricCount; ++i) {
    const auto status = static_cast<Metric>(i);
    const auto failures = static_cast<int64_t>(counts.outcomes[status]);
    response.failed += failures;
    if (failures > 0) {
      response.failures_by_status.Append(std::string(ToWire(status)), failures);
    }
  }
  return response;
}

}  // namespace pinion::campaigns
