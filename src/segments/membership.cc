#include "segments/membership.h"

#include <algorithm>
#include <array>
#include <utility>

#include "audience/endpoint_identity.h"
#include "segments/definition_parser.h"
#include "segments/evaluator.h"
#include "segments/passes.h"

namespace pinion::segments {
namespace {

using audience::AttributeIndex;
using audience::AudienceService;
using audience::EndpointRecordView;
using bitmap::Bitmap;

constexpr size_t kIdsPerStep = 1000;
constexpr uint64_t kSortedMembersMax = 4096;

constexpr std::array kChannels = {model::ChannelType::kPush,
                                  model::ChannelType::kGcm,
                                  model::ChannelType::kApns,
                                  model::ChannelType::kApnsSandbox,
                                  model::ChannelType::kApnsVoip,
                                  model::ChannelType::kApnsVoipSandbox,
                                  model::ChannelType::kAdm,
                                  model::ChannelType::kSms,
                                  model::ChannelType::kVoice,
                                  model::ChannelType::kEmail,
                                  model::ChannelType::kBaidu,
                                  model::ChannelType::kCustom,
                                  model::ChannelType::kInApp};

// Endpoint ids and addresses, which the index does not hold.
class StoredTexts final : public RecordLookup {
 public:
  StoredTexts(const AudienceService& audience, const base::AppId& app, const AttributeIndex& index)
      : audience_(audience), app_(app), index_(index) {}

  base::Result<Bitmap> WithText(TextField::Kind kind,
                                const std::vector<std::string>& values) override {
    return kind == TextField::Kind::kEndpointId ? WithIds(values) : WithAddresses(values);
  }

  base::Result<Bitmap> ContainingText(TextField::Kind kind,
                                      const std::vector<std::string>& values) override {
    Bitmap members;
    const auto visit = [&](const EndpointRecordView& record) {
      const std::string_view text =
          kind == TextField::Kind::kEndpointId ? record.id : record.address;
      const bool is_set = kind == TextField::Kind::kEndpointId || !record.address.empty();
      if (is_set && std::any_of(values.begin(), values.end(), [text](const std::string& value) {
            return text.find(value) != std::string_view::npos;
          })) {
        members.Add(record.ordinal);
      }
      return true;
    };
    PINION_CHECK(audience_.ScanRecords(app_, visit));
    return members;
  }

 private:
  base::Result<Bitmap> WithIds(const std::vector<std::string>& ids) {
    Bitmap members;
    for (const std::string& id : ids) {
      PINION_TRY(const auto ordinal, audience_.OrdinalOf(app_, id));
      if (ordinal) {
        members.Add(*ordinal);
      }
    }
    return members;
  }

  base::Result<Bitmap> WithAddresses(const std::vector<std::string>& addresses) {
    Bitmap candidates = index_.WithAddress();
    Bitmap possible;
    for (const std::string& address : addresses) {
      for (const model::ChannelType channel : kChannels) {
        if (const bitmap::PostingSet* found = index_.AddressCandidates(channel, address)) {
          possible |= found->ToBitmap();
        }
      }
    }
    candidates &= possible;
    std::vector<uint32_t> ordinals(candidates.Cardinality());
    candidates.Read(0, ordinals);
    PINION_TRY(const audience::EndpointBatch batch, audience_.ReadByOrdinals(app_, ordinals));
    Bitmap members;
    for (const auto& member : batch) {
      if (std::find(addresses.begin(), addresses.end(), member.record.address) != addresses.end()) {
        members.Add(member.record.ordinal);
      }
    }
    return members;
  }

  const AudienceService& audience_;
  const base::AppId& app_;
  const AttributeIndex& index_;
};

// Evaluates segments that refer to segments, all on one index and at one instant.
class StoredSegments final : public SegmentLookup {
 public:
  StoredSegments(const SegmentService& segments,
                 const base::AppId& app,
                 const AttributeIndex& index,
                 base::Timestamp now,
                 RecordLookup& records)
      : segments_(segments),
        app_(app),
        context_{.index = index, .now = now, .records = records, .segments = *this} {}

  base::Result<Bitmap> Members(const InSegment& segment) override {
    // The service refuses circles; this bounds what a damaged store could do.
    if (depth_ >= kNestingMax) {
      return base::Internal("Segment " + segment.id + " is nested too deeply.");
    }
    PINION_TRY(const auto content, segments_.ContentOf(app_, segment.id, segment.version));
    if (content == nullptr) {
      return Bitmap();
    }
    if (content->imported != nullptr) {
      return MembersOfImport(*content->imported);
    }
    ++depth_;
    auto members = Evaluate(content->expression, context_);
    --depth_;
    return members;
  }

