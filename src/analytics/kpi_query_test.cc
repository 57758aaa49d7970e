#include "analytics/kpi_query.h"

#include <gtest/gtest.h>

#include "analytics/analytics_fixture.h"
#include "analytics/kpi_service.h"

namespace pinion::analytics {
namespace {

constexpr auto kApplication = KpiScope::kApplication;
constexpr auto kCampaign = KpiScope::kCampaign;
constexpr auto kJourney = KpiScope::kJourney;

// Messages with what became of them, told by the words of the log, and KPIs as one line of text:
// "2.0" or "a=1.0 b=0.5".
class KpiQueryTest : public TablesTest {
 protected:
  std::string Kpi(KpiScope scope, std::string_view name, std::string source = "") {
    const analytics::Kpi* kpi = FindKpi(scope, name);
    if (kpi == nullptr) {
      return "unknown";
    }
    const auto numbers = ReadKpi(tables_, *kpi, {kShop, std::move(source), from_, to_});
    if (!numbers.ok()) {
      return numbers.error().message;
    }
    std::string text;
    for (const KpiNumber& number : *numbers) {
      text += (text.empty() ? "" : " ") + number.group + (number.group.empty() ? "" : "=") +
              KpiValueText(number.value);
    }
    return text;
  }

  // A direct email of that day with these further events.
  void Email(const std::string& id,
             std::string_view sent_at,
             const std::string& endpoint,
             const std::vector<std::string>& kinds) {
    AMessage message(id, sent_at);
    message.To(endpoint);
    Story(message, kinds);
  }
  void CampaignEmail(const std::string& id,
                     const std::string& campaign,
                     const std::string& activity,
                     const std::string& endpoint,
                     const std::vector<std::string>& kinds,
                     std::string_view sent_at = "2026-11-23T10:00") {
    AMessage message(id, sent_at);
    message.To(endpoint).OfCampaign(campaign, activity);
    Add({message.Event("_campaign.send",
                       {{"delivery_type", "EMAIL"}, {"campaign_send_status", "SUCCESS"}})});
    Story(message, kinds);
  }
  void JourneyEmail(const std::string& id,
                    const std::string& activity,
                    const std::vector<std::string>& kinds) {
    AMessage message(id, "2026-11-23T10:00");
    message.To("e-" + id).OfJourney("j", activity);
    Story(message, kinds);
  }
  void Story(const AMessage& message, const std::vector<std::string>& kinds) {
    for (const std::string& kind : kinds) {
      Add({message.Event("_email." + kind)});
    }
  }
  void Sms(AMessage message,
           const std::string& outcome,
           const std::string& status,
           const std::string& parts,
           const std::string& country,
           double price) {
    const Pairs facts = {{"record_status", status},
                         {"number_of_message_parts", parts},
                         {"iso_country_code", country}};
    Add({message.Event("_SMS.BUFFERED", {{"record_status", "PENDING"}})});
    eventlog::Event event = message.Event("_SMS." + outcome, facts);
    event.metrics = {{"price_in_millicents_usd", price}};
    Add({event});
  }
  void Push(const std::string& id,
            const std::string& endpoint,
            const std::string& user,
            const std::string& status = "SUCCESS") {
    AMessage message(id, "2026-11-23T10:00");
    message.To(endpoint, user).OfCampaign("c", "a");
    Add({message.Event("_campaign.send",
                       {{"delivery_type", "GCM"}, {"campaign_send_status", status}})});
  }
  void PushOpen(const std::string& endpoint,
                const std::string& user,
                std::string_view at,
                const std::string& campaign = "c") {
    AMessage message("", at);
    message.To(endpoint, user).OfCampaign(campaign, "a");
    eventlog::Event event = message.Event("_campaign.opened_notification");
    event.origin = eventlog::Origin::kApp;
    event.facts.clear();
    Add({event});
  }

