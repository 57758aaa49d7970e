#include "delivery/siblings/ses_email.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/arn.h"
#include "delivery/mime/header_text.h"
#include "delivery/mime/raw_message.h"

namespace pinion::delivery::siblings {
namespace {

using model::SesSendEmailRequest;
using Texts = std::vector<std::string>;

// As SES documents them.
constexpr size_t kHeadersMax = 15;
constexpr size_t kHeaderNameMax = 126;
constexpr size_t kHeaderValueMax = 995;
constexpr size_t kTagCharactersMax = 256;

base::Error Wrong(const std::string& member, const std::string& rule) {
  return base::InvalidArgument("Member '" + member + "': " + rule);
}

bool HasText(const std::optional<std::string>& text) {
  return text && !text->empty();
}

base::Status CheckMailboxes(const Texts& mailboxes, const std::string& member) {
  for (size_t i = 0; i < mailboxes.size(); ++i) {
    const auto mailbox = mime::ParseMailbox(mailboxes[i]);
    if (!mailbox.ok()) {
      return Wrong(member + "[" + std::to_string(i) + "]", mailbox.error().message);
    }
  }
  return {};
}

// Who gets the email, and who of them is shown.
struct Recipients {
  Texts to;
  Texts cc;
  Texts bcc;

  size_t size() const { return to.size() + cc.size() + bcc.size(); }
  Texts All() const {
    Texts all = to;
    all.insert(all.end(), cc.begin(), cc.end());
    all.insert(all.end(), bcc.begin(), bcc.end());
    return all;
  }
};

base::Result<Recipients> RecipientsOf(const std::optional<model::SesDestination>& destination) {
  Recipients recipients;
  if (destination) {
    recipients = {destination->to_addresses.value_or(Texts()),
                  destination->cc_addresses.value_or(Texts()),
                  destination->bcc_addresses.value_or(Texts())};
  }
  PINION_CHECK(CheckMailboxes(recipients.to, "Destination.ToAddresses"));
  PINION_CHECK(CheckMailboxes(recipients.cc, "Destination.CcAddresses"));
  PINION_CHECK(CheckMailboxes(recipients.bcc, "Destination.BccAddresses"));
  return recipients;
}

// The mailboxes of all fields of that name.
base::Result<Texts> MailboxesOf(const mime::RawMessage& raw, std::string_view name) {
  Texts all;
  for (const mime::RawField& field : raw.fields) {
    if (!mime::EqualNames(field.name, name)) {
      continue;
    }
    const mime::RawMessage alone{.fields = {field}, .body = ""};
    auto mailboxes = mime::ParseMailboxList(mime::FieldValue(alone, name));
    if (!mailboxes.ok()) {
      return Wrong("Content.Raw.Data", std::string(name) + ": " + mailboxes.error().message);
    }
    all.insert(all.end(), mailboxes->begin(), mailboxes->end());
  }
  return all;
}

base::Result<Recipients> RecipientsOf(const mime::RawMessage& raw) {
  Recipients recipients;
  PINION_TRY(recipients.to, MailboxesOf(raw, "To"));
  PINION_TRY(recipients.cc, MailboxesOf(raw, "Cc"));
  PINION_TRY(recipients.bcc, MailboxesOf(raw, "Bcc"));
  return recipients;
}

// What the recipients will see; "" if the message leaves it open.
base::Result<std::string> FromOf(const mime::RawMessage& raw) {
  const auto is_from = [](const mime::RawField& field) {
    return mime::EqualNames(field.name, "From");
  };
  std::string from = mime::FieldValue(raw, "From");
  if (std::count_if(raw.fields.begin(), raw.fields.end(), is_from) > 1 ||
      (!from.empty() && !mime::ParseMailbox(from).ok())) {
    return Wrong("Content.Raw.Data", "From must be there once, with one mailbox.");
  }
  return from;
}

base::Status CheckCount(const Recipients& recipients) {
  if (recipients.size() == 0) {
    return base::InvalidArgument("Member 'Destination': the email has no recipient.");
  }
  if (recipients.size() > kSesRecipientsMax) {
    return base::InvalidArgument("Member 'Destination': at most 50 recipients.");
  }
  return {};
}

base::Status CheckHeaders(const std::vector<model::MessageHeader>& headers,
                          const std::string& member) {
  if (headers.size() > kHeadersMax) {
    return Wrong(member, "at most 15 headers.");
  }
  for (size_t i = 0; i < headers.size(); ++i) {
    const std::string at = member + "[" + std::to_string(i) + "]";
    const std::string name = headers[i].name.value_or("");
    const std::string value = headers[i].value.value_or("");
    if (name.size() > kHeaderNameMax || !mime::IsHeaderName(name)) {
      return Wrong(at + ".Name", "1 to 126 characters that a header name may have.");
    }
    if (value.empty() || value.size() > kHeaderValueMax ||
        std::any_of(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; })) {
      return Wrong(at + ".Value", "1 to 995 printable ASCII characters.");
    }
  }
  return {};
}

// Leaving them out would not be what the caller asked for.
base::Status RefuseAttachments(const std::optional<model::RawJson>& attachments,
                               const std::string& member) {
  if (attachments && attachments->text != "[]") {
    return Wrong(member, "attachments are taken within Content.Raw only.");
  }
  return {};
}

base::Result<model::Map<std::string>> ContextOf(
    const std::optional<std::vector<model::SesMessageTag>>& tags) {
  const auto is_tag_text = [](const std::string& text) {
    return !text.empty() && text.size() <= kTagCharactersMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '-' || c == '.' || c == '@';
           });
  };
  model::Map<std::string> context;
  if (!tags) {
    return context;
  }
  for (size_t i = 0; i < tags->size(); ++i) {
    const model::SesMessageTag& tag = (*tags)[i];
    if (!is_tag_text(tag.name) || !is_tag_text(tag.value)) {
      return Wrong("EmailTags[" + std::to_string(i) + "]",
                   "name and value have 1 to 256 of a-z, A-Z, 0-9 and _ - . @");
    }
    context.Set(tag.name, tag.value);
  }
  return context;
}

