#include "eventlog/event_record.h"

#include <algorithm>
#include <array>
#include <utility>

#include "storage/record.h"

namespace pinion::eventlog {
namespace {

using storage::RecordReader;
using storage::RecordWriter;

// Field numbers are on disk. Lists of pairs alternate: each name is followed by its value.
enum Field : uint32_t {
  kOrigin = 1,
  kEventId = 2,
  kEventType = 3,
  kEndpointId = 4,
  kUserId = 5,
  kReportedAt = 6,
  kArrivedAt = 7,
  kAttributeName = 8,
  kAttributeValue = 9,
  kMetricName = 10,
  kMetricValue = 11,
  kSessionId = 12,
  kSessionStart = 13,
  kSessionStop = 14,
  kOtherFactName = 15,
  kOtherFactValue = 16,
  kContextName = 17,
  kContextValue = 18,
  kFacets = 19,
  kFirstKnownFact = 20,
};

// The fact at index i is field kFirstKnownFact + i, so that its name takes no room. Add at the end
// only.
constexpr std::array<std::string_view, 15> kKnownFacts = {"package_name",
                                                          "title",
                                                          "version_name",
                                                          "version_code",
                                                          "sdk_name",
                                                          "sdk_version",
                                                          "cognito_identity_pool_id",
                                                          "cognito_id",
                                                          "locale",
                                                          "make",
                                                          "model",
                                                          "platform",
                                                          "platform_version",
                                                          "message_id",
                                                          "sent_at"};

void WriteFact(RecordWriter& record, std::string_view name, std::string_view value) {
  const auto known = std::find(kKnownFacts.begin(), kKnownFacts.end(), name);
  if (known == kKnownFacts.end()) {
    record.Text(kOtherFactName, name).Text(kOtherFactValue, value);
  } else {
    record.Text(kFirstKnownFact + static_cast<uint32_t>(known - kKnownFacts.begin()), value);
  }
}

void WriteTextUnlessEmpty(RecordWriter& record, uint32_t field, std::string_view value) {
  if (!value.empty()) {
    record.Text(field, value);
  }
}

Session& SessionOf(Event& event) {
  return event.session.has_value() ? *event.session : event.session.emplace();
}

// The value of the pair whose name came before; a value without a name is damage that the caller
// finds.
template <class Value>
bool SetLast(std::vector<std::pair<std::string, Value>>& pairs, Value value) {
  if (pairs.empty()) {
    return false;
  }
  pairs.back().second = std::move(value);
  return true;
}

bool ReadPair(RecordReader& record, Event& event) {
  switch (record.field()) {
    case kAttributeName:
      event.attributes.emplace_back(record.Text(), std::string());
      return true;
    case kAttributeValue:
      return SetLast(event.attributes, std::string(record.Text()));
    case kMetricName:
      event.metrics.emplace_back(record.Text(), 0.0);
      return true;
    case kMetricValue:
      return SetLast(event.metrics, record.Double());
    case kOtherFactName:
      event.facts.emplace_back(record.Text(), std::string());
      return true;
    case kOtherFactValue:
      return SetLast(event.facts, std::string(record.Text()));
    case kContextName:
      event.client_context.emplace_back(record.Text(), std::string());
      return true;
    case kContextValue:
      return SetLast(event.client_context, std::string(record.Text()));
    default:
      break;
  }
  const uint32_t fact = record.field() - kFirstKnownFact;
  if (record.field() >= kFirstKnownFact && fact < kKnownFacts.size()) {
    event.facts.emplace_back(kKnownFacts[fact], record.Text());
  }
  return true;
}

bool ReadField(RecordReader& record, Event& event) {
  switch (record.field()) {
    case kOrigin:
      event.origin = record.Uint() == 0 ? Origin::kApp : Origin::kSystem;
      return true;
    case kEventId:
      event.event_id = record.Text();
      return true;
    case kEventType:
      event.event_type = record.Text();
      return true;
    case kEndpointId:
      event.endpoint_id = record.Text();
      return true;
    case kUserId:
      event.user_id = record.Text();
      return true;
    case kReportedAt:
      event.reported_at = record.Time();
      return true;
    case kArrivedAt:
      event.arrived_at = record.Time();
      return true;
    case kSessionId:
      SessionOf(event).id = record.Text();
      return true;
    case kSessionStart:
      SessionOf(event).start = record.Time();
      return true;
    case kSessionStop:
      SessionOf(event).stop = record.Time();
      return true;
    case kFacets:
      event.facets_json = record.Text();
      return true;
    default:
      return ReadPair(record, event);
  }
}

}  // namespace

std::string EncodeEvent(const Event& event) {
  RecordWriter record;
  if (event.origin != Origin::kApp) {
    record.Uint(kOrigin, static_cast<uint64_t>(event.origin));
  }
  WriteTextUnlessEmpty(record, kEventId, event.event_id);
  WriteTextUnlessEmpty(record, kEventType, event.event_type);
  WriteTextUnlessEmpty(record, kEndpointId, event.endpoint_id);
  WriteTextUnlessEmpty(record, kUserId, event.user_id);
  record.Time(kReportedAt, event.reported_at).Time(kArrivedAt, event.arrived_at);
  for (const auto& [name, value] : event.attributes) {
    record.Text(kAttributeName, name).Text(kAttributeValue, value);
  }
  for (const auto& [name, value] : event.metrics) {
    record.Text(kMetricName, name).Double(kMetricValue, value);
  }
  if (event.session.has_value()) {
    record.Text(kSessionId, event.session->id).Time(kSessionStart, event.session->start);
    if (event.session->stop.has_value()) {
      record.Time(kSessionStop, *event.session->stop);
    }
  }
  for (const auto& [name, value] : event.facts) {
    WriteFact(record, name, value);
  }
  for (const auto& [name, value] : event.client_context) {
    record.Text(kContextName, name).Text(kContextValue, value);
  }
  WriteTextUnlessEmpty(record, kFacets, event.facets_json);
  return record.Take();
}

base::Result<Event> DecodeEvent(std::string_view bytes) {
  Event event;
  RecordReader record(bytes);
  while (record.Next()) {
    if (!ReadField(record, event)) {
      return base::Internal("a stored event has a value without a name");
    }
  }
  PINION_CHECK(record.Finish("event"));
  return event;
}

}  // namespace pinion::eventlog
