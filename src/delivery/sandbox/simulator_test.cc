#include "delivery/sandbox/simulator.h"

#include <gtest/gtest.h>

#include "delivery/sandbox/sandbox_transport.h"

namespace pinion::delivery::sandbox {
namespace {

using Kind = Outcome::Kind;

TEST(SimulatorTest, EveryOrdinaryAddressIsDelivered) {
  EXPECT_EQ(Decide("EMAIL", "bounce@example.com").kind, Kind::kDelivered);
  EXPECT_EQ(Decide("SMS", "+12065550142").kind, Kind::kDelivered);
  EXPECT_EQ(Decide("CUSTOM", "bounce@simulator.pinion").kind, Kind::kDelivered);
}

TEST(SimulatorTest, BothEmailDomainsPlayTheTable) {
  EXPECT_EQ(Decide("EMAIL", "success@simulator.amazonses.com").kind, Kind::kDelivered);
  EXPECT_EQ(Decide("EMAIL", "bounce@simulator.amazonses.com").kind, Kind::kHardBounce);
  EXPECT_EQ(Decide("EMAIL", "softbounce@simulator.pinion").kind, Kind::kSoftBounce);
  EXPECT_EQ(Decide("EMAIL", "ooto@simulator.pinion").kind, Kind::kDelivered);
  EXPECT_EQ(Decide("EMAIL", "complaint@simulator.pinion").kind, Kind::kComplaint);
  EXPECT_EQ(Decide("EMAIL", "suppressionlist@simulator.pinion").kind, Kind::kSuppressed);
  EXPECT_EQ(Decide("EMAIL", "reject@simulator.pinion").kind, Kind::kRejected);
}

TEST(SimulatorTest, BounceIsReportedAfterTheMessageWasTaken) {
  const Outcome outcome = Decide("EMAIL", "bounce@simulator.amazonses.com");

  EXPECT_TRUE(outcome.taken_first);
  EXPECT_EQ(outcome.enhanced_status, "5.1.1");
  EXPECT_EQ(outcome.status_code, 550);
}

TEST(SimulatorTest, RejectedIsNeverTaken) {
  EXPECT_FALSE(Decide("EMAIL", "reject@simulator.pinion").taken_first);
}

TEST(SimulatorTest, EmailAddressMayCarryALabelAndAnyCase) {
  EXPECT_EQ(Decide("EMAIL", "bounce+order-17@simulator.amazonses.com").kind, Kind::kHardBounce);
  EXPECT_EQ(Decide("EMAIL", "Bounce@Simulator.AmazonSES.com").kind, Kind::kHardBounce);
}

TEST(SimulatorTest, UnknownLocalPartIsAnOrdinaryAddress) {
  EXPECT_EQ(Decide("EMAIL", "bouncer@simulator.pinion").kind, Kind::kDelivered);
  EXPECT_FALSE(IsEmailSimulator("bouncer@simulator.pinion"));
  EXPECT_FALSE(IsEmailSimulator("bounce@evil-simulator.pinion"));
  EXPECT_TRUE(IsEmailSimulator("bounce+x@simulator.pinion"));
}

TEST(SimulatorTest, FailureNumberIsTakenAndThenUnreachable) {
  for (const char* channel : {"SMS", "VOICE"}) {
    const Outcome outcome = Decide(channel, "+14254147167");
    EXPECT_EQ(outcome.kind, Kind::kFailed) << channel;
    EXPECT_TRUE(outcome.taken_first);
    EXPECT_EQ(outcome.record_status, "UNREACHABLE");
  }
}

TEST(SimulatorTest, SuccessNumberIsDelivered) {
  EXPECT_EQ(Decide("SMS", "+14254147755").kind, Kind::kDelivered);
  EXPECT_EQ(Decide("SMS", "+43676800442031").kind, Kind::kDelivered);
}

TEST(SimulatorTest, NumberIsReadAsDestinationsAre) {
  EXPECT_EQ(Decide("SMS", "1 (425) 414-7167").kind, Kind::kFailed);
}

TEST(SimulatorTest, PushTokensPlayTheProvider) {
  EXPECT_EQ(Decide("GCM", "simulator-success-1").kind, Kind::kDelivered);
  EXPECT_EQ(Decide("APNS", "simulator-invalid-1").status_code, 410);
  EXPECT_EQ(Decide("APNS", "simulator-invalid-1").kind, Kind::kHardBounce);
  EXPECT_EQ(Decide("ADM", "simulator-throttle").status_code, 429);
  EXPECT_EQ(Decide("BAIDU", "simulator-error").status_code, 503);
}

TEST(SimulatorTest, UpdatedTokenComesFromGcmAndAdmOnly) {
  EXPECT_EQ(Decide("GCM", "simulator-update-tok2").updated_token, "tok2");
  EXPECT_EQ(Decide("ADM", "simulator-update-tok2").updated_token, "tok2");
  EXPECT_EQ(Decide("APNS", "simulator-update-tok2").updated_token, "");
}

TEST(SandboxTransportTest, AnswersBeforeSendReturns) {
  SandboxTransport transport;
  OutboundMessage message;
  message.channel = "EMAIL";
  message.address = "complaint@simulator.pinion";
  int calls = 0;
  Outcome seen;

  transport.Send(message, [&](Outcome outcome) {
    ++calls;
    seen = std::move(outcome);
  });

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(seen.kind, Kind::kComplaint);
}

}  // namespace
}  // namespace pinion::delivery::sandbox
