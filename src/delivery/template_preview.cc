#include "delivery/template_preview.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "delivery/recipient_view.h"
#include "delivery/sms/sms_encoding.h"
#include "model/codec.h"
#include "model/endpoints.h"
#include "templates/content_rules.h"
#include "templates/default_substitutions_json.h"
#include "templates/engine/renderer.h"

namespace pinion::delivery {
namespace {

using templates::CompiledTemplate;
using templates::NamedValue;
using templates::RootName;
using templates::Value;

using Lists = model::Map<std::vector<std::string>>;

std::vector<NamedValue> NamedLists(const std::optional<Lists>& map) {
  std::vector<NamedValue> named;
  if (map) {
    for (const auto& [name, values] : *map) {
      named.push_back({name, Value::List(std::span<const std::string>(values))});
    }
  }
  return named;
}

// Whom the preview is for. What the view refers to stays where it is as long as this lives.
class PreviewRecipient {
 public:
  PreviewRecipient(const model::TemplatePreviewRequest& request)
      : request_(request), view_({.application_id = application_id()}) {}
  PreviewRecipient(const PreviewRecipient&) = delete;
  PreviewRecipient& operator=(const PreviewRecipient&) = delete;

  // kInvalidArgument, kNotFound.
  base::Status Fill(const audience::AudienceService& audience) {
    const bool is_stored = request_.application_id || request_.endpoint_id;
    if (request_.endpoint) {
      if (request_.endpoint_id) {
        return base::InvalidArgument("Either 'Endpoint' or 'EndpointId' names the recipient.");
      }
      PINION_TRY(endpoint_, model::Decode<model::EndpointRequest>(request_.endpoint->text));
      FillFromRequest();
    } else if (is_stored) {
      PINION_CHECK(FillFromStore(audience));
    }
    substitutions_ = NamedLists(request_.substitutions);
    if (request_.context) {
      for (const auto& [name, value] : *request_.context) {
        context_.push_back({name, Value::String(value)});
      }
    }
    view_.view().substitutions[0] = substitutions_;
    view_.view().context[0] = context_;
    return {};
  }

  templates::RecipientView& view() { return view_.view(); }

 private:
  std::string_view application_id() const {
    return request_.application_id ? std::string_view(*request_.application_id)
                                   : std::string_view();
  }

  base::Status FillFromStore(const audience::AudienceService& audience) {
    if (!request_.application_id || !request_.endpoint_id) {
      return base::InvalidArgument(
          "A stored recipient needs both 'ApplicationId' and 'EndpointId'.");
    }
    const base::AppId app(*request_.application_id);
    PINION_TRY(const auto ordinal, audience.OrdinalOf(app, *request_.endpoint_id));
    if (!ordinal) {
      return base::NotFound("Endpoint not found");
    }
    PINION_TRY(auto batch, audience.ReadByOrdinals(app, std::span(&*ordinal, 1)));
    stored_ = std::make_unique<audience::EndpointBatch>(std::move(batch));
    if (stored_->size() != 1) {
      return base::NotFound("Endpoint not found");
    }
    view_.FillFrom((*stored_)[0]);
    return {};
  }

  void Set(RootName name, const std::optional<std::string>& text) {
    view().SetText(name, text ? std::string_view(*text) : std::string_view());
  }

