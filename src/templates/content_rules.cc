#include "templates/content_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "model/codec.h"

namespace pinion::templates {
namespace {

using Text = std::optional<std::string>;

size_t Count(const Text& text) {
  return text ? base::CountCodePoints(*text) : 0;
}

base::Error TooLong(const std::string& member, size_t max) {
  return base::InvalidArgument("Member '" + member + "': at most " + std::to_string(max) +
                               " characters.");
}

base::Status CheckLength(const std::string& member, size_t count, size_t max) {
  if (count > max) {
    return TooLong(member, max);
  }
  return {};
}

base::Status CheckDescription(const Text& description) {
  return CheckLength("TemplateDescription", Count(description), kDescriptionCharactersMax);
}

bool IsAsciiLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

// Headers that Pinion writes itself.
bool IsReservedHeader(std::string_view name) {
  constexpr std::string_view kReserved[] = {"from",
                                            "to",
                                            "cc",
                                            "bcc",
                                            "subject",
                                            "date",
                                            "message-id",
                                            "return-path",
                                            "dkim-signature",
                                            "mime-version"};
  const std::string lower = Lower(name);
  return lower.rfind("content-", 0) == 0 ||
         std::find(std::begin(kReserved), std::end(kReserved), lower) != std::end(kReserved);
}

base::Status CheckHeader(const model::MessageHeader& header, size_t index) {
  const std::string member = "Headers[" + std::to_string(index) + "]";
  const std::string_view name = header.name ? std::string_view(*header.name) : std::string_view();
  // ftext of RFC 5322.
  const bool well_formed = std::all_of(
      name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
  if (name.empty() || name.size() > kHeaderNameCharactersMax || !well_formed) {
    return base::InvalidArgument("Member '" + member + ".Name' must have 1 to " +
                                 std::to_string(kHeaderNameCharactersMax) +
                                 " printable ASCII characters other than a colon.");
  }
  if (IsReservedHeader(name)) {
    return base::InvalidArgument("Member '" + member + ".Name': the header " + std::string(name) +
                                 " cannot be set by a template.");
  }
  return CheckLength(member + ".Value", Count(header.value), kHeaderValueCharactersMax);
}

// TPL-6.
template <class Section>
base::Status CheckAction(const Section& section, const std::string& name) {
  const bool needs_url = section.action && (*section.action == model::Action::kUrl ||
                                            *section.action == model::Action::kDeepLink);
  if (needs_url && (!section.url || section.url->empty())) {
    return base::InvalidArgument("Member '" + name + ".Url' is required by the action " +
                                 std::string(model::ToWire(*section.action)) + ".");
  }
  return {};
}

template <class Section>
size_t CountCommon(const Section& section) {
  return Count(section.body) + Count(section.sound) + Count(section.title) + Count(section.url);
}

base::Status CheckAndroid(const std::optional<model::AndroidPushNotificationTemplate>& section,
                          const std::string& name,
                          size_t max) {
  if (!section) {
    return {};
  }
  PINION_CHECK(CheckAction(*section, name));
  const size_t count = CountCommon(*section) + Count(section->image_icon_url) +
                       Count(section->image_url) + Count(section->raw_content) +
                       Count(section->small_image_icon_url);
  return CheckLength(name, count, max);
}

// TPL-7: what opens something says what.
template <class Button>
base::Status CheckLink(const std::optional<Button>& button, const std::string& member) {
  const bool needs_link = button && button->button_action != model::ButtonAction::kClose;
  if (needs_link && (!button->link || button->link->empty())) {
    return base::InvalidArgument("Member '" + member + ".Link' is required by the button action " +
                                 std::string(model::ToWire(button->button_action)) + ".");
  }
  return {};
}

base::Status CheckButton(const std::optional<model::InAppMessageButton>& button,
                         const std::string& member) {
  if (!button) {
    return {};
  }
  PINION_CHECK(CheckLink(button->default_config, member + ".DefaultConfig"));
  PINION_CHECK(CheckLink(button->android, member + ".Android"));
  PINION_CHECK(CheckLink(button->ios, member + ".IOS"));
  return CheckLink(button->web, member + ".Web");
}

}  // namespace

base::Status CheckTemplateName(std::string_view name) {
  constexpr size_t kNameCharactersMax = 128;
  const bool well_formed = !name.empty() && name.size() <= kNameCharactersMax &&
                           IsAsciiLetterOrDigit(name[0]) &&
                           std::all_of(name.begin(), name.end(), [](char c) {
                             return IsAsciiLetterOrDigit(c) || c == '_' || c == '-';
                           });
  if (!well_formed) {
    return base::InvalidArgument(
        "A template name has 1 to 128 letters, digits, underscores and hyphens and begins with a "
        "letter or digit.");
  }
  return {};
}

base::Status CheckContent(const model::EmailTemplateRequest& request) {
  PINION_CHECK(CheckDescription(request.template_description));
  size_t count = Count(request.subject) + Count(request.html_part) + Count(request.text_part);
  if (request.headers) {
    if (request.headers->size() > kEmailHeadersMax) {
      return base::InvalidArgument("Member 'Headers': at most " + std::to_string(kEmailHeadersMax) +
                                   " headers.");
    }
    for (size_t i = 0; i < request.headers->size(); ++i) {
      const model::MessageHeader& header = (*request.headers)[i];
      PINION_CHECK(CheckHeader(header, i));
      count += Count(header.name) + Count(header.value);
    }
  }
  return CheckLength("EmailTemplateRequest", count, kEmailCharactersMax);
}

base::Status CheckContent(const model::SMSTemplateRequest& request) {
  PINION_CHECK(CheckDescription(request.template_description));
  return CheckLength("Body", Count(request.body), kSmsBodyCharactersMax);
}

base::Status CheckContent(const model::VoiceTemplateRequest& request) {
  PINION_CHECK(CheckDescription(request.template_description));
  return CheckLength("Body", Count(request.body), kVoiceBodyCharactersMax);
}

base::Status CheckContent(const model::PushNotificationTemplateRequest& request) {
  PINION_CHECK(CheckDescription(request.template_description));
  if (request.default_) {
    PINION_CHECK(CheckAction(*request.default_, "Default"));
    PINION_CHECK(CheckLength("Default", CountCommon(*request.default_), kPushSectionCharactersMax));
  }
  if (request.apns) {
    PINION_CHECK(CheckAction(*request.apns, "APNS"));
    const size_t count = CountCommon(*request.apns) + Count(request.apns->media_url) +
                         Count(request.apns->raw_content);
    PINION_CHECK(CheckLength("APNS", count, kPushSectionCharactersMax));
  }
  PINION_CHECK(CheckAndroid(request.adm, "ADM", kAdmSectionCharactersMax));
  PINION_CHECK(CheckAndroid(request.baidu, "Baidu", kPushSectionCharactersMax));
  return CheckAndroid(request.gcm, "GCM", kPushSectionCharactersMax);
}

base::Status CheckInAppItems(const std::vector<model::InAppMessageContent>& items,
                             const std::string& member) {
  if (items.size() > kInAppItemsMax) {
    return base::InvalidArgument("Member '" + member + "' has at most 5 items.");
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string item = member + "[" + std::to_string(i) + "]";
    PINION_CHECK(CheckButton(items[i].primary_btn, item + ".PrimaryBtn"));
    PINION_CHECK(CheckButton(items[i].secondary_btn, item + ".SecondaryBtn"));
  }
  return {};
}

base::Status CheckContent(const model::InAppTemplateRequest& request) {
  PINION_CHECK(CheckDescription(request.template_description));
  const auto content = request.content.value_or(std::vector<model::InAppMessageContent>());
  if (request.layout == model::Layout::kCarousel && content.empty()) {
    return base::InvalidArgument("Member 'Content' has 1 to 5 items in a carousel.");
  }
  PINION_CHECK(CheckInAppItems(content, "Content"));
  model::InAppTemplateRequest untagged = request;
  untagged.tags.reset();
  return CheckLength(
      "InAppTemplateRequest", base::CountCodePoints(model::ToJson(untagged)), kInAppCharactersMax);
}

}  // namespace pinion::templates