  base::Timestamp from_ = At("2026-11-23T00:00");
  base::Timestamp to_ = At("2026-11-25T23:59:59.999");
};

TEST_F(KpiQueryTest, NothingSentIsNoRow) {
  EXPECT_EQ(Kpi(kApplication, "txn-emails-sent"), "");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-delivery-rate"), "");
  EXPECT_EQ(Kpi(kApplication, "unique-deliveries-grouped-by-date"), "");
  EXPECT_EQ(Kpi(kApplication, "push-open-rate"), "");
  EXPECT_EQ(Kpi(kJourney, "journey-emails-rejected", "j"), "");
}

TEST_F(KpiQueryTest, TransactionalEmailsAreCountedByWhatBecameOfThem) {
  Email("1", "2026-11-23T10:00", "a", {"send", "delivered"});
  Email("2", "2026-11-23T11:00", "b", {"send", "hardbounce"});
  Email("3", "2026-11-24T10:00", "a", {"send", "softbounce"});
  Email("4", "2026-11-24T11:00", "c", {"send", "delivered", "complaint"});

  EXPECT_EQ(Kpi(kApplication, "txn-emails-sent"), "4.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-sent-grouped-by-date"), "2026-11-23=2.0 2026-11-24=2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-delivered"), "2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-delivery-rate"), "0.5");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-hard-bounced"), "1.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-hard-bounced-grouped-by-date"),
            "2026-11-23=1.0 2026-11-24=0.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-soft-bounced"), "1.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-with-complaints"), "1.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-complaint-rate"), "0.25");
}

TEST_F(KpiQueryTest, OpensAndClicksCountByHourAndUniquelyByRecipient) {
  Email("1", "2026-11-23T10:00", "a", {"send", "open", "click"});
  Email("2", "2026-11-23T10:00", "a", {"send", "open"});
  Email("3", "2026-11-23T10:00", "b", {"send", "open"});
  Email("4", "2026-11-23T10:00", "c", {"send"});
  const AMessage again = AMessage("3", "2026-11-23T10:00").To("b");
  Add({again.EventAt("2026-12-24T18:00", "_email.open")});

  EXPECT_EQ(Kpi(kApplication, "txn-emails-opened"), "4.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-unique-opens"), "2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-clicked"), "1.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-unique-clicks-grouped-by-date"), "2026-11-23=1.0");
}

TEST_F(KpiQueryTest, AKpiIsAboutTheMessagesSentInTheRangeWheneverTheRestHappens) {
  Email("1", "2026-11-22T23:59:59.999", "a", {"send"});
  Email("2", "2026-11-23T00:00", "b", {"send"});
  Email("3", "2026-11-25T23:59:59.999", "c", {"send"});
  Email("4", "2026-11-26T00:00", "d", {"send"});
  const AMessage inside = AMessage("3", "2026-11-25T23:59:59.999").To("c");
  const AMessage outside = AMessage("1", "2026-11-22T23:59:59.999").To("a");
  Add({inside.EventAt("2027-01-01T00:00", "_email.open"),
       outside.EventAt("2026-11-24T00:00", "_email.open")});

  EXPECT_EQ(Kpi(kApplication, "txn-emails-sent"), "2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-emails-opened-grouped-by-date"),
            "2026-11-23=0.0 2026-11-25=1.0");
}

TEST_F(KpiQueryTest, OtherApplicationsCountNothing) {
  Add({AMessage("1", "2026-11-23T10:00").Event("_email.send")}, kOther);

  EXPECT_EQ(Kpi(kApplication, "txn-emails-sent"), "");
}

TEST_F(KpiQueryTest, AMessageIsOfOneFamilyOnly) {
  Email("1", "2026-11-23T10:00", "a", {"send"});
  CampaignEmail("2", "c", "a1", "b", {"send"});
  JourneyEmail("3", "send", {"send"});

  EXPECT_EQ(Kpi(kApplication, "txn-emails-sent"), "1.0");
  EXPECT_EQ(Kpi(kApplication, "attempted-deliveries"), "1.0");
  EXPECT_EQ(Kpi(kJourney, "journey-emails-sent", "j"), "1.0");
}

