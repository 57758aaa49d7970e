// What is stored of an endpoint, and the bytes on disk
// (docs/formats/endpoint-record.md). The templates exist twice: EndpointRecord owns its texts;
// EndpointRecordView points into the bytes it was decoded from and is meant for hot paths
// (start-up, campaign batches). Plain values without invariants; audience/endpoint_merge.h knows
// the rules.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/common.h"

namespace pinion::audience {

// Texts of Demographic and Location. Numbers are on disk.
enum class Facet : uint8_t {
  kAppVersion,
  kLocale,
  kMake,
  kModel,
  kModelVersion,
  kPlatform,
  kPlatformVersion,
  kTimezone,
  kCity,
  kCountry,
  kPostalCode,
  kRegion,
};
inline constexpr size_t kFacetCount = 12;

// Numbers of the four enums are on disk.
enum class EndpointStatus : uint8_t { kActive = 0, kInactive = 1 };
enum class InactiveReason : uint8_t {
  kNone = 0,
  kCaller = 1,
  kAddressTaken = 2,
  kUserFull = 3,
  kInvalidToken = 4,
};
enum class OptOut : uint8_t { kNone = 0, kAll = 1 };
enum class OptOutBy : uint8_t { kNone = 0, kCaller = 1, kRecipient = 2 };

std::string_view ToWire(EndpointStatus status);
std::string_view ToWire(OptOut opt_out);
// `CALLER`, `ADDRESS_TAKEN`, …; empty for kNone (SEG-105).
std::string_view ToWire(InactiveReason reason);
std::string_view ToWire(OptOutBy by);

template <class Text>
struct BasicAttribute {
  Text name{};
  std::vector<Text> values{};
  bool operator==(const BasicAttribute&) const = default;
};
// In the order in which the names were stored first (API-51); names are unique, values never empty
// lists.
template <class Text>
using BasicAttributes = std::vector<BasicAttribute<Text>>;

template <class Text>
struct BasicMetric {
  Text name{};
  double value = 0;
  bool operator==(const BasicMetric&) const = default;
};

template <class Text>
struct BasicEndpointRecord {
  // Dense number of the endpoint within its application; never used again (see AudienceService).
  uint32_t ordinal = 0;
  // As spelled at creation (AUD-2).
  Text id{};
  std::optional<model::ChannelType> channel_type{};
  // Empty texts are texts that are not set.
  Text address{};
  BasicAttributes<Text> attributes{};
  std::vector<BasicMetric<Text>> metrics{};
  std::array<Text, kFacetCount> facets{};
  std::optional<double> latitude{};
  std::optional<double> longitude{};
  Text user_id{};
  // The user's, the same on all its endpoints (AUD-50); without user id the endpoint's own
  // (AUD-53).
  BasicAttributes<Text> user_attributes{};
  EndpointStatus status = EndpointStatus::kActive;
  InactiveReason inactive_reason = InactiveReason::kNone;
  OptOut opt_out = OptOut::kNone;
  OptOutBy opt_out_by = OptOutBy::kNone;
  Text request_id{};
  uint8_t cohort = 0;
  base::Timestamp created{};
  base::Timestamp effective{};
  std::optional<base::Timestamp> last_active{};

  const Text& facet(Facet facet) const { return facets[static_cast<size_t>(facet)]; }
  bool operator==(const BasicEndpointRecord&) const = default;
};

using Attribute = BasicAttribute<std::string>;
using Attributes = BasicAttributes<std::string>;
using Metric = BasicMetric<std::string>;
using EndpointRecord = BasicEndpointRecord<std::string>;
using AttributesView = BasicAttributes<std::string_view>;
using EndpointRecordView = BasicEndpointRecord<std::string_view>;

std::string Encode(const EndpointRecord& record);

// Overwrites `record` (re-using its memory). kInternal if the bytes are damaged. Views point into
// `bytes`.
base::Status Decode(std::string_view bytes, EndpointRecord& record);
base::Status Decode(std::string_view bytes, EndpointRecordView& record);

// The values of `name`, or null.
const std::vector<std::string>* FindAttribute(const Attributes& attributes, std::string_view name);
const std::vector<std::string_view>* FindAttribute(const AttributesView& attributes,
                                                   std::string_view name);

}  // namespace pinion::audience
