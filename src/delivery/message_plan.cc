#include "delivery/message_plan.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "delivery/html_text.h"
#include "delivery/mime/mailbox.h"
#include "delivery/sms/sms_encoding.h"
#include "templates/default_substitutions_json.h"
#include "templates/engine/renderer.h"

namespace pinion::delivery {
namespace {

using templates::CompiledTemplate;
using templates::Escaping;

// TPL-10.
constexpr size_t kHeadersMax = 15;
constexpr size_t kHeaderValueMax = 870;

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualInAnyCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerAscii(x) == LowerAscii(y);
  });
}

bool HasText(const std::optional<std::string>& text) {
  return text && !text->empty();
}

// CHN-73: bounces come back to an address that names the message and cannot be forged.
std::string EnvelopeFrom(const base::MessageId& id, std::string_view from, std::string_view key) {
  const auto mailbox = mime::ParseMailbox(from);
  const std::string domain = mailbox.ok() ? mailbox->domain : "localhost";
  const std::string mac = base::HexEncode(base::HmacSha256(key, id.value()));
  return "b+" + id.value() + "." + mac.substr(0, 8) + "@" + domain;
}

}  // namespace

// Fills a plan member by member; the first failure ends it.
class MessagePlanBuilder {
 public:
  // Without templates: for content that is ready.
  MessagePlanBuilder() = default;
  explicit MessagePlanBuilder(const templates::TemplateService& service) : service_(&service) {}

  base::Status Compile(const std::optional<std::string>& text,
                       std::string_view path,
                       Escaping escaping,
                       MessagePlan::Part& part) {
    if (HasText(text)) {
      PINION_TRY(part, CompiledTemplate::Compile(*text, {.part = path, .escaping = escaping}));
    }
    return {};
  }

  base::Status AddHeaders(const std::optional<std::vector<model::MessageHeader>>& headers,
                          const std::string& path) {
    if (!headers) {
      return {};
    }
    if (headers->size() > kHeadersMax) {
      return base::InvalidArgument("Member '" + path + "': at most 15 headers.");
    }
    auto& planned = plan_->email_.headers;
    for (size_t i = 0; i < headers->size(); ++i) {
      const std::string name = (*headers)[i].name.value_or("");
      const std::string at = path + "[" + std::to_string(i) + "].Value";
      if (name.empty() || name.size() > 126) {
        return base::InvalidArgument("Member '" + path + "[" + std::to_string(i) +
                                     "].Name': 1 to 126 characters.");
      }
      PINION_TRY(auto value,
                 CompiledTemplate::Compile((*headers)[i].value.value_or(""),
                                           {.part = at, .escaping = Escaping::kSingleLine}));
      std::erase_if(planned,
                    [&name](const auto& header) { return EqualInAnyCase(header.first, name); });
      planned.emplace_back(name, std::move(value));
    }
    return {};
  }

  base::Status UseTemplates(const std::optional<model::TemplateConfiguration>& configuration) {
    if (!configuration) {
      return {};
    }
    if (configuration->email_template) {
      const model::Template& wanted = *configuration->email_template;
      PINION_TRY(
          const auto found,
          Resolve(wanted,
                  "EmailTemplate",
                  [this](const std::string& name, const std::optional<std::string>& version) {
                    return service_->ResolveContent<templates::EmailKind>(name, version);
                  }));
      PINION_CHECK(UseEmailTemplate(*found));
    }
    if (configuration->sms_template) {
      const model::Template& wanted = *configuration->sms_template;
      PINION_TRY(
          const auto found,
          Resolve(wanted,
                  "SMSTemplate",
                  [this](const std::string& name, const std::optional<std::string>& version) {
                    return service_->ResolveContent<templates::SmsKind>(name, version);
                  }));
      plan_->sms_.present = true;
      plan_->sms_.body = found->body;
      PINION_TRY(plan_->sms_.origin, OriginOf<templates::SmsKind>(*found));
    }
    return {};
  }

