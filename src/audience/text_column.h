// TextColumn: one text field of all endpoints of an application, as a dictionary from value to the
// ordinals that have it. An endpoint may have several values. A value of one endpoint costs about
// 26 bytes and its text. Part of AttributeIndex and guarded by its lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "audience/text_arena.h"
#include "bitmap/bitmap.h"
#include "bitmap/posting_set.h"

namespace pinion::audience {

class TextColumn {
 public:
  // Numbers the values densely; a number is used again when its value is gone.
  using ValueId = uint32_t;

  // `arena` must outlive the column.
  explicit TextColumn(TextArena& arena) : arena_(&arena) {}
  ~TextColumn();
  TextColumn(const TextColumn&) = delete;
  TextColumn& operator=(const TextColumn&) = delete;

  // The endpoints with this value; null if there are none.
  const bitmap::PostingSet* Find(std::string_view value) const;
  // Calls `visit(std::string_view value, const bitmap::PostingSet&)` for each value, in no order.
  template <class Visit>
  void ForEachValue(const Visit& visit) const {
    for (const Entry& entry : entries_) {
      if (!entry.postings.Empty()) {
        visit(arena_->Get(entry.text), entry.postings);
      }
    }
  }
  // The endpoints with any value.
  const bitmap::Bitmap& Present() const { return present_; }
  size_t ValueCount() const { return value_count_; }
  // Greater than every ValueId in use.
  size_t ValueIdEnd() const { return entries_.size(); }
  size_t MemoryBytes() const;

  // Writing; Add and Remove do not touch Present().
  struct Added {
    ValueId id;
    bool changed;
  };
  Added Add(std::string_view value, uint32_t ordinal);
  void Remove(std::string_view value, uint32_t ordinal);
  void SetPresent(uint32_t ordinal) { present_.Add(ordinal); }
  void ClearPresent(uint32_t ordinal) { present_.Remove(ordinal); }

 private:
  // Without postings: free, and `text` is the index of the next free entry.
  struct Entry {
    uint32_t hash;
    uint32_t text;
    bitmap::PostingSet postings;
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  size_t SlotOf(std::string_view value, uint32_t hash) const;
  ValueId NewEntry(std::string_view value, uint32_t hash);
  void GrowSlots();
  void EraseSlot(size_t slot);

  TextArena* arena_;
  std::vector<Entry> entries_;
  // Open addressing by hash; an entry's index, or kNone. The size is a power of two.
  std::vector<uint32_t> slots_;
  uint32_t first_free_ = kNone;
  size_t value_count_ = 0;
  bitmap::Bitmap present_;
};

}  // namespace pinion::audience
