#include "api/call_conditions.h"

#include <algorithm>
#include <array>

#include "base/time_text.h"
#include "http/url.h"
#include "model/json_reader.h"

namespace pinion::api {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kApps = "apps/";
constexpr std::string_view kTemplates = "templates/";

Texts One(std::string_view value) {
  return value.empty() ? Texts() : Texts{std::string(value)};
}

// Names of tags in policies are those of the tags, or the same in another case.
Texts TagOf(const base::Tags& tags, std::string_view key) {
  const auto found = [&](auto same) -> const std::string* {
    const auto tag = std::find_if(
        tags.begin(), tags.end(), [&](const auto& entry) { return same(entry.first); });
    return tag == tags.end() ? nullptr : &tag->second;
  };
  const std::string* value = found([&](const std::string& name) { return name == key; });
  if (value == nullptr) {
    value = found([&](const std::string& name) { return http::EqualsIgnoringCase(name, key); });
  }
  return value == nullptr ? Texts() : Texts{*value};
}

base::Tags TagsOf(const base::TaggedResources* kind, std::string_view resource) {
  if (kind == nullptr) {
    return {};
  }
  auto tags = kind->TagsOf(resource);
  return tags.ok() ? *std::move(tags) : base::Tags();
}

// The part up to the slash with this number, from 1.
std::string_view UpToSlash(std::string_view text, size_t number) {
  size_t at = 0;
  for (; number > 0 && at != std::string_view::npos; --number) {
    at = text.find('/', at == 0 ? 0 : at + 1);
  }
  return text.substr(0, at);
}

// The campaign, segment or journey that the path goes through; "" for others.
struct Taggable {
  const base::TaggedResources* kind = nullptr;
  std::string_view resource;
};
Taggable BelowApplication(const TagDirectory& tags, std::string_view path) {
  const std::string_view resource = UpToSlash(path, 4);
  const std::string_view application = UpToSlash(path, 2);
  std::string_view below = resource.substr(std::min(resource.size(), application.size() + 1));
  const size_t slash = below.find('/');
  if (slash == std::string_view::npos) {
    return {};
  }
  const std::string_view family = below.substr(0, slash);
  if (family == "campaigns") {
    return {tags.campaigns, resource};
  }
  if (family == "segments") {
    return {tags.segments, resource};
  }
  return family == "journeys" ? Taggable{tags.journeys, resource} : Taggable{};
}

// The member `tags` of a body. Fails when the body is not what the operation takes.
base::Result<base::Tags> TagsOfBody(std::string_view body) {
  base::Tags tags;
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return tags;
  }
  model::JsonReader reader;
  model::JsonType type = model::JsonType::kNull;
  std::string_view key;
  if (reader.Open(body) && reader.PeekType(type) && type == model::JsonType::kObject &&
      reader.BeginObject()) {
    while (reader.NextMember(key)) {
      if (key != "tags" || !reader.PeekType(type) || type != model::JsonType::kObject) {
        reader.SkipValue();
        continue;
      }
      // A member given twice: the last one counts (API-43).
      tags.clear();
      reader.BeginObject();
      while (reader.NextMember(key)) {
        std::string name(key);
        std::string_view value;
        const bool is_text = reader.PeekType(type) && type == model::JsonType::kString;
        if (is_text ? reader.ReadString(value) : reader.ReadRaw(value)) {
          std::erase_if(tags, [&](const auto& entry) { return entry.first == name; });
          tags.emplace_back(std::move(name), value);
        }
      }
    }
  } else if (reader.ok()) {
    return base::InvalidArgument("The body must be a JSON object.");
  }
  if (!reader.ok() || !reader.AtEnd()) {
    return base::InvalidArgument("The body is not valid JSON: " + reader.error());
  }
  return tags;
}

std::string_view PrincipalType(Principal::Type type) {
  switch (type) {
    case Principal::Type::kKey:
    case Principal::Type::kUser:
      return "User";
    case Principal::Type::kGuest:
      return "AssumedRole";
    case Principal::Type::kAnonymous:
      break;
  }
  return "Anonymous";
}

}  // namespace

std::vector<std::string> CallConditions::Values(const auth::ConditionKey& key) const {
  constexpr std::string_view kCognito = "cognito-identity.amazonaws.com:";
  if (key.name == "aws:resourcetag") {
    return ResourceTag(key.tag);
  }
  if (key.name == "aws:requesttag") {
    return TagOf(RequestTags(), key.tag);
  }
  if (key.name == "aws:principaltag") {
    const auto& principal_key = parts_.facts.principal.key;
    return principal_key == nullptr
               ? Texts()
               : TagOf({principal_key->tags.begin(), principal_key->tags.end()}, key.tag);
  }
  if (!key.tag.empty()) {
    return {};
  }
  if (key.name == "aws:tagkeys") {
    return TagKeys();
  }
  if (key.name.starts_with(kCognito)) {
    return OfSession(std::string_view(key.name).substr(kCognito.size()));
  }
  const auto of_principal = OfPrincipal(key.name);
  return of_principal.empty() ? OfRequest(key.name) : of_principal;
}

