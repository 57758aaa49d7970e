#include "bitmap/posting_set.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "base/assert.h"

namespace pinion::bitmap {
namespace {

constexpr uint32_t kFirstCapacity = 2;
// A bitmap goes back to an array well below the size at which an array becomes a bitmap, so that
// one member coming and going does not convert each time.
constexpr uint64_t kBackToArray = PostingSet::kArrayMax / 2;

}  // namespace

PostingSet& PostingSet::operator=(PostingSet&& other) noexcept {
  if (this != &other) {
    Clear();
    bits_ = std::exchange(other.bits_, kEmpty);
  }
  return *this;
}

PostingSet::Array* PostingSet::NewArray(uint32_t capacity) {
  void* memory = ::operator new(sizeof(Array) + capacity * sizeof(uint32_t));
  return new (memory) Array{0, capacity};
}

void PostingSet::Clear() {
  if (tag() == kArray) {
    ::operator delete(array());
  } else if (tag() == kBitmap) {
    delete big();
  }
  bits_ = kEmpty;
}

const Bitmap* PostingSet::bitmap() const {
  return tag() == kBitmap ? big() : nullptr;
}

std::span<const uint32_t> PostingSet::Small(uint32_t& scratch) const {
  PINION_ASSERT(tag() != kBitmap);
  if (tag() == kEmpty) {
    return {};
  }
  if (tag() == kSingle) {
    scratch = single();
    return {&scratch, 1};
  }
  return {array()->data(), array()->size};
}

uint64_t PostingSet::Cardinality() const {
  switch (tag()) {
    case kEmpty:
      return 0;
    case kSingle:
      return 1;
    case kArray:
      return array()->size;
    default:
      return big()->Cardinality();
  }
}

bool PostingSet::Contains(uint32_t ordinal) const {
  if (const Bitmap* set = bitmap()) {
    return set->Contains(ordinal);
  }
  uint32_t scratch = 0;
  const auto members = Small(scratch);
  return std::binary_search(members.begin(), members.end(), ordinal);
}

bool PostingSet::Add(uint32_t ordinal) {
  switch (tag()) {
    case kEmpty:
      SetSingle(ordinal);
      return true;
    case kSingle: {
      const uint32_t other = single();
      if (other == ordinal) {
        return false;
      }
      Array* pair = NewArray(kFirstCapacity);
      pair->size = 2;
      pair->data()[0] = std::min(other, ordinal);
      pair->data()[1] = std::max(other, ordinal);
      SetArray(pair);
      return true;
    }
    case kArray:
      return AddToArray(ordinal);
    default:
      return big()->Add(ordinal);
  }
}

bool PostingSet::AddToArray(uint32_t ordinal) {
  Array* old = array();
  uint32_t* const begin = old->data();
  uint32_t* const end = begin + old->size;
  uint32_t* const place = end[-1] < ordinal ? end : std::lower_bound(begin, end, ordinal);
  if (place != end && *place == ordinal) {
    return false;
  }
  if (old->size == kArrayMax) {
    auto* set = new Bitmap(Bitmap::FromSorted({begin, old->size}));
    set->Add(ordinal);
    Clear();
    bits_ = reinterpret_cast<uint64_t>(set) | kBitmap;
    return true;
  }
  const auto position = static_cast<size_t>(place - begin);
  Array* target = old;
  if (old->size == old->capacity) {
    target = NewArray(std::min(old->capacity + old->capacity / 2 + 1, kArrayMax));
    std::memcpy(target->data(), begin, position * sizeof(uint32_t));
  }
  std::memmove(
      target->data() + position + 1, begin + position, (old->size - position) * sizeof(uint32_t));
  target->data()[position] = ordinal;
  target->size = old->size + 1;
  if (target != old) {
    ::operator delete(old);
    SetArray(target);
  }
  return true;
}

bool PostingSet::Remove(uint32_t ordinal) {
  switch (tag()) {
    case kEmpty:
      return false;
    case kSingle:
      if (single() != ordinal) {
        return false;
      }
      bits_ = kEmpty;
      return true;
    case kArray:
      return RemoveFromArray(ordinal);
    default:
      return RemoveFromBitmap(ordinal);
  }
}

bool PostingSet::RemoveFromArray(uint32_t ordinal) {
  Array* members = array();
  uint32_t* const end = members->data() + members->size;
  uint32_t* const place = std::lower_bound(members->data(), end, ordinal);
  if (place == end || *place != ordinal) {
    return false;
  }
  std::copy(place + 1, end, place);
  --members->size;
  if (members->size == 1) {
    const uint32_t last = members->data()[0];
    Clear();
    SetSingle(last);
  }
  return true;
}

bool PostingSet::RemoveFromBitmap(uint32_t ordinal) {
  Bitmap* set = big();
  if (!set->Remove(ordinal)) {
    return false;
  }
  if (set->Cardinality() > kBackToArray) {
    return true;
  }
  Array* members = NewArray(kArrayMax);
  members->size = static_cast<uint32_t>(set->Read(0, {members->data(), kArrayMax}));
  Clear();
  SetArray(members);
  return true;
}

Bitmap PostingSet::ToBitmap() const {
  if (const Bitmap* set = bitmap()) {
    return *set;
  }
  uint32_t scratch = 0;
  return Bitmap::FromSorted(Small(scratch));
}

void PostingSet::AddTo(UnionBuilder& builder) const {
  if (const Bitmap* set = bitmap()) {
    builder.Add(*set);
    return;
  }
  uint32_t scratch = 0;
  for (const uint32_t ordinal : Small(scratch)) {
    builder.Add(ordinal);
  }
}

Bitmap PostingSet::Intersection(const Bitmap& other) const {
  if (const Bitmap* set = bitmap()) {
    return *set & other;
  }
  std::vector<uint32_t> shared;
  uint32_t scratch = 0;
  for (const uint32_t ordinal : Small(scratch)) {
    if (other.Contains(ordinal)) {
      shared.push_back(ordinal);
    }
  }
  return Bitmap::FromSorted(shared);
}

uint64_t PostingSet::IntersectionCardinality(const Bitmap& other) const {
  if (const Bitmap* set = bitmap()) {
    return Bitmap::IntersectionCardinality(*set, other);
  }
  uint64_t shared = 0;
  uint32_t scratch = 0;
  for (const uint32_t ordinal : Small(scratch)) {
    shared += other.Contains(ordinal) ? 1 : 0;
  }
  return shared;
}

size_t PostingSet::MemoryBytes() const {
  switch (tag()) {
    case kArray:
      return sizeof(Array) + array()->capacity * sizeof(uint32_t);
    case kBitmap:
      return sizeof(Bitmap) + big()->MemoryBytes();
    default:
      return 0;
  }
}

}  // namespace pinion::bitmap