TEST_F(KpiQueryTest, CampaignsOfTheApplicationAreCountedTogetherAndApart) {
  CampaignEmail("1", "c1", "a1", "x", {"send", "delivered", "open"});
  CampaignEmail("2", "c1", "a1", "y", {"send", "hardbounce"});
  CampaignEmail("3", "c2", "a2", "x", {"send", "softbounce"}, "2026-11-24T10:00");
  CampaignEmail("4", "c2", "a2", "z", {"send", "delivered"}, "2026-11-24T10:00");

  EXPECT_EQ(Kpi(kApplication, "attempted-deliveries"), "4.0");
  EXPECT_EQ(Kpi(kApplication, "attempted-deliveries-grouped-by-campaign"), "c1=2.0 c2=2.0");
  EXPECT_EQ(Kpi(kApplication, "attempted-deliveries-grouped-by-date"),
            "2026-11-23=2.0 2026-11-24=2.0");
  EXPECT_EQ(Kpi(kApplication, "successful-delivery-rate"), "0.75");
  EXPECT_EQ(Kpi(kApplication, "successful-delivery-rate-grouped-by-date"),
            "2026-11-23=0.5 2026-11-24=1.0");
  EXPECT_EQ(Kpi(kApplication, "successful-deliveries-grouped-by-campaign"), "c1=1.0 c2=2.0");
  EXPECT_EQ(Kpi(kApplication, "unique-deliveries"), "2.0");
  EXPECT_EQ(Kpi(kApplication, "unique-deliveries-grouped-by-campaign"), "c1=1.0 c2=2.0");
  EXPECT_EQ(Kpi(kApplication, "unique-deliveries-grouped-by-date"),
            "2026-11-23=1.0 2026-11-24=2.0");
  EXPECT_EQ(Kpi(kApplication, "email-open-rate-grouped-by-campaign"), "c1=1.0 c2=0.0");
  EXPECT_EQ(Kpi(kApplication, "email-open-rate"), "0.3333333333333333");
}

TEST_F(KpiQueryTest, ACampaignIsCountedAloneAndByItsRuns) {
  CampaignEmail("1", "c", "a1", "x", {"send", "delivered", "open", "click"});
  CampaignEmail("2", "c", "a1", "y", {"send", "hardbounce"});
  CampaignEmail("3", "c", "a2", "x", {"send", "delivered"}, "2026-11-24T10:00");
  CampaignEmail("4", "another", "a3", "x", {"send", "delivered", "open", "click"});

  EXPECT_EQ(Kpi(kCampaign, "attempted-deliveries-grouped-by-campaign-activity", "c"),
            "a1=2.0 a2=1.0");
  EXPECT_EQ(Kpi(kCampaign, "successful-deliveries-grouped-by-campaign-activity", "c"),
            "a1=1.0 a2=1.0");
  EXPECT_EQ(Kpi(kCampaign, "successful-delivery-rate", "c"), "0.6666666666666666");
  EXPECT_EQ(Kpi(kCampaign, "successful-delivery-rate-grouped-by-campaign-activity", "c"),
            "a1=0.5 a2=1.0");
  EXPECT_EQ(Kpi(kCampaign, "successful-delivery-rate-grouped-by-date", "c"),
            "2026-11-23=0.5 2026-11-24=1.0");
  EXPECT_EQ(Kpi(kCampaign, "unique-deliveries", "c"), "1.0");
  EXPECT_EQ(Kpi(kCampaign, "unique-deliveries-grouped-by-campaign-activity", "c"), "a1=1.0 a2=1.0");
  EXPECT_EQ(Kpi(kCampaign, "unique-deliveries-grouped-by-date", "c"),
            "2026-11-23=1.0 2026-11-24=1.0");
  EXPECT_EQ(Kpi(kCampaign, "hard-bounce-rate", "c"), "0.3333333333333333");
  EXPECT_EQ(Kpi(kCampaign, "hard-bounce-rate-grouped-by-campaign-activity", "c"), "a1=0.5 a2=0.0");
  EXPECT_EQ(Kpi(kCampaign, "email-open-rate", "c"), "0.5");
  EXPECT_EQ(Kpi(kCampaign, "email-open-rate-grouped-by-campaign-activity", "c"), "a1=1.0 a2=0.0");
  EXPECT_EQ(Kpi(kCampaign, "direct-email-opens-grouped-by-campaign-activity", "c"),
            "a1=1.0 a2=0.0");
  EXPECT_EQ(Kpi(kCampaign, "clicks-grouped-by-campaign-activity", "c"), "a1=1.0 a2=0.0");
}