std::vector<std::string> CallConditions::OfPrincipal(std::string_view name) const {
  const Principal& principal = parts_.facts.principal;
  if (name == "aws:username") {
    return principal.type == Principal::Type::kGuest ? Texts() : One(principal.name);
  }
  if (name == "aws:userid") {
    return One(principal.access_key_id.empty() ? principal.name : principal.access_key_id);
  }
  if (name == "aws:principalarn") {
    return One(principal.arn);
  }
  if (name == "aws:principaltype") {
    return One(PrincipalType(principal.type));
  }
  if (name == "aws:principalaccount" || name == "aws:sourceaccount") {
    return One(parts_.account_id);
  }
  return {};
}

std::vector<std::string> CallConditions::OfSession(std::string_view name) const {
  const auto& session = parts_.facts.principal.session;
  if (session == nullptr) {
    return {};
  }
  if (name == "sub") {
    return One(session->identity_id);
  }
  if (name == "aud") {
    return One(session->pool_id);
  }
  if (name == "amr") {
    return session->authenticated() ? Texts{"authenticated", session->provider}
                                    : Texts{"unauthenticated"};
  }
  return {};
}

std::vector<std::string> CallConditions::OfRequest(std::string_view name) const {
  if (name == "aws:sourceip") {
    return One(parts_.facts.client_address);
  }
  if (name == "aws:securetransport") {
    return One(parts_.request.tls ? "true" : "false");
  }
  if (name == "aws:currenttime") {
    return One(base::FormatIso8601(parts_.wall_clock.Now()));
  }
  if (name == "aws:epochtime") {
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(parts_.wall_clock.Now()).time_since_epoch();
    return One(std::to_string(seconds.count()));
  }
  if (name == "aws:useragent") {
    return One(parts_.request.headers.Find("User-Agent").value_or(""));
  }
  if (name == "aws:referer") {
    return One(parts_.request.headers.Find("Referer").value_or(""));
  }
  return name == "aws:requestedregion" ? One(parts_.facts.region) : Texts();
}

// Of the addressed campaign, segment, journey or template, else of its application.
std::vector<std::string> CallConditions::ResourceTag(std::string_view tag) const {
  if (parts_.path.starts_with(kTemplates)) {
    return TagOf(TagsOf(parts_.tags.templates, UpToSlash(parts_.path, 3)), tag);
  }
  if (!parts_.path.starts_with(kApps)) {
    return {};
  }
  const Taggable below = BelowApplication(parts_.tags, parts_.path);
  const auto own = TagOf(TagsOf(below.kind, below.resource), tag);
  return own.empty() ? TagOf(TagsOf(parts_.tags.applications, UpToSlash(parts_.path, 2)), tag)
                     : own;
}

const base::Tags& CallConditions::RequestTags() const {
  constexpr std::array<std::string_view, 9> kWithTags = {"CreateApp",
                                                         "CreateCampaign",
                                                         "CreateSegment",
                                                         "CreateEmailTemplate",
                                                         "CreateInAppTemplate",
                                                         "CreatePushTemplate",
                                                         "CreateSmsTemplate",
                                                         "CreateVoiceTemplate",
                                                         "TagResource"};
  if (!request_tags_) {
    request_tags_.emplace();
    if (std::find(kWithTags.begin(), kWithTags.end(), parts_.operation.name) != kWithTags.end()) {
      auto tags = TagsOfBody(parts_.request.body);
      if (tags.ok()) {
        request_tags_ = *std::move(tags);
      } else {
        body_status_ = tags.error();
      }
    }
  }
  return *request_tags_;
}

std::vector<std::string> CallConditions::TagKeys() const {
  Texts keys;
  if (parts_.operation.name == "UntagResource") {
    if (const auto query = http::ParseQuery(parts_.request.query); query.ok()) {
      for (const http::QueryParameter& parameter : *query) {
        if (parameter.name == "tagKeys") {
          keys.push_back(parameter.value);
        }
      }
    }
    return keys;
  }
  for (const auto& [key, value] : RequestTags()) {
    keys.push_back(key);
  }
  return keys;
}

}  // namespace pinion::api
