#include "audience/hash_postings.h"

#include <utility>

namespace pinion::audience {
namespace {

constexpr size_t kFirstSlots = 16;

}  // namespace

// The slot of the hash, or the free one where it belongs.
size_t HashPostings::SlotOf(uint32_t hash) const {
  const size_t mask = hashes_.size() - 1;
  size_t slot = hash & mask;
  while (!postings_[slot].Empty() && hashes_[slot] != hash) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

const bitmap::PostingSet* HashPostings::Find(uint32_t hash) const {
  if (hashes_.empty()) {
    return nullptr;
  }
  const bitmap::PostingSet& postings = postings_[SlotOf(hash)];
  return postings.Empty() ? nullptr : &postings;
}

void HashPostings::Add(uint32_t hash, uint32_t ordinal) {
  if ((used_ + 1) * 4 > hashes_.size() * 3) {
    Grow();
  }
  const size_t slot = SlotOf(hash);
  used_ += postings_[slot].Empty() ? 1 : 0;
  hashes_[slot] = hash;
  postings_[slot].Add(ordinal);
}

void HashPostings::Remove(uint32_t hash, uint32_t ordinal) {
  if (hashes_.empty()) {
    return;
  }
  size_t gap = SlotOf(hash);
  if (!postings_[gap].Remove(ordinal) || !postings_[gap].Empty()) {
    return;
  }
  --used_;
  const size_t mask = hashes_.size() - 1;
  for (size_t next = (gap + 1) & mask; !postings_[next].Empty(); next = (next + 1) & mask) {
    const size_t home = hashes_[next] & mask;
    if (((next - home) & mask) >= ((next - gap) & mask)) {
      hashes_[gap] = hashes_[next];
      postings_[gap] = std::move(postings_[next]);
      gap = next;
    }
  }
}

void HashPostings::Grow() {
  const size_t size = hashes_.empty() ? kFirstSlots : hashes_.size() * 2;
  std::vector<uint32_t> old_hashes(size);
  std::vector<bitmap::PostingSet> old_postings(size);
  old_hashes.swap(hashes_);
  old_postings.swap(postings_);
  for (size_t i = 0; i < old_hashes.size(); ++i) {
    if (!old_postings[i].Empty()) {
      const size_t slot = SlotOf(old_hashes[i]);
      hashes_[slot] = old_hashes[i];
      postings_[slot] = std::move(old_postings[i]);
    }
  }
}

size_t HashPostings::MemoryBytes() const {
  size_t bytes =
      hashes_.capacity() * sizeof(uint32_t) + postings_.capacity() * sizeof(bitmap::PostingSet);
  for (const bitmap::PostingSet& postings : postings_) {
    bytes += postings.MemoryBytes();
  }
  return bytes;
}

}  // namespace pinion::audience