  static MessagePlan::Substitutions ToSubstitutions(
      const std::optional<model::Map<std::vector<std::string>>>& map) {
    return map ? MessagePlan::Substitutions(map->begin(), map->end())
               : MessagePlan::Substitutions();
  }

  base::Status UseCampaignContent(const model::MessageConfiguration& content) {
    MessagePlan::EmailPlan& email = plan_->email_;
    if (content.default_message) {
      // CMP-702, below the templates: only what they leave open.
      const model::Message& message = *content.default_message;
      email.present = email.present || HasText(message.body);
      if (!email.subject) {
        PINION_CHECK(
            Compile(message.title, "DefaultMessage.Title", Escaping::kSingleLine, email.subject));
      }
      if (!email.html && !email.text) {
        PINION_CHECK(Compile(message.body, "DefaultMessage.Body", Escaping::kNone, email.text));
      }
      plan_->sms_.present = plan_->sms_.present || HasText(message.body);
      if (!plan_->sms_.body) {
        PINION_CHECK(
            Compile(message.body, "DefaultMessage.Body", Escaping::kNone, plan_->sms_.body));
      }
    }
    if (content.email_message) {
      const model::CampaignEmailMessage& message = *content.email_message;
      const bool has_body = HasText(message.body) || HasText(message.html_body);
      if (has_body && !email.origin) {
        // A body of its own stands without the parts of DefaultMessage.
        email.html.reset();
        email.text.reset();
      }
      email.present = email.present || has_body || HasText(message.title);
      PINION_CHECK(
          Compile(message.title, "EmailMessage.Title", Escaping::kSingleLine, email.subject));
      PINION_CHECK(
          Compile(message.html_body, "EmailMessage.HtmlBody", Escaping::kHtml, email.html));
      PINION_CHECK(Compile(message.body, "EmailMessage.Body", Escaping::kNone, email.text));
      PINION_CHECK(AddHeaders(message.headers, "EmailMessage.Headers"));
      PINION_CHECK(CheckFrom(message.from_address));
    }
    if (content.sms_message) {
      const model::CampaignSmsMessage& message = *content.sms_message;
      PINION_CHECK(UseSms(message));
    }
    return {};
  }

  base::Status UseDirectContent(const model::DirectMessageConfiguration& content) {
    MessagePlan::EmailPlan& email = plan_->email_;
    if (content.default_message) {
      plan_->default_substitutions_ = ToSubstitutions(content.default_message->substitutions);
      const std::optional<std::string>& body = content.default_message->body;
      // TPL-45: HtmlPart, and TextPart with the tags stripped when it is rendered.
      if (!email.html && !email.text) {
        email.present = email.present || HasText(body);
        PINION_CHECK(Compile(body, "DefaultMessage.Body", Escaping::kHtml, email.html));
      }
      if (!plan_->sms_.body) {
        plan_->sms_.present = plan_->sms_.present || HasText(body);
        PINION_CHECK(Compile(body, "DefaultMessage.Body", Escaping::kNone, plan_->sms_.body));
      }
    }
    if (content.email_message) {
      PINION_CHECK(UseDirectEmail(*content.email_message));
    }
    if (content.sms_message) {
      plan_->sms_.keyword = content.sms_message->keyword.value_or("");
      plan_->sms_.substitutions = ToSubstitutions(content.sms_message->substitutions);
      PINION_CHECK(UseSms(*content.sms_message));
    }
    return {};
  }

  void UseReady(EmailContent content) {
    plan_->email_.present = true;
    plan_->email_.complete = true;
    plan_->email_.frame = std::move(content);
  }

  void UseReady(SmsContent content) {
    MessagePlan::SmsPlan& sms = plan_->sms_;
    sms.present = true;
    sms.verbatim = std::move(content.body);
    sms.message_type = std::move(content.message_type);
    sms.sender_id = std::move(content.sender_id);
    sms.origination_number = std::move(content.origination_number);
    sms.keyword = std::move(content.keyword);
    sms.entity_id = std::move(content.entity_id);
    sms.template_id = std::move(content.template_id);
    sms.time_to_live = content.time_to_live;
  }

