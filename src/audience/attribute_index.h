// AttributeIndex: what segments ask of the endpoints of one application, in memory: for each text
// value the ordinals that have it, for each number and time a column. Never the only copy:
// AudienceService rebuilds it from the store at start and changes it in the same step as the store.
// Who uses it: segments (queries), AudienceService (changes).
//
// Threads: AttributeIndex itself is guarded by the lock of SharedAttributeIndex. What a query
// returns by value may be kept; references and pointers live as long as the lock handle.
//
// Not indexed as texts, since nearly every value is unique: endpoint ids and addresses. Equality is
// answered by IdCandidates and AddressCandidates (candidates: compare the record), anything else by
// AudienceService::ScanRecords.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audience/endpoint_record.h"
#include "audience/hash_postings.h"
#include "audience/number_column.h"
#include "audience/text_arena.h"
#include "audience/text_column.h"
#include "bitmap/bitmap.h"

namespace pinion::audience {

// Text fields that every endpoint has a place for; the facets come first, with their own numbers.
// Values are in their wire form (`EMAIL`, `ACTIVE`, `NONE`, `0`…`99`).
enum class FixedField : uint8_t {
  kChannelType = kFacetCount,
  kEndpointStatus,
  kOptOut,
  kUserId,
  kCohortId,
};
inline constexpr size_t kFixedFieldCount = kFacetCount + 5;
constexpr FixedField FieldOf(Facet facet) {
  return static_cast<FixedField>(facet);
}

// Milliseconds since 1970 as a number.
enum class TimeField : uint8_t { kCreated, kEffective, kLastActive };
inline constexpr size_t kTimeFieldCount = 3;

// The three kinds of names that callers give.
enum class AttributeKind : uint8_t { kCustom = 0, kMetric = 1, kUser = 2 };

// How much a name is used (AUD-73). `values` is 0 for a metric.
struct AttributeUse {
  std::string name;
  uint64_t endpoints = 0;
  uint64_t values = 0;
};

// How often a value is used.
struct ValueUse {
  std::string value;
  uint64_t endpoints = 0;
};

class AttributeIndex {
 public:
  AttributeIndex();

  // Every endpoint of the application.
  const bitmap::Bitmap& All() const { return all_; }
  // Null if no endpoint has the name.
  const TextColumn* Attribute(std::string_view name) const;
  const TextColumn* UserAttribute(std::string_view name) const;
  const NumberColumn* Metric(std::string_view name) const;
  const TextColumn& TextOf(FixedField field) const { return *fixed_[static_cast<size_t>(field)]; }
  const TextColumn& TextOf(Facet facet) const { return TextOf(FieldOf(facet)); }
  const NumberColumn& TimeOf(TimeField field) const { return times_[static_cast<size_t>(field)]; }
  const NumberColumn& Latitude() const { return latitude_; }
  const NumberColumn& Longitude() const { return longitude_; }
  const bitmap::Bitmap& WithAddress() const { return with_address_; }
  // ACTIVE, OptOut NONE, with ChannelType and Address (SEG-100).
  bitmap::Bitmap Reachable() const;

  // Great-circle distance of at most `kilometers` (SEG-52); over the poles and the 180° meridian,
  // too.
  struct Circle {
    double latitude = 0;
    double longitude = 0;
    double kilometers = 0;
  };
  bitmap::Bitmap Within(const Circle& circle) const;

  // Different user ids among `endpoints`.
  uint64_t CountUsers(const bitmap::Bitmap& endpoints) const;

  // The endpoints whose address may be the same by AUD-44, of any status; null if there are none.
  const bitmap::PostingSet* AddressCandidates(model::ChannelType channel,
                                              std::string_view address) const;
  // Calls `visit(const bitmap::PostingSet&)` for each set of endpoints that may have one address.
  template <class Visit>
  void ForEachSharedAddress(const Visit& visit) const {
    addresses_.ForEachShared(visit);
  }

  // The endpoints whose id may be `endpoint_key` (as EndpointKey() makes it); null if there are
  // none.
  const bitmap::PostingSet* IdCandidates(std::string_view endpoint_key) const;

