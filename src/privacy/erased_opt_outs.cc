#include "privacy/erased_opt_outs.h"

#include <mutex>
#include <vector>

#include "privacy/person.h"

namespace pinion::privacy {

base::Status ErasedOptOuts::Open(const PrivacyStore& store) {
  PINION_TRY(const std::vector<std::string> hashes, store.OptOuts());
  const std::unique_lock lock(mutex_);
  hashes_.insert(hashes.begin(), hashes.end());
  return {};
}

void ErasedOptOuts::Add(const base::AppId& app, std::string_view address) {
  std::string hash = HashOfAddress(key_, app, address);
  const std::unique_lock lock(mutex_);
  hashes_.insert(std::move(hash));
}

bool ErasedOptOuts::Contains(const base::AppId& app, std::string_view address) const {
  const std::shared_lock lock(mutex_);
  return !hashes_.empty() && hashes_.contains(HashOfAddress(key_, app, address));
}

}  // namespace pinion::privacy