  base::Status UseTemplatedEmail(MessagePlan::TemplatedEmail templated) {
    MessagePlan::EmailPlan& email = plan_->email_;
    email.present = true;
    email.frame = std::move(templated.frame);
    if (templated.inline_template) {
      const model::SesTemplateText& text = *templated.inline_template;
      const std::string path = "Content.Template.TemplateContent.";
      PINION_CHECK(Compile(text.subject, path + "Subject", Escaping::kSingleLine, email.subject));
      PINION_CHECK(Compile(text.html, path + "Html", Escaping::kHtml, email.html));
      PINION_CHECK(Compile(text.text, path + "Text", Escaping::kNone, email.text));
    } else {
      const auto found =
          service_->ResolveContent<templates::EmailKind>(templated.name, std::nullopt);
      if (!found.ok()) {
        return found.error().code == base::Errc::kNotFound
                   ? base::NotFound("Template " + templated.name + " does not exist.")
                   : found.error();
      }
      PINION_CHECK(UseEmailTemplate(**found));
    }
    PINION_CHECK(AddHeaders(templated.headers, "Content.Template.Headers"));
    if (!templated.data.empty()) {
      auto data = templates::ParseDefaultSubstitutions(templated.data);
      if (!data.ok()) {
        return base::InvalidArgument(
            "Member 'Content.Template.TemplateData': expected the text of a JSON object.");
      }
      email.data = *std::move(data);
    }
    return {};
  }

  std::shared_ptr<const MessagePlan> Take() { return std::move(plan_); }

  // kForbidden for a direct request with a template that may not be sent.
  base::Status CheckApproved() const {
    for (const auto* origin : {&plan_->email_.origin, &plan_->sms_.origin}) {
      if (*origin && !(*origin)->obstacle.empty()) {
        return base::Forbidden((*origin)->obstacle);
      }
    }
    return {};
  }

 private:
  template <class Kind>
  base::Result<MessagePlan::TemplateOrigin> OriginOf(
      const templates::CompiledContent& content) const {
    MessagePlan::TemplateOrigin origin{.name = content.template_name,
                                       .version = std::to_string(content.template_version),
                                       .defaults = content.defaults};
    const base::Status sendable = service_->CheckSendable(
        {.name = content.template_name, .type = Kind::kType}, content.template_version);
    if (!sendable.ok() && sendable.error().code != base::Errc::kForbidden) {
      return sendable.error();
    }
    origin.obstacle = sendable.ok() ? "" : sendable.error().message;
    return origin;
  }

  template <class ResolveByName>
  auto Resolve(const model::Template& wanted,
               const std::string& member,
               const ResolveByName& resolve) -> decltype(resolve(std::string(), std::nullopt)) {
    const std::string path = "TemplateConfiguration." + member;
    if (!HasText(wanted.name)) {
      return base::InvalidArgument("Missing required member '" + path + ".Name'.");
    }
    auto found = resolve(*wanted.name, HasText(wanted.version) ? wanted.version : std::nullopt);
    if (!found.ok() && found.error().code == base::Errc::kNotFound) {
      return base::InvalidArgument(
          "Member '" + path + "': there is no template '" + *wanted.name + "'" +
          (HasText(wanted.version) ? " with version " + *wanted.version : "") + ".");
    }
    return found;
  }

  base::Status CheckFrom(const std::optional<std::string>& from) {
    if (HasText(from)) {
      if (!mime::ParseMailbox(*from).ok()) {
        return base::InvalidArgument("Member 'EmailMessage.FromAddress': not a mailbox.");
      }
      plan_->email_.frame.from = *from;
    }
    return {};
  }