// What all kinds of content have in common.
struct Envelope {
  std::string from;
  Texts reply_to;
  Recipients recipients;

  EmailContent Frame() const {
    EmailContent frame;
    frame.from = from;
    frame.reply_to = reply_to;
    frame.shown_to = recipients.to;
    frame.shown_cc = recipients.cc;
    return frame;
  }
};

using PlanResult = base::Result<std::shared_ptr<const MessagePlan>>;

PlanResult PlanSimple(const model::SesSimpleContent& simple, const Envelope& envelope) {
  const std::vector<model::MessageHeader> headers =
      simple.headers.value_or(std::vector<model::MessageHeader>());
  PINION_CHECK(CheckHeaders(headers, "Content.Simple.Headers"));
  PINION_CHECK(RefuseAttachments(simple.attachments, "Content.Simple.Attachments"));
  if (!simple.body.html && !simple.body.text) {
    return Wrong("Content.Simple.Body", "either Text or Html must be there.");
  }
  EmailContent email = envelope.Frame();
  email.subject = simple.subject.data;
  if (simple.body.text) {
    email.text = simple.body.text->data;
    email.charset = simple.body.text->charset.value_or(email.charset);
  }
  if (simple.body.html) {
    email.html = simple.body.html->data;
    email.charset = simple.body.html->charset.value_or(email.charset);
  }
  for (const model::MessageHeader& header : headers) {
    email.headers.emplace_back(header.name.value_or(""), header.value.value_or(""));
  }
  return MessagePlan::ForReadyEmail(std::move(email));
}

// The name of a template is the last part of its ARN at SES (`template/{name}`), the last but one
// at Pinpoint (`templates/{name}/EMAIL`).
base::Result<std::string> TemplateNameOf(const model::SesTemplateContent& content) {
  if (HasText(content.template_name)) {
    return *content.template_name;
  }
  constexpr std::string_view kSes = "template/";
  constexpr std::string_view kPinpoint = "templates/";
  constexpr std::string_view kType = "/EMAIL";
  const std::string text = content.template_arn.value_or("");
  const auto arn = base::ParseArn(text);  // views of the text
  std::string_view resource = arn ? arn->resource : std::string_view();
  if (resource.starts_with(kPinpoint) && resource.ends_with(kType)) {
    resource.remove_prefix(kPinpoint.size());
    resource.remove_suffix(std::min(resource.size(), kType.size()));
  } else if (resource.starts_with(kSes)) {
    resource.remove_prefix(kSes.size());
  } else {
    return Wrong("Content.Template",
                 "TemplateName, the TemplateArn of an email template, or TemplateContent must be "
                 "there.");
  }
  return std::string(resource);
}

