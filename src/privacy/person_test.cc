#include "privacy/person.h"

#include <gtest/gtest.h>

#include "delivery/outcome.h"

namespace pinion::privacy {
namespace {

const base::AppId kApp("app");
const Pseudonyms kErased{"erased-1", "salt"};

Person Alicia() {
  return Person(kApp,
                {.user_ids = {"alicia"},
                 .endpoint_ids = {"Phone-1"},
                 .addresses = {"Alicia@example.com", "+47 912 34 567"}});
}

TEST(PersonTest, EndpointIdsAndMailboxesAreOneInEveryCaseAndUserIdsAreNot) {
  EXPECT_TRUE(Alicia().HasEndpoint("PHONE-1"));
  EXPECT_TRUE(Alicia().HasAddress("aLICIA@EXAMPLE.com"));
  EXPECT_TRUE(Alicia().HasUser("alicia"));
  EXPECT_FALSE(Alicia().HasUser("Alicia"));
}

TEST(PersonTest, NumbersAreComparedByTheirDigits) {
  EXPECT_TRUE(Alicia().HasAddress("+4791234567"));
  EXPECT_FALSE(Alicia().HasAddress("+4791234568"));
}

TEST(PersonTest, OwnsMessagesToTheRawAddressButNotToTheEndpointsOfOthers) {
  delivery::MessageRecord message;
  message.address = "alicia@example.com";
  EXPECT_TRUE(Alicia().Owns(message));

  message.endpoint_id = "somebody-elses";
  EXPECT_FALSE(Alicia().Owns(message));
}

TEST(PersonTest, AddressThatWasAskedForIsFoundWithEveryEndpoint) {
  const Person person(kApp, {.addresses = {"a@example.com"}, .is_of_address = true});
  delivery::MessageRecord message;
  message.address = "a@example.com";
  message.endpoint_id = "gone";

  EXPECT_TRUE(person.Owns(message));
}

TEST(PersonTest, OwnsEventsOfMessagesToTheRawAddress) {
  eventlog::Event event;
  event.endpoint_id = delivery::ClientIdOfAddress(kApp, "EMAIL", "alicia@example.com");

  EXPECT_TRUE(Alicia().Owns(event));
}

TEST(PersonTest, ReplacesWholeWordsOnly) {
  EXPECT_EQ(Alicia().Replace("User alicia has no address.", kErased),
            "User erased-1 has no address.");
  EXPECT_EQ(Alicia().Replace("to <ALICIA@example.com>.", kErased), "to <erased-1>.");
  EXPECT_EQ(Alicia().Replace("Known to alicia.", kErased), "Known to erased-1.");
  EXPECT_EQ(Alicia().Replace("alicia2 and my-alicia", kErased), std::nullopt);
}

TEST(PersonTest, EndpointsHavePseudonymsOfTheirOwn) {
  EXPECT_NE(kErased.OfEndpoint("a"), kErased.OfEndpoint("b"));
  EXPECT_EQ(kErased.OfEndpoint("a"), kErased.OfEndpoint("A"));
  EXPECT_TRUE(kErased.OfEndpoint("a").starts_with("erased-1-"));
}

TEST(PersonTest, ShortIdsAreNotLookedForInTexts) {
  const Person person(kApp, {.user_ids = {"1"}});

  EXPECT_EQ(person.Replace("version 1", kErased), std::nullopt);
  EXPECT_EQ(person.PseudonymOf("1", kErased), "erased-1");
}

TEST(PersonTest, HashesDependOnKeyApplicationAndKind) {
  const std::string hash = HashOfUser("key", kApp, "a");

  EXPECT_NE(hash, HashOfUser("other", kApp, "a"));
  EXPECT_NE(hash, HashOfUser("key", base::AppId("b"), "a"));
  EXPECT_NE(hash, HashOfEndpoint("key", kApp, "a"));
}

}  // namespace
}  // namespace pinion::privacy
