#include "templates/compiled_content.h"

#include <utility>

#include "templates/default_substitutions_json.h"

namespace pinion::templates {
namespace {

// Compiles part after part until one is malformed.
class PartCompiler {
 public:
  explicit PartCompiler(TemplateError* error) : error_(error) {}

  void Compile(const std::optional<std::string>& source,
               const std::string& part,
               Escaping escaping,
               std::optional<CompiledTemplate>& compiled) {
    if (!source || !status_.ok()) {
      return;
    }
    auto result = CompiledTemplate::Compile(*source, {part, escaping}, error_);
    if (result.ok()) {
      compiled = *std::move(result);
    } else {
      status_ = std::move(result).error();
    }
  }

  void Defaults(const std::optional<std::string>& json, CompiledContent& content) {
    if (!status_.ok()) {
      return;
    }
    auto parsed = ParseDefaultSubstitutions(json.value_or("{}"));
    if (parsed.ok()) {
      content.defaults = *std::move(parsed);
    } else {
      status_ = std::move(parsed).error();
    }
  }

  // Fields that all platforms have.
  template <class Section>
  CompiledPushSection CommonPush(const Section& section, const std::string& name) {
    CompiledPushSection compiled;
    compiled.action = section.action;
    Compile(section.title, name + ".Title", Escaping::kNone, compiled.title);
    Compile(section.body, name + ".Body", Escaping::kNone, compiled.body);
    Compile(section.url, name + ".Url", Escaping::kNone, compiled.url);
    Compile(section.sound, name + ".Sound", Escaping::kNone, compiled.sound);
    return compiled;
  }

  std::optional<CompiledPushSection> Default(
      const std::optional<model::DefaultPushNotificationTemplate>& section) {
    return section ? std::optional(CommonPush(*section, "Default")) : std::nullopt;
  }

  std::optional<CompiledPushSection> Apns(
      const std::optional<model::APNSPushNotificationTemplate>& section) {
    if (!section) {
      return std::nullopt;
    }
    CompiledPushSection compiled = CommonPush(*section, "APNS");
    Compile(section->media_url, "APNS.MediaUrl", Escaping::kNone, compiled.media_url);
    Compile(section->raw_content, "APNS.RawContent", Escaping::kJson, compiled.raw_content);
    return compiled;
  }

  std::optional<CompiledPushSection> Android(
      const std::optional<model::AndroidPushNotificationTemplate>& section,
      const std::string& name) {
    if (!section) {
      return std::nullopt;
    }
    CompiledPushSection compiled = CommonPush(*section, name);
    Compile(section->image_url, name + ".ImageUrl", Escaping::kNone, compiled.image_url);
    Compile(
        section->image_icon_url, name + ".ImageIconUrl", Escaping::kNone, compiled.image_icon_url);
    Compile(section->small_image_icon_url,
            name + ".SmallImageIconUrl",
            Escaping::kNone,
            compiled.small_image_icon_url);
    Compile(section->raw_content, name + ".RawContent", Escaping::kJson, compiled.raw_content);
    return compiled;
  }

  // The content, or the first error.
  template <class Content>
  base::Result<Content> Finish(Content content) {
    if (!status_.ok()) {
      return std::move(status_).error();
    }
    return content;
  }

 private:
  TemplateError* error_;
  base::Status status_;
};

}  // namespace

base::Result<CompiledEmailTemplate> CompileContent(const model::EmailTemplateRequest& request,
                                                   TemplateError* error) {
  PartCompiler compiler(error);
  CompiledEmailTemplate content;
  compiler.Compile(request.subject, "Subject", Escaping::kSingleLine, content.subject);
  compiler.Compile(request.html_part, "HtmlPart", Escaping::kHtml, content.html_part);
  compiler.Compile(request.text_part, "TextPart", Escaping::kNone, content.text_part);
  size_t index = 0;
  for (const model::MessageHeader& header :
       request.headers.value_or(std::vector<model::MessageHeader>())) {
    std::optional<CompiledTemplate> value;
    compiler.Compile(header.value.value_or(""),
                     "Headers[" + std::to_string(index++) + "].Value",
                     Escaping::kSingleLine,
                     value);
    if (value) {
      content.headers.push_back({header.name.value_or(""), *std::move(value)});
    }
  }
  compiler.Defaults(request.default_substitutions, content);
  content.recommender_id = request.recommender_id;
  return compiler.Finish(std::move(content));
}

base::Result<CompiledSmsTemplate> CompileContent(const model::SMSTemplateRequest& request,
                                                 TemplateError* error) {
  PartCompiler compiler(error);
  CompiledSmsTemplate content;
  compiler.Compile(request.body, "Body", Escaping::kNone, content.body);
  compiler.Defaults(request.default_substitutions, content);
  content.recommender_id = request.recommender_id;
  return compiler.Finish(std::move(content));
}

base::Result<CompiledVoiceTemplate> CompileContent(const model::VoiceTemplateRequest& request,
                                                   TemplateError* error) {
  PartCompiler compiler(error);
  CompiledVoiceTemplate content;
  compiler.Compile(
      request.body, "Body", EscapingOfVoiceBody(request.body.value_or("")), content.body);
  compiler.Defaults(request.default_substitutions, content);
  content.language_code = request.language_code;
  content.voice_id = request.voice_id;
  return compiler.Finish(std::move(content));
}

base::Result<CompiledPushTemplate> CompileContent(
    const model::PushNotificationTemplateRequest& request, TemplateError* error) {
  PartCompiler compiler(error);
  CompiledPushTemplate content;
  content.fallback = compiler.Default(request.default_);
  content.apns = compiler.Apns(request.apns);
  content.adm = compiler.Android(request.adm, "ADM");
  content.baidu = compiler.Android(request.baidu, "Baidu");
  content.gcm = compiler.Android(request.gcm, "GCM");
  compiler.Defaults(request.default_substitutions, content);
  content.recommender_id = request.recommender_id;
  return compiler.Finish(std::move(content));
}

base::Result<CompiledInAppTemplate> CompileContent(const model::InAppTemplateRequest& request,
                                                   TemplateError* error) {
  PartCompiler compiler(error);
  CompiledInAppTemplate content;
  compiler.Defaults(std::nullopt, content);
  content.content = request;
  return compiler.Finish(std::move(content));
}

}  // namespace pinion::templates
