// What the dispatcher relies on, on every implementation of Transport.
#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "delivery/sandbox/sandbox_transport.h"
#include "delivery/smtp/fake_smtp_server.h"
#include "delivery/smtp/smtp_transport.h"
#include "delivery/transport.h"

namespace pinion::delivery {
namespace {

// A transport with the world it needs.
class World {
 public:
  virtual ~World() = default;
  virtual std::unique_ptr<Transport> MakeTransport() = 0;
};

class SandboxWorld : public World {
 public:
  std::unique_ptr<Transport> MakeTransport() override {
    return std::make_unique<sandbox::SandboxTransport>();
  }
};

class SmtpWorld : public World {
 public:
  SmtpWorld() { server_.Start(); }
  std::unique_ptr<Transport> MakeTransport() override {
    smtp::SmtpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = server_.port();
    settings.security = smtp::Security::kNone;
    return *smtp::SmtpTransport::Create(settings, io_);
  }

 private:
  smtp::FakeSmtpServer server_;
  smtp::IoThread io_;
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<World>()> make;
};

OutboundMessage AMessage(int number) {
  OutboundMessage message;
  message.id = base::MessageId("m" + std::to_string(number));
  message.channel = "EMAIL";
  message.address = "jo@example.com";
  message.email = EmailContent{};
  message.email->from = "news@shop.example";
  message.email->envelope_from = "b@shop.example";
  message.email->text = "Hi";
  return message;
}

class TransportContractTest : public ::testing::TestWithParam<Implementation> {
 protected:
  std::unique_ptr<World> world_ = GetParam().make();
  std::unique_ptr<Transport> transport_ = world_->MakeTransport();
};

TEST_P(TransportContractTest, TakesAtLeastOneMessageAtATime) {
  EXPECT_GT(transport_->parallel_max(), 0U);
  EXPECT_FALSE(transport_->type().empty());
}

TEST_P(TransportContractTest, OrdinaryMessageIsDelivered) {
  std::promise<Outcome> done;
  transport_->Send(AMessage(1), [&](Outcome outcome) { done.set_value(std::move(outcome)); });
  EXPECT_EQ(done.get_future().get().kind, Outcome::Kind::kDelivered);
}

TEST_P(TransportContractTest, EveryMessageIsCalledBackOnceAlsoWhenTheTransportGoes) {
  const auto messages = static_cast<int>(std::min<size_t>(transport_->parallel_max(), 100));
  std::vector<std::atomic<int>> calls(static_cast<size_t>(messages));
  for (int i = 0; i < messages; ++i) {
    transport_->Send(AMessage(i), [&, i](const Outcome&) { ++calls[static_cast<size_t>(i)]; });
  }

  transport_.reset();

  for (const std::atomic<int>& count : calls) {
    EXPECT_EQ(count, 1);
  }
}

TEST_P(TransportContractTest, CallbackMaySendTheNextMessage) {
  std::promise<void> done;
  transport_->Send(AMessage(1), [&](const Outcome&) {
    transport_->Send(AMessage(2), [&](const Outcome&) { done.set_value(); });
  });
  done.get_future().get();
}

INSTANTIATE_TEST_SUITE_P(
    All,
    TransportContractTest,
    ::testing::Values(Implementation{"Sandbox", [] { return std::make_unique<SandboxWorld>(); }},
                      Implementation{"Smtp", [] { return std::make_unique<SmtpWorld>(); }}),
    [](const ::testing::TestParamInfo<Implementation>& implementation) {
      return implementation.param.name;
    });

}  // namespace
}  // namespace pinion::delivery
