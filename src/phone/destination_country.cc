#include "phone/destination_country.h"

#include <phonenumbers/phonenumberutil.h>

namespace pinion::phone {
namespace {

// What the library says where it knows no country, and for numbers of the whole world (+800 …).
constexpr std::string_view kUnknown = "ZZ";
constexpr std::string_view kWorld = "001";

bool IsCountry(std::string_view region) {
  return !region.empty() && region != kUnknown && region != kWorld;
}

}  // namespace

std::string CountryOfNumber(std::string_view number) {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;

  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  PhoneNumber parsed;
  if (library.Parse(std::string(number), std::string(kUnknown), &parsed) !=
      PhoneNumberUtil::NO_PARSING_ERROR) {
    return {};
  }
  std::string region;
  library.GetRegionCodeForNumber(parsed, &region);
  if (!IsCountry(region)) {
    // Of several countries under one code, the one that it is mostly used by.
    library.GetRegionCodeForCountryCode(parsed.country_code(), &region);
  }
  return IsCountry(region) ? region : std::string();
}

}  // namespace pinion::phone
