#include "audience/attribute_index.h"

#include <algorithm>

#include "audience/endpoint_identity.h"

namespace pinion::audience {
namespace {

// Users among more endpoints than this are counted in an array of bits rather than by sorting.
constexpr size_t kSortedUsersMax = 4096;

uint32_t HashOf(std::string_view text) {
  const uint64_t hash = std::hash<std::string_view>{}(text);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

uint32_t AddressHash(model::ChannelType channel, std::string_view address) {
  std::string text = ComparableAddress(channel, address);
  text.push_back(static_cast<char>(channel));
  return HashOf(text);
}

template <class Text>
bool Contains(const std::vector<Text>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// The element with the name: at `hint`, where it is as a rule, or anywhere.
template <class Named>
const Named* FindNear(const std::vector<Named>& list, std::string_view name, size_t hint) {
  if (hint < list.size() && list[hint].name == name) {
    return &list[hint];
  }
  const auto place = std::find_if(
      list.begin(), list.end(), [name](const Named& named) { return named.name == name; });
  return place == list.end() ? nullptr : &*place;
}

template <class Columns>
auto* FindColumn(const Columns& columns, std::string_view name) {
  const auto place = columns.find(name);
  return place == columns.end() ? nullptr : place->second.get();
}

// The wire form of fields that are no text in the record; empty without record.
template <class Text>
std::string_view ChannelOf(const BasicEndpointRecord<Text>* record) {
  return record != nullptr && record->channel_type.has_value()
             ? model::ToWire(*record->channel_type)
             : std::string_view();
}
template <class Text>
std::string_view StatusOf(const BasicEndpointRecord<Text>* record) {
  return record != nullptr ? ToWire(record->status) : std::string_view();
}
template <class Text>
std::string_view OptOutOf(const BasicEndpointRecord<Text>* record) {
  return record != nullptr ? ToWire(record->opt_out) : std::string_view();
}
template <class Text>
std::string_view UserOf(const BasicEndpointRecord<Text>* record) {
  return record != nullptr ? std::string_view(record->user_id) : std::string_view();
}

void SetNumber(NumberColumn& column,
               uint32_t ordinal,
               std::optional<double> before,
               std::optional<double> after) {
  if (before == after) {
    return;
  }
  if (after.has_value()) {
    column.Set(ordinal, *after);
  } else {
    column.Clear(ordinal);
  }
}

std::optional<double> AsNumber(std::optional<base::Timestamp> at) {
  return at.has_value() ? std::optional(static_cast<double>(base::ToMillis(*at))) : std::nullopt;
}

}  // namespace

AttributeIndex::AttributeIndex() {
  for (auto& column : fixed_) {
    column = std::make_unique<TextColumn>(arena_);
  }
}

const TextColumn* AttributeIndex::Attribute(std::string_view name) const {
  return FindColumn(attributes_, name);
}

const TextColumn* AttributeIndex::UserAttribute(std::string_view name) const {
  return FindColumn(user_attributes_, name);
}

const NumberColumn* AttributeIndex::Metric(std::string_view name) const {
  return FindColumn(metrics_, name);
}

bitmap::Bitmap AttributeIndex::Reachable() const {
  bitmap::Bitmap reachable = with_address_;
  reachable &= TextOf(FixedField::kChannelType).Present();
  const bitmap::PostingSet* inactive = TextOf(FixedField::kEndpointStatus).Find("INACTIVE");
  const bitmap::PostingSet* opted_out = TextOf(FixedField::kOptOut).Find("ALL");
  for (const bitmap::PostingSet* excluded : {inactive, opted_out}) {
    if (excluded != nullptr) {
      reachable -= excluded->ToBitmap();
    }
  }
  return reachable;
}

uint64_t AttributeIndex::CountUsers(const bitmap::Bitmap& endpoints) const {
  const bitmap::Bitmap& with_user = TextOf(FixedField::kUserId).Present();
  const bitmap::Bitmap sharing = endpoints & sharing_user_;
  const uint64_t alone =
      bitmap::Bitmap::IntersectionCardinality(endpoints, with_user) - sharing.Cardinality();
  std::vector<TextColumn::ValueId> users;
  if (sharing.Cardinality() <= kSortedUsersMax) {
    sharing.ForEach([&](uint32_t ordinal) { users.push_back(user_of_[ordinal]); });
    std::sort(users.begin(), users.end());
    users.erase(std::unique(users.begin(), users.end()), users.end());
    return alone + users.size();
  }
  std::vector<uint64_t> seen(TextOf(FixedField::kUserId).ValueIdEnd() / 64 + 1);
  uint64_t different = 0;
  sharing.ForEach([&](uint32_t ordinal) {
    const TextColumn::ValueId user = user_of_[ordinal];
    const uint64_t bit = uint64_t{1} << (user & 63);
    different += (seen[user >> 6] & bit) == 0 ? 1 : 0;
    seen[user >> 6] |= bit;
  });
  return alone + different;
}

const bitmap::PostingSet* AttributeIndex::AddressCandidates(model::ChannelType channel,
                                                            std::string_view address) const {
  return addresses_.Find(AddressHash(channel, address));
}

const bitmap::PostingSet* AttributeIndex::IdCandidates(std::string_view endpoint_key) const {
  return ids_.Find(HashOf(endpoint_key));
}

std::vector<AttributeUse> AttributeIndex::Names(AttributeKind kind) const {
  std::vector<AttributeUse> uses;
  if (kind == AttributeKind::kMetric) {
    for (const auto& [name, column] : metrics_) {
      uses.push_back({name, column->Present().Cardinality(), 0});
    }
  } else {
    const auto& columns = kind == AttributeKind::kCustom ? attributes_ : user_attributes_;
    for (const auto& [name, column] : columns) {
      uses.push_back({name, column->Present().Cardinality(), column->ValueCount()});
    }
  }
  std::sort(uses.begin(), uses.end(), [](const AttributeUse& a, const AttributeUse& b) {
    return a.name < b.name;
  });
  return uses;
}

std::vector<ValueUse> AttributeIndex::Values(AttributeKind kind,
                                             std::string_view name,
                                             std::string_view prefix) const {
  std::vector<ValueUse> uses;
  const TextColumn* column = kind == AttributeKind::kCustom ? Attribute(name)
                             : kind == AttributeKind::kUser ? UserAttribute(name)
                                                            : nullptr;
  if (column == nullptr) {
    return uses;
  }
  column->ForEachValue([&](std::string_view value, const bitmap::PostingSet& postings) {
    if (value.substr(0, prefix.size()) == prefix) {
      uses.push_back({std::string(value), postings.Cardinality()});
    }
  });
  std::sort(uses.begin(), uses.end(), [](const ValueUse& a, const ValueUse& b) {
    return a.endpoints != b.endpoints ? a.endpoints > b.endpoints : a.value < b.value;
  });
  return uses;
}

size_t AttributeIndex::MemoryBytes() const {
  size_t bytes = arena_.MemoryBytes() + all_.MemoryBytes() + with_address_.MemoryBytes() +
                 latitude_.MemoryBytes() + longitude_.MemoryBytes() + addresses_.MemoryBytes() +
                 ids_.MemoryBytes() + sharing_user_.MemoryBytes() +
                 user_of_.capacity() * sizeof(user_of_[0]);
  for (const auto& column : fixed_) {
    bytes += column->MemoryBytes();
  }
  for (const NumberColumn& column : times_) {
    bytes += column.MemoryBytes();
  }
  for (const auto* columns : {&attributes_, &user_attributes_}) {
    for (const auto& [name, column] : *columns) {
      bytes += name.capacity() + sizeof(*column) + column->MemoryBytes();
    }
  }
  for (const auto& [name, column] : metrics_) {
    bytes += name.capacity() + sizeof(*column) + column->MemoryBytes();
  }
  return bytes;
}

template <class Text>
void AttributeIndex::Apply(const BasicEndpointRecord<Text>* before,
                           const BasicEndpointRecord<Text>* after) {
  if (before == nullptr && after == nullptr) {
    return;
  }
  const uint32_t ordinal = after != nullptr ? after->ordinal : before->ordinal;
  // The id never changes while the endpoint lives.
  if (before == nullptr) {
    all_.Add(ordinal);
    ids_.Add(HashOf(EndpointKey(after->id)), ordinal);
  } else if (after == nullptr) {
    all_.Remove(ordinal);
    ids_.Remove(HashOf(EndpointKey(before->id)), ordinal);
  }
  const BasicEndpointRecord<Text> nothing;
  const BasicEndpointRecord<Text>& old = before != nullptr ? *before : nothing;
  const BasicEndpointRecord<Text>& now = after != nullptr ? *after : nothing;
  ApplyFixed(before, after);
  ApplyNumbers(before, after);
  ApplyAddress(before, after);
  ApplyAttributes(attributes_, ordinal, old.attributes, now.attributes);
  ApplyAttributes(user_attributes_, ordinal, old.user_attributes, now.user_attributes);
  ApplyMetrics(ordinal, old.metrics, now.metrics);
}

template <class Text>
void AttributeIndex::ApplyAttributes(ByName<TextColumn>& columns,
                                     uint32_t ordinal,
                                     const BasicAttributes<Text>& before,
                                     const BasicAttributes<Text>& after) {
  const std::vector<Text> none;
  for (size_t i = 0; i < after.size(); ++i) {
    const auto* old = FindNear(before, after[i].name, i);
    const std::vector<Text>& old_values = old != nullptr ? old->values : none;
    if (old_values != after[i].values) {
      ApplyValues(columns, after[i].name, ordinal, old_values, after[i].values);
    }
  }
  for (size_t i = 0; i < before.size(); ++i) {
    if (FindNear(after, before[i].name, i) == nullptr) {
      ApplyValues(columns, before[i].name, ordinal, before[i].values, none);
    }
  }
}

template <class Text>
void AttributeIndex::ApplyValues(ByName<TextColumn>& columns,
                                 std::string_view name,
                                 uint32_t ordinal,
                                 const std::vector<Text>& before,
                                 const std::vector<Text>& after) {
  auto place = columns.find(name);
  if (place == columns.end()) {
    place = columns.emplace(name, std::make_unique<TextColumn>(arena_)).first;
  }
  TextColumn& column = *place->second;
  for (const Text& value : before) {
    if (!Contains(after, value)) {
      column.Remove(value, ordinal);
    }
  }
  for (const Text& value : after) {
    if (!Contains(before, value)) {
      column.Add(value, ordinal);
    }
  }
  if (before.empty() && !after.empty()) {
    column.SetPresent(ordinal);
  } else if (!before.empty() && after.empty()) {
    column.ClearPresent(ordinal);
  }
  if (column.ValueCount() == 0) {
    columns.erase(place);
  }
}

template <class Text>
void AttributeIndex::ApplyMetrics(uint32_t ordinal,
                                  const std::vector<BasicMetric<Text>>& before,
                                  const std::vector<BasicMetric<Text>>& after) {
  for (size_t i = 0; i < after.size(); ++i) {
    const auto* old = FindNear(before, after[i].name, i);
    if (old != nullptr && old->value == after[i].value) {
      continue;
    }
    auto place = metrics_.find(after[i].name);
    if (place == metrics_.end()) {
      place = metrics_.emplace(after[i].name, std::make_unique<NumberColumn>()).first;
    }
    place->second->Set(ordinal, after[i].value);
  }
  for (size_t i = 0; i < before.size(); ++i) {
    if (FindNear(after, before[i].name, i) != nullptr) {
      continue;
    }
    const auto place = metrics_.find(before[i].name);
    if (place != metrics_.end()) {
      place->second->Clear(ordinal);
      if (place->second->Present().Empty()) {
        metrics_.erase(place);
      }
    }
  }
}

template <class Text>
void AttributeIndex::ApplyFixed(const BasicEndpointRecord<Text>* before,
                                const BasicEndpointRecord<Text>* after) {
  const uint32_t ordinal = after != nullptr ? after->ordinal : before->ordinal;
  for (size_t i = 0; i < kFacetCount; ++i) {
    SetFixed(static_cast<FixedField>(i),
             ordinal,
             before != nullptr ? std::string_view(before->facets[i]) : std::string_view(),
             after != nullptr ? std::string_view(after->facets[i]) : std::string_view());
  }
  SetFixed(FixedField::kChannelType, ordinal, ChannelOf(before), ChannelOf(after));
  SetFixed(FixedField::kEndpointStatus, ordinal, StatusOf(before), StatusOf(after));
  SetFixed(FixedField::kOptOut, ordinal, OptOutOf(before), OptOutOf(after));
  SetUser(ordinal, UserOf(before), UserOf(after));
  // The cohort never changes while the endpoint lives.
  if (before == nullptr) {
    SetFixed(FixedField::kCohortId, ordinal, "", std::to_string(after->cohort));
  } else if (after == nullptr) {
    SetFixed(FixedField::kCohortId, ordinal, std::to_string(before->cohort), "");
  }
}

void AttributeIndex::SetFixed(FixedField field,
                              uint32_t ordinal,
                              std::string_view before,
                              std::string_view after) {
  if (before == after) {
    return;
  }
  TextColumn& column = *fixed_[static_cast<size_t>(field)];
  if (!before.empty()) {
    column.Remove(before, ordinal);
  }
  if (after.empty()) {
    column.ClearPresent(ordinal);
    return;
  }
  column.Add(after, ordinal);
  column.SetPresent(ordinal);
}

void AttributeIndex::SetUser(uint32_t ordinal, std::string_view before, std::string_view after) {
  if (before == after) {
    return;
  }
  if (!before.empty()) {
    LeaveUser(ordinal, before);
  }
  if (!after.empty()) {
    JoinUser(ordinal, after);
  }
}

void AttributeIndex::LeaveUser(uint32_t ordinal, std::string_view user) {
  TextColumn& users = *fixed_[static_cast<size_t>(FixedField::kUserId)];
  users.Remove(user, ordinal);
  users.ClearPresent(ordinal);
  sharing_user_.Remove(ordinal);
  const bitmap::PostingSet* others = users.Find(user);
  if (others != nullptr && others->Cardinality() == 1) {
    others->ForEach([this](uint32_t last) { sharing_user_.Remove(last); });
  }
}

void AttributeIndex::JoinUser(uint32_t ordinal, std::string_view user) {
  TextColumn& users = *fixed_[static_cast<size_t>(FixedField::kUserId)];
  if (user_of_.size() <= ordinal) {
    user_of_.resize(size_t{ordinal} + 1);
  }
  user_of_[ordinal] = users.Add(user, ordinal).id;
  users.SetPresent(ordinal);
  const bitmap::PostingSet* all = users.Find(user);
  if (all->Cardinality() > 1) {
    all->ForEach([this](uint32_t member) { sharing_user_.Add(member); });
  }
}

template <class Text>
void AttributeIndex::ApplyNumbers(const BasicEndpointRecord<Text>* before,
                                  const BasicEndpointRecord<Text>* after) {
  const uint32_t ordinal = after != nullptr ? after->ordinal : before->ordinal;
  using Number = std::optional<double>;
  const auto number = [](const auto* record, const auto& member) {
    return record == nullptr ? Number() : Number(member(*record));
  };
  const auto set = [&](NumberColumn& column, const auto& member) {
    SetNumber(column, ordinal, number(before, member), number(after, member));
  };
  using Record = BasicEndpointRecord<Text>;
  set(times_[static_cast<size_t>(TimeField::kCreated)],
      [](const Record& record) { return AsNumber(record.created); });
  set(times_[static_cast<size_t>(TimeField::kEffective)],
      [](const Record& record) { return AsNumber(record.effective); });
  set(times_[static_cast<size_t>(TimeField::kLastActive)],
      [](const Record& record) { return AsNumber(record.last_active); });
  set(latitude_, [](const Record& record) { return record.latitude; });
  set(longitude_, [](const Record& record) { return record.longitude; });
}

template <class Text>
void AttributeIndex::ApplyAddress(const BasicEndpointRecord<Text>* before,
                                  const BasicEndpointRecord<Text>* after) {
  const bool had = before != nullptr && !before->address.empty();
  const bool has = after != nullptr && !after->address.empty();
  if (had && has && before->address == after->address &&
      before->channel_type == after->channel_type) {
    return;
  }
  if (had) {
    with_address_.Remove(before->ordinal);
    if (before->channel_type.has_value()) {
      addresses_.Remove(AddressHash(*before->channel_type, before->address), before->ordinal);
    }
  }
  if (has) {
    with_address_.Add(after->ordinal);
    if (after->channel_type.has_value()) {
      addresses_.Add(AddressHash(*after->channel_type, after->address), after->ordinal);
    }
  }
}

template void AttributeIndex::Apply(const EndpointRecord*, const EndpointRecord*);
template void AttributeIndex::Apply(const EndpointRecordView*, const EndpointRecordView*);

}  // namespace pinion::audience
