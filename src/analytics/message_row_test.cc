#include "analytics/message_row.h"

#include <initializer_list>

#include <gtest/gtest.h>

#include "analytics/analytics_fixture.h"

namespace pinion::analytics {
namespace {

using eventlog::Event;

MessageRow RowOf(std::initializer_list<Event> events) {
  MessageRow row;
  for (const Event& event : events) {
    Fold(event, row);
  }
  return row;
}

const AMessage kMessage("m", "2026-11-23T11:15");

TEST(MessageRowTest, AnEmailThatAServerTookIsDelivered) {
  const MessageRow row = RowOf({kMessage.Event("_email.send")});

  EXPECT_EQ(row.channel, "EMAIL");
  EXPECT_EQ(row.sent, 1);
  EXPECT_EQ(row.sent_at, base::ToMillis(At("2026-11-23T11:15")));
  EXPECT_TRUE(row.Delivered());
  EXPECT_TRUE(row.DeliveredForCampaigns());
}

TEST(MessageRowTest, AHardBounceIsNotDelivered) {
  const MessageRow row =
      RowOf({kMessage.Event("_email.send"), kMessage.Event("_email.hardbounce")});

  EXPECT_EQ(row.hard_bounced, 1);
  EXPECT_FALSE(row.DeliveredForCampaigns());
}

TEST(MessageRowTest, ASoftBounceIsDeliveredForCampaignsOnly) {
  const MessageRow row =
      RowOf({kMessage.Event("_email.send"), kMessage.Event("_email.softbounce")});

  EXPECT_TRUE(row.SoftBounced());
  EXPECT_FALSE(row.Delivered());
  EXPECT_TRUE(row.DeliveredForCampaigns());
}

TEST(MessageRowTest, AHardBounceAfterASoftOneIsAHardBounceOnly) {
  const MessageRow row = RowOf({kMessage.Event("_email.send"),
                                kMessage.Event("_email.softbounce"),
                                kMessage.Event("_email.hardbounce")});

  EXPECT_EQ(row.hard_bounced, 1);
  EXPECT_FALSE(row.SoftBounced());
}

TEST(MessageRowTest, ASuppressedRecipientCountsAsSentAndAsHardBounce) {
  const MessageRow row = RowOf({kMessage.Event("_email.hardbounce")});

  EXPECT_EQ(row.sent, 1);
  EXPECT_EQ(row.hard_bounced, 1);
  EXPECT_FALSE(row.Delivered());
}

TEST(MessageRowTest, AComplaintIsCountedAndStaysDelivered) {
  const MessageRow row = RowOf({kMessage.Event("_email.send"),
                                kMessage.Event("_email.delivered"),
                                kMessage.Event("_email.complaint"),
                                kMessage.Event("_email.complaint")});

  EXPECT_EQ(row.complained, 1);
  EXPECT_TRUE(row.Delivered());
}

TEST(MessageRowTest, ARejectedMessageIsNotSentButHasItsTime) {
  AMessage message("m", "2026-11-23T11:15");
  const MessageRow row = RowOf({message.NotSent().Event("_email.rejected")});

  EXPECT_EQ(row.sent, 0);
  EXPECT_EQ(row.rejected, 1);
  EXPECT_EQ(row.sent_at, base::ToMillis(At("2026-11-23T11:15")));
  EXPECT_TRUE(row.Counts());
}

TEST(MessageRowTest, WhatAFilterHeldBackCountsNowhere) {
  AMessage message("m", "2026-11-23T11:15");
  message.NotSent().OfCampaign("c", "a");
  const MessageRow row = RowOf({message.Event(
      "_campaign.send", {{"delivery_type", "EMAIL"}, {"campaign_send_status", "DAILY_CAP"}})});

  EXPECT_FALSE(row.Counts());
}

TEST(MessageRowTest, AnHourWithOpensCountsOnce) {
  const MessageRow row = RowOf({kMessage.Event("_email.send"),
                                kMessage.EventAt("2026-11-23T08:30", "_email.open"),
                                kMessage.EventAt("2026-11-23T08:45", "_email.open"),
                                kMessage.EventAt("2026-11-23T09:05", "_email.open"),
                                kMessage.EventAt("2026-11-24T09:05", "_email.open")});

  EXPECT_EQ(row.opens.hours, 3);
}

TEST(MessageRowTest, SeveralLinksInAnHourAreOneClick) {
  const MessageRow row =
      RowOf({kMessage.Event("_email.send"),
             kMessage.EventAt("2026-11-23T08:30", "_email.click", {{"link", "a"}}),
             kMessage.EventAt("2026-11-23T08:31", "_email.click", {{"link", "b"}})});

  EXPECT_EQ(row.clicks.hours, 1);
  EXPECT_EQ(row.opens.hours, 0);
}

TEST(MessageRowTest, BotsOpenAndClickNothing) {
  const MessageRow row = RowOf({kMessage.Event("_email.send"),
                                kMessage.Event("_email.open", {{"bot", "true"}}),
                                kMessage.Event("_email.click", {{"bot", "true"}}),
                                kMessage.Event("_email.unsubscribe", {{"bot", "true"}})});

  EXPECT_EQ(row.opens.hours + row.clicks.hours + row.unsubscribes.hours, 0);
}

TEST(MessageRowTest, AnOpenThatIsKnownBeforeTheSendStillCounts) {
  const MessageRow row = RowOf({kMessage.Event("_email.open"), kMessage.Event("_email.send")});

  EXPECT_EQ(row.opens.hours, 1);
  EXPECT_EQ(row.sent, 1);
}

TEST(MessageRowTest, AnSmsKeepsItsPartsPriceAndCountry) {
  Event success = kMessage.Event("_SMS.SUCCESS",
                                 {{"record_status", "DELIVERED"},
                                  {"number_of_message_parts", "3"},
                                  {"iso_country_code", "US"}});
  success.metrics = {{"price_in_millicents_usd", 645}};
  const MessageRow row =
      RowOf({kMessage.Event("_SMS.BUFFERED", {{"record_status", "PENDING"}}), success});

  EXPECT_EQ(row.channel, "SMS");
  EXPECT_TRUE(row.Delivered());
  EXPECT_EQ(row.parts, 3);
  EXPECT_EQ(row.price, 645);
  EXPECT_EQ(row.country, "US");
}

TEST(MessageRowTest, AnSmsOfAnUnknownCountryIsOfZz) {
  EXPECT_EQ(RowOf({kMessage.Event("_SMS.BUFFERED")}).country, "ZZ");
}

TEST(MessageRowTest, ABufferedSmsIsSentAndNotDelivered) {
  const MessageRow row = RowOf({kMessage.Event("_SMS.BUFFERED")});

  EXPECT_EQ(row.sent, 1);
  EXPECT_FALSE(row.Delivered());
}

TEST(MessageRowTest, TheLastWordOnAnSmsCounts) {
  const MessageRow row =
      RowOf({kMessage.Event("_SMS.SUCCESS", {{"record_status", "SUCCESSFUL"}}),
             kMessage.Event("_SMS.FAILURE", {{"record_status", "UNREACHABLE"}})});

  EXPECT_FALSE(row.Delivered());
  EXPECT_EQ(row.failed, 1);
  EXPECT_EQ(row.status, "UNREACHABLE");
}

TEST(MessageRowTest, ACampaignsFailedEmailIsNotDelivered) {
  AMessage message("m", "2026-11-23T11:15");
  message.OfCampaign("c", "a");
  const MessageRow row = RowOf(
      {message.Event("_campaign.send",
                     {{"delivery_type", "EMAIL"}, {"campaign_send_status", "FAILURE_PERMANENT"}})});

  EXPECT_EQ(row.family, Family::kCampaign);
  EXPECT_EQ(row.source_id, "c");
  EXPECT_EQ(row.activity_id, "a");
  EXPECT_EQ(row.sent, 1);
  EXPECT_FALSE(row.DeliveredForCampaigns());
}

TEST(MessageRowTest, APushIsDeliveredWhenTheProviderTookIt) {
  AMessage message("m", "2026-11-23T11:15");
  message.OfCampaign("c", "a");
  const auto row = [&](std::string_view status) {
    return RowOf({message.Event(
        "_campaign.send",
        {{"delivery_type", "APNS_SANDBOX"}, {"campaign_send_status", std::string(status)}})});
  };

  EXPECT_EQ(row("SUCCESS").channel, "PUSH");
  EXPECT_TRUE(row("SUCCESS").Delivered());
  EXPECT_FALSE(row("THROTTLED").Delivered());
}

TEST(MessageRowTest, ACallIsDeliveredWhenItIsAnswered) {
  const Event ringing = kMessage.Event("_VOICE.RINGING");

  EXPECT_FALSE(RowOf({ringing}).Delivered());
  EXPECT_TRUE(RowOf({ringing, kMessage.Event("_VOICE.ANSWERED")}).Delivered());
  EXPECT_FALSE(RowOf({ringing, kMessage.Event("_VOICE.BUSY")}).Delivered());
}

TEST(MessageRowTest, JourneysHaveAFamilyOfTheirOwn) {
  AMessage message("m", "2026-11-23T11:15");
  const MessageRow row = RowOf({message.OfJourney("j", "send").Event("_email.send")});

  EXPECT_EQ(row.family, Family::kJourney);
  EXPECT_EQ(row.source_id, "j");
  EXPECT_EQ(row.activity_id, "send");
}

TEST(MessageRowTest, WhatAnAppReportsIsAboutNoMessage) {
  Event event = kMessage.Event("_email.open");
  EXPECT_EQ(MessageOf(event), "m");

  event.origin = eventlog::Origin::kApp;
  EXPECT_EQ(MessageOf(event), "");
}

}  // namespace
}  // namespace pinion::analytics
