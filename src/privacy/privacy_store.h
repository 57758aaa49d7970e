// Erasures and access requests as they are stored, and what outlives an erasure: the keyed hashes
// of addresses whose owners had opted out. Thread-safe; a request is changed by the runner only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "model/privacy.h"
#include "storage/key_value_store.h"

namespace pinion::privacy {

class PrivacyStore {
 public:
  // For reading; writes are part of a batch of the caller.
  explicit PrivacyStore(const storage::Reader& store) : store_(store) {}

  static void Put(const model::ErasureRecord& erasure, storage::WriteBatch& batch);
  static void Put(const model::PrivacyExportRecord& exported, storage::WriteBatch& batch);
  static void PutOptOut(const base::AppId& app, std::string_view hash, storage::WriteBatch& batch);
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  // Record: model::ErasureRecord or model::PrivacyExportRecord.
  template <class Record>
  base::Result<std::optional<Record>> Find(const base::AppId& app, std::string_view id) const;
  // Newest first.
  template <class Record>
  base::Result<base::Page<Record>> List(const base::AppId& app,
                                        const base::PageRequest& page) const;
  // Of one application, or of all if `app` is empty; oldest first.
  template <class Record>
  base::Result<std::vector<Record>> All(const base::AppId& app = {}) const;

  // Keyed hashes of addresses that are not written to any more (HashOfAddress).
  base::Result<std::vector<std::string>> OptOuts() const;

 private:
  const storage::Reader& store_;
};

}  // namespace pinion::privacy