  void FillFromRequest() {
    const model::EndpointRequest& endpoint = endpoint_;
    view_.FillFromAddress(
        endpoint.address ? std::string_view(*endpoint.address) : std::string_view(),
        endpoint.channel_type ? model::ToWire(*endpoint.channel_type) : std::string_view());
    Set(RootName::kEffectiveDate, endpoint.effective_date);
    Set(RootName::kEndpointStatus, endpoint.endpoint_status);
    Set(RootName::kOptOut, endpoint.opt_out);
    Set(RootName::kRequestId, endpoint.request_id);
    if (endpoint.demographic) {
      const model::EndpointDemographic& demographic = *endpoint.demographic;
      Set(RootName::kDemographicAppVersion, demographic.app_version);
      Set(RootName::kDemographicLocale, demographic.locale);
      Set(RootName::kDemographicMake, demographic.make);
      Set(RootName::kDemographicModel, demographic.model);
      Set(RootName::kDemographicModelVersion, demographic.model_version);
      Set(RootName::kDemographicPlatform, demographic.platform);
      Set(RootName::kDemographicPlatformVersion, demographic.platform_version);
      Set(RootName::kDemographicTimezone, demographic.timezone);
    }
    if (endpoint.location) {
      const model::EndpointLocation& location = *endpoint.location;
      Set(RootName::kLocationCity, location.city);
      Set(RootName::kLocationCountry, location.country);
      Set(RootName::kLocationPostalCode, location.postal_code);
      Set(RootName::kLocationRegion, location.region);
      if (location.latitude) {
        view().Set(RootName::kLocationLatitude, Value::Number(*location.latitude));
      }
      if (location.longitude) {
        view().Set(RootName::kLocationLongitude, Value::Number(*location.longitude));
      }
    }
    attributes_ = NamedLists(endpoint.attributes);
    if (endpoint.user) {
      Set(RootName::kUserId, endpoint.user->user_id);
      user_attributes_ = NamedLists(endpoint.user->user_attributes);
    }
    if (endpoint.metrics) {
      for (const auto& [name, value] : *endpoint.metrics) {
        if (value) {
          metrics_.push_back({name, Value::Number(*value)});
        }
      }
    }
    view().attributes = attributes_;
    view().user_attributes = user_attributes_;
    view().metrics = metrics_;
  }

  const model::TemplatePreviewRequest& request_;
  RecipientView view_;
  model::EndpointRequest endpoint_;
  std::unique_ptr<audience::EndpointBatch> stored_;
  std::vector<NamedValue> attributes_;
  std::vector<NamedValue> user_attributes_;
  std::vector<NamedValue> metrics_;
  std::vector<NamedValue> substitutions_;
  std::vector<NamedValue> context_;
};

// Renders part after part until one fails.
class PreviewRenderer {
 public:
  PreviewRenderer(const templates::RecipientView& view, templates::RenderOptions options)
      : variables_(view), options_(options) {}

  using Part = std::optional<CompiledTemplate>;

  void Render(const Part& part, std::optional<std::string>& out) {
    if (part) {
      out = Text(*part);
    }
  }

  std::string Text(const CompiledTemplate& part) {
    std::string text;
    if (!failure_.empty()) {
      return text;
    }
    templates::RenderReport report;
    const base::Status status = templates::Render(part, variables_, options_, text, &report);
    if (!status.ok()) {
      failure_ = status.error().message;
      return text;
    }
    Merge(report.variables, rendered_.variables);
    Merge(report.missing, rendered_.missing_variables);
    Merge(report.defaulted, rendered_.defaulted_variables);
    return text;
  }

  void Use(const templates::CompiledEmailTemplate& content) {
    Render(content.subject, rendered_.subject);
    Render(content.html_part, rendered_.html_part);
    Render(content.text_part, rendered_.text_part);
    for (const templates::CompiledHeader& header : content.headers) {
      if (!rendered_.headers) {
        rendered_.headers.emplace();
      }
      rendered_.headers->push_back({.name = header.name, .value = Text(header.value)});
    }
  }

  void Use(const templates::CompiledSmsTemplate& content) {
    Render(content.body, rendered_.body);
    if (rendered_.body) {
      const SmsParts parts = CountSmsParts(*rendered_.body);
      rendered_.encoding = parts.encoding == SmsParts::Encoding::kGsm ? "GSM" : "UCS-2";
      rendered_.number_of_message_parts = static_cast<int32_t>(parts.parts);
    }
  }

  void Use(const templates::CompiledVoiceTemplate& content) {
    Render(content.body, rendered_.body);
  }

  void Use(const templates::CompiledPushTemplate& content) {
    if (content.fallback) {
      Common(*content.fallback, rendered_.default_.emplace());
    }
    if (content.apns) {
      auto& section = rendered_.apns.emplace();
      Common(*content.apns, section);
      Render(content.apns->media_url, section.media_url);
      Render(content.apns->raw_content, section.raw_content);
    }
    Android(content.adm, rendered_.adm);
    Android(content.baidu, rendered_.baidu);
    Android(content.gcm, rendered_.gcm);
  }

