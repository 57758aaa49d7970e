#include "api/audit_text.h"

#include <array>
#include <optional>

#include "api/call_auditor.h"
#include "api/path_template.h"
#include "audit/masked_json.h"
#include "base/arn.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "http/url.h"
#include "model/json_reader.h"

namespace pinion::api {

namespace {

constexpr std::string_view kNativePrefix = "/pinion/v1";
constexpr std::string_view kModelPrefix = "/v1/";
constexpr std::string_view kApplicationPath = "apps/{";
// What a record tells of an answer.
constexpr std::array<std::string_view, 4> kShownOfAnswers = {"Id", "Arn", "Version", "AccessKeyId"};
constexpr size_t kShownAnswerBytesMax = size_t{64} * 1024;

// CloudTrail's times have no fraction.
std::string WholeSeconds(base::Timestamp at) {
  constexpr size_t kDigitsOfSeconds = 19;
  return base::FormatIso8601(at).substr(0, kDigitsOfSeconds) + "Z";
}

// Without braces.
std::string Unwrapped(std::string object) {
  object.pop_back();
  object.erase(0, 1);
  return object;
}

std::string_view TypeOf(Principal::Type type) {
  switch (type) {
    case Principal::Type::kKey:
      return "IAMUser";
    case Principal::Type::kUser:
      return "PinionUser";
    case Principal::Type::kGuest:
      return "AssumedRole";
    case Principal::Type::kAnonymous:
      break;
  }
  return "Anonymous";
}

void AddPathParameters(const CallDescription& call, base::JsonWriter& json) {
  std::string_view path = call.operation.path;
  for (const std::string& value : call.facts.path_parameters) {
    const size_t open = path.find('{');
    if (open == std::string_view::npos) {
      return;
    }
    const size_t close = path.find('}', open);
    json.Key(path.substr(open + 1, close - open - 1)).String(value);
    path.remove_prefix(close + 1);
  }
}

void AddQueryParameters(const CallDescription& call, base::JsonWriter& json) {
  const auto query = http::ParseQuery(call.request.query);
  if (!query.ok()) {
    return;
  }
  for (const http::QueryParameter& parameter : *query) {
    if (!parameter.name.starts_with("X-Amz-")) {
      json.Key(parameter.name).String(parameter.value);
    }
  }
}

// Below it are calls about one person, who may be erased: the record must not name them.
constexpr std::string_view kPrivacyPath = "/privacy/";

// A body that is no JSON is left out, since what is secret in it cannot be told.
std::string RequestParameters(const CallDescription& call) {
  base::JsonWriter json;
  json.BeginObject();
  AddPathParameters(call, json);
  AddQueryParameters(call, json);
  std::string members;
  const bool names_a_person = call.operation.path.find(kPrivacyPath) != std::string_view::npos;
  if (!call.request.body.empty() && !names_a_person) {
    auto masked = audit::MaskSecrets(call.request.body, kAuditedBodyBytesMax);
    if (masked.ok() && masked->cut) {
      json.Key("bodyBytes").Int(static_cast<int64_t>(call.request.body.size()));
      json.Key("bodyCut").String(masked->text);
    } else if (masked.ok()) {
      members = Unwrapped(std::move(masked->text));
    }
  }
  json.EndObject();
  std::string text = json.Take();
  if (!members.empty()) {
    text.insert(text.size() - 1, text.size() == 2 ? members : "," + members);
  }
  return text;
}

// A header may hold any bytes.
std::string_view UserAgentOf(const http::Request& request) {
  constexpr size_t kShownBytesMax = 512;
  const std::string_view agent = request.headers.Find("User-Agent").value_or("");
  return agent.size() <= kShownBytesMax && base::IsValidUtf8(agent) ? agent : "";
}

void AddIdentity(const CallDescription& call, base::JsonWriter& json) {
  const Principal& principal = call.facts.principal;
  json.Key("userIdentity").BeginObject();
  json.Key("type").String(TypeOf(principal.type));
  json.Key("principalId")
      .String(principal.access_key_id.empty() ? principal.name : principal.access_key_id);
  json.Key("arn").String(principal.arn);
  json.Key("accountId").String(call.account_id);
  if (!principal.access_key_id.empty()) {
    json.Key("accessKeyId").String(principal.access_key_id);
  }
  json.Key("userName").String(principal.name);
  json.EndObject();
}

}  // namespace

std::string EventName(const model::OperationDescriptor& operation) {
  if (!operation.native) {
    return std::string(operation.name);
  }
  return std::string(operation.method) + " " +
         std::string(operation.path.substr(kNativePrefix.size()));
}

std::vector<std::string> ResourcesOf(const model::OperationDescriptor& operation,
                                     const CallFacts& facts,
                                     const std::string& account_id) {
  std::vector<std::string> resources;
  std::string_view path = operation.path;
  path.remove_prefix(operation.native ? std::min(path.size(), kNativePrefix.size() + 1)
                                      : std::min(path.size(), kModelPrefix.size()));
  if (path.empty()) {
    return resources;
  }
  const base::ArnScope scope{facts.region, account_id};
  if (path.starts_with("tags/") && !facts.path_parameters.empty()) {
    return {facts.path_parameters[0]};
  }
  if (path.starts_with(kApplicationPath) && !facts.path_parameters.empty()) {
    resources.push_back(base::MakeArn(scope, "apps/" + facts.path_parameters[0]));
  }
  const std::string filled = FillPathTemplate(path, facts.path_parameters);
  std::string arn = operation.native
                        ? "arn:aws:pinion:" + facts.region + ":" + account_id + ":" + filled
                        : base::MakeArn(scope, filled);
  if (resources.empty() || resources[0] != arn) {
    resources.push_back(std::move(arn));
  }
  return resources;
}

std::string DescribeCall(const CallDescription& call) {
  base::JsonWriter json;
  json.BeginObject();
  json.Key("eventVersion").String("1.08");
  json.Key("eventID").String(call.event_id);
  json.Key("eventTime").String(WholeSeconds(call.at));
  json.Key("eventType").String("AwsApiCall");
  const std::string_view own_source = call.operation.native ? "pinion" : "pinpoint.amazonaws.com";
  json.Key("eventSource").String(call.event_source.empty() ? own_source : call.event_source);
  json.Key("eventName").String(call.event_name);
  json.Key("awsRegion").String(call.facts.region);
  json.Key("readOnly").Bool(call.read_only);
  json.Key("sourceIPAddress").String(call.facts.client_address);
  json.Key("userAgent").String(UserAgentOf(call.request));
  json.Key("requestID").String(call.facts.request_id);
  json.Key("recipientAccountId").String(call.account_id);
  json.Key("requestParameters").Raw(RequestParameters(call));
  json.Key("resources").BeginArray();
  for (const std::string& resource : call.resources) {
    json.BeginObject().Key("ARN").String(resource).EndObject();
  }
  json.EndArray();
  AddIdentity(call, json);
  json.EndObject();
  return Unwrapped(json.Take());
}

std::string DescribeOutcome(std::string_view exception,
                            std::string_view message,
                            std::string_view response_body) {
  base::JsonWriter json;
  json.BeginObject();
  if (!exception.empty()) {
    json.Key("errorCode").String(exception).Key("errorMessage").String(message);
  } else {
    json.Key("responseElements").BeginObject();
    model::JsonReader reader;
    std::string_view key;
    if (!response_body.empty() && response_body.size() <= kShownAnswerBytesMax &&
        reader.Open(response_body) && reader.BeginObject()) {
      while (reader.NextMember(key)) {
        const std::string name(key);
        std::string_view value;
        if (!reader.ReadRaw(value)) {
          break;
        }
        for (const std::string_view shown : kShownOfAnswers) {
          if (name == shown) {
            json.Key(name).Raw(value);
          }
        }
      }
    }
    json.EndObject();
  }
  json.EndObject();
  return "," + Unwrapped(json.Take());
}

}  // namespace pinion::api