  // All names of a kind that are in use, sorted.
  std::vector<AttributeUse> Names(AttributeKind kind) const;
  // The values of a name that begin with `prefix`, most frequent first, equally frequent ones
  // sorted (AUD-73). None for metrics.
  std::vector<ValueUse> Values(AttributeKind kind,
                               std::string_view name,
                               std::string_view prefix) const;
  size_t MemoryBytes() const;

  // A change. `before` is what was applied last for the ordinal (null: nothing), `after` what is
  // now (null: deleted). Only what differs is touched. Text is std::string or std::string_view.
  template <class Text>
  void Apply(const BasicEndpointRecord<Text>* before, const BasicEndpointRecord<Text>* after);

 private:
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  template <class Column>
  using ByName =
      std::unordered_map<std::string, std::unique_ptr<Column>, NameHash, std::equal_to<>>;

  template <class Text>
  void ApplyAttributes(ByName<TextColumn>& columns,
                       uint32_t ordinal,
                       const BasicAttributes<Text>& before,
                       const BasicAttributes<Text>& after);
  template <class Text>
  void ApplyValues(ByName<TextColumn>& columns,
                   std::string_view name,
                   uint32_t ordinal,
                   const std::vector<Text>& before,
                   const std::vector<Text>& after);
  template <class Text>
  void ApplyMetrics(uint32_t ordinal,
                    const std::vector<BasicMetric<Text>>& before,
                    const std::vector<BasicMetric<Text>>& after);
  template <class Text>
  void ApplyFixed(const BasicEndpointRecord<Text>* before, const BasicEndpointRecord<Text>* after);
  template <class Text>
  void ApplyNumbers(const BasicEndpointRecord<Text>* before,
                    const BasicEndpointRecord<Text>* after);
  template <class Text>
  void ApplyAddress(const BasicEndpointRecord<Text>* before,
                    const BasicEndpointRecord<Text>* after);
  void SetFixed(FixedField field,
                uint32_t ordinal,
                std::string_view before,
                std::string_view after);
  void SetUser(uint32_t ordinal, std::string_view before, std::string_view after);
  void LeaveUser(uint32_t ordinal, std::string_view user);
  void JoinUser(uint32_t ordinal, std::string_view user);

  TextArena arena_;
  bitmap::Bitmap all_;
  bitmap::Bitmap with_address_;
  std::array<std::unique_ptr<TextColumn>, kFixedFieldCount> fixed_;
  ByName<TextColumn> attributes_;
  ByName<TextColumn> user_attributes_;
  ByName<NumberColumn> metrics_;
  std::array<NumberColumn, kTimeFieldCount> times_;
  NumberColumn latitude_;
  NumberColumn longitude_;
  HashPostings addresses_;
  HashPostings ids_;
  // Endpoints whose user has several; only these need a look at their user when users are counted.
  bitmap::Bitmap sharing_user_;
  // By ordinal, the value id of the user id; meaningless without one.
  std::vector<TextColumn::ValueId> user_of_;
};

// The index with its lock: any number of readers, or one writer. Keep handles short.
class SharedAttributeIndex {
 public:
  class Reading {
   public:
    const AttributeIndex* operator->() const { return index_; }
    const AttributeIndex& operator*() const { return *index_; }

   private:
    friend class SharedAttributeIndex;
    explicit Reading(const SharedAttributeIndex& shared)
        : lock_(shared.mutex_), index_(&shared.index_) {}
    std::shared_lock<std::shared_mutex> lock_;
    const AttributeIndex* index_;
  };
  class Writing {
   public:
    AttributeIndex* operator->() { return index_; }
    AttributeIndex& operator*() { return *index_; }

   private:
    friend class SharedAttributeIndex;
    explicit Writing(SharedAttributeIndex& shared) : lock_(shared.mutex_), index_(&shared.index_) {}
    std::unique_lock<std::shared_mutex> lock_;
    AttributeIndex* index_;
  };

  [[nodiscard]] Reading Read() const { return Reading(*this); }
  [[nodiscard]] Writing Write() { return Writing(*this); }

 private:
  mutable std::shared_mutex mutex_;
  AttributeIndex index_;
};

}  // namespace pinion::audience
