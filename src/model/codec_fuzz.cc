// Arbitrary bytes as the bodies of several requests: never a crash, what is accepted reads back
// equal from its own JSON, and what counts as JSON is what simdjson's own parser takes, but for the
// stricter rules of API-41.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "model/campaigns.h"
#include "model/channels.h"
#include "model/codec.h"
#include "model/endpoints.h"
#include "model/events.h"
#include "model/journeys.h"
#include "model/messages.h"
#include "model/segments.h"
#include "model/templates.h"

namespace {

using pinion::model::Decode;
using pinion::model::ToJson;

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

enum class Verdict { kAccepted, kViolations, kNotJson };

template <class T>
Verdict Check(std::string_view json) {
  pinion::model::DecodeReport report;
  const auto decoded = Decode<T>(json, &report);
  Require(report.ignored_members.size() <= pinion::model::kIgnoredMembersMax);
  if (!decoded.ok()) {
    const bool not_json = decoded.error().message.starts_with("The body is not valid JSON");
    return not_json ? Verdict::kNotJson : Verdict::kViolations;
  }
  const std::string text = ToJson(*decoded);
  const auto again = Decode<T>(text);
  Require(again.ok() && *again == *decoded && ToJson(*again) == text);
  return Verdict::kAccepted;
}

Verdict CheckShape(uint8_t shape, std::string_view json) {
  using namespace pinion::model;  // NOLINT: a list of shapes
  switch (shape % 10) {
    case 0:
      return Check<EndpointRequest>(json);
    case 1:
      return Check<EndpointBatchRequest>(json);
    case 2:
      return Check<EventsRequest>(json);
    case 3:
      return Check<WriteCampaignRequest>(json);
    case 4:
      return Check<WriteSegmentRequest>(json);
    case 5:
      return Check<WriteJourneyRequest>(json);
    case 6:
      return Check<MessageRequest>(json);
    case 7:
      return Check<InAppTemplateRequest>(json);
    case 8:
      return Check<Event>(json);
    default:
      return Check<EmailChannelRequest>(json);
  }
}

// Texts for which the two parsers may differ: escapes of U+0000 and lone surrogates, deep nesting,
// a byte order mark.
bool IsComparable(std::string_view json) {
  size_t brackets = 0;
  for (const char c : json) {
    brackets += c == '[' || c == '{' ? 1 : 0;
  }
  return !json.empty() && brackets <= pinion::model::kNestingMax &&
         json.find("\\u") == std::string_view::npos && !json.starts_with("\xEF\xBB\xBF");
}

void CompareWithSimdjson(Verdict verdict, std::string_view json) {
  static simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(json.data(), json.size()).error();
  if (verdict == Verdict::kNotJson) {
    Require(error != simdjson::SUCCESS);
  } else {
    // Numbers beyond 64 bits or beyond double are JSON nevertheless.
    Require(error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view json(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Verdict verdict = CheckShape(data[0], json);
  if (IsComparable(json)) {
    CompareWithSimdjson(verdict, json);
  }
  return 0;
}
