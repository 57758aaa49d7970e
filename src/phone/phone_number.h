// What numbering plans tell about a telephone number (CHN-56, CHN-57). The one place that knows
// libphonenumber. Nothing is asked of a network. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinion::phone {

// CHN-57; the numbers are the API's.
enum class PhoneType : int32_t {
  kMobile = 0,
  kLandline = 1,
  kVoip = 2,
  kInvalid = 3,
  kOther = 4,
  kPrepaid = 5,
};

// MOBILE, LANDLINE, …
std::string_view ToWire(PhoneType type);

// Members that are not known are empty.
struct PhoneFacts {
  PhoneType type = PhoneType::kInvalid;
  std::string e164;          // with a plus
  std::string national;      // digits, without trunk prefix
  std::string calling_code;  // digits
  std::string country_iso2;  // upper case
  std::string country;       // English name
  std::string city;
};

// Reads a number as people write it: everything but digits and a leading plus is dropped, and so is
// a trunk prefix. Without a plus it is a number of `country` (ISO 3166-1 alpha-2, any case). A text
// that can be no number gives kInvalid and nothing else.
PhoneFacts ReadPhoneNumber(std::string_view text, std::string_view country);

}  // namespace pinion::phone