TEST_F(KpiQueryTest, TransactionalSmsAreCountedByMessagesPartsAndCountries) {
  const AMessage first("1", "2026-11-23T10:00");
  Sms(first, "SUCCESS", "DELIVERED", "1", "US", 600);
  Sms(AMessage("2", "2026-11-24T10:00"), "SUCCESS", "DELIVERED", "3", "US", 1000);
  Sms(AMessage("3", "2026-11-24T10:00"), "FAILURE", "UNREACHABLE", "2", "JP", 0);
  Sms(AMessage("4", "2026-11-24T10:00"), "OPTOUT", "OPTED_OUT", "1", "JP", 0);

  EXPECT_EQ(Kpi(kApplication, "txn-sms-sent"), "4.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-sent-grouped-by-date"), "2026-11-23=1.0 2026-11-24=3.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-sent-grouped-by-country"), "JP=2.0 US=2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivered"), "2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivered-grouped-by-date"),
            "2026-11-23=1.0 2026-11-24=1.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivered-grouped-by-country"), "JP=0.0 US=2.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivery-rate"), "0.5");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivery-rate-grouped-by-date"),
            "2026-11-23=1.0 2026-11-24=0.3333333333333333");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-sent-by-parts"), "7.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-sent-by-parts-grouped-by-country"), "JP=3.0 US=4.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivered-by-parts"), "4.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-delivered-by-parts-grouped-by-country"), "JP=0.0 US=4.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-total-price-grouped-by-country"), "JP=0.0 US=1600.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-average-price-grouped-by-country"), "JP=0.0 US=800.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-average-price-by-parts-grouped-by-country"),
            "JP=0.0 US=400.0");
  EXPECT_EQ(Kpi(kApplication, "txn-sms-error-distribution"), "OPTED_OUT=1.0 UNREACHABLE=1.0");
}

TEST_F(KpiQueryTest, CampaignSmsCostWhatTheirPricesAddUpTo) {
  for (const char* id : {"1", "2"}) {
    AMessage message(id, "2026-11-23T10:00");
    message.OfCampaign("c", "a");
    Sms(message, "SUCCESS", "DELIVERED", "1", "US", 645);
  }
  EXPECT_EQ(Kpi(kApplication, "sms-spend"), "1290.0");
  EXPECT_EQ(Kpi(kCampaign, "sms-spend", "c"), "1290.0");
  EXPECT_EQ(Kpi(kCampaign, "sms-spend", "another"), "");
}

TEST_F(KpiQueryTest, PushOpensCountByEndpointAndHour) {
  Push("1", "phone", "ann");
  Push("2", "tablet", "bob");
  Push("3", "watch", "cy", "FAILURE_PERMANENT");
  PushOpen("phone", "ann", "2026-11-23T10:10");
  PushOpen("phone", "ann", "2026-11-23T10:50");
  PushOpen("phone", "ann", "2026-11-24T08:00");

  EXPECT_EQ(Kpi(kCampaign, "direct-push-opens-grouped-by-campaign-activity", "c"), "a=2.0");
  EXPECT_EQ(Kpi(kCampaign, "push-open-rate", "c"), "0.5");
  EXPECT_EQ(Kpi(kCampaign, "push-open-rate-grouped-by-campaign-activity", "c"), "a=0.5");
  EXPECT_EQ(Kpi(kApplication, "push-open-rate"), "0.5");
  EXPECT_EQ(Kpi(kApplication, "push-open-rate-grouped-by-campaign"), "c=0.5");
}

TEST_F(KpiQueryTest, APushOpenOfAStrangerCountsNothing) {
  Push("1", "phone", "ann");
  PushOpen("unknown", "", "2026-11-23T10:10");
  PushOpen("phone", "ann", "2026-11-23T10:10", "another");

  EXPECT_EQ(Kpi(kCampaign, "direct-push-opens-grouped-by-campaign-activity", "c"), "a=0.0");
  EXPECT_EQ(Kpi(kCampaign, "push-open-rate", "c"), "0.0");
}

