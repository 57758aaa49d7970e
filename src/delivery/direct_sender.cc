#include "delivery/direct_sender.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "audience/endpoint_identity.h"
#include "delivery/message_plan.h"
#include "delivery/outcome.h"
#include "delivery/recipient_view.h"
#include "delivery/wire_address.h"

namespace pinion::delivery {
namespace {

using model::DeliveryStatus;
using model::EndpointMessageResult;

EndpointMessageResult Failure(DeliveryStatus status, int32_t code, std::string text) {
  EndpointMessageResult result;
  result.delivery_status = status;
  result.status_code = code;
  result.status_message = std::move(text);
  return result;
}

EndpointMessageResult Permanent(std::string text, int32_t code = 400) {
  return Failure(DeliveryStatus::kPermanentFailure, code, std::move(text));
}

model::MessageResult ToMessageResult(EndpointMessageResult result) {
  return {.delivery_status = result.delivery_status,
          .message_id = std::move(result.message_id),
          .status_code = result.status_code,
          .status_message = std::move(result.status_message),
          .updated_token = std::move(result.updated_token)};
}

// What an address, endpoint or user entry of the request says beside its recipient.
struct Entry {
  const std::optional<std::string>* title = nullptr;
  const std::optional<std::string>* body = nullptr;
  const std::optional<model::Map<std::vector<std::string>>>* substitutions = nullptr;
  const std::optional<model::Map<std::string>>* context = nullptr;
};

template <class Configuration>
Entry EntryOf(const Configuration& configuration) {
  return {.title = &configuration.title_override,
          .body = &configuration.body_override,
          .substitutions = &configuration.substitutions,
          .context = &configuration.context};
}

}  // namespace

// One request: its plan, and the batch that all its messages go into.
class DirectRequest {
 public:
  DirectRequest(DirectSender::Dependencies& deps,
                const base::AppId& app,
                std::string_view request_id,
                const DirectSender::Companion* companion = nullptr)
      : deps_(deps),
        app_(app),
        request_id_(request_id),
        companion_(companion),
        recipient_({.application_id = app.value()}) {}

  template <class Body>
  base::Status Prepare(const Body& body) {
    if (body.template_configuration && body.template_configuration->in_app_template) {
      return base::InvalidArgument(
          "Member 'TemplateConfiguration.InAppTemplate': not allowed in direct messages.");
    }
    PINION_TRY(plan_,
               MessagePlan::ForDirect(
                   body.message_configuration, body.template_configuration, deps_.templates));
    PINION_TRY(channels_, deps_.channels(app_));
    PINION_TRY(missing_, deps_.templates.settings().MissingPolicyOf(app_));
    context_ = body.context ? &*body.context : nullptr;
    trace_id_ = body.trace_id.value_or("");
    return {};
  }

  // For messages that are ready (CHN-136): their ids have their beginning in common.
  base::Status Prepare(const DirectSender::Ready& ready) {
    plan_ = ready.plan;
    PINION_TRY(channels_, deps_.channels(app_));
    context_ = &ready.context;
    missing_channel_counts_ = true;
    shared_id_ = SharedId{deps_.clock.Now(), static_cast<uint32_t>(deps_.random.Next64()), 0};
    return {};
  }

  base::Result<EndpointMessageResult> ToAddress(const std::string& address,
                                                model::ChannelType channel,
                                                const Entry& entry) {
    recipient_.FillFromAddress(address, model::ToWire(channel));
    return Send({.channel = channel, .address = address, .endpoint_id = "", .user_id = ""}, entry);
  }

  base::Result<EndpointMessageResult> ToEndpoint(const audience::EndpointBatch::Member& endpoint,
                                                 const Entry& entry) {
    const audience::EndpointRecordView& record = endpoint.record;
    EndpointMessageResult result;
    if (record.opt_out == audience::OptOut::kAll) {
      result = Failure(DeliveryStatus::kOptOut, 400, "Endpoint opted out");
    } else if (record.status == audience::EndpointStatus::kInactive) {
      result = Permanent("Endpoint is inactive");
    } else if (!record.channel_type) {
      result = Permanent("Endpoint has no channel");
    } else if (record.address.empty()) {
      result = Permanent("Endpoint has no address");
    } else {
      recipient_.FillFrom(endpoint);
      PINION_TRY(result,
                 Send({.channel = *record.channel_type,
                       .address = std::string(record.address),
                       .endpoint_id = std::string(record.id),
                       .user_id = std::string(record.user_id)},
                      entry));
    }
    if (!record.address.empty()) {
      result.address = std::string(record.address);
    }
    return result;
  }

