// SendMessages and SendUsersMessages (channels.md section 2): composes a message for each
// recipient, takes it into the message log, and says per recipient what became of it. All messages
// of a request are one write. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "delivery/channel_facts.h"
#include "delivery/delivery_service.h"
#include "delivery/dispatcher.h"
#include "delivery/message_plan.h"
#include "eventlog/event_log.h"
#include "model/messages.h"
#include "storage/key_value_store.h"
#include "templates/template_service.h"

namespace pinion::delivery {

class DirectSender {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::RandomSource& random;
    const audience::AudienceService& audience;
    const templates::TemplateService& templates;
    DeliveryService& delivery;
    Dispatcher& dispatcher;
    eventlog::EventLog& events;
    ChannelFactsSource channels;
    std::string envelope_key;
  };
  explicit DirectSender(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  // What goes with the messages of a request.
  struct Companion {
    // A text of theirs that the message log shows on the sandbox only, its characters replaced by
    // asterisks elsewhere (CHN-51).
    std::string hidden;
    // Adds to the write that takes the messages; not called when none was taken.
    std::function<void(storage::WriteBatch&)> add;
  };

  // kInvalidArgument for CHN-20: nothing is sent then.
  base::Result<model::MessageResponse> SendMessages(const base::AppId& app,
                                                    const model::MessageRequest& request,
                                                    std::string_view request_id,
                                                    const Companion* companion = nullptr);
  base::Result<model::SendUsersMessageResponse> SendUsersMessages(
      const base::AppId& app,
      const model::SendUsersMessageRequest& request,
      std::string_view request_id);

  // Messages whose content and recipients the caller has made up by himself, as the sibling
  // services do (CHN-136, CHN-137).
  struct Ready {
    model::ChannelType channel = model::ChannelType::kEmail;
    // One message each. An address that is there twice gets one; who has opted out gets none.
    std::vector<std::string> recipients;
    std::shared_ptr<const MessagePlan> plan;
    model::Map<std::string> context;  // attributes of the messages' events
    bool dry_run = false;             // all is checked, nothing is stored
  };
  // All of them, or none: the id of the first; those of the others differ from it in their last
  // eight digits only. A channel that was never set up counts as enabled. kInvalidArgument for an
  // address or content that cannot be sent, kConflict when nobody is left who has not opted out,
  // kTooManyRequests over a rate limit.
  base::Result<std::string> SendReady(const base::AppId& app,
                                      const Ready& ready,
                                      std::string_view request_id);

 private:
  Dependencies deps_;
};

}  // namespace pinion::delivery
