// The public keys of login providers, fetched from where they publish them and kept for an hour
// (AUTH-57). A provider that changes its keys is asked again as soon as a token names one that is
// not known; one that does not answer is left alone for a while, and its last keys go on being good
// for a day. Thread-safe; Find may wait for the network.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/outbound_client.h"
#include "identities/web_key.h"
#include "model/identity_pools.h"

namespace pinion::identities {

class KeySets {
 public:
  static constexpr std::chrono::hours kFreshFor{1};
  static constexpr std::chrono::hours kUsableFor{24};
  // Between two questions to one provider, whatever its answer was.
  static constexpr std::chrono::seconds kRest{60};
  static constexpr std::chrono::milliseconds kTimeout{5'000};
  static constexpr size_t kDocumentBytesMax = 256 * 1024;
  static constexpr size_t kProvidersMax = 1'000;

  // Both must outlive this.
  KeySets(http::OutboundClient& outbound, const base::Clock& wall_clock)
      : outbound_(outbound), wall_clock_(wall_clock) {}
  ~KeySets();

  using Keys = std::shared_ptr<const std::vector<WebKey>>;
  // The keys of a provider among which `key_id` is to be found; they may be without it.
  // kUnavailable when there are none to be had.
  base::Result<Keys> Find(const model::IdentityProvider& provider, std::string_view key_id);

 private:
  struct Entry;

  std::shared_ptr<Entry> EntryOf(const model::IdentityProvider& provider);
  base::Result<Keys> Fetch(const model::IdentityProvider& provider);
  base::Result<std::string> FetchDocument(const std::string& url);

  http::OutboundClient& outbound_;
  const base::Clock& wall_clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace pinion::identities
