#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::JsonAt;
using testing::JsonLacks;
using testing::Reply;

constexpr char kTarget[] = "/v1/phone/number/validate";

class PhoneOperationsTest : public testing::ApiTest {};

TEST_F(PhoneOperationsTest, NumberIsCleansedAndPlaced) {
  const Reply reply = Post(kTarget, R"({"PhoneNumber":"+440163296076"})");
  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/OriginalPhoneNumber", "+440163296076"));
  EXPECT_THAT(reply, JsonAt("/CleansedPhoneNumberE164", "+44163296076"));
  EXPECT_THAT(reply, JsonAt("/CleansedPhoneNumberNational", "163296076"));
  EXPECT_THAT(reply, JsonAt("/CountryCodeIso2", "GB"));
  EXPECT_THAT(reply, JsonAt("/CountryCodeNumeric", "44"));
  EXPECT_THAT(reply, JsonAt("/PhoneType", "INVALID"));
  EXPECT_THAT(reply, JsonAt("/PhoneTypeCode", 3));
  EXPECT_THAT(reply, JsonLacks("/OriginalCountryCodeIso2"));
  EXPECT_THAT(reply, JsonLacks("/Carrier"));
}

TEST_F(PhoneOperationsTest, CountryIsUsedForNumbersWithoutPlus) {
  const Reply reply = Post(kTarget, R"({"PhoneNumber":"030 12345678","IsoCountryCode":"DE"})");
  EXPECT_THAT(reply, JsonAt("/CleansedPhoneNumberE164", "+493012345678"));
  EXPECT_THAT(reply, JsonAt("/OriginalCountryCodeIso2", "DE"));
  EXPECT_THAT(reply, JsonAt("/PhoneTypeCode", 1));
}

TEST_F(PhoneOperationsTest, TextWithoutDigitIsRefused) {
  EXPECT_THAT(Post(kTarget, "{}"), IsBadRequest());
  EXPECT_THAT(Post(kTarget, R"({"PhoneNumber":"call me"})"), IsBadRequest());
}

}  // namespace
}  // namespace pinion::api
