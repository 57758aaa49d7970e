#include "jobs/json_rows.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "model/codec.h"
#include "model/jobs.h"

namespace pinion::jobs {
namespace {

using ImportedValues = model::Map<std::optional<model::RawJson>>;
using AttributeLists = model::Map<std::vector<std::string>>;

// A single value is a list of one; null and [] are an empty list, which removes the name (AUD-22).
base::Result<std::vector<std::string>> ReadValues(const std::optional<model::RawJson>& value) {
  if (!value) {
    return std::vector<std::string>();
  }
  const bool is_list = value->text.starts_with('[');
  const std::string list = is_list ? value->text : "[" + value->text + "]";
  PINION_TRY(auto decoded, model::Decode<model::ImportedValueList>("{\"Values\":" + list + "}"));
  return std::move(decoded.values);
}

base::Result<std::optional<AttributeLists>> ReadAttributes(
    const std::optional<ImportedValues>& values, const std::string& path) {
  if (!values) {
    return std::optional<AttributeLists>();
  }
  AttributeLists lists;
  for (const auto& [name, value] : *values) {
    auto list = ReadValues(value);
    if (!list.ok()) {
      return base::InvalidArgument(path + "." + name + ": expected a text or a list of texts.");
    }
    lists.Set(name, *std::move(list));
  }
  return std::optional(std::move(lists));
}

std::string Upper(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

}  // namespace

base::Result<ImportRow> ReadJsonRow(std::string_view line) {
  PINION_TRY(model::ImportRowRecord record, model::Decode<model::ImportRowRecord>(line));
  ImportRow row;
  row.id = record.id.value_or("");
  model::EndpointRequest& request = row.request;
  request.address = std::move(record.address);
  if (record.channel_type) {
    request.channel_type = model::ChannelTypeFromWire(Upper(*record.channel_type));
    if (!request.channel_type) {
      return base::InvalidArgument("ChannelType: unknown channel.");
    }
  }
  PINION_TRY(request.attributes, ReadAttributes(record.attributes, "Attributes"));
  request.metrics = std::move(record.metrics);
  request.demographic = std::move(record.demographic);
  request.location = std::move(record.location);
  request.effective_date = std::move(record.effective_date);
  request.endpoint_status = std::move(record.endpoint_status);
  request.opt_out = std::move(record.opt_out);
  request.request_id = std::move(record.request_id);
  if (record.user) {
    auto& user = request.user.emplace();
    user.user_id = std::move(record.user->user_id);
    PINION_TRY(user.user_attributes,
               ReadAttributes(record.user->user_attributes, "User.UserAttributes"));
  }
  if (record.creation_date) {
    row.creation_date = base::ParseInstant(*record.creation_date);
    if (!row.creation_date) {
      return base::InvalidArgument("CreationDate: expected an ISO 8601 date.");
    }
  }
  return row;
}

}  // namespace pinion::jobs
