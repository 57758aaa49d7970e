// What a campaign or a direct request says: inline content and templates, resolved and compiled
// once, rendered for each recipient. Where each part comes from is TPL-43 (direct requests) and
// CMP-702, CMP-703 (campaigns). Email and SMS so far. Immutable and thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "delivery/channel_facts.h"
#include "delivery/message.h"
#include "delivery/recipient_view.h"
#include "model/campaigns.h"
#include "model/messages.h"
#include "model/ses.h"
#include "templates/engine/compiled_template.h"
#include "templates/engine/default_substitutions.h"
#include "templates/engine/renderer.h"
#include "templates/template_service.h"

namespace pinion::delivery {

// Of one address, endpoint or user of a direct request; views.
struct RecipientOverrides {
  const std::string* title = nullptr;
  const std::string* body = nullptr;
};

class MessagePlan {
 public:
  // kInvalidArgument naming the member for malformed text, and for a template that does not exist.
  // A template version that must be approved and is not (TPL-112) fails the rendering of a
  // campaign's messages; a direct request is refused with kForbidden.
  static base::Result<std::shared_ptr<const MessagePlan>> ForCampaign(
      const std::optional<model::MessageConfiguration>& inline_content,
      const std::optional<model::TemplateConfiguration>& templates,
      const templates::TemplateService& service);
  static base::Result<std::shared_ptr<const MessagePlan>> ForDirect(
      const model::DirectMessageConfiguration& inline_content,
      const std::optional<model::TemplateConfiguration>& templates,
      const templates::TemplateService& service);

  // Content that is sent as it stands, nothing in it being a template (CHN-138). Of an SMS without
  // sender, the channel's is taken.
  static std::shared_ptr<const MessagePlan> ForReadyEmail(EmailContent content);
  static std::shared_ptr<const MessagePlan> ForReadySms(SmsContent content);
  // An email template with its variables as JSON, as SES takes it (CHN-136).
  struct TemplatedEmail {
    std::string name;  // a stored template; or instead of one:
    std::optional<model::SesTemplateText> inline_template;
    std::string data;                           // a JSON object; "" has no members
    std::vector<model::MessageHeader> headers;  // instead of those of the template
    EmailContent frame;                         // sender and what of the recipients is shown
  };
  // kNotFound when there is no such template, kInvalidArgument naming the member.
  static base::Result<std::shared_ptr<const MessagePlan>> ForTemplatedEmail(
      TemplatedEmail email, const templates::TemplateService& service);

  // Whether an endpoint of the channel gets anything (CMP-701). `channel`: EMAIL, SMS, …
  bool HasContentFor(std::string_view channel) const;

  struct Request {
    // Filled for the recipient; its substitutions of the address, and its context, are the
    // caller's, the others are set here.
    RecipientView& recipient;
    const ChannelFacts& channels;
    std::string_view sms_message_type;  // where the message has none (CHN-32)
    RecipientOverrides overrides = {};
    templates::MissingPolicy missing = templates::MissingPolicy::kOmit;
    base::Timestamp now;
    base::RandomSource& random;
    // Signs the envelope sender (CHN-73).
    std::string_view envelope_key;
  };

  // Fills the content of `message`, whose id, channel and address are set, and the template in its
  // source. kInvalidArgument when there is no content for the channel, it is too long, or with
  // `Rendering failed: …`.
  base::Status Render(const Request& request, Message& message) const;

 private:
  friend class MessagePlanBuilder;
  using Part = std::optional<templates::CompiledTemplate>;
  using Substitutions = std::vector<std::pair<std::string, std::vector<std::string>>>;

  // The template that parts came from, for the message log and its defaults.
  struct TemplateOrigin {
    std::string name;
    std::string version;
    std::shared_ptr<const templates::DefaultSubstitutions> defaults;
    // Why nothing may be sent with it; empty: it may.
    std::string obstacle = {};
  };
  struct EmailPlan {
    bool present = false;
    Part subject;
    Part html;
    Part text;
    std::vector<std::pair<std::string, templates::CompiledTemplate>> headers;
    // What is the same for all recipients; what is rendered replaces its member.
    EmailContent frame;
    bool complete = false;  // nothing is rendered: the frame is all there is
    Substitutions substitutions;
    // Instead of `substitutions`, where they were given as JSON.
    std::shared_ptr<const templates::DefaultSubstitutions> data;
    std::optional<TemplateOrigin> origin;
  };
  struct SmsPlan {
    bool present = false;
    Part body;
    std::string message_type;
    std::string sender_id;
    std::string origination_number;
    std::string keyword;
    std::string entity_id;
    std::string template_id;
    std::string verbatim;  // the text, instead of `body`, where nothing is to be rendered
    std::chrono::seconds time_to_live{0};
    Substitutions substitutions;
    std::optional<TemplateOrigin> origin;
  };

  MessagePlan() = default;
  // The template that messages of the channel are made of, or null.
  const TemplateOrigin* OriginFor(std::string_view channel) const;
  base::Status RenderEmail(const Request& request, Message& message) const;
  base::Status RenderSms(const Request& request, Message& message) const;

  EmailPlan email_;
  SmsPlan sms_;
  Substitutions default_substitutions_;  // of DefaultMessage
};

}  // namespace pinion::delivery
