#include "phone/phone_number.h"

#include <phonenumbers/geocoding/phonenumber_offline_geocoder.h>
#include <phonenumbers/phonenumberutil.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

namespace pinion::phone {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberOfflineGeocoder;
using i18n::phonenumbers::PhoneNumberUtil;

// Longer texts hold no number of 15 digits, however it is written.
constexpr size_t kTextBytesMax = 256;
constexpr int kNorthAmericanCode = 1;
constexpr std::string_view kUnknownRegion = "ZZ";
constexpr std::string_view kNoCountry = "001";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string Cleaned(std::string_view text) {
  std::string cleaned;
  for (const char c : text.substr(0, kTextBytesMax)) {
    if (IsDigit(c) || (c == '+' && cleaned.empty())) {
      cleaned.push_back(c);
    }
  }
  return cleaned;
}

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

// 555-0100 to 555-0199 of every area code are for films and examples.
bool IsFictitious(const PhoneNumber& number, std::string_view national) {
  return number.country_code() == kNorthAmericanCode && national.size() == 10 &&
         national.substr(3, 5) == "55501";
}

PhoneType TypeOf(const PhoneNumberUtil& plans,
                 const PhoneNumber& number,
                 std::string_view national) {
  if (!plans.IsValidNumber(number)) {
    return PhoneType::kInvalid;
  }
  if (IsFictitious(number, national)) {
    return PhoneType::kOther;
  }
  switch (plans.GetNumberType(number)) {
    case PhoneNumberUtil::MOBILE:
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
      return PhoneType::kMobile;
    case PhoneNumberUtil::FIXED_LINE:
      return PhoneType::kLandline;
    case PhoneNumberUtil::VOIP:
      return PhoneType::kVoip;
    case PhoneNumberUtil::UNKNOWN:
      return PhoneType::kInvalid;
    default:
      return PhoneType::kOther;
  }
}

// The country of a number, or the main one of its calling code; empty for a code of no country.
std::string CountryOf(const PhoneNumberUtil& plans, const PhoneNumber& number) {
  std::string region;
  plans.GetRegionCodeForNumber(number, &region);
  if (region == kUnknownRegion) {
    plans.GetRegionCodeForCountryCode(number.country_code(), &region);
  }
  return region == kUnknownRegion || region == kNoCountry ? "" : region;
}

std::string CountryName(const std::string& iso2) {
  if (iso2.empty()) {
    return "";
  }
  icu::UnicodeString name;
  icu::Locale("", iso2.c_str()).getDisplayCountry(icu::Locale::getEnglish(), name);
  std::string text;
  name.toUTF8String(text);
  return text;
}

// The geocoder answers the name of the country where it knows no more.
std::string CityOf(const PhoneNumber& number, const std::string& country) {
  static const PhoneNumberOfflineGeocoder kGeocoder;
  const std::string place =
      kGeocoder.GetDescriptionForValidNumber(number, icu::Locale::getEnglish());
  return place == country ? "" : place.substr(0, place.find(','));
}

}  // namespace

std::string_view ToWire(PhoneType type) {
  switch (type) {
    case PhoneType::kMobile:
      return "MOBILE";
    case PhoneType::kLandline:
      return "LANDLINE";
    case PhoneType::kVoip:
      return "VOIP";
    case PhoneType::kInvalid:
      return "INVALID";
    case PhoneType::kOther:
      return "OTHER";
    case PhoneType::kPrepaid:
      return "PREPAID";
  }
  return "INVALID";
}

PhoneFacts ReadPhoneNumber(std::string_view text, std::string_view country) {
  const PhoneNumberUtil& plans = *PhoneNumberUtil::GetInstance();
  PhoneFacts facts;
  PhoneNumber number;
  if (plans.Parse(Cleaned(text), UpperCase(country), &number) !=
      PhoneNumberUtil::NO_PARSING_ERROR) {
    return facts;
  }
  plans.GetNationalSignificantNumber(number, &facts.national);
  facts.calling_code = std::to_string(number.country_code());
  facts.e164 = "+" + facts.calling_code + facts.national;
  facts.country_iso2 = CountryOf(plans, number);
  facts.country = CountryName(facts.country_iso2);
  facts.type = TypeOf(plans, number, facts.national);
  if (facts.type != PhoneType::kInvalid) {
    facts.city = CityOf(number, facts.country);
  }
  return facts;
}

}  // namespace pinion::phone
