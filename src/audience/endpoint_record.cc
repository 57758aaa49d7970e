#include "audience/endpoint_record.h"

#include "storage/record.h"

namespace pinion::audience {
namespace {

using storage::AppendVarint;
using storage::ConsumeVarint;
using storage::RecordReader;
using storage::RecordWriter;

// Field numbers of an endpoint record; docs/formats/endpoint-record.md.
enum EndpointField : uint32_t {
  kOrdinal = 1,
  kId = 2,
  kChannelType = 3,
  kAddress = 4,
  kAttribute = 5,
  kMetricName = 6,
  kMetricValue = 7,
  kLatitude = 8,
  kLongitude = 9,
  kUserId = 10,
  kUserAttribute = 11,
  kStatus = 12,
  kInactiveReason = 13,
  kOptOut = 14,
  kOptOutBy = 15,
  kRequestId = 16,
  kCohort = 17,
  kCreated = 18,
  kEffective = 19,
  kLastActive = 20,
  kFirstFacet = 32,
};

// The numbers of the generated enum are on disk, too.
static_assert(static_cast<int>(model::ChannelType::kPush) == 0);
static_assert(static_cast<int>(model::ChannelType::kGcm) == 1);
static_assert(static_cast<int>(model::ChannelType::kApns) == 2);
static_assert(static_cast<int>(model::ChannelType::kApnsSandbox) == 3);
static_assert(static_cast<int>(model::ChannelType::kApnsVoip) == 4);
static_assert(static_cast<int>(model::ChannelType::kApnsVoipSandbox) == 5);
static_assert(static_cast<int>(model::ChannelType::kAdm) == 6);
static_assert(static_cast<int>(model::ChannelType::kSms) == 7);
static_assert(static_cast<int>(model::ChannelType::kVoice) == 8);
static_assert(static_cast<int>(model::ChannelType::kEmail) == 9);
static_assert(static_cast<int>(model::ChannelType::kBaidu) == 10);
static_assert(static_cast<int>(model::ChannelType::kCustom) == 11);
static_assert(static_cast<int>(model::ChannelType::kInApp) == 12);

// False for a number beyond `last`.
template <class Enum, class Target>
bool ReadEnum(RecordReader& reader, Enum last, Target& target) {
  const uint64_t number = reader.Uint();
  target = static_cast<Enum>(number);
  return number <= static_cast<uint64_t>(last);
}

void AppendText(std::string& out, std::string_view text) {
  AppendVarint(out, text.size());
  out.append(text);
}

bool ConsumeText(std::string_view& bytes, std::string_view& text) {
  uint64_t size = 0;
  if (!ConsumeVarint(bytes, size) || size > bytes.size()) {
    return false;
  }
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

void WriteAttributes(RecordWriter& writer, uint32_t field, const Attributes& attributes) {
  std::string packed;
  for (const Attribute& attribute : attributes) {
    packed.clear();
    AppendText(packed, attribute.name);
    for (const std::string& value : attribute.values) {
      AppendText(packed, value);
    }
    writer.Text(field, packed);
  }
}

template <class Text>
bool ReadAttribute(std::string_view packed, BasicAttributes<Text>& attributes) {
  std::string_view text;
  if (!ConsumeText(packed, text)) {
    return false;
  }
  BasicAttribute<Text>& attribute = attributes.emplace_back();
  attribute.name = Text(text);
  while (!packed.empty()) {
    if (!ConsumeText(packed, text)) {
      return false;
    }
    attribute.values.emplace_back(text);
  }
  return true;
}

void WriteText(RecordWriter& writer, uint32_t field, const std::string& text) {
  if (!text.empty()) {
    writer.Text(field, text);
  }
}

template <class Text>
void Clear(BasicEndpointRecord<Text>& record) {
  BasicEndpointRecord<Text> fresh;
  fresh.attributes.swap(record.attributes);
  fresh.metrics.swap(record.metrics);
  fresh.user_attributes.swap(record.user_attributes);
  fresh.attributes.clear();
  fresh.metrics.clear();
  fresh.user_attributes.clear();
  record = std::move(fresh);
}

// False for a damaged list.
template <class Text>
bool ReadField(RecordReader& reader, BasicEndpointRecord<Text>& record) {
  switch (reader.field()) {
    case kOrdinal:
      record.ordinal = static_cast<uint32_t>(reader.Uint());
      return true;
    case kId:
      record.id = Text(reader.Text());
      return true;
    case kChannelType:
      return ReadEnum(reader, model::ChannelType::kInApp, record.channel_type);
    case kAddress:
      record.address = Text(reader.Text());
      return true;
    case kAttribute:
      return ReadAttribute(reader.Text(), record.attributes);
    case kMetricName:
      record.metrics.push_back({Text(reader.Text()), 0});
      return true;
    case kMetricValue:
      if (record.metrics.empty()) {
        return false;
      }
      record.metrics.back().value = reader.Double();
      return true;
    case kLatitude:
      record.latitude = reader.Double();
      return true;
    case kLongitude:
      record.longitude = reader.Double();
      return true;
    case kUserId:
      record.user_id = Text(reader.Text());
      return true;
    case kUserAttribute:
      return ReadAttribute(reader.Text(), record.user_attributes);
    case kStatus:
      return ReadEnum(reader, EndpointStatus::kInactive, record.status);
    case kInactiveReason:
      return ReadEnum(reader, InactiveReason::kInvalidToken, record.inactive_reason);
    case kOptOut:
      return ReadEnum(reader, OptOut::kAll, record.opt_out);
    case kOptOutBy:
      return ReadEnum(reader, OptOutBy::kRecipient, record.opt_out_by);
    case kRequestId:
      record.request_id = Text(reader.Text());
      return true;
    case kCohort:
      record.cohort = static_cast<uint8_t>(reader.Uint());
      return true;
    case kCreated:
      record.created = reader.Time();
      return true;
    case kEffective:
      record.effective = reader.Time();
      return true;
    case kLastActive:
      record.last_active = reader.Time();
      return true;
    default:
      if (reader.field() >= kFirstFacet && reader.field() < kFirstFacet + kFacetCount) {
        record.facets[reader.field() - kFirstFacet] = Text(reader.Text());
      }
      return true;
  }
}

template <class Text>
base::Status DecodeEndpoint(std::string_view bytes, BasicEndpointRecord<Text>& record) {
  Clear(record);
  RecordReader reader(bytes);
  while (reader.Next()) {
    if (!ReadField(reader, record)) {
      return base::Internal("A stored endpoint record is damaged.");
    }
  }
  return reader.Finish("endpoint");
}

template <class Text>
const std::vector<Text>* Find(const BasicAttributes<Text>& attributes, std::string_view name) {
  for (const BasicAttribute<Text>& attribute : attributes) {
    if (attribute.name == name) {
      return &attribute.values;
    }
  }
  return nullptr;
}

}  // namespace

std::string_view ToWire(EndpointStatus status) {
  return status == EndpointStatus::kActive ? "ACTIVE" : "INACTIVE";
}

std::string_view ToWire(OptOut opt_out) {
  return opt_out == OptOut::kNone ? "NONE" : "ALL";
}

std::string_view ToWire(InactiveReason reason) {
  switch (reason) {
    case InactiveReason::kNone:
      return "";
    case InactiveReason::kCaller:
      return "CALLER";
    case InactiveReason::kAddressTaken:
      return "ADDRESS_TAKEN";
    case InactiveReason::kUserFull:
      return "USER_FULL";
    case InactiveReason::kInvalidToken:
      return "INVALID_TOKEN";
  }
  return "";
}

std::string_view ToWire(OptOutBy by) {
  switch (by) {
    case OptOutBy::kNone:
      return "";
    case OptOutBy::kCaller:
      return "CALLER";
    case OptOutBy::kRecipient:
      return "RECIPIENT";
  }
  return "";
}

std::string Encode(const EndpointRecord& record) {
  RecordWriter writer;
  writer.Uint(kOrdinal, record.ordinal).Text(kId, record.id);
  if (record.channel_type.has_value()) {
    writer.Uint(kChannelType, static_cast<uint64_t>(*record.channel_type));
  }
  WriteText(writer, kAddress, record.address);
  WriteAttributes(writer, kAttribute, record.attributes);
  for (const Metric& metric : record.metrics) {
    writer.Text(kMetricName, metric.name).Double(kMetricValue, metric.value);
  }
  if (record.latitude.has_value()) {
    writer.Double(kLatitude, *record.latitude);
  }
  if (record.longitude.has_value()) {
    writer.Double(kLongitude, *record.longitude);
  }
  WriteText(writer, kUserId, record.user_id);
  WriteAttributes(writer, kUserAttribute, record.user_attributes);
  if (record.status != EndpointStatus::kActive) {
    writer.Uint(kStatus, static_cast<uint64_t>(record.status));
    writer.Uint(kInactiveReason, static_cast<uint64_t>(record.inactive_reason));
  }
  if (record.opt_out != OptOut::kNone) {
    writer.Uint(kOptOut, static_cast<uint64_t>(record.opt_out));
    writer.Uint(kOptOutBy, static_cast<uint64_t>(record.opt_out_by));
  }
  WriteText(writer, kRequestId, record.request_id);
  writer.Uint(kCohort, record.cohort);
  writer.Time(kCreated, record.created).Time(kEffective, record.effective);
  if (record.last_active.has_value()) {
    writer.Time(kLastActive, *record.last_active);
  }
  for (size_t i = 0; i < kFacetCount; ++i) {
    WriteText(writer, kFirstFacet + static_cast<uint32_t>(i), record.facets[i]);
  }
  return writer.Take();
}

base::Status Decode(std::string_view bytes, EndpointRecord& record) {
  return DecodeEndpoint(bytes, record);
}
base::Status Decode(std::string_view bytes, EndpointRecordView& record) {
  return DecodeEndpoint(bytes, record);
}
const std::vector<std::string>* FindAttribute(const Attributes& attributes, std::string_view name) {
  return Find(attributes, name);
}
const std::vector<std::string_view>* FindAttribute(const AttributesView& attributes,
                                                   std::string_view name) {
  return Find(attributes, name);
}

}  // namespace pinion::audience
