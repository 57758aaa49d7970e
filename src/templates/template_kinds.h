// The five types of templates as types: what TemplateService and the operations are generic over. A
// kind names the request, the response and the compiled content that belong together.
#pragma once

#include "model/templates.h"
#include "templates/compiled_content.h"

namespace pinion::templates {

struct EmailKind {
  using Request = model::EmailTemplateRequest;
  using Response = model::EmailTemplateResponse;
  using Compiled = CompiledEmailTemplate;
  static constexpr model::TemplateType kType = model::TemplateType::kEmail;
};

struct SmsKind {
  using Request = model::SMSTemplateRequest;
  using Response = model::SMSTemplateResponse;
  using Compiled = CompiledSmsTemplate;
  static constexpr model::TemplateType kType = model::TemplateType::kSms;
};

struct PushKind {
  using Request = model::PushNotificationTemplateRequest;
  using Response = model::PushNotificationTemplateResponse;
  using Compiled = CompiledPushTemplate;
  static constexpr model::TemplateType kType = model::TemplateType::kPush;
};

struct VoiceKind {
  using Request = model::VoiceTemplateRequest;
  using Response = model::VoiceTemplateResponse;
  using Compiled = CompiledVoiceTemplate;
  static constexpr model::TemplateType kType = model::TemplateType::kVoice;
};

struct InAppKind {
  using Request = model::InAppTemplateRequest;
  using Response = model::InAppTemplateResponse;
  using Compiled = CompiledInAppTemplate;
  static constexpr model::TemplateType kType = model::TemplateType::kInapp;
};

}  // namespace pinion::templates
