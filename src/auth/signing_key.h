// The arithmetic of Signature Version 4. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pinion::auth {

// The key that signs for one day, region and service.
std::string DeriveSigningKey(std::string_view secret,
                             std::string_view date,
                             std::string_view region,
                             std::string_view service);

// What the key signs.
void AppendStringToSign(std::string& out,
                        std::string_view time_text,
                        std::string_view scope,
                        std::string_view canonical_request);

}  // namespace pinion::auth
