// How audit records lie in the store: keys and bytes (docs/formats/audit-record.md). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit_log.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::audit {

struct RecordPosition {
  base::Timestamp at{};
  uint64_t number = 0;  // grows by one with every record
};

std::string RecordPrefix();
std::string RecordKey(const RecordPosition& position);
RecordPosition PositionOf(std::string_view record_key);

std::string DraftPrefix();
std::string DraftKey(std::string_view event_id);

std::string AddressPrefix();
std::string AddressKey(std::string_view access_key_id, std::string_view address);
// Key and address, parted by a blank.
std::string AddressOf(std::string_view address_key);

// What the first record of all holds in place of a digest.
std::string NoPredecessor();

// That the record of this number now has the bytes with this digest.
struct Replacement {
  uint64_t number = 0;
  std::string digest;  // SHA-256 of the new bytes
};
struct StoredRecord {
  AuditRecord record;
  std::string predecessor;  // the chain digest of the record before it
  // Of a record whose text was replaced: the chain digest that it had before. "" for all others.
  std::string original = {};
  // Of the record that tells of replacements.
  std::vector<Replacement> replacements = {};
};
std::string EncodeRecord(const StoredRecord& stored);
base::Result<StoredRecord> DecodeRecord(std::string_view bytes);
// What the record after it holds of a record: the SHA-256 of its bytes as they were written first.
std::string ChainDigest(const StoredRecord& stored, std::string_view bytes);

// Where the chain begins after older records were removed.
struct Anchor {
  std::string digest;  // of the last record that was removed
  uint64_t next_number = 0;
};
base::Result<std::optional<Anchor>> ReadAnchor(const storage::Reader& store);
void PutAnchor(storage::WriteBatch& batch, const Anchor& anchor);

}  // namespace pinion::audit
