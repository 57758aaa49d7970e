#include "identities/pool_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "auth/policy_set.h"
#include "base/utf8.h"
#include "http/outbound_url.h"
#include "identities/guest_policy.h"

namespace pinion::identities {
namespace {

constexpr size_t kAudienceBytesMax = 512;

base::Error Wrong(std::string_view member, std::string_view rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "' " + std::string(rule) + ".");
}

std::string Indexed(std::string_view member, size_t index) {
  return std::string(member) + "[" + std::to_string(index) + "]";
}

// It becomes a part of an ARN.
base::Status CheckName(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= kPoolNameCharactersMax &&
                    name.find_first_not_of(
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                        "_+=,.@- ") == std::string_view::npos;
  if (!fits) {
    return Wrong("Name", "must be 1 to 128 of A-Z, a-z, 0-9, blank and _+=,.@-");
  }
  return {};
}

base::Status CheckApplications(const std::vector<std::string>& applications,
                               const apps::ApplicationService& service) {
  if (applications.size() > kPoolApplicationsMax) {
    return Wrong("Applications", "must have at most 100 entries");
  }
  for (size_t i = 0; i < applications.size(); ++i) {
    if (!service.RequireExists(base::AppId(applications[i])).ok()) {
      return Wrong(Indexed("Applications", i), "must be the id of an application");
    }
  }
  return {};
}

base::Status CheckPolicy(const std::optional<model::RawJson>& policy, std::string_view member) {
  if (!policy) {
    return {};
  }
  PINION_TRY(const std::string text, PolicyText(*policy, member));
  if (base::CountCodePoints(text) > auth::kPolicyCharactersMax) {
    return Wrong(member, "must have at most 10240 characters");
  }
  return {};
}

// Keys that anybody on the way could exchange prove nothing; on this machine nobody is on the way.
bool IsTrustworthy(const http::OutboundUrl& url) {
  return url.tls || url.host == "localhost" ||
         (url.address && (url.host.starts_with("127.") || url.host == "::1"));
}

base::Status CheckUrl(std::string_view text,
                      std::string_view member,
                      const http::OutboundClient& outbound) {
  const base::Status callable = outbound.CheckUrl(text);
  if (!callable.ok()) {
    return base::InvalidArgument("Member '" + std::string(member) +
                                 "': " + callable.error().message);
  }
  PINION_TRY(const http::OutboundUrl url, http::ParseOutboundUrl(text));
  if (!IsTrustworthy(url)) {
    return Wrong(member, "must begin with https://");
  }
  return {};
}

base::Status CheckAudience(const std::vector<std::string>& audience, const std::string& member) {
  if (audience.empty() || audience.size() > kProviderAudiencesMax) {
    return Wrong(member, "must have 1 to 20 entries");
  }
  for (size_t i = 0; i < audience.size(); ++i) {
    if (audience[i].empty() || audience[i].size() > kAudienceBytesMax) {
      return Wrong(Indexed(member, i), "must have 1 to 512 bytes");
    }
  }
  return {};
}

base::Status CheckProviders(const std::vector<model::IdentityProvider>& providers,
                            const http::OutboundClient& outbound) {
  if (providers.size() > kPoolProvidersMax) {
    return Wrong("Providers", "must have at most 20 entries");
  }
  std::set<std::string_view> names;
  for (size_t i = 0; i < providers.size(); ++i) {
    const model::IdentityProvider& provider = providers[i];
    const std::string member = Indexed("Providers", i);
    PINION_CHECK(CheckUrl(provider.issuer, member + ".Issuer", outbound));
    PINION_CHECK(CheckAudience(provider.audience, member + ".Audience"));
    if (provider.jwks_url) {
      PINION_CHECK(CheckUrl(*provider.jwks_url, member + ".JwksUrl", outbound));
    }
    if (!names.insert(ProviderName(provider.issuer)).second) {
      return Wrong(member + ".Issuer", "must not be there twice");
    }
  }
  return {};
}

}  // namespace

std::string_view ProviderName(std::string_view issuer) {
  const size_t scheme_end = issuer.find("://");
  return scheme_end == std::string_view::npos ? issuer : issuer.substr(scheme_end + 3);
}

base::Status CheckPool(const model::WriteIdentityPoolRequest& pool,
                       const PoolRuleSources& sources) {
  PINION_CHECK(CheckName(pool.name));
  if (pool.applications) {
    PINION_CHECK(CheckApplications(*pool.applications, sources.applications));
  }
  if (pool.credential_seconds && (*pool.credential_seconds < kCredentialSecondsMin ||
                                  *pool.credential_seconds > kCredentialSecondsMax)) {
    return Wrong("CredentialSeconds", "must be from 900 to 43200");
  }
  PINION_CHECK(CheckPolicy(pool.guest_policy, "GuestPolicy"));
  PINION_CHECK(CheckPolicy(pool.authenticated_policy, "AuthenticatedPolicy"));
  return pool.providers ? CheckProviders(*pool.providers, sources.outbound) : base::Status();
}

}  // namespace pinion::identities
