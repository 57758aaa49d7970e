#include "jobs/csv_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "base/time_text.h"
#include "base/utf8.h"

namespace pinion::jobs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kAttributes = "Attributes.";
constexpr std::string_view kUserAttributes = "User.UserAttributes.";
constexpr std::string_view kMetrics = "Metrics.";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<double> ParseNumber(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole =
      read.ec == std::errc() && read.ptr == text.data() + text.size() && std::isfinite(value);
  return whole ? std::optional(value) : std::nullopt;
}

std::string Upper(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

using Setter = base::Status (*)(ImportRow& row, std::string value);

model::EndpointDemographic& Demographic(ImportRow& row) {
  return row.request.demographic ? *row.request.demographic : row.request.demographic.emplace();
}
model::EndpointLocation& Location(ImportRow& row) {
  return row.request.location ? *row.request.location : row.request.location.emplace();
}
model::EndpointUser& User(ImportRow& row) {
  return row.request.user ? *row.request.user : row.request.user.emplace();
}

template <std::optional<std::string> model::EndpointDemographic::*kMember>
base::Status SetDemographic(ImportRow& row, std::string value) {
  Demographic(row).*kMember = std::move(value);
  return {};
}
template <std::optional<std::string> model::EndpointLocation::*kMember>
base::Status SetLocation(ImportRow& row, std::string value) {
  Location(row).*kMember = std::move(value);
  return {};
}
template <std::optional<double> model::EndpointLocation::*kMember>
base::Status SetCoordinate(ImportRow& row, std::string value) {
  Location(row).*kMember = ParseNumber(value);
  return (Location(row).*kMember) ? base::Status() : base::InvalidArgument("expected a number.");
}
template <std::optional<std::string> model::EndpointRequest::*kMember>
base::Status SetText(ImportRow& row, std::string value) {
  row.request.*kMember = std::move(value);
  return {};
}
base::Status SetId(ImportRow& row, std::string value) {
  row.id = std::move(value);
  return {};
}
base::Status SetChannelType(ImportRow& row, std::string value) {
  row.request.channel_type = model::ChannelTypeFromWire(Upper(std::move(value)));
  return row.request.channel_type ? base::Status() : base::InvalidArgument("unknown channel.");
}
base::Status SetCreationDate(ImportRow& row, std::string value) {
  row.creation_date = base::ParseInstant(value);
  return row.creation_date ? base::Status() : base::InvalidArgument("expected an ISO 8601 date.");
}
base::Status SetUserId(ImportRow& row, std::string value) {
  User(row).user_id = std::move(value);
  return {};
}
base::Status Ignore(ImportRow&, std::string) {
  return {};
}

struct MemberColumn {
  std::string_view name;
  Setter set;
};

using Demo = model::EndpointDemographic;
using Loc = model::EndpointLocation;

constexpr std::array kMembers = {
    MemberColumn{"Address", SetText<&model::EndpointRequest::address>},
    MemberColumn{"ChannelType", SetChannelType},
    MemberColumn{"Id", SetId},
    MemberColumn{"OptOut", SetText<&model::EndpointRequest::opt_out>},
    MemberColumn{"EndpointStatus", SetText<&model::EndpointRequest::endpoint_status>},
    MemberColumn{"EffectiveDate", SetText<&model::EndpointRequest::effective_date>},
    MemberColumn{"CreationDate", SetCreationDate},
    MemberColumn{"RequestId", SetText<&model::EndpointRequest::request_id>},
    MemberColumn{"ApplicationId", Ignore},
    MemberColumn{"CohortId", Ignore},
    MemberColumn{"Demographic.AppVersion", SetDemographic<&Demo::app_version>},
    MemberColumn{"Demographic.Locale", SetDemographic<&Demo::locale>},
    MemberColumn{"Demographic.Make", SetDemographic<&Demo::make>},
    MemberColumn{"Demographic.Model", SetDemographic<&Demo::model>},
    MemberColumn{"Demographic.ModelVersion", SetDemographic<&Demo::model_version>},
    MemberColumn{"Demographic.Platform", SetDemographic<&Demo::platform>},
    MemberColumn{"Demographic.PlatformVersion", SetDemographic<&Demo::platform_version>},
    MemberColumn{"Demographic.Timezone", SetDemographic<&Demo::timezone>},
    MemberColumn{"Location.City", SetLocation<&Loc::city>},
    MemberColumn{"Location.Country", SetLocation<&Loc::country>},
    MemberColumn{"Location.Latitude", SetCoordinate<&Loc::latitude>},
    MemberColumn{"Location.Longitude", SetCoordinate<&Loc::longitude>},
    MemberColumn{"Location.PostalCode", SetLocation<&Loc::postal_code>},
    MemberColumn{"Location.Region", SetLocation<&Loc::region>},
    MemberColumn{"User.UserId", SetUserId},
};

const MemberColumn* FindMember(std::string_view name) {
  const auto* found =
      std::find_if(kMembers.begin(), kMembers.end(), [name](const MemberColumn& member) {
        return member.name == name;
      });
  return found == kMembers.end() ? nullptr : found;
}

// Several columns of one attribute are one list (JOB-42).
template <class Map>
void AppendValue(Map& attributes, const std::string& name, std::string value) {
  if (auto* values = attributes.Find(name)) {
    values->push_back(std::move(value));
  } else {
    attributes.Set(name, {std::move(value)});
  }
}

}  // namespace