  template <class SmsMessage>
  base::Status UseSms(const SmsMessage& message) {
    MessagePlan::SmsPlan& sms = plan_->sms_;
    sms.present = sms.present || HasText(message.body);
    PINION_CHECK(Compile(message.body, "SMSMessage.Body", Escaping::kNone, sms.body));
    if (message.message_type) {
      sms.message_type = model::ToWire(*message.message_type);
    }
    sms.sender_id = message.sender_id.value_or("");
    sms.origination_number = message.origination_number.value_or("");
    sms.entity_id = message.entity_id.value_or("");
    sms.template_id = message.template_id.value_or("");
    return {};
  }

  base::Status UseDirectEmail(const model::EmailMessage& message) {
    MessagePlan::EmailPlan& email = plan_->email_;
    email.substitutions = ToSubstitutions(message.substitutions);
    email.frame.reply_to = message.reply_to_addresses.value_or(std::vector<std::string>());
    PINION_CHECK(CheckFrom(message.from_address));
    if (message.raw_email && HasText(message.raw_email->data)) {
      email.present = true;
      email.frame.raw = message.raw_email->data;
      email.complete = true;
      return {};
    }
    if (message.simple_email) {
      return UseSimpleEmail(*message.simple_email);
    }
    if (HasText(message.body)) {
      email.present = true;
      return Compile(message.body, "EmailMessage.Body", Escaping::kNone, email.text);
    }
    return {};
  }

  base::Status UseSimpleEmail(const model::SimpleEmail& simple) {
    MessagePlan::EmailPlan& email = plan_->email_;
    const auto data = [](const std::optional<model::SimpleEmailPart>& part) {
      return part ? part->data : std::optional<std::string>();
    };
    const bool has_body = HasText(data(simple.html_part)) || HasText(data(simple.text_part));
    if (has_body && !email.origin) {
      email.html.reset();
      email.text.reset();
    }
    email.present = email.present || has_body || HasText(data(simple.subject));
    const std::string path = "EmailMessage.SimpleEmail.";
    PINION_CHECK(
        Compile(data(simple.subject), path + "Subject.Data", Escaping::kSingleLine, email.subject));
    PINION_CHECK(
        Compile(data(simple.html_part), path + "HtmlPart.Data", Escaping::kHtml, email.html));
    PINION_CHECK(
        Compile(data(simple.text_part), path + "TextPart.Data", Escaping::kNone, email.text));
    for (const auto& part : {simple.html_part, simple.text_part}) {
      if (part && HasText(part->charset)) {
        email.frame.charset = *part->charset;
      }
    }
    return AddHeaders(simple.headers, path + "Headers");
  }

  base::Status UseEmailTemplate(const templates::CompiledEmailTemplate& found) {
    MessagePlan::EmailPlan& email = plan_->email_;
    email.present = true;
    email.subject = found.subject;
    email.html = found.html_part;
    email.text = found.text_part;
    for (const auto& header : found.headers) {
      email.headers.emplace_back(header.name, header.value);
    }
    PINION_TRY(email.origin, OriginOf<templates::EmailKind>(found));
    return {};
  }

  const templates::TemplateService* const service_ = nullptr;
  std::shared_ptr<MessagePlan> plan_{new MessagePlan()};
};

base::Result<std::shared_ptr<const MessagePlan>> MessagePlan::ForCampaign(
    const std::optional<model::MessageConfiguration>& inline_content,
    const std::optional<model::TemplateConfiguration>& templates,
    const templates::TemplateService& service) {
  MessagePlanBuilder builder(service);
  PINION_CHECK(builder.UseTemplates(templates));
  if (inline_content) {
    PINION_CHECK(builder.UseCampaignContent(*inline_content));
  }
  return builder.Take();
}

base::Result<std::shared_ptr<const MessagePlan>> MessagePlan::ForDirect(
    const model::DirectMessageConfiguration& inline_content,
    const std::optional<model::TemplateConfiguration>& templates,
    const templates::TemplateService& service) {
  MessagePlanBuilder builder(service);
  PINION_CHECK(builder.UseTemplates(templates));
  PINION_CHECK(builder.CheckApproved());
  PINION_CHECK(builder.UseDirectContent(inline_content));
  return builder.Take();
}

