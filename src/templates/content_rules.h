// The rules that the fields of a template must keep (TPL-6 to TPL-10 and the limits of section 1),
// apart from the language, which CompileContent checks. Used by TemplateService. Stateless.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/templates.h"

namespace pinion::templates {

constexpr size_t kDescriptionCharactersMax = 500;
constexpr size_t kEmailCharactersMax = 600'000;
constexpr size_t kInAppCharactersMax = 200'000;
constexpr size_t kSmsBodyCharactersMax = 1'600;
constexpr size_t kVoiceBodyCharactersMax = 10'000;
constexpr size_t kPushSectionCharactersMax = 4'000;
constexpr size_t kAdmSectionCharactersMax = 6'000;
constexpr size_t kInAppItemsMax = 5;
constexpr size_t kEmailHeadersMax = 15;
constexpr size_t kHeaderNameCharactersMax = 126;
constexpr size_t kHeaderValueCharactersMax = 870;

// kInvalidArgument naming the member, here and below.
base::Status CheckTemplateName(std::string_view name);

base::Status CheckContent(const model::EmailTemplateRequest& request);
base::Status CheckContent(const model::SMSTemplateRequest& request);
base::Status CheckContent(const model::VoiceTemplateRequest& request);
base::Status CheckContent(const model::PushNotificationTemplateRequest& request);
base::Status CheckContent(const model::InAppTemplateRequest& request);
// The items of in-app content, wherever it stands (INA-107); `member` is its path.
base::Status CheckInAppItems(const std::vector<model::InAppMessageContent>& items,
                             const std::string& member);

}  // namespace pinion::templates
