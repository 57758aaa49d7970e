// The audit log: who changed what and when, as records that are only ever added (OPS-62, KPI-130).
// Each record holds the SHA-256 of the one before it, so that a missing or altered record is found
// (KPI-133). What a call is about to change can be announced by a draft: if the process dies before
// the outcome is known, the next Open makes the draft a record that says so, hence nothing is
// changed without a trace. What records say of a person can be replaced later (OPS-63): the chain
// goes on through the digest that such a record had, and a record of its own holds the digest of
// what stands there now, so that nobody else can replace anything unnoticed. Writes go to the store
// without a sync of their own; they become durable together with the change, and in the order in
// which they were made. Thread-safe after Open.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/page.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::audit {

// Records that one page of a filtered list looks at; the next page goes on behind them.
inline constexpr size_t kExaminedPerPageMax = 20'000;
// Pairs of access key and address that are remembered; beyond that no new one is recorded.
inline constexpr size_t kKnownAddressesMax = 100'000;

struct AuditRecord {
  base::Timestamp at{};  // wall clock
  std::string event_id = {};
  std::string operation = {};  // eventName
  std::string principal_arn = {};
  std::string principal_name = {};
  std::vector<std::string> resources = {};  // ARNs
  // The members of the record's JSON object, without its braces.
  std::string members = {};
};

// Empty members let everything through.
struct AuditFilter {
  std::optional<base::Timestamp> from = {};  // inclusive
  std::optional<base::Timestamp> to = {};    // exclusive
  std::string principal = {};                // ARN or name
  std::string operation = {};
  std::string resource = {};  // part of a resource's ARN
};

struct Replacement;

class AuditLog {
 public:
  // `store` must outlive the log.
  explicit AuditLog(storage::KeyValueStore& store) : store_(store) {}

  // Finds the end of the chain, and makes records of the drafts that were left behind. Before
  // everything else.
  base::Status Open();

  // Announces a record; Append with the same event id replaces it.
  base::Status AddDraft(const AuditRecord& draft);
  enum class Draft { kNone, kWritten };
  // An instant before that of the latest record is moved up to it: order is order.
  base::Status Append(const AuditRecord& record, Draft draft = Draft::kNone);

  // JSON objects, newest first.
  base::Result<base::Page<std::string>> List(const AuditFilter& filter,
                                             const base::PageRequest& page) const;

  // True once for each pair of key and address, and remembered for ever.
  base::Result<bool> IsNewAddress(std::string_view access_key_id, std::string_view address);

  // Removes what is older, at most `records_max` records, the oldest first; tells how many. The
  // chain can still be verified afterwards.
  base::Result<size_t> RemoveBefore(base::Timestamp at, size_t records_max);

  // Replaces what records say: `rewrite` changes a record and tells whether it did; instant, event
  // id and operation stay as they are. At most `records_max` records after `after` ("": from the
  // oldest) are looked at. Where anything was replaced, `notice` is appended and tells the digests.
  // `add` adds what belongs to the same write; it gets the outcome.
  struct Replaced {
    std::string next;  // where to go on; "" at the end
    size_t records = 0;
  };
  struct Replacing {
    std::string after = {};
    size_t records_max = 1000;
    std::function<bool(AuditRecord&)> rewrite;
    AuditRecord notice = {};
    std::function<void(const Replaced&, storage::WriteBatch&)> add = {};
  };
  base::Result<Replaced> Replace(const Replacing& replacing);

  // Walks the whole chain; the number of records, or kInternal naming the first that does not fit
  // to its predecessor, or whose text was replaced by other means.
  static base::Result<size_t> Verify(const storage::Reader& store);

 private:
  base::Status AppendLocked(AuditRecord record,
                            storage::WriteBatch batch,
                            const std::vector<Replacement>& replacements);
  base::Status FinishDrafts();

  storage::KeyValueStore& store_;
  std::mutex append_;
  // Guarded by append_.
  uint64_t next_number_ = 0;
  base::Timestamp last_at_{};
  std::string last_digest_;

  std::shared_mutex addresses_;
  std::unordered_set<std::string> known_addresses_;  // guarded by addresses_
};

}  // namespace pinion::audit