std::shared_ptr<const MessagePlan> MessagePlan::ForReadyEmail(EmailContent content) {
  MessagePlanBuilder builder;
  builder.UseReady(std::move(content));
  return builder.Take();
}

std::shared_ptr<const MessagePlan> MessagePlan::ForReadySms(SmsContent content) {
  MessagePlanBuilder builder;
  builder.UseReady(std::move(content));
  return builder.Take();
}

base::Result<std::shared_ptr<const MessagePlan>> MessagePlan::ForTemplatedEmail(
    TemplatedEmail email, const templates::TemplateService& service) {
  MessagePlanBuilder builder(service);
  PINION_CHECK(builder.UseTemplatedEmail(std::move(email)));
  PINION_CHECK(builder.CheckApproved());
  return builder.Take();
}

bool MessagePlan::HasContentFor(std::string_view channel) const {
  return (channel == "EMAIL" && email_.present) || (channel == "SMS" && sms_.present);
}

namespace {

using NamedValues = std::vector<templates::NamedValue>;

NamedValues ToNamed(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& substitutions) {
  NamedValues named;
  named.reserve(substitutions.size());
  for (const auto& [name, values] : substitutions) {
    named.push_back({name, templates::Value::List(std::span<const std::string>(values))});
  }
  return named;
}

// Renders the parts of one message for one recipient.
class PartRenderer {
 public:
  PartRenderer(const MessagePlan::Request& request, templates::RenderLimits limits)
      : variables_(request.recipient.view()),
        options_{.now = request.now,
                 .limits = limits,
                 .missing = request.missing,
                 .random = &request.random} {}

  base::Result<std::string> Render(const CompiledTemplate& part) const {
    std::string out;
    PINION_CHECK(templates::Render(part, variables_, options_, out));
    return out;
  }

  base::Result<std::optional<std::string>> Render(
      const std::optional<CompiledTemplate>& part) const {
    if (!part) {
      return std::optional<std::string>();
    }
    PINION_TRY(std::string out, Render(*part));
    return std::optional(std::move(out));
  }

  // An override of one recipient is compiled for him alone.
  base::Result<std::string> Render(const std::string& source,
                                   std::string_view part,
                                   Escaping escaping) const {
    PINION_TRY(const auto compiled,
               CompiledTemplate::Compile(source, {.part = part, .escaping = escaping}));
    return Render(compiled);
  }

 private:
  const templates::RecipientVariables variables_;
  const templates::RenderOptions options_;
};

}  // namespace

const MessagePlan::TemplateOrigin* MessagePlan::OriginFor(std::string_view channel) const {
  const bool is_email = channel == "EMAIL";
  const std::optional<TemplateOrigin>& origin = is_email ? email_.origin : sms_.origin;
  return (is_email || channel == "SMS") && origin ? &*origin : nullptr;
}

base::Status MessagePlan::Render(const Request& request, Message& message) const {
  const std::string& channel = message.record.channel;
  const bool overridden = request.overrides.body != nullptr;
  if (const TemplateOrigin* origin = OriginFor(channel)) {
    message.record.source.template_name = origin->name;
    message.record.source.template_version = origin->version;
    if (!origin->obstacle.empty()) {
      return base::InvalidArgument(origin->obstacle);
    }
  }
  if (channel == "EMAIL" && (email_.present || overridden)) {
    return RenderEmail(request, message);
  }
  if (channel == "SMS" && (sms_.present || overridden)) {
    return RenderSms(request, message);
  }
  return base::InvalidArgument("No message content for channel " + channel);
}