TEST_F(KpiQueryTest, APushMayBeOpenedOnAnotherEndpointOfTheUser) {
  Push("1", "phone", "ann");
  PushOpen("tablet", "ann", "2026-11-23T10:10");
  PushOpen("phone", "ann", "2026-11-23T10:10");

  EXPECT_EQ(Kpi(kCampaign, "direct-push-opens-grouped-by-campaign-activity", "c"), "a=2.0");
  EXPECT_EQ(Kpi(kCampaign, "push-open-rate", "c"), "1.0");
}

TEST_F(KpiQueryTest, JourneyEmailsAreCountedTogetherAndByActivity) {
  JourneyEmail("1", "first", {"send", "delivered", "open", "click", "unsubscribe"});
  JourneyEmail("2", "first", {"send", "hardbounce"});
  JourneyEmail("3", "second", {"send", "softbounce"});
  JourneyEmail("4", "second", {"send", "delivered", "complaint"});
  AMessage refused("5", "2026-11-23T10:00");
  Add({refused.OfJourney("j", "third").NotSent().Event("_email.rejected")});

  const auto both = [this](const std::string& what) {
    return Kpi(kJourney, "journey-emails-" + what, "j") + " | " +
           Kpi(kJourney, "emails-" + what + "-grouped-by-journey-activity", "j");
  };
  EXPECT_EQ(both("sent"), "4.0 | first=2.0 second=2.0");
  EXPECT_EQ(both("delivered"), "2.0 | first=1.0 second=1.0");
  EXPECT_EQ(both("opened"), "1.0 | first=1.0 second=0.0");
  EXPECT_EQ(both("clicked"), "1.0 | first=1.0 second=0.0");
  EXPECT_EQ(both("unsubscribed"), "1.0 | first=1.0 second=0.0");
  EXPECT_EQ(both("rejected"), "1.0 | first=0.0 second=0.0 third=1.0");
  EXPECT_EQ(both("hardbounced"), "1.0 | first=1.0 second=0.0");
  EXPECT_EQ(both("softbounced"), "1.0 | first=0.0 second=1.0");
  EXPECT_EQ(both("complained"), "1.0 | first=0.0 second=1.0");
}

TEST_F(KpiQueryTest, JourneySmsAndPushAreCountedTogetherAndByActivity) {
  AMessage sms("1", "2026-11-23T10:00");
  Sms(sms.OfJourney("j", "text"), "SUCCESS", "DELIVERED", "2", "US", 0);
  AMessage push("2", "2026-11-23T10:00");
  push.To("phone").OfJourney("j", "note");
  Add({push.Event("_journey.send",
                  {{"delivery_type", "GCM"}, {"journey_send_status", "SUCCESS"}})});
  eventlog::Event open = push.Event("_journey.opened_notification");
  open.origin = eventlog::Origin::kApp;
  Add({open});

  EXPECT_EQ(Kpi(kJourney, "journey-sms-sent", "j"), "1.0");
  EXPECT_EQ(Kpi(kJourney, "sms-delivered-grouped-by-journey-activity", "j"), "text=1.0");
  EXPECT_EQ(Kpi(kJourney, "journey-sms-sent-by-parts", "j"), "2.0");
  EXPECT_EQ(Kpi(kJourney, "push-sent-grouped-by-journey-activity", "j"), "note=1.0");
  EXPECT_EQ(Kpi(kJourney, "journey-push-delivered", "j"), "1.0");
  EXPECT_EQ(Kpi(kJourney, "journey-push-opened", "j"), "1.0");
}

TEST_F(KpiQueryTest, EveryKpiCanBeAsked) {
  CampaignEmail("1", "c", "a1", "x", {"send", "delivered"});

  for (const analytics::Kpi& kpi : AllKpis()) {
    const auto numbers = ReadKpi(tables_, kpi, {kShop, "c", from_, to_});
    EXPECT_TRUE(numbers.ok()) << kpi.name << ": " << numbers.error().message;
  }
}

}  // namespace
}  // namespace pinion::analytics
