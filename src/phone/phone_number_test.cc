#include "phone/phone_number.h"

#include <gtest/gtest.h>

namespace pinion::phone {
namespace {

TEST(PhoneNumberTest, TrunkPrefixAfterTheCallingCodeIsDropped) {
  const PhoneFacts facts = ReadPhoneNumber("+440163296076", "US");
  EXPECT_EQ(facts.e164, "+44163296076");
  EXPECT_EQ(facts.national, "163296076");
  EXPECT_EQ(facts.country_iso2, "GB");
  EXPECT_EQ(facts.country, "United Kingdom");
  EXPECT_EQ(facts.calling_code, "44");
  EXPECT_EQ(facts.type, PhoneType::kInvalid);
  EXPECT_EQ(facts.city, "");
}

TEST(PhoneNumberTest, WithoutPlusItIsANumberOfTheCountry) {
  EXPECT_EQ(ReadPhoneNumber("(206) 622-1234", "US").e164, "+12066221234");
  EXPECT_EQ(ReadPhoneNumber("0151 23456789", "de").e164, "+4915123456789");
  EXPECT_EQ(ReadPhoneNumber("0151 23456789", "de").type, PhoneType::kMobile);
}

TEST(PhoneNumberTest, LettersAndPunctuationAreDropped) {
  EXPECT_EQ(ReadPhoneNumber("tel: +1 (206) 622.1234 x", "DE").e164, "+12066221234");
}

TEST(PhoneNumberTest, MobileAndFixedThatLookAlikeAreMobile) {
  EXPECT_EQ(ReadPhoneNumber("+12066221234", "US").type, PhoneType::kMobile);
}

TEST(PhoneNumberTest, FixedLinesHaveACity) {
  const PhoneFacts facts = ReadPhoneNumber("+493012345678", "US");
  EXPECT_EQ(facts.type, PhoneType::kLandline);
  EXPECT_EQ(facts.city, "Berlin");
  EXPECT_EQ(facts.country, "Germany");
}

TEST(PhoneNumberTest, NumbersOfFilmsAndServicesAreOther) {
  for (const char* text : {"+12065550100", "+12065550199", "+18005551234", "+19002341234"}) {
    EXPECT_EQ(ReadPhoneNumber(text, "US").type, PhoneType::kOther) << text;
  }
}

TEST(PhoneNumberTest, CountriesThatShareACodeAreToldApart) {
  EXPECT_EQ(ReadPhoneNumber("+14165551234", "US").country_iso2, "CA");
  EXPECT_EQ(ReadPhoneNumber("+77012345678", "US").country_iso2, "KZ");
}

TEST(PhoneNumberTest, WhatIsNoNumberIsInvalid) {
  for (const char* text : {"", "+", "1", "+9991234567", "+1206555", "nothing"}) {
    EXPECT_EQ(ReadPhoneNumber(text, "US").type, PhoneType::kInvalid) << text;
  }
  EXPECT_EQ(ReadPhoneNumber("2066221234", "XX").type, PhoneType::kInvalid);
  EXPECT_EQ(ReadPhoneNumber(std::string(100'000, '1'), "US").type, PhoneType::kInvalid);
}

}  // namespace
}  // namespace pinion::phone