  // Stores everything and sends it on its way.
  base::Status Finish() {
    if (batch_.empty() && events_.empty()) {
      return {};
    }
    if (companion_ != nullptr && !batch_.empty()) {
      companion_->add(batch_);
    }
    {
      const auto append = deps_.events.Add(app_, events_, batch_);
      PINION_CHECK(deps_.store.Apply(batch_));
    }
    for (const Lane& lane : lanes_) {
      deps_.dispatcher.Wake(lane);
    }
    return {};
  }

 private:
  struct SharedId {
    base::Timestamp at;
    uint32_t source = 0;
    uint32_t next = 0;
  };
  struct Target {
    model::ChannelType channel;
    std::string address;
    std::string endpoint_id;
    std::string user_id;
  };

  // Why the channel cannot be used; nothing if it can (CHN-23).
  std::optional<std::string> ChannelProblem(model::ChannelType channel) const {
    const std::string name(model::ToWire(channel));
    if (channel != model::ChannelType::kEmail && channel != model::ChannelType::kSms) {
      return "Channel " + name + " is not built yet";
    }
    if (channel == model::ChannelType::kEmail) {
      return std::nullopt;
    }
    switch (channels_.StateOf(name)) {
      case ChannelFacts::State::kEnabled:
        return std::nullopt;
      case ChannelFacts::State::kDisabled:
        return "Channel " + name + " is disabled";
      case ChannelFacts::State::kMissing:
        return missing_channel_counts_ ? std::nullopt
                                       : std::optional("Channel " + name + " is not configured");
    }
    return std::nullopt;
  }

  base::Result<EndpointMessageResult> Send(const Target& target, const Entry& entry) {
    const std::string channel(model::ToWire(target.channel));
    if (auto problem = ChannelProblem(target.channel)) {
      return Permanent(*std::move(problem));
    }
    auto address = WireAddress(channel, target.address);
    if (!address.ok()) {
      return Permanent(address.error().message);
    }
    if (deps_.delivery.IsRefused(app_, *address)) {
      return Failure(DeliveryStatus::kOptOut, 400, "Recipient opted out");
    }
    if (!seen_.insert(channel + "|" + audience::ComparableAddress(target.channel, *address))
             .second) {
      return Failure(DeliveryStatus::kDuplicate, 400, "Duplicate address");
    }
    Message message;
    message.app = app_;
    message.record.id = NextId();
    message.record.endpoint_id = target.endpoint_id;
    message.record.user_id = target.user_id;
    message.record.channel = channel;
    message.record.address = *std::move(address);
    message.record.source.request_id = request_id_;
    message.record.source.trace_id = trace_id_;
    MergeContext(entry, message.content.context);
    const base::Status rendered = Render(entry, message);
    if (!rendered.ok()) {
      if (rendered.error().code != base::Errc::kInvalidArgument) {
        return rendered.error();
      }
      AppendRenderingFailure(message, rendered.error().message, deps_.clock.Now(), events_);
      return Permanent(rendered.error().message);
    }
    if (companion_ != nullptr) {
      message.content.hidden = companion_->hidden;
    }
    PINION_TRY(const MessageStatus status,
               deps_.delivery.Submit(message, Priority::kDirect, batch_, events_));
    if (status == MessageStatus::kQueued) {
      lanes_.insert({.app = app_, .channel = channel});
    }
    EndpointMessageResult result;
    result.delivery_status = DeliveryStatus::kSuccessful;
    result.status_code = 200;
    result.message_id = message.record.id.value();
    result.status_message = (target.channel == model::ChannelType::kEmail ? "" : "MessageId: ") +
                            message.record.id.value();
    return result;
  }

  base::MessageId NextId() {
    if (shared_id_) {
      return MakeMessageId(shared_id_->at, shared_id_->source, shared_id_->next++);
    }
    return MakeMessageId(deps_.clock.Now(),
                         static_cast<uint32_t>(deps_.random.Next64()),
                         static_cast<uint32_t>(deps_.random.Next64()));
  }

  // Address-level entries over the request's (CHN-27).
  void MergeContext(const Entry& entry,
                    std::vector<std::pair<std::string, std::string>>& context) const {
    model::Map<std::string> merged = context_ != nullptr ? *context_ : model::Map<std::string>();
    if (*entry.context) {
      for (const auto& [name, value] : **entry.context) {
        merged.Set(name, value);
      }
    }
    context.assign(merged.begin(), merged.end());
  }

