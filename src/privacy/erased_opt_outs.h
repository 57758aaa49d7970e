// Addresses of erased people who had opted out: they are still not written to (OPS-63), whoever has
// them now. Held as keyed hashes. Thread-safe after Open.
#pragma once

#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "privacy/privacy_store.h"

namespace pinion::privacy {

class ErasedOptOuts {
 public:
  // `key` is the server's key of keyed hashes.
  explicit ErasedOptOuts(std::string key) : key_(std::move(key)) {}

  // Reads them from the store; once.
  base::Status Open(const PrivacyStore& store);
  // From now on; the caller's batch makes it last, before or after.
  void Add(const base::AppId& app, std::string_view address);
  bool Contains(const base::AppId& app, std::string_view address) const;

 private:
  const std::string key_;
  mutable std::shared_mutex mutex_;
  std::set<std::string, std::less<>> hashes_;  // guarded by mutex_
};

}  // namespace pinion::privacy
