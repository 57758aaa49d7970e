// What the settings of an identity pool must be like (AUTH-51). Pure but for the questions it asks.
#pragma once

#include <string_view>

#include "apps/application_service.h"
#include "base/result.h"
#include "http/outbound_client.h"
#include "model/identity_pools.h"

namespace pinion::identities {

inline constexpr int kCredentialSecondsMin = 900;
inline constexpr int kCredentialSecondsMax = 43'200;
inline constexpr int kCredentialSecondsDefault = 3'600;
inline constexpr size_t kPoolNameCharactersMax = 128;
inline constexpr size_t kPoolApplicationsMax = 100;
inline constexpr size_t kPoolProvidersMax = 20;
inline constexpr size_t kProviderAudiencesMax = 20;

struct PoolRuleSources {
  const apps::ApplicationService& applications;
  const http::OutboundClient& outbound;  // says whether a URL may be called
};

// kInvalidArgument names the member and the rule.
base::Status CheckPool(const model::WriteIdentityPoolRequest& pool, const PoolRuleSources& sources);

// The name under which logins of an issuer come: the issuer without `https://` (AUTH-57).
std::string_view ProviderName(std::string_view issuer);

}  // namespace pinion::identities