base::Status MessagePlan::RenderEmail(const Request& request, Message& message) const {
  const NamedValues own =
      email_.data != nullptr ? email_.data->Named() : ToNamed(email_.substitutions);
  const NamedValues defaults = ToNamed(default_substitutions_);
  templates::RecipientView& view = request.recipient.view();
  view.substitutions[1] = own;
  view.substitutions[3] = defaults;
  view.SetText(templates::RootName::kMessageId, message.record.id.value());
  view.defaults = email_.origin ? email_.origin->defaults.get() : nullptr;
  const PartRenderer renderer(request, templates::RenderLimits::ForEmail());

  EmailContent& content = message.content.email.emplace(email_.frame);
  if (content.from.empty()) {
    content.from = request.channels.email_from;
  }
  if (content.from.empty()) {
    return base::InvalidArgument(
        "No From address: neither the message nor the email channel has one.");
  }
  content.envelope_from = EnvelopeFrom(message.record.id, content.from, request.envelope_key);
  if (email_.complete) {
    return {};
  }
  PINION_TRY(auto subject, renderer.Render(email_.subject));
  PINION_TRY(content.html, renderer.Render(email_.html));
  PINION_TRY(content.text, renderer.Render(email_.text));
  if (request.overrides.title != nullptr) {
    PINION_TRY(subject,
               renderer.Render(*request.overrides.title, "TitleOverride", Escaping::kSingleLine));
  }
  if (request.overrides.body != nullptr) {
    PINION_TRY(content.html,
               renderer.Render(*request.overrides.body, "BodyOverride", Escaping::kHtml));
    content.text.reset();
  }
  for (const auto& [name, value] : email_.headers) {
    PINION_TRY(std::string rendered, renderer.Render(value));
    if (base::CountCodePoints(rendered) > kHeaderValueMax) {
      return base::InvalidArgument("Rendering failed: the header " + name +
                                   " is longer than 870 characters.");
    }
    content.headers.emplace_back(name, std::move(rendered));
  }
  if (!content.html && !content.text) {
    return base::InvalidArgument("No message content for channel EMAIL");
  }
  if (!content.text) {
    content.text = TextOfHtml(*content.html);
  }
  content.subject = subject.value_or("");
  return {};
}

base::Status MessagePlan::RenderSms(const Request& request, Message& message) const {
  const NamedValues own = ToNamed(sms_.substitutions);
  const NamedValues defaults = ToNamed(default_substitutions_);
  templates::RecipientView& view = request.recipient.view();
  view.substitutions[1] = own;
  view.substitutions[3] = defaults;
  view.SetText(templates::RootName::kMessageId, message.record.id.value());
  view.defaults = sms_.origin ? sms_.origin->defaults.get() : nullptr;
  const PartRenderer renderer(request, {});

  SmsContent& content = message.content.sms.emplace();
  PINION_TRY(auto body, renderer.Render(sms_.body));
  if (!sms_.verbatim.empty()) {
    body = sms_.verbatim;
  }
  if (request.overrides.body != nullptr) {
    PINION_TRY(body, renderer.Render(*request.overrides.body, "BodyOverride", Escaping::kNone));
  }
  content.body = body.value_or("");
  content.message_type =
      sms_.message_type.empty() ? std::string(request.sms_message_type) : sms_.message_type;
  // CHN-93, as far as numbers are not registered.
  content.origination_number = sms_.origination_number;
  content.sender_id = sms_.sender_id;
  if (content.origination_number.empty() && content.sender_id.empty()) {
    content.origination_number = request.channels.sms_short_code;
    content.sender_id = content.origination_number.empty() ? request.channels.sms_sender_id : "";
  }
  content.keyword = sms_.keyword;
  content.entity_id = sms_.entity_id;
  content.template_id = sms_.template_id;
  content.time_to_live = sms_.time_to_live;
  if (content.body.empty()) {
    return base::InvalidArgument("Invalid message: the text is empty.");
  }
  const SmsParts parts = CountSmsParts(content.body);
  if (parts.too_long()) {
    return base::InvalidArgument(
        "Invalid message: the text is longer than " +
        std::to_string(parts.encoding == SmsParts::Encoding::kGsm ? kSmsSeptetsMax
                                                                  : kSmsUtf16UnitsMax) +
        (parts.encoding == SmsParts::Encoding::kGsm ? " septets." : " UTF-16 units."));
  }
  return {};
}

}  // namespace pinion::delivery
