#include "phone/destination_country.h"

#include <gtest/gtest.h>

namespace pinion::phone {
namespace {

TEST(DestinationCountryTest, ANumberBelongsToTheCountryOfItsCode) {
  EXPECT_EQ(CountryOfNumber("+12065550182"), "US");
  EXPECT_EQ(CountryOfNumber("+819012345678"), "JP");
  EXPECT_EQ(CountryOfNumber("+442071838750"), "GB");
}

TEST(DestinationCountryTest, CountriesThatShareACodeAreToldApart) {
  EXPECT_EQ(CountryOfNumber("+14165550123"), "CA");
  EXPECT_EQ(CountryOfNumber("+18765550123"), "JM");
}

TEST(DestinationCountryTest, ANumberThatIsNotInUseBelongsToTheMainCountryOfItsCode) {
  EXPECT_EQ(CountryOfNumber("+10000000000"), "US");
}

TEST(DestinationCountryTest, WhatIsNoNumberOfACountryHasNone) {
  EXPECT_EQ(CountryOfNumber(""), "");
  EXPECT_EQ(CountryOfNumber("12065550182"), "");
  EXPECT_EQ(CountryOfNumber("+999123456789"), "");
  EXPECT_EQ(CountryOfNumber("+80012345678"), "");
}

}  // namespace
}  // namespace pinion::phone