  const EvaluationContext& context() const { return context_; }

 private:
  base::Result<Bitmap> MembersOfImport(const ImportedMembers& imported) const {
    Bitmap members = imported.endpoints & context_.index.All();
    const audience::TextColumn& users = context_.index.TextOf(audience::FixedField::kUserId);
    for (const std::string& user : imported.user_ids) {
      if (const bitmap::PostingSet* endpoints = users.Find(user)) {
        members |= endpoints->ToBitmap();
      }
    }
    return members;
  }

  const SegmentService& segments_;
  const base::AppId& app_;
  const EvaluationContext context_;
  size_t depth_ = 0;
};

// One moment of an application's audience, in which expressions can be evaluated.
class Moment {
 public:
  Moment(const AudienceService& audience,
         const SegmentService& segments,
         const base::AppId& app,
         const audience::SharedAttributeIndex& shared,
         base::Timestamp now)
      : reading_(shared.Read()),
        texts_(audience, app, *reading_),
        segments_(segments, app, *reading_, now, texts_) {}
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;

  const AttributeIndex& index() const { return *reading_; }
  base::Result<Bitmap> Members(const Node& node) { return Evaluate(node, segments_.context()); }

 private:
  audience::SharedAttributeIndex::Reading reading_;
  StoredTexts texts_;
  StoredSegments segments_;
};

void CountChannels(const AttributeIndex& index, const Bitmap& members, model::SegmentCount& count) {
  const Bitmap reachable = members & index.Reachable();
  const audience::TextColumn& channels = index.TextOf(audience::FixedField::kChannelType);
  for (const model::ChannelType channel : kChannels) {
    const bitmap::PostingSet* endpoints = channels.Find(model::ToWire(channel));
    if (endpoints == nullptr) {
      continue;
    }
    const std::string name(model::ToWire(channel));
    if (const uint64_t of_channel = endpoints->IntersectionCardinality(members)) {
      count.channels.Set(name, static_cast<int64_t>(of_channel));
    }
    if (const uint64_t can_be_reached = endpoints->IntersectionCardinality(reachable)) {
      count.reachable.Set(name, static_cast<int64_t>(can_be_reached));
    }
  }
  count.reachable_endpoints = static_cast<int64_t>(reachable.Cardinality());
}

uint64_t CountValue(const audience::TextColumn& column,
                    std::string_view value,
                    const Bitmap& members) {
  const bitmap::PostingSet* endpoints = column.Find(value);
  return endpoints == nullptr ? 0 : endpoints->IntersectionCardinality(members);
}

model::SegmentMember ToMember(const EndpointRecordView& record) {
  model::SegmentMember member;
  member.endpoint_id = record.id;
  if (!record.user_id.empty()) {
    member.user_id = record.user_id;
  }
  if (record.channel_type) {
    member.channel_type = model::ToWire(*record.channel_type);
  }
  return member;
}

}  // namespace

base::Result<Bitmap> Membership::MembersOf(const base::AppId& app,
                                           const base::SegmentId& id,
                                           std::optional<int32_t> version) const {
  PINION_TRY(const auto index, audience_.Index(app));
  Moment moment(audience_, segments_, app, *index, clock_.Now());
  return moment.Members({InSegment{.id = id.value(), .version = version}});
}

base::Result<bool> Membership::IsMember(const base::AppId& app,
                                        const base::SegmentId& id,
                                        std::optional<int32_t> version,
                                        uint32_t ordinal) const {
  PINION_TRY(const Bitmap members, MembersOf(app, id, version));
  return members.Contains(ordinal);
}

base::Result<Node> Membership::ExpressionOf(const base::AppId& app,
                                            const model::SegmentCountDefinition& definition) const {
  if (!definition.segment_id) {
    return segments_.Check(
        app, {.dimensions = definition.dimensions, .groups = definition.segment_groups});
  }
  if (definition.dimensions || definition.segment_groups) {
    return base::InvalidArgument("Member 'SegmentId': a definition may not be given as well.");
  }
  PINION_CHECK(
      segments_.RequireVersion(app, *definition.segment_id, definition.segment_version, "Segment"));
  return Node{InSegment{.id = *definition.segment_id, .version = definition.segment_version}};
}

base::Result<model::SegmentCount> Membership::Count(
    const base::AppId& app, const model::SegmentCountDefinition& definition) const {
  const int32_t sample_size = definition.sample_size.value_or(kSampleSizeDefault);
  if (sample_size < 0 || sample_size > kSampleSizeMax) {
    return base::InvalidArgument("Member 'SampleSize': must be between 0 and 100.");
  }
  PINION_TRY(const Node expression, ExpressionOf(app, definition));
  PINION_TRY(const auto shared, audience_.Index(app));
  model::SegmentCount count;
  count.evaluated_at = clock_.Now();
  Bitmap members;
  {
    Moment moment(audience_, segments_, app, *shared, count.evaluated_at);
    PINION_TRY(members, moment.Members(expression));
    const AttributeIndex& index = moment.index();
    count.endpoints = static_cast<int64_t>(members.Cardinality());
    count.users = static_cast<int64_t>(index.CountUsers(members));
    CountChannels(index, members, count);
    count.inactive = static_cast<int64_t>(
        CountValue(index.TextOf(audience::FixedField::kEndpointStatus), "INACTIVE", members));
    count.opted_out = static_cast<int64_t>(
        CountValue(index.TextOf(audience::FixedField::kOptOut), "ALL", members));
    count.missing_address = count.endpoints - static_cast<int64_t>(Bitmap::IntersectionCardinality(
                                                  members, index.WithAddress()));
    count.missing_channel =
        count.endpoints - static_cast<int64_t>(Bitmap::IntersectionCardinality(
                              members, index.TextOf(audience::FixedField::kChannelType).Present()));
  }
  PINION_TRY(count.sample, Sample(app, members, static_cast<size_t>(sample_size)));
  return count;
}

base::Result<std::vector<model::SegmentMember>> Membership::Sample(const base::AppId& app,
                                                                   const Bitmap& members,
                                                                   size_t size) const {
  if (size == 0) {
    return std::vector<model::SegmentMember>();
  }
  PINION_TRY(base::Page<model::SegmentMember> page,
             List(app, members, {.after = "", .limit = size}));
  return std::move(page.items);
}

base::Result<base::Page<model::SegmentMember>> Membership::List(
    const base::AppId& app,
    const base::SegmentId& id,
    std::optional<int32_t> version,
    const base::PageRequest& page) const {
  PINION_TRY(const Bitmap members, MembersOf(app, id, version));
  return List(app, members, page);
}

// Few members are read and sorted; many are found by walking the ids in their order. So a page
// costs in proportion to the members or to the page, not to the audience.
base::Result<base::Page<model::SegmentMember>> Membership::List(
    const base::AppId& app, const Bitmap& members, const base::PageRequest& page) const {
  return members.Cardinality() <= kSortedMembersMax ? ListSorted(app, members, page)
                                                    : ListWalking(app, members, page);
}

base::Result<base::Page<model::SegmentMember>> Membership::ListSorted(
    const base::AppId& app, const Bitmap& members, const base::PageRequest& page) const {
  std::vector<uint32_t> ordinals(members.Cardinality());
  members.Read(0, ordinals);
  PINION_TRY(const audience::EndpointBatch batch, audience_.ReadByOrdinals(app, ordinals));
  std::vector<std::pair<std::string, const audience::EndpointBatch::Member*>> by_key;
  for (const auto& member : batch) {
    std::string key = audience::EndpointKey(member.record.id);
    if (key > page.after) {
      by_key.emplace_back(std::move(key), &member);
    }
  }
  std::sort(by_key.begin(), by_key.end());
  base::Page<model::SegmentMember> result;
  const size_t count = std::min(page.limit, by_key.size());
  for (size_t i = 0; i < count; ++i) {
    result.items.push_back(ToMember(by_key[i].second->record));
  }
  if (count < by_key.size()) {
    result.next = by_key[count - 1].first;
  }
  return result;
}

base::Result<base::Page<model::SegmentMember>> Membership::ListWalking(
    const base::AppId& app, const Bitmap& members, const base::PageRequest& page) const {
  std::vector<uint32_t> ordinals;
  std::string last;
  std::string after = page.after;
  bool more = false;
  for (bool at_end = members.Empty(); !at_end && !more;) {
    PINION_TRY(const auto ids,
               audience_.ListIds(app, {.prefix = "", .after = after, .limit = kIdsPerStep}));
    at_end = ids.size() < kIdsPerStep;
    for (const AudienceService::IdEntry& entry : ids) {
      after = entry.key;
      if (!members.Contains(entry.ordinal)) {
        continue;
      }
      if (ordinals.size() == page.limit) {
        more = true;
        break;
      }
      ordinals.push_back(entry.ordinal);
      last = entry.key;
    }
  }
  PINION_TRY(const audience::EndpointBatch batch, audience_.ReadByOrdinals(app, ordinals));
  base::Page<model::SegmentMember> result;
  for (const auto& member : batch) {
    result.items.push_back(ToMember(member.record));
  }
  if (more) {
    result.next = last;
  }
  return result;
}

}  // namespace pinion::segments
