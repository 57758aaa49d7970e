#include "audit/audit_log.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "audit/stored_record.h"
#include "base/digest.h"

namespace pinion::audit {

namespace {

constexpr std::string_view kUnknownOutcome =
    R"(,"errorCode":"OutcomeUnknown","errorMessage":"The server ended before the outcome was recorded.")";

// The resume key of a list: instant and number of the last record of the page.
std::string ResumeKey(const RecordPosition& position) {
  return std::to_string(base::ToMillis(position.at)) + ":" + std::to_string(position.number);
}

base::Result<RecordPosition> ReadResumeKey(std::string_view text) {
  int64_t millis = 0;
  RecordPosition position;
  const char* const end = text.data() + text.size();
  const auto time = std::from_chars(text.data(), end, millis);
  if (time.ec != std::errc() || time.ptr == end || *time.ptr != ':' ||
      std::from_chars(time.ptr + 1, end, position.number).ptr != end) {
    return base::InvalidArgument("The page token does not belong to this list.");
  }
  position.at = base::TimestampFromMillis(millis);
  return position;
}

bool Matches(const AuditFilter& filter, const AuditRecord& record) {
  if (!filter.principal.empty() && filter.principal != record.principal_arn &&
      filter.principal != record.principal_name) {
    return false;
  }
  if (!filter.operation.empty() && filter.operation != record.operation) {
    return false;
  }
  return filter.resource.empty() ||
         std::any_of(record.resources.begin(), record.resources.end(), [&](const auto& resource) {
           return resource.find(filter.resource) != std::string::npos;
         });
}

// Where a list begins: behind the page before it, or at the newest record before `to`.
base::Result<std::string> FirstKey(const AuditFilter& filter, const base::PageRequest& page) {
  if (!page.after.empty()) {
    PINION_TRY(const RecordPosition last, ReadResumeKey(page.after));
    return last.number == 0 ? RecordKey({last.at - std::chrono::milliseconds(1), UINT64_MAX})
                            : RecordKey({last.at, last.number - 1});
  }
  if (filter.to) {
    return RecordKey({*filter.to - std::chrono::milliseconds(1), UINT64_MAX});
  }
  return std::string();
}

std::string AddressText(std::string_view access_key_id, std::string_view address) {
  return std::string(access_key_id) + " " + std::string(address);
}

}  // namespace

base::Status AuditLog::Open() {
  const std::lock_guard lock(append_);
  last_digest_ = NoPredecessor();
  PINION_TRY(const auto anchor, ReadAnchor(store_));
  if (anchor) {
    last_digest_ = anchor->digest;
    next_number_ = anchor->next_number;
  }
  const std::string prefix = RecordPrefix();
  base::Status readable;
  PINION_CHECK(store_.Scan({.prefix = prefix, .direction = storage::Direction::kBackward},
                           [&](std::string_view key, std::string_view value) {
                             const auto stored = DecodeRecord(value);
                             if (!stored.ok()) {
                               readable = stored.error();
                               return false;
                             }
                             const RecordPosition last = PositionOf(key);
                             last_at_ = last.at;
                             next_number_ = last.number + 1;
                             last_digest_ = ChainDigest(*stored, value);
                             return false;
                           }));
  PINION_CHECK(readable);
  PINION_CHECK(
      store_.Scan({.prefix = AddressPrefix()}, [this](std::string_view key, std::string_view) {
        known_addresses_.insert(AddressOf(key));
        return known_addresses_.size() < kKnownAddressesMax;
      }));
  return FinishDrafts();
}

base::Status AuditLog::FinishDrafts() {
  std::vector<AuditRecord> drafts;
  base::Status readable;
  PINION_CHECK(
      store_.Scan({.prefix = DraftPrefix()}, [&](std::string_view, std::string_view value) {
        auto stored = DecodeRecord(value);
        if (!stored.ok()) {
          readable = stored.error();
          return false;
        }
        drafts.push_back(std::move(stored->record));
        return true;
      }));
  PINION_CHECK(readable);
  std::sort(drafts.begin(), drafts.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  for (AuditRecord& draft : drafts) {
    draft.members += kUnknownOutcome;
    storage::WriteBatch batch;
    batch.Delete(DraftKey(draft.event_id));
    PINION_CHECK(AppendLocked(std::move(draft), std::move(batch), {}));
  }
  return {};
}

base::Status AuditLog::AddDraft(const AuditRecord& draft) {
  storage::WriteBatch batch;
  batch.Put(DraftKey(draft.event_id),
            EncodeRecord({.record = draft, .predecessor = NoPredecessor()}));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Status AuditLog::Append(const AuditRecord& record, Draft draft) {
  storage::WriteBatch batch;
  if (draft == Draft::kWritten) {
    batch.Delete(DraftKey(record.event_id));
  }
  const std::lock_guard lock(append_);
  return AppendLocked(record, std::move(batch), {});
}

base::Status AuditLog::AppendLocked(AuditRecord record,
                                    storage::WriteBatch batch,
                                    const std::vector<Replacement>& replacements) {
  record.at = std::max(record.at, last_at_);
  const base::Timestamp at = record.at;
  std::string value = EncodeRecord(
      {.record = std::move(record), .predecessor = last_digest_, .replacements = replacements});
  std::string digest = base::Sha256(value);
  batch.Put(RecordKey({at, next_number_}), std::move(value));
  PINION_CHECK(store_.Apply(batch));
  last_at_ = at;
  last_digest_ = std::move(digest);
  ++next_number_;
  return {};
}

base::Result<base::Page<std::string>> AuditLog::List(const AuditFilter& filter,
                                                     const base::PageRequest& page) const {
  PINION_TRY(const std::string first, FirstKey(filter, page));
  base::Page<std::string> listed;
  base::Status readable;
  size_t examined = 0;
  RecordPosition last;
  PINION_CHECK(store_.Scan(
      {.prefix = RecordPrefix(), .from = first, .direction = storage::Direction::kBackward},
      [&](std::string_view key, std::string_view value) {
        const RecordPosition position = PositionOf(key);
        if (filter.from && position.at < *filter.from) {
          return false;
        }
        if (listed.items.size() == page.limit || examined == kExaminedPerPageMax) {
          listed.next = ResumeKey(last);
          return false;
        }
        ++examined;
        last = position;
        auto stored = DecodeRecord(value);
        if (!stored.ok()) {
          readable = stored.error();
          return false;
        }
        if (Matches(filter, stored->record)) {
          listed.items.push_back("{" + stored->record.members + "}");
        }
        return true;
      }));
  PINION_CHECK(readable);
  return listed;
}

base::Result<bool> AuditLog::IsNewAddress(std::string_view access_key_id,
                                          std::string_view address) {
  std::string text = AddressText(access_key_id, address);
  {
    const std::shared_lock lock(addresses_);
    if (known_addresses_.contains(text) || known_addresses_.size() >= kKnownAddressesMax) {
      return false;
    }
  }
  {
    const std::unique_lock lock(addresses_);
    if (!known_addresses_.insert(std::move(text)).second) {
      return false;
    }
  }
  storage::WriteBatch batch;
  batch.Put(AddressKey(access_key_id, address), "");
  PINION_CHECK(store_.Apply(batch));
  return true;
}

base::Result<AuditLog::Replaced> AuditLog::Replace(const Replacing& replacing) {
  const std::lock_guard lock(append_);
  Replaced replaced;
  storage::WriteBatch batch;
  std::vector<Replacement> replacements;
  std::string last;
  size_t examined = 0;
  base::Status readable;
  const std::string from = replacing.after.empty() ? std::string() : replacing.after + '\0';
  PINION_CHECK(store_.Scan({.prefix = RecordPrefix(), .from = from},
                           [&](std::string_view key, std::string_view value) {
                             if (examined == replacing.records_max) {
                               replaced.next = last;
                               return false;
                             }
                             ++examined;
                             last = key;
                             auto stored = DecodeRecord(value);
                             if (!stored.ok()) {
                               readable = stored.error();
                               return false;
                             }
                             AuditRecord record = stored->record;
                             if (!replacing.rewrite(record)) {
                               return true;
                             }
                             stored->original = ChainDigest(*stored, value);
                             stored->record.principal_arn = std::move(record.principal_arn);
                             stored->record.principal_name = std::move(record.principal_name);
                             stored->record.resources = std::move(record.resources);
                             stored->record.members = std::move(record.members);
                             std::string bytes = EncodeRecord(*stored);
                             replacements.push_back({PositionOf(key).number, base::Sha256(bytes)});
                             batch.Put(std::string(key), std::move(bytes));
                             return true;
                           }));
  PINION_CHECK(readable);
  replaced.records = replacements.size();
  if (replacing.add) {
    replacing.add(replaced, batch);
  }
  if (!replacements.empty()) {
    PINION_CHECK(AppendLocked(replacing.notice, std::move(batch), replacements));
  } else if (!batch.empty()) {
    PINION_CHECK(store_.Apply(batch));
  }
  return replaced;
}

base::Result<size_t> AuditLog::RemoveBefore(base::Timestamp at, size_t records_max) {
  // A record that is being replaced must not come back.
  const std::lock_guard lock(append_);
  storage::WriteBatch batch;
  size_t removed = 0;
  Anchor anchor;
  base::Status readable;
  PINION_CHECK(
      store_.Scan({.prefix = RecordPrefix()}, [&](std::string_view key, std::string_view value) {
        const RecordPosition position = PositionOf(key);
        if (position.at >= at || removed == records_max) {
          return false;
        }
        const auto stored = DecodeRecord(value);
        if (!stored.ok()) {
          readable = stored.error();
          return false;
        }
        batch.Delete(std::string(key));
        anchor = {ChainDigest(*stored, value), position.number + 1};
        ++removed;
        return true;
      }));
  PINION_CHECK(readable);
  if (removed != 0) {
    PutAnchor(batch, anchor);
    PINION_CHECK(store_.Apply(batch));
  }
  return removed;
}

base::Result<size_t> AuditLog::Verify(const storage::Reader& store) {
  PINION_TRY(const auto anchor, ReadAnchor(store));
  std::string expected = anchor ? anchor->digest : NoPredecessor();
  size_t records = 0;
  base::Status intact;
  // Replaced records by number: the digest of what is there now, and whether the last word on it,
  // in a later record, is the same.
  std::map<uint64_t, std::pair<std::string, bool>> replaced;
  PINION_CHECK(
      store.Scan({.prefix = RecordPrefix()}, [&](std::string_view key, std::string_view value) {
        const auto stored = DecodeRecord(value);
        const uint64_t number = PositionOf(key).number;
        if (!stored.ok() || stored->predecessor != expected) {
          intact = base::Internal(
              "Audit record number " + std::to_string(number) +
              (stored.ok() ? " does not follow the record before it." : " cannot be read."));
          return false;
        }
        if (!stored->original.empty()) {
          replaced[number] = {base::Sha256(value), false};
        }
        for (const Replacement& replacement : stored->replacements) {
          const auto found = replaced.find(replacement.number);
          if (found != replaced.end()) {
            found->second.second = found->second.first == replacement.digest;
          }
        }
        expected = ChainDigest(*stored, value);
        ++records;
        return true;
      }));
  PINION_CHECK(intact);
  for (const auto& [number, state] : replaced) {
    if (!state.second) {
      return base::Internal("The text of audit record number " + std::to_string(number) +
                            " was replaced, and no record tells of it.");
    }
  }
  return records;
}

}  // namespace pinion::audit
