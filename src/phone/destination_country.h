// Which country a phone number belongs to (KPI-30, `iso_country_code` of STR-28). Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace pinion::phone {

// ISO 3166-1 alpha-2, of a number in E.164; "" for one that belongs to no country.
std::string CountryOfNumber(std::string_view number);

}  // namespace pinion::phone
