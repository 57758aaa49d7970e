#include "audience/text_column.h"

#include <functional>

#include "base/assert.h"

namespace pinion::audience {
namespace {

constexpr size_t kFirstSlots = 8;

uint32_t HashOf(std::string_view text) {
  const uint64_t hash = std::hash<std::string_view>{}(text);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

TextColumn::~TextColumn() {
  for (const Entry& entry : entries_) {
    if (!entry.postings.Empty()) {
      arena_->Remove(entry.text);
    }
  }
}

// The slot that holds the value, or the empty slot where it belongs.
size_t TextColumn::SlotOf(std::string_view value, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot] != kNone) {
    const Entry& entry = entries_[slots_[slot]];
    if (entry.hash == hash && arena_->Get(entry.text) == value) {
      break;
    }
    slot = (slot + 1) & mask;
  }
  return slot;
}

const bitmap::PostingSet* TextColumn::Find(std::string_view value) const {
  if (slots_.empty()) {
    return nullptr;
  }
  const uint32_t index = slots_[SlotOf(value, HashOf(value))];
  return index == kNone ? nullptr : &entries_[index].postings;
}

TextColumn::Added TextColumn::Add(std::string_view value, uint32_t ordinal) {
  if ((value_count_ + 1) * 4 > slots_.size() * 3) {
    GrowSlots();
  }
  const uint32_t hash = HashOf(value);
  const size_t slot = SlotOf(value, hash);
  if (slots_[slot] == kNone) {
    slots_[slot] = NewEntry(value, hash);
    ++value_count_;
  }
  const ValueId id = slots_[slot];
  return {id, entries_[id].postings.Add(ordinal)};
}

TextColumn::ValueId TextColumn::NewEntry(std::string_view value, uint32_t hash) {
  if (first_free_ == kNone) {
    entries_.push_back({hash, arena_->Add(value), {}});
    return static_cast<ValueId>(entries_.size() - 1);
  }
  const ValueId id = first_free_;
  Entry& entry = entries_[id];
  first_free_ = entry.text;
  entry.hash = hash;
  entry.text = arena_->Add(value);
  return id;
}

void TextColumn::Remove(std::string_view value, uint32_t ordinal) {
  if (slots_.empty()) {
    return;
  }
  const size_t slot = SlotOf(value, HashOf(value));
  if (slots_[slot] == kNone) {
    return;
  }
  const ValueId id = slots_[slot];
  Entry& entry = entries_[id];
  if (!entry.postings.Remove(ordinal) || !entry.postings.Empty()) {
    return;
  }
  EraseSlot(slot);
  arena_->Remove(entry.text);
  entry.text = first_free_;
  first_free_ = id;
  --value_count_;
}

void TextColumn::GrowSlots() {
  slots_.assign(slots_.empty() ? kFirstSlots : slots_.size() * 2, kNone);
  const size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].postings.Empty()) {
      continue;
    }
    size_t slot = entries_[i].hash & mask;
    while (slots_[slot] != kNone) {
      slot = (slot + 1) & mask;
    }
    slots_[slot] = static_cast<uint32_t>(i);
  }
}

// Closes the gap by moving back every follower that its own home slot permits, so that no marker
// for removed values is needed.
void TextColumn::EraseSlot(size_t slot) {
  const size_t mask = slots_.size() - 1;
  size_t gap = slot;
  for (size_t next = (gap + 1) & mask; slots_[next] != kNone; next = (next + 1) & mask) {
    const size_t home = entries_[slots_[next]].hash & mask;
    if (((next - home) & mask) >= ((next - gap) & mask)) {
      slots_[gap] = slots_[next];
      gap = next;
    }
  }
  slots_[gap] = kNone;
}

size_t TextColumn::MemoryBytes() const {
  size_t bytes = entries_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(uint32_t) +
                 present_.MemoryBytes();
  for (const Entry& entry : entries_) {
    bytes += entry.postings.MemoryBytes();
  }
  return bytes;
}

}  // namespace pinion::audience