PlanResult PlanTemplate(const model::SesTemplateContent& content,
                        const Envelope& envelope,
                        const templates::TemplateService& templates) {
  MessagePlan::TemplatedEmail email;
  if (content.template_content) {
    email.inline_template = content.template_content;
  } else {
    PINION_TRY(email.name, TemplateNameOf(content));
  }
  email.headers = content.headers.value_or(std::vector<model::MessageHeader>());
  PINION_CHECK(CheckHeaders(email.headers, "Content.Template.Headers"));
  PINION_CHECK(RefuseAttachments(content.attachments, "Content.Template.Attachments"));
  email.data = content.template_data.value_or("");
  email.frame = envelope.Frame();
  return MessagePlan::ForTemplatedEmail(std::move(email), templates);
}

std::shared_ptr<const MessagePlan> PlanRaw(const std::string& raw, const Envelope& envelope) {
  EmailContent email;
  email.from = envelope.from;
  email.raw = raw;
  email.raw_shows_recipients = true;
  return MessagePlan::ForReadyEmail(std::move(email));
}

base::Status CheckContent(const model::SesEmailContent& content) {
  const int given = (content.simple ? 1 : 0) + (content.raw ? 1 : 0) + (content.template_ ? 1 : 0);
  return given == 1 ? base::Status()
                    : Wrong("Content", "exactly one of Simple, Raw and Template must be there.");
}

}  // namespace

std::vector<mime::Mailbox> SendersOf(const SesSendEmailRequest& request) {
  std::vector<mime::Mailbox> senders;
  const auto add = [&senders](std::string_view text) {
    if (auto mailbox = mime::ParseMailbox(text); mailbox.ok()) {
      senders.push_back(*std::move(mailbox));
    }
  };
  add(request.from_email_address.value_or(""));
  if (request.content.raw) {
    const auto raw = mime::ParseRawMessage(request.content.raw->data);
    if (raw.ok()) {
      add(mime::FieldValue(*raw, "From"));
    }
  }
  return senders;
}

base::Result<DirectSender::Ready> ComposeSesEmail(const SesSendEmailRequest& request,
                                                  const templates::TemplateService& templates) {
  PINION_CHECK(CheckContent(request.content));
  Envelope envelope;
  envelope.from = request.from_email_address.value_or("");
  if (!envelope.from.empty()) {
    PINION_CHECK(CheckMailboxes({envelope.from}, "FromEmailAddress"));
  }
  envelope.reply_to = request.reply_to_addresses.value_or(Texts());
  PINION_CHECK(CheckMailboxes(envelope.reply_to, "ReplyToAddresses"));
  PINION_TRY(envelope.recipients, RecipientsOf(request.destination));

  DirectSender::Ready ready;
  ready.channel = model::ChannelType::kEmail;
  PINION_TRY(ready.context, ContextOf(request.email_tags));
  if (request.content.raw) {
    const auto raw = mime::ParseRawMessage(request.content.raw->data);
    if (!raw.ok()) {
      return Wrong("Content.Raw.Data", raw.error().message);
    }
    if (envelope.recipients.size() == 0) {
      PINION_TRY(envelope.recipients, RecipientsOf(*raw));
    }
    PINION_TRY(const std::string from, FromOf(*raw));
    envelope.from = envelope.from.empty() ? from : envelope.from;
    ready.plan = PlanRaw(request.content.raw->data, envelope);
  } else if (request.content.simple) {
    PINION_TRY(ready.plan, PlanSimple(*request.content.simple, envelope));
  } else {
    PINION_TRY(ready.plan, PlanTemplate(*request.content.template_, envelope, templates));
  }
  PINION_CHECK(CheckCount(envelope.recipients));
  ready.recipients = envelope.recipients.All();
  return ready;
}

}  // namespace pinion::delivery::siblings
