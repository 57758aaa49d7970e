#include "audit/service_event.h"

#include <utility>

#include "base/json_text.h"
#include "base/time_text.h"

namespace pinion::audit {

AuditRecord RecordOf(ServiceEvent event) {
  AuditRecord record{.at = event.at,
                     .event_id = std::move(event.event_id),
                     .operation = std::move(event.operation),
                     .principal_arn = "arn:aws:iam::" + event.account_id + ":pinion",
                     .principal_name = "pinion",
                     .resources = std::move(event.resources),
                     .members = ""};
  base::JsonWriter json;
  json.Key("eventVersion").String("1.08");
  json.Key("eventID").String(record.event_id);
  json.Key("eventTime").String(base::FormatIso8601(record.at));
  json.Key("eventType").String("AwsServiceEvent");
  json.Key("eventSource").String("pinion");
  json.Key("eventName").String(record.operation);
  json.Key("awsRegion").String(event.region);
  json.Key("readOnly").Bool(false);
  json.Key("recipientAccountId").String(event.account_id);
  json.Key("requestParameters").Raw(event.request_parameters);
  json.Key("resources").BeginArray();
  for (const std::string& arn : record.resources) {
    json.BeginObject().Key("ARN").String(arn).EndObject();
  }
  json.EndArray();
  json.Key("userIdentity").BeginObject();
  json.Key("type").String("PinionService");
  json.Key("principalId").String(record.principal_name);
  json.Key("arn").String(record.principal_arn);
  json.Key("accountId").String(event.account_id);
  json.EndObject();
  record.members = json.Take();
  return record;
}

}  // namespace pinion::audit
