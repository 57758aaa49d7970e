#include "campaigns/template_pins.h"

#include <string>
#include <utility>

namespace pinion::campaigns {
namespace {

bool IsNamed(const std::optional<model::Template>& reference) {
  return reference && reference->name && !reference->name->empty();
}

// The number of the version that the reference means now; "" without a reference.
template <class Kind>
base::Result<std::string> VersionOf(const std::optional<model::Template>& reference,
                                    std::string_view member,
                                    const Templates& templates) {
  if (!IsNamed(reference)) {
    return std::string();
  }
  const auto content = templates.ResolveContent<Kind>(*reference->name, reference->version);
  if (content.ok()) {
    return std::to_string((*content)->template_version);
  }
  if (content.error().code != base::Errc::kNotFound) {
    return content.error();
  }
  return base::InvalidArgument("Member 'TemplateConfiguration." + std::string(member) +
                               "': there is no such template or version.");
}

}  // namespace

base::Status CheckTemplates(const std::optional<model::TemplateConfiguration>& configuration,
                            const Templates& templates) {
  if (!configuration) {
    return {};
  }
  const model::TemplateConfiguration& c = *configuration;
  PINION_CHECK(VersionOf<templates::EmailKind>(c.email_template, "EmailTemplate", templates));
  PINION_CHECK(VersionOf<templates::SmsKind>(c.sms_template, "SMSTemplate", templates));
  PINION_CHECK(VersionOf<templates::PushKind>(c.push_template, "PushTemplate", templates));
  PINION_CHECK(VersionOf<templates::VoiceKind>(c.voice_template, "VoiceTemplate", templates));
  PINION_CHECK(VersionOf<templates::InAppKind>(c.in_app_template, "InAppTemplate", templates));
  return {};
}

base::Result<std::optional<model::TemplateConfiguration>> PinTemplates(
    const std::optional<model::TemplateConfiguration>& configuration, const Templates& templates) {
  std::optional<model::TemplateConfiguration> pinned = configuration;
  if (!pinned) {
    return pinned;
  }
  PINION_TRY(const std::string email,
             VersionOf<templates::EmailKind>(pinned->email_template, "EmailTemplate", templates));
  if (!email.empty()) {
    pinned->email_template->version = email;
  }
  PINION_TRY(const std::string sms,
             VersionOf<templates::SmsKind>(pinned->sms_template, "SMSTemplate", templates));
  if (!sms.empty()) {
    pinned->sms_template->version = sms;
  }
  return pinned;
}

}  // namespace pinion::campaigns
