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

std::string StringToSign(std::string_view time_text,
                         std::string_view scope,
                         std::string_view canonical_request);

// 64 lower-case hexadecimal digits.
std::string Signature(std::string_view signing_key, std::string_view string_to_sign);

}  // namespace pinion::auth
