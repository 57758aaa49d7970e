#include "campaigns/run_record.h"

#include "storage/record.h"

namespace pinion::campaigns {
namespace {

// Field numbers, on disk; 10 and 11 are not used.
enum Field : uint32_t {
  kCampaignId = 1,
  kTreatmentId = 2,
  kCampaignVersion = 3,
  kScheduled = 4,
  kStarted = 5,
  kPhase = 6,
  kNextOrdinal = 7,
  kListed = 8,
  kRecordsExpected = 9,
  kWaitingUntil = 12,
  kTemplates = 13,
  kFirstMetric = 100,
};

}  // namespace

std::string Encode(const RunRecord& record) {
  storage::RecordWriter writer;
  writer.Text(kCampaignId, record.campaign_id)
      .Text(kTreatmentId, record.treatment_id)
      .Int(kCampaignVersion, record.campaign_version)
      .Time(kScheduled, record.scheduled)
      .Time(kStarted, record.started)
      .Uint(kPhase, static_cast<uint64_t>(record.phase))
      .Uint(kNextOrdinal, record.next_ordinal)
      .Uint(kListed, record.listed)
      .Uint(kRecordsExpected, record.records_expected);
  if (record.waiting_until) {
    writer.Time(kWaitingUntil, *record.waiting_until);
  }
  if (!record.templates_json.empty()) {
    writer.Text(kTemplates, record.templates_json);
  }
  for (uint32_t i = 0; i < kMetricCount; ++i) {
    const uint64_t count = record.metrics[static_cast<Metric>(i)];
    if (count != 0) {
      writer.Uint(kFirstMetric + i, count);
    }
  }
  return writer.Take();
}

base::Result<RunRecord> DecodeRunRecord(std::string_view bytes) {
  RunRecord record;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case kCampaignId:
        record.campaign_id = reader.Text();
        break;
      case kTreatmentId:
        record.treatment_id = reader.Text();
        break;
      case kCampaignVersion:
        record.campaign_version = static_cast<int32_t>(reader.Int());
        break;
      case kScheduled:
        record.scheduled = reader.Time();
        break;
      case kStarted:
        record.started = reader.Time();
        break;
      case kPhase:
        record.phase = static_cast<RunPhase>(reader.Uint());
        break;
      case kNextOrdinal:
        record.next_ordinal = static_cast<uint32_t>(reader.Uint());
        break;
      case kListed:
        record.listed = reader.Uint();
        break;
      case kRecordsExpected:
        record.records_expected = reader.Uint();
        break;
      case kWaitingUntil:
        record.waiting_until = reader.Time();
        break;
      case kTemplates:
        record.templates_json = reader.Text();
        break;
      default:
        if (reader.field() >= kFirstMetric && reader.field() < kFirstMetric + kMetricCount) {
          record.metrics.Add(static_cast<Metric>(reader.field() - kFirstMetric), reader.Uint());
        }
        break;
    }
  }
  PINION_CHECK(reader.Finish("campaign run"));
  if (record.phase > RunPhase::kOpen) {
    return base::Internal("A campaign run has an unknown phase.");
  }
  return record;
}

}  // namespace pinion::campaigns
