#include "audit/stored_record.h"

#include "base/digest.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::audit {

namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

// The first part of every key of the family; on disk.
enum class Part : uint8_t { kRecord = 0, kDraft = 1, kAnchor = 2, kAddress = 3 };

constexpr size_t kDigestBytes = 32;

base::Result<Replacement> DecodeReplacement(std::string_view bytes) {
  Replacement replacement;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      replacement.number = reader.Uint();
    } else if (reader.field() == 2) {
      replacement.digest = reader.Text();
    }
  }
  PINION_CHECK(reader.Finish("replacement of an audit record"));
  return replacement;
}

KeyWriter KeyOf(Part part) {
  KeyWriter key(KeySpace::kAudit);
  key.U8(static_cast<uint8_t>(part));
  return key;
}

KeyReader AfterPart(std::string_view key) {
  KeyReader reader(key);
  reader.U8();
  return reader;
}

}  // namespace

std::string RecordPrefix() {
  return KeyOf(Part::kRecord).Take();
}

std::string RecordKey(const RecordPosition& position) {
  return KeyOf(Part::kRecord).Time(position.at).U64(position.number).Take();
}

RecordPosition PositionOf(std::string_view record_key) {
  KeyReader reader = AfterPart(record_key);
  RecordPosition position;
  position.at = reader.Time();
  position.number = reader.U64();
  return position;
}

std::string DraftPrefix() {
  return KeyOf(Part::kDraft).Take();
}

std::string DraftKey(std::string_view event_id) {
  return KeyOf(Part::kDraft).Text(event_id).Take();
}

std::string AddressPrefix() {
  return KeyOf(Part::kAddress).Take();
}

std::string AddressKey(std::string_view access_key_id, std::string_view address) {
  return KeyOf(Part::kAddress).Text(access_key_id).Text(address).Take();
}

std::string AddressOf(std::string_view address_key) {
  KeyReader reader = AfterPart(address_key);
  const std::string access_key_id = reader.Text();
  return access_key_id + " " + reader.Text();
}

std::string NoPredecessor() {
  return std::string(kDigestBytes, '\0');
}

std::string EncodeRecord(const StoredRecord& stored) {
  const AuditRecord& record = stored.record;
  storage::RecordWriter writer;
  writer.Text(1, stored.predecessor)
      .Time(2, record.at)
      .Text(3, record.event_id)
      .Text(4, record.operation)
      .Text(5, record.principal_arn)
      .Text(6, record.principal_name);
  for (const std::string& resource : record.resources) {
    writer.Text(7, resource);
  }
  writer.Text(8, record.members);
  if (!stored.original.empty()) {
    writer.Text(9, stored.original);
  }
  for (const Replacement& replacement : stored.replacements) {
    writer.Text(
        10, storage::RecordWriter().Uint(1, replacement.number).Text(2, replacement.digest).Take());
  }
  return writer.Take();
}

std::string ChainDigest(const StoredRecord& stored, std::string_view bytes) {
  return stored.original.empty() ? base::Sha256(bytes) : stored.original;
}

base::Result<StoredRecord> DecodeRecord(std::string_view bytes) {
  StoredRecord stored;
  AuditRecord& record = stored.record;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        stored.predecessor = reader.Text();
        break;
      case 2:
        record.at = reader.Time();
        break;
      case 3:
        record.event_id = reader.Text();
        break;
      case 4:
        record.operation = reader.Text();
        break;
      case 5:
        record.principal_arn = reader.Text();
        break;
      case 6:
        record.principal_name = reader.Text();
        break;
      case 7:
        record.resources.emplace_back(reader.Text());
        break;
      case 8:
        record.members = reader.Text();
        break;
      case 9:
        stored.original = reader.Text();
        break;
      case 10: {
        PINION_TRY(Replacement replacement, DecodeReplacement(reader.Text()));
        stored.replacements.push_back(std::move(replacement));
        break;
      }
      default:
        break;
    }
  }
  PINION_CHECK(reader.Finish("audit record"));
  return stored;
}

base::Result<std::optional<Anchor>> ReadAnchor(const storage::Reader& store) {
  PINION_TRY(const auto bytes, store.Get(KeyOf(Part::kAnchor).key()));
  if (!bytes) {
    return std::optional<Anchor>();
  }
  Anchor anchor;
  storage::RecordReader reader(*bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      anchor.digest = reader.Text();
    } else if (reader.field() == 2) {
      anchor.next_number = reader.Uint();
    }
  }
  PINION_CHECK(reader.Finish("audit anchor"));
  return std::optional(std::move(anchor));
}

void PutAnchor(storage::WriteBatch& batch, const Anchor& anchor) {
  batch.Put(KeyOf(Part::kAnchor).Take(),
            storage::RecordWriter().Text(1, anchor.digest).Uint(2, anchor.next_number).Take());
}

}  // namespace pinion::audit
