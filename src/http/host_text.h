// Hosts and ports as they are written in URLs and settings. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinion::http {

// Host names are compared in this form.
std::string LowerCaseHost(std::string_view host);
// Decimal, from 1 to 65535.
std::optional<uint16_t> ParsePort(std::string_view text);

}  // namespace pinion::http