base::Result<std::vector<std::string>> SplitCsv(std::string_view record) {
  std::vector<std::string> fields;
  size_t at = 0;
  while (true) {
    std::string field;
    if (at < record.size() && record[at] == '"') {
      ++at;
      while (at < record.size()) {
        if (record[at] != '"') {
          field.push_back(record[at++]);
        } else if (at + 1 < record.size() && record[at + 1] == '"') {
          field.push_back('"');
          at += 2;
        } else {
          break;
        }
      }
      if (at >= record.size()) {
        return base::InvalidArgument("A quote is not closed");
      }
      ++at;
      if (at < record.size() && record[at] != ',') {
        return base::InvalidArgument("Text follows a closing quote");
      }
    } else {
      const size_t end = std::min(record.find(',', at), record.size());
      field = record.substr(at, end - at);
      at = end;
    }
    fields.push_back(std::move(field));
    if (at >= record.size()) {
      return fields;
    }
    ++at;
  }
}

base::Result<CsvColumns> CsvColumns::Parse(std::string_view header) {
  if (header.starts_with(kByteOrderMark)) {
    header.remove_prefix(kByteOrderMark.size());
  }
  if (Trim(header).empty()) {
    return base::InvalidArgument("The header line is missing");
  }
  PINION_TRY(const std::vector<std::string> names, SplitCsv(header));
  CsvColumns columns;
  std::set<std::string> once;
  for (const std::string& raw : names) {
    const std::string name(Trim(raw));
    if (name.starts_with(kAttributes) && name.size() > kAttributes.size()) {
      columns.columns_.push_back({Kind::kAttribute, name.substr(kAttributes.size())});
    } else if (name.starts_with(kUserAttributes) && name.size() > kUserAttributes.size()) {
      columns.columns_.push_back({Kind::kUserAttribute, name.substr(kUserAttributes.size())});
    } else {
      const bool metric = name.starts_with(kMetrics) && name.size() > kMetrics.size();
      if (!metric && FindMember(name) == nullptr) {
        return base::InvalidArgument("Unknown column \"" +
                                     std::string(base::FirstCodePoints(name, 100)) + "\"");
      }
      if (!once.insert(name).second) {
        return base::InvalidArgument("Column \"" + name + "\" is given twice");
      }
      columns.columns_.push_back(
          {metric ? Kind::kMetric : Kind::kMember, metric ? name.substr(kMetrics.size()) : name});
    }
  }
  return columns;
}

base::Result<ImportRow> CsvColumns::ReadRow(std::string_view record) const {
  if (!base::IsValidUtf8(record)) {
    return base::InvalidArgument("Invalid UTF-8");
  }
  PINION_TRY(std::vector<std::string> fields, SplitCsv(record));
  if (fields.size() > columns_.size()) {
    return base::InvalidArgument("More fields than columns");
  }
  ImportRow row;
  for (size_t i = 0; i < fields.size(); ++i) {
    std::string& value = fields[i];
    if (value.empty()) {
      continue;
    }
    const Column& column = columns_[i];
    switch (column.kind) {
      case Kind::kMember: {
        const base::Status set = FindMember(column.name)->set(row, std::move(value));
        if (!set.ok()) {
          return base::InvalidArgument(column.name + ": " + set.error().message);
        }
        break;
      }
      case Kind::kAttribute:
        AppendValue(
            row.request.attributes ? *row.request.attributes : row.request.attributes.emplace(),
            column.name,
            std::move(value));
        break;
      case Kind::kUserAttribute: {
        auto& user = User(row);
        AppendValue(user.user_attributes ? *user.user_attributes : user.user_attributes.emplace(),
                    column.name,
                    std::move(value));
        break;
      }
      case Kind::kMetric: {
        const auto number = ParseNumber(value);
        if (!number) {
          return base::InvalidArgument("Metrics." + column.name + ": expected a number.");
        }
        (row.request.metrics ? *row.request.metrics : row.request.metrics.emplace())
            .Set(column.name, number);
        break;
      }
    }
  }
  return row;
}

std::optional<std::vector<std::string>> CsvColumns::ReadUserIds(std::string_view record) const {
  if (columns_.size() != 1 || columns_[0].name != "User.UserId" ||
      columns_[0].kind != Kind::kMember) {
    return std::nullopt;
  }
  const auto fields = SplitCsv(record);
  if (!fields.ok() || fields->size() != 1) {
    return std::nullopt;
  }
  std::vector<std::string> ids;
  std::string_view rest = fields->front();
  while (!(rest = Trim(rest)).empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    ids.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return ids;
}

}  // namespace pinion::jobs
