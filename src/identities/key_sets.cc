#include "identities/key_sets.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "model/codec.h"

namespace pinion::identities {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kDiscovery = "/.well-known/openid-configuration";

bool Has(const std::vector<WebKey>& keys, std::string_view key_id) {
  return key_id.empty() || std::any_of(keys.begin(), keys.end(), [&](const WebKey& key) {
           return key.id() == key_id;
         });
}

// Where the provider tells the address of its keys.
std::string DiscoveryUrl(std::string_view issuer) {
  while (issuer.ends_with('/')) {
    issuer.remove_suffix(1);
  }
  return std::string(issuer) + std::string(kDiscovery);
}

}  // namespace

struct KeySets::Entry {
  // Held while the provider is asked: others wait for the same answer rather than ask as well.
  std::mutex asking;
  Keys keys;
  base::Timestamp fetched_at;
  std::optional<base::Timestamp> asked_at;
  std::string failure;
};

KeySets::~KeySets() = default;

std::shared_ptr<KeySets::Entry> KeySets::EntryOf(const model::IdentityProvider& provider) {
  const std::string name = provider.issuer + "\n" + provider.jwks_url.value_or("");
  const std::lock_guard lock(mutex_);
  // Providers come from the settings of pools, so this happens after many changes of them only.
  if (entries_.size() >= kProvidersMax && !entries_.contains(name)) {
    entries_.clear();
  }
  auto& entry = entries_[name];
  if (entry == nullptr) {
    entry = std::make_shared<Entry>();
  }
  return entry;
}

base::Result<KeySets::Keys> KeySets::Find(const model::IdentityProvider& provider,
                                          std::string_view key_id) {
  const std::shared_ptr<Entry> entry = EntryOf(provider);
  const std::lock_guard asking(entry->asking);
  const base::Timestamp now = wall_clock_.Now();
  const bool fresh = entry->keys != nullptr && now < entry->fetched_at + kFreshFor;
  if (fresh && Has(*entry->keys, key_id)) {
    return entry->keys;
  }
  if (!entry->asked_at || now >= *entry->asked_at + kRest) {
    entry->asked_at = now;
    auto fetched = Fetch(provider);
    if (fetched.ok()) {
      entry->keys = *std::move(fetched);
      entry->fetched_at = now;
    } else {
      entry->failure = fetched.error().message;
      base::Log(base::LogLevel::kWarning,
                "identities",
                "the keys of a login provider cannot be fetched",
                {{"issuer", provider.issuer}, {"error", entry->failure}});
    }
  }
  if (entry->keys != nullptr && now < entry->fetched_at + kUsableFor) {
    return entry->keys;
  }
  return base::Unavailable("The keys of the login provider cannot be fetched.");
}

base::Result<KeySets::Keys> KeySets::Fetch(const model::IdentityProvider& provider) {
  std::string url = provider.jwks_url.value_or("");
  if (url.empty()) {
    PINION_TRY(const std::string json, FetchDocument(DiscoveryUrl(provider.issuer)));
    PINION_TRY(auto configuration, model::Decode<model::OpenIdConfiguration>(json));
    url = std::move(configuration.jwks_uri);
    if (provider.issuer.starts_with(kHttps) && !url.starts_with(kHttps)) {
      return base::Unavailable("The provider publishes its keys without TLS.");
    }
  }
  PINION_TRY(const std::string json, FetchDocument(url));
  PINION_TRY(auto keys, ParseKeySet(json));
  return std::make_shared<const std::vector<WebKey>>(std::move(keys));
}

base::Result<std::string> KeySets::FetchDocument(const std::string& url) {
  http::OutboundRequest request;
  request.url = url;
  request.headers.Add("Accept", "application/json");
  request.timeout = kTimeout;
  request.answer_bytes_max = kDocumentBytesMax;
  PINION_TRY(http::Response response, outbound_.SendAndWait(std::move(request)));
  if (response.status != 200) {
    return base::Unavailable(url + " answered " + std::to_string(response.status) + ".");
  }
  return std::move(response.body);
}

}  // namespace pinion::identities
