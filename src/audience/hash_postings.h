// HashPostings: from a 32-bit hash to the ordinals whose text has it: twelve bytes an endpoint
// where a dictionary of the texts would need many times that. What it finds are candidates; the
// caller compares the texts in the records. For addresses (AUD-42, JOB-32). Part of AttributeIndex
// and guarded by its lock.
#pragma once

#include <cstdint>
#include <vector>

#include "bitmap/posting_set.h"

namespace pinion::audience {

class HashPostings {
 public:
  void Add(uint32_t hash, uint32_t ordinal);
  void Remove(uint32_t hash, uint32_t ordinal);
  // Null if there are none.
  const bitmap::PostingSet* Find(uint32_t hash) const;
  // Calls `visit(const bitmap::PostingSet&)` for each hash with more than one ordinal.
  template <class Visit>
  void ForEachShared(const Visit& visit) const {
    for (const bitmap::PostingSet& postings : postings_) {
      if (!postings.Empty() && postings.Cardinality() > 1) {
        visit(postings);
      }
    }
  }
  size_t MemoryBytes() const;

 private:
  size_t SlotOf(uint32_t hash) const;
  void Grow();

  // Open addressing; a slot is in use if its postings are not empty. The size is a power of two.
  std::vector<uint32_t> hashes_;
  std::vector<bitmap::PostingSet> postings_;
  size_t used_ = 0;
};

}  // namespace pinion::audience
