// What the events about a message tell of it beside what their records show.
#include "delivery/outcome.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace pinion::delivery {
namespace {

constexpr base::Timestamp kHandedOver = base::Timestamp{std::chrono::milliseconds{1000}};
constexpr base::Timestamp kNow = base::Timestamp{std::chrono::milliseconds{5000}};

Message Email() {
  Message message;
  message.app = base::AppId("shop");
  message.record.id = base::MessageId("m");
  message.record.channel = "EMAIL";
  message.record.address = "ann@example.com";
  message.record.handed_over_at = kHandedOver;
  message.content.email.emplace();
  return message;
}

Message Sms(std::string number) {
  Message message = Email();
  message.record.channel = "SMS";
  message.record.address = std::move(number);
  message.content.email.reset();
  message.content.sms.emplace();
  return message;
}

std::vector<eventlog::Event> EventsOf(Message message, Outcome::Kind kind) {
  Outcome outcome;
  outcome.kind = kind;
  ApplyOutcome(outcome, kNow, message.record);
  std::vector<eventlog::Event> events;
  AppendOutcomeEvents(message, outcome, kNow, events);
  return events;
}

// "" when none of the events, or "mixed" when not all, have it.
std::string FactOfAll(const std::vector<eventlog::Event>& events, std::string_view name) {
  const std::string* first = events.at(0).FindFact(name);
  const bool same = std::all_of(events.begin(), events.end(), [&](const auto& event) {
    const std::string* fact = event.FindFact(name);
    return first == nullptr ? fact == nullptr : fact != nullptr && *fact == *first;
  });
  return !same ? "mixed" : first != nullptr ? *first : "";
}

TEST(OutcomeTest, EveryEventNamesItsMessageAndTheFirstHandOver) {
  const auto events = EventsOf(Email(), Outcome::Kind::kDelivered);

  EXPECT_EQ(events.size(), 2U);
  EXPECT_EQ(FactOfAll(events, "message_id"), "m");
  EXPECT_EQ(FactOfAll(events, "sent_at"), "1000");
}

TEST(OutcomeTest, AnEmailThatCouldNotBeRenderedHasItsEvent) {
  Message message = Email();
  message.record.source.template_name = "welcome";
  std::vector<eventlog::Event> events;

  AppendRenderingFailure(message, "Rendering failed: no name", kNow, events);
  AppendRenderingFailure(message, "No From address", kNow, events);
  AppendRenderingFailure(Sms("+12065550182"), "Rendering failed: no name", kNow, events);

  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].event_type, "_email.rendering_failure");
  EXPECT_NE(events[0].facets_json.find(
                R"({"template_name":"welcome","error_message":"Rendering failed: no name"})"),
            std::string::npos);
}

TEST(OutcomeTest, AMessageThatIsRejectedWasNotSent) {
  EXPECT_EQ(FactOfAll(EventsOf(Email(), Outcome::Kind::kRejected), "sent_at"), "");
}

TEST(OutcomeTest, AMessageThatNoTransportSawWasNotSent) {
  Message message = Sms("nonsense");
  message.record.handed_over_at.reset();

  EXPECT_EQ(FactOfAll(EventsOf(message, Outcome::Kind::kFailed), "sent_at"), "");
}

TEST(OutcomeTest, ASuppressedRecipientCountsAsSentWhenThatIsFound) {
  Message message = Email();
  message.record.handed_over_at.reset();

  EXPECT_EQ(FactOfAll(EventsOf(message, Outcome::Kind::kSuppressed), "sent_at"), "5000");
}

TEST(OutcomeTest, TheHandOverIsKeptWithTheMessage) {
  const auto record = DecodeRecord("m", EncodeRecord(Email().record));

  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->handed_over_at, kHandedOver);
  EXPECT_FALSE(DecodeRecord("m", EncodeRecord(MessageRecord{}))->handed_over_at.has_value());
}

TEST(OutcomeTest, SmsEventsNameTheCountryWhereItIsKnown) {
  const auto country = [](std::string number) {
    const auto events = EventsOf(Sms(std::move(number)), Outcome::Kind::kDelivered);
    const std::string* attribute = events.at(1).FindAttribute("iso_country_code");
    return attribute != nullptr ? *attribute : "";
  };
  EXPECT_EQ(country("+819012345678"), "JP");
  EXPECT_EQ(country("+80012345678"), "");
}

}  // namespace
}  // namespace pinion::delivery
