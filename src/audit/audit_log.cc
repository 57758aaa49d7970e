#include "audit/audit_log.h"

#include <algorithm>
#include <charconv>
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
  PINION_CHECK(store_.Scan({.prefix = prefix, .direction = storage::Direction::kBackward},
                           [this](std::string_view key, std::string_view value) {
                             const RecordPosition last = PositionOf(key);
                             last_at_ = last.at;
                             next_number_ = last.number + 1;
                             last_digest_ = base::Sha256(value);
                             return false;
                           }));
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
    PINION_CHECK(AppendLocked(std::move(draft), std::move(batch)));
  }
  return {};
}

base::Status AuditLog::AddDraft(const AuditRecord& draft) {
  storage::WriteBatch batch;
  batch.Put(DraftKey(draft.event_id), EncodeRecord(draft, NoPredecessor()));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Status AuditLog::Append(const AuditRecord& record, Draft draft) {
  storage::WriteBatch batch;
  if (draft == Draft::kWritten) {
    batch.Delete(DraftKey(record.event_id));
  }
  const std::lock_guard lock(append_);
  return AppendLocked(record, std::move(batch));
}

base::Status AuditLog::AppendLocked(AuditRecord record, storage::WriteBatch batch) {
  record.at = std::max(record.at, last_at_);
  std::string value = EncodeRecord(record, last_digest_);
  std::string digest = base::Sha256(value);
  batch.Put(RecordKey({record.at, next_number_}), std::move(value));
  PINION_CHECK(store_.Apply(batch));
  last_at_ = record.at;
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

base::Result<size_t> AuditLog::RemoveBefore(base::Timestamp at, size_t records_max) {
  storage::WriteBatch batch;
  size_t removed = 0;
  Anchor anchor;
  PINION_CHECK(
      store_.Scan({.prefix = RecordPrefix()}, [&](std::string_view key, std::string_view value) {
        const RecordPosition position = PositionOf(key);
        if (position.at >= at || removed == records_max) {
          return false;
        }
        batch.Delete(std::string(key));
        anchor = {base::Sha256(value), position.number + 1};
        ++removed;
        return true;
      }));
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
  PINION_CHECK(
      store.Scan({.prefix = RecordPrefix()}, [&](std::string_view key, std::string_view value) {
        const auto stored = DecodeRecord(value);
        if (!stored.ok() || stored->predecessor != expected) {
          intact = base::Internal(
              "Audit record number " + std::to_string(PositionOf(key).number) +
              (stored.ok() ? " does not follow the record before it." : " cannot be read."));
          return false;
        }
        expected = base::Sha256(value);
        ++records;
        return true;
      }));
  PINION_CHECK(intact);
  return records;
}

}  // namespace pinion::audit
