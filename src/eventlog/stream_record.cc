#include "eventlog/stream_record.h"

#include "base/json_text.h"

namespace pinion::eventlog {
namespace {

constexpr std::string_view kEventVersion = "3.1";

using base::JsonWriter;

// Writes the member unless the fact is unknown: absent facts are left out, never null (STR-20).
void WriteFact(JsonWriter& json,
               std::string_view member,
               const Event& event,
               std::string_view fact) {
  if (const std::string* value = event.FindFact(fact)) {
    json.Key(member).String(*value);
  }
}

void WriteApplication(JsonWriter& json, const base::AppId& app, const Event& event) {
  json.Key("application").BeginObject().Key("app_id").String(app.value());
  WriteFact(json, "cognito_identity_pool_id", event, "cognito_identity_pool_id");
  WriteFact(json, "package_name", event, "package_name");
  json.Key("sdk").BeginObject();
  WriteFact(json, "name", event, "sdk_name");
  WriteFact(json, "version", event, "sdk_version");
  json.EndObject();
  WriteFact(json, "title", event, "title");
  WriteFact(json, "version_name", event, "version_name");
  WriteFact(json, "version_code", event, "version_code");
  json.EndObject();
}

void WriteClient(JsonWriter& json, const Event& event) {
  json.Key("client").BeginObject().Key("client_id").String(event.endpoint_id);
  WriteFact(json, "cognito_id", event, "cognito_id");
  json.EndObject();
}

// The code is language and country; a code without separator is a language.
void WriteLocale(JsonWriter& json, std::string_view code) {
  const size_t language_end = code.find_first_of("_-");
  const size_t country_begin = code.find_last_of("_-");
  json.Key("locale").BeginObject().Key("code").String(code);
  if (country_begin != std::string_view::npos) {
    json.Key("country").String(code.substr(country_begin + 1));
  }
  json.Key("language").String(code.substr(0, language_end));
  json.EndObject();
}

void WriteDevice(JsonWriter& json, const Event& event) {
  json.Key("device").BeginObject();
  if (const std::string* locale = event.FindFact("locale")) {
    WriteLocale(json, *locale);
  }
  WriteFact(json, "make", event, "make");
  WriteFact(json, "model", event, "model");
  json.Key("platform").BeginObject();
  WriteFact(json, "name", event, "platform");
  WriteFact(json, "version", event, "platform_version");
  json.EndObject().EndObject();
}

void WriteSession(JsonWriter& json, const Event& event) {
  json.Key("session").BeginObject();
  if (event.session.has_value()) {
    json.Key("session_id").String(event.session->id);
    json.Key("start_timestamp").Int(base::ToMillis(event.session->start));
    if (event.session->stop.has_value()) {
      json.Key("stop_timestamp").Int(base::ToMillis(*event.session->stop));
    }
  }
  json.EndObject();
}

// Metrics are written with a fraction even where they are whole, so that readers take them all for
// one type.
std::string MetricText(double value) {
  std::string text = base::JsonDouble(value);
  if (text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return text;
}

void WriteMetrics(JsonWriter& json, const Event& event) {
  if (event.metrics.empty() && event.origin != Origin::kApp) {
    return;
  }
  json.Key("metrics").BeginObject();
  for (const auto& [name, value] : event.metrics) {
    json.Key(name).Raw(MetricText(value));
  }
  json.EndObject();
}

void WriteClientContext(JsonWriter& json, const Event& event) {
  if (event.client_context.empty()) {
    return;
  }
  json.Key("client_context").BeginObject().Key("custom").BeginObject();
  for (const auto& [name, value] : event.client_context) {
    json.Key(name).String(value);
  }
  json.EndObject().EndObject();
}

}  // namespace

std::string StreamRecord(const base::AppId& app, const Event& event, std::string_view account_id) {
  JsonWriter json;
  json.BeginObject();
  json.Key("event_type").String(event.event_type);
  json.Key("event_timestamp").Int(base::ToMillis(event.reported_at));
  json.Key("arrival_timestamp").Int(base::ToMillis(event.arrived_at));
  json.Key("event_version").String(kEventVersion);
  WriteApplication(json, app, event);
  WriteClient(json, event);
  WriteDevice(json, event);
  WriteSession(json, event);
  json.Key("attributes").BeginObject();
  for (const auto& [name, value] : event.attributes) {
    json.Key(name).String(value);
  }
  json.EndObject();
  WriteMetrics(json, event);
  WriteClientContext(json, event);
  json.Key("awsAccountId").String(account_id);
  if (!event.facets_json.empty()) {
    json.Key("facets").Raw(event.facets_json);
  }
  json.EndObject();
  return json.Take();
}

}  // namespace pinion::eventlog
