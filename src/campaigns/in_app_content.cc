#include "campaigns/in_app_content.h"

#include <string>

#include "templates/content_rules.h"

namespace pinion::campaigns {
namespace {

constexpr std::string_view kBodyColor = "#000000";

model::InAppMessageContent FromBody(const std::string& body) {
  model::InAppMessageContent content;
  content.body_config = model::InAppMessageBodyConfig{
      .alignment = model::Alignment::kLeft, .body = body, .text_color = std::string(kBodyColor)};
  return content;
}

base::Status ApplyTemplate(const model::Template& reference,
                           const Templates& service,
                           model::InAppMessage& message) {
  const auto found =
      service.ResolveContent<templates::InAppKind>(*reference.name, reference.version);
  if (!found.ok()) {
    return found.error().code != base::Errc::kNotFound
               ? base::Status(found.error())
               : base::InvalidArgument(
                     "Member 'TemplateConfiguration.InAppTemplate': there is no "
                     "such template or version.");
  }
  message.content = (*found)->content.content;
  message.custom_config = (*found)->content.custom_config;
  message.layout = (*found)->content.layout;
  return {};
}

void ApplyInline(const model::CampaignInAppMessage& given, model::InAppMessage& message) {
  if (given.content && !given.content->empty()) {
    message.content = given.content;
  } else if (given.body && !given.body->empty()) {
    message.content = {FromBody(*given.body)};
  }
  if (given.custom_config && !given.custom_config->empty()) {
    message.custom_config = given.custom_config;
  }
  if (given.layout) {
    message.layout = given.layout;
  }
}

}  // namespace

base::Result<model::InAppMessage> InAppContent(
    const std::optional<model::MessageConfiguration>& messages,
    const std::optional<model::TemplateConfiguration>& templates,
    const Templates& service) {
  model::InAppMessage message;
  if (templates && templates->in_app_template && templates->in_app_template->name &&
      !templates->in_app_template->name->empty()) {
    PINION_CHECK(ApplyTemplate(*templates->in_app_template, service, message));
  }
  if (messages && messages->in_app_message) {
    ApplyInline(*messages->in_app_message, message);
  }
  if (!message.content || message.content->empty()) {
    return base::InvalidArgument(
        "Member 'MessageConfiguration.InAppMessage': it needs Content or Body.");
  }
  PINION_CHECK(
      templates::CheckInAppItems(*message.content, "MessageConfiguration.InAppMessage.Content"));
  return message;
}

}  // namespace pinion::campaigns