  base::Status Render(const Entry& entry, Message& message) {
    std::vector<templates::NamedValue> substitutions;
    if (*entry.substitutions) {
      for (const auto& [name, values] : **entry.substitutions) {
        substitutions.push_back(
            {name, templates::Value::List(std::span<const std::string>(values))});
      }
    }
    std::vector<templates::NamedValue> context;
    for (const auto& [name, value] : message.content.context) {
      context.push_back({name, templates::Value::String(value)});
    }
    templates::RecipientView& view = recipient_.view();
    view.substitutions[0] = substitutions;
    view.context[0] = context;
    RecipientOverrides overrides;
    overrides.title = *entry.title ? &**entry.title : nullptr;
    overrides.body = *entry.body ? &**entry.body : nullptr;
    return plan_->Render({.recipient = recipient_,
                          .channels = channels_,
                          .sms_message_type = "TRANSACTIONAL",
                          .overrides = overrides,
                          .missing = missing_,
                          .now = deps_.clock.Now(),
                          .random = deps_.random,
                          .envelope_key = deps_.envelope_key},
                         message);
  }

  DirectSender::Dependencies& deps_;
  const base::AppId& app_;
  const std::string request_id_;
  const DirectSender::Companion* const companion_;
  std::string trace_id_;
  const model::Map<std::string>* context_ = nullptr;
  std::shared_ptr<const MessagePlan> plan_;
  ChannelFacts channels_;
  bool missing_channel_counts_ = false;  // as one that is enabled
  std::optional<SharedId> shared_id_;
  templates::MissingPolicy missing_ = templates::MissingPolicy::kOmit;
  RecipientView recipient_;
  std::set<std::string> seen_;
  std::set<Lane> lanes_;
  storage::WriteBatch batch_;
  std::vector<eventlog::Event> events_;
};

namespace {

base::Status CheckAddresses(const model::Map<model::AddressConfiguration>& addresses) {
  for (const auto& [address, configuration] : addresses) {
    const std::string path = "Addresses." + address.substr(0, 100) + ".ChannelType";
    if (!configuration.channel_type) {
      return base::InvalidArgument("Missing required member '" + path + "'.");
    }
    if (*configuration.channel_type == model::ChannelType::kPush ||
        *configuration.channel_type == model::ChannelType::kInApp) {
      return base::InvalidArgument("Member '" + path + "': messages cannot be sent to " +
                                   std::string(model::ToWire(*configuration.channel_type)) + ".");
    }
  }
  return {};
}

// Why a message that is ready is not taken.
base::Error RefusalOf(const EndpointMessageResult& result) {
  std::string text = result.status_message.value_or("The message cannot be sent.");
  switch (result.delivery_status) {
    case DeliveryStatus::kThrottled:
      return {base::Errc::kTooManyRequests, std::move(text)};
    case DeliveryStatus::kTemporaryFailure:
      return base::Unavailable(std::move(text));
    default:
      return base::InvalidArgument(std::move(text));
  }
}

// The texts of one recipient are malformed before anything is sent (TPL-47).
template <class Configurations>
base::Status CheckOverrides(const std::optional<Configurations>& configurations,
                            const std::string& member) {
  if (!configurations) {
    return {};
  }
  for (const auto& [name, configuration] : *configurations) {
    for (const auto& [text, what] : {std::pair(&configuration.title_override, ".TitleOverride"),
                                     std::pair(&configuration.body_override, ".BodyOverride")}) {
      if (*text) {
        const std::string part = member + "." + name.substr(0, 100) + what;
        PINION_CHECK(templates::CompiledTemplate::Compile(**text, {.part = part}));
      }
    }
  }
  return {};
}

}  // namespace

base::Result<std::string> DirectSender::SendReady(const base::AppId& app,
                                                  const Ready& ready,
                                                  std::string_view request_id) {
  DirectRequest direct(deps_, app, request_id);
  PINION_CHECK(direct.Prepare(ready));
  const model::AddressConfiguration nothing_of_its_own;
  std::optional<std::string> first;
  for (const std::string& recipient : ready.recipients) {
    PINION_TRY(auto result,
               direct.ToAddress(recipient, ready.channel, EntryOf(nothing_of_its_own)));
    const DeliveryStatus status = result.delivery_status;
    if (status == DeliveryStatus::kSuccessful && !first) {
      first = result.message_id;
    } else if (status != DeliveryStatus::kSuccessful && status != DeliveryStatus::kDuplicate &&
               status != DeliveryStatus::kOptOut) {
      return RefusalOf(result);
    }
  }
  if (!first) {
    return base::Conflict("The recipient has opted out.");
  }
  if (!ready.dry_run) {
    PINION_CHECK(direct.Finish());
  }
  return *std::move(first);
}

base::Result<model::MessageResponse> DirectSender::SendMessages(
    const base::AppId& app,
    const model::MessageRequest& request,
    std::string_view request_id,
    const Companion* companion) {
  const bool has_addresses = request.addresses && !request.addresses->empty();
  const bool has_endpoints = request.endpoints && !request.endpoints->empty();
  if (!has_addresses && !has_endpoints) {
    return base::InvalidArgument("Neither 'Addresses' nor 'Endpoints' names a recipient.");
  }
  if (has_addresses) {
    PINION_CHECK(CheckAddresses(*request.addresses));
  }
  PINION_CHECK(CheckOverrides(request.addresses, "Addresses"));
  PINION_CHECK(CheckOverrides(request.endpoints, "Endpoints"));
  DirectRequest direct(deps_, app, request_id, companion);
  PINION_CHECK(direct.Prepare(request));
  model::MessageResponse response;
  response.application_id = app.value();
  response.request_id = std::string(request_id);
  if (has_addresses) {
    auto& results = response.result.emplace();
    for (const auto& [address, configuration] : *request.addresses) {
      PINION_TRY(auto result,
                 direct.ToAddress(address, *configuration.channel_type, EntryOf(configuration)));
      results.Set(address, ToMessageResult(std::move(result)));
    }
  }
  if (has_endpoints) {
    auto& results = response.endpoint_result.emplace();
    std::map<std::string, const model::EndpointSendConfiguration*> by_id;
    for (const auto& [id, configuration] : *request.endpoints) {
      by_id.emplace(id, &configuration);
    }
    for (const auto& [id, configuration] : by_id) {
      PINION_TRY(const auto ordinal, deps_.audience.OrdinalOf(app, id));
      EndpointMessageResult result = Permanent("Endpoint not found", 404);
      if (ordinal) {
        PINION_TRY(const auto batch, deps_.audience.ReadByOrdinals(app, std::span(&*ordinal, 1)));
        if (batch.size() == 1) {
          PINION_TRY(result, direct.ToEndpoint(batch[0], EntryOf(*configuration)));
        }
      }
      results.Set(id, std::move(result));
    }
  }
  PINION_CHECK(direct.Finish());
  return response;
}

base::Result<model::SendUsersMessageResponse> DirectSender::SendUsersMessages(
    const base::AppId& app,
    const model::SendUsersMessageRequest& request,
    std::string_view request_id) {
  PINION_CHECK(CheckOverrides(std::optional(request.users), "Users"));
  DirectRequest direct(deps_, app, request_id);
  PINION_CHECK(direct.Prepare(request));
  std::map<std::string, const model::EndpointSendConfiguration*> by_id;
  for (const auto& [id, configuration] : request.users) {
    by_id.emplace(id, &configuration);
  }
  model::SendUsersMessageResponse response;
  response.application_id = app.value();
  response.request_id = std::string(request_id);
  auto& results = response.result.emplace();
  for (const auto& [id, configuration] : by_id) {
    model::Map<EndpointMessageResult> of_user;
    const auto user = deps_.audience.FindUser(app, base::UserId(id));
    if (!user.ok() && user.error().code != base::Errc::kNotFound) {
      return user.error();
    }
    std::vector<uint32_t> ordinals;
    if (user.ok()) {
      for (const audience::EndpointRecord& endpoint : user->endpoints) {
        ordinals.push_back(endpoint.ordinal);
      }
    }
    PINION_TRY(const auto batch, deps_.audience.ReadByOrdinals(app, ordinals));
    for (const auto& endpoint : batch) {
      PINION_TRY(auto result, direct.ToEndpoint(endpoint, EntryOf(*configuration)));
      of_user.Set(std::string(endpoint.record.id), std::move(result));
    }
    results.Set(id, std::move(of_user));
  }
  PINION_CHECK(direct.Finish());
  return response;
}

}  // namespace pinion::delivery