  // In-app content is shown as it is (TPL-36).
  void Use(const templates::CompiledInAppTemplate&) {}

  PreviewOutcome Take() {
    PreviewOutcome outcome;
    if (failure_.empty()) {
      outcome.rendered = std::move(rendered_);
    } else {
      outcome.failure = std::move(failure_);
    }
    return outcome;
  }

 private:
  static void Merge(const std::vector<std::string_view>& from, std::vector<std::string>& to) {
    for (const std::string_view name : from) {
      if (std::find(to.begin(), to.end(), name) == to.end()) {
        to.emplace_back(name);
      }
    }
  }

  template <class Section>
  void Common(const templates::CompiledPushSection& content, Section& section) {
    section.action = content.action;
    Render(content.title, section.title);
    Render(content.body, section.body);
    Render(content.url, section.url);
    Render(content.sound, section.sound);
  }

  void Android(const std::optional<templates::CompiledPushSection>& content,
               std::optional<model::AndroidPushNotificationTemplate>& out) {
    if (!content) {
      return;
    }
    auto& section = out.emplace();
    Common(*content, section);
    Render(content->image_url, section.image_url);
    Render(content->image_icon_url, section.image_icon_url);
    Render(content->small_image_icon_url, section.small_image_icon_url);
    Render(content->raw_content, section.raw_content);
  }

  const templates::RecipientVariables variables_;
  const templates::RenderOptions options_;
  model::RenderedTemplate rendered_;
  std::string failure_;
};

template <class Kind>
base::Result<PreviewOutcome> RenderKind(const TemplatePreview::Dependencies& deps,
                                        const model::TemplatePreviewRequest& request,
                                        templates::RenderLimits limits) {
  std::shared_ptr<const typename Kind::Compiled> content;
  if (request.template_name) {
    PINION_TRY(content,
               deps.templates.ResolveContent<Kind>(*request.template_name, request.version));
  } else {
    PINION_TRY(const auto given, model::Decode<typename Kind::Request>(request.content->text));
    PINION_CHECK(templates::CheckContent(given));
    templates::TemplateError error;
    auto compiled = templates::CompileContent(given, &error);
    if (!compiled.ok()) {
      if (error.part.empty()) {
        return compiled.error();
      }
      PreviewOutcome outcome;
      outcome.malformed = std::move(error);
      return outcome;
    }
    content = std::make_shared<const typename Kind::Compiled>(*std::move(compiled));
  }
  std::shared_ptr<const templates::DefaultSubstitutions> defaults = content->defaults;
  if (request.default_substitutions) {
    PINION_TRY(defaults, templates::ParseDefaultSubstitutions(*request.default_substitutions));
  }
  PreviewRecipient recipient(request);
  PINION_CHECK(recipient.Fill(deps.audience));
  recipient.view().defaults = defaults.get();
  PreviewRenderer renderer(recipient.view(),
                           {.now = deps.clock.Now(), .limits = limits, .random = &deps.random});
  renderer.Use(*content);
  return renderer.Take();
}

}  // namespace

base::Result<PreviewOutcome> TemplatePreview::Render(
    const model::TemplatePreviewRequest& request) const {
  PINION_TRY(const auto type, templates::TemplateService::ParseType(request.template_type));
  if (request.template_name.has_value() == request.content.has_value()) {
    return base::InvalidArgument("Exactly one of 'TemplateName' and 'Content' must be given.");
  }
  if (request.version && !request.template_name) {
    return base::InvalidArgument("Member 'Version' needs 'TemplateName'.");
  }
  switch (type) {
    case model::TemplateType::kEmail:
      return RenderKind<templates::EmailKind>(deps_, request, templates::RenderLimits::ForEmail());
    case model::TemplateType::kSms:
      return RenderKind<templates::SmsKind>(deps_, request, {});
    case model::TemplateType::kVoice:
      return RenderKind<templates::VoiceKind>(deps_, request, {});
    case model::TemplateType::kPush:
      return RenderKind<templates::PushKind>(deps_, request, {});
    case model::TemplateType::kInapp:
      return RenderKind<templates::InAppKind>(deps_, request, {});
  }
  return base::Internal("template type");
}

}  // namespace pinion::delivery
