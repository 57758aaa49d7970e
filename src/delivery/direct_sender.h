// SendMessages and SendUsersMessages (channels.md section 2): composes a message for each
// recipient, takes it into the message log, and says per recipient what became of it. All messages
// of a request are one write. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "delivery/channel_facts.h"
#include "delivery/delivery_service.h"
#include "delivery/dispatcher.h"
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

  // kInvalidArgument for CHN-20: nothing is sent then.
  base::Result<model::MessageResponse> SendMessages(const base::AppId& app,
                                                    const model::MessageRequest& request,
                                                    std::string_view request_id);
  base::Result<model::SendUsersMessageResponse> SendUsersMessages(
      const base::AppId& app,
      const model::SendUsersMessageRequest& request,
      std::string_view request_id);

 private:
  Dependencies deps_;
};

}  // namespace pinion::delivery
