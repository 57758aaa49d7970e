#include "analytics/tables.h"

#include <array>
#include <chrono>
#include <functional>
#include <utility>
#include <variant>

namespace pinion::analytics {
namespace {

struct Column {
  std::string_view name;
  std::string_view type;
};

constexpr std::string_view kText = "VARCHAR";
constexpr std::string_view kWhole = "BIGINT";
constexpr std::string_view kReal = "DOUBLE";

// Where a column of `messages` lives in MessageRow.
using Member = std::variant<std::string MessageRow::*, int64_t MessageRow::*, double MessageRow::*>;
struct StoredColumn {
  std::string_view name;
  Member member;
};

constexpr std::array<StoredColumn, 20> kStored = {{{"app_id", &MessageRow::app_id},
                                                   {"message_id", &MessageRow::message_id},
                                                   {"channel", &MessageRow::channel},
                                                   {"client_id", &MessageRow::client_id},
                                                   {"user_id", &MessageRow::user_id},
                                                   {"source_id", &MessageRow::source_id},
                                                   {"activity_id", &MessageRow::activity_id},
                                                   {"treatment_id", &MessageRow::treatment_id},
                                                   {"sent", &MessageRow::sent},
                                                   {"sent_at", &MessageRow::sent_at},
                                                   {"accepted", &MessageRow::accepted},
                                                   {"failed", &MessageRow::failed},
                                                   {"hard_bounced", &MessageRow::hard_bounced},
                                                   {"soft_bounced", &MessageRow::soft_bounced},
                                                   {"complained", &MessageRow::complained},
                                                   {"rejected", &MessageRow::rejected},
                                                   {"parts", &MessageRow::parts},
                                                   {"price", &MessageRow::price},
                                                   {"country", &MessageRow::country},
                                                   {"status", &MessageRow::status}}};

struct HourColumns {
  std::string_view hours;
  std::string_view latest;
  HourCount MessageRow::*member;
};
constexpr std::array<HourColumns, 3> kHours = {
    {{"open_hours", "last_open_hour", &MessageRow::opens},
     {"click_hours", "last_click_hour", &MessageRow::clicks},
     {"unsubscribe_hours", "last_unsubscribe_hour", &MessageRow::unsubscribes}}};

// Follow from the row, and are not read back.
struct DerivedColumn {
  std::string_view name;
  int64_t (*value)(const MessageRow& row);
};
constexpr std::array<DerivedColumn, 4> kDerived = {
    {{"delivered", [](const MessageRow& row) { return int64_t{row.Delivered()}; }},
     {"delivered_for_campaigns",
      [](const MessageRow& row) { return int64_t{row.DeliveredForCampaigns()}; }},
     {"bounced_softly_only", [](const MessageRow& row) { return int64_t{row.SoftBounced()}; }},
     {"sent_day", [](const MessageRow& row) {
        const base::Timestamp sent_at = base::TimestampFromMillis(row.sent_at);
        return int64_t{std::chrono::floor<std::chrono::days>(sent_at).time_since_epoch().count()};
      }}}};

constexpr std::string_view kFamilyColumn = "family";

std::string_view TypeOf(const Member& member) {
  constexpr std::array<std::string_view, 3> kTypes = {kText, kWhole, kReal};
  return kTypes[member.index()];
}

std::vector<Column> ColumnsOfMessages() {
  std::vector<Column> columns;
  for (const StoredColumn& column : kStored) {
    columns.push_back({column.name, TypeOf(column.member)});
  }
  columns.push_back({kFamilyColumn, kWhole});
  for (const HourColumns& column : kHours) {
    columns.push_back({column.hours, kWhole});
    columns.push_back({column.latest, kWhole});
  }
  for (const DerivedColumn& column : kDerived) {
    columns.push_back({column.name, kWhole});
  }
  return columns;
}

// An attribute of an event that has a column of its own.
struct AttributeColumn {
  std::string_view name;
  std::array<std::string_view, 2> attributes;  // the first that the event has
};
constexpr std::array<AttributeColumn, 3> kAttributes = {
    {{"source_id", {"campaign_id", "journey_id"}},
     {"activity_id", {"campaign_activity_id", "journey_activity_id"}},
     {"treatment_id", {"treatment_id", ""}}}};

std::vector<Column> ColumnsOfEvents() {
  std::vector<Column> columns = {{"app_id", kText},
                                 {"position", kWhole},
                                 {"origin", kWhole},
                                 {"event_type", kText},
                                 {"endpoint_id", kText},
                                 {"user_id", kText},
                                 {"event_time", kWhole},
                                 {"event_hour", kWhole},
                                 {"arrived_at", kWhole},
                                 {"session_id", kText},
                                 {"message_id", kText}};
  for (const AttributeColumn& column : kAttributes) {
    columns.push_back({column.name, kText});
  }
  return columns;
}

std::string CreateTable(std::string_view table, const std::vector<Column>& columns) {
  std::string statement = "CREATE TABLE IF NOT EXISTS " + std::string(table) + " (";
  for (const Column& column : columns) {
    statement += statement.back() == '(' ? "" : ", ";
    statement += std::string(column.name) + " " + std::string(column.type);
  }
  return statement + ")";
}

}  // namespace

std::vector<std::string> CreateTableStatements() {
  return {CreateTable(kMessages, ColumnsOfMessages()),
          CreateTable(kEvents, ColumnsOfEvents()),
          CreateTable(kProgress, {{"format", kWhole}, {"position", kWhole}})};
}

std::vector<std::string> DropTableStatements() {
  std::vector<std::string> statements;
  for (const std::string_view table : {kMessages, kEvents, kProgress}) {
    statements.push_back("DROP TABLE IF EXISTS " + std::string(table));
  }
  return statements;
}

std::string MessageColumns() {
  std::string list;
  for (const Column& column : ColumnsOfMessages()) {
    list += (list.empty() ? "" : ", ") + std::string(column.name);
  }
  return list;
}

SqlRow ToSql(const MessageRow& row) {
  SqlRow values;
  for (const StoredColumn& column : kStored) {
    values.push_back(
        std::visit([&row](auto member) { return SqlValue(row.*member); }, column.member));
  }
  values.emplace_back(static_cast<int64_t>(row.family));
  for (const HourColumns& column : kHours) {
    values.emplace_back((row.*column.member).hours);
    values.emplace_back((row.*column.member).latest);
  }
  for (const DerivedColumn& column : kDerived) {
    values.emplace_back(column.value(row));
  }
  return values;
}

base::Result<MessageRow> MessageFromSql(const SqlRow& values) {
  MessageRow row;
  size_t next = 0;
  bool fits = values.size() == kStored.size() + 1 + 2 * kHours.size() + kDerived.size();
  const auto take = [&](auto& member) {
    using Type = std::decay_t<decltype(member)>;
    const Type* value = fits ? std::get_if<Type>(&values[next++]) : nullptr;
    fits = value != nullptr;
    if (fits) {
      member = *value;
    }
  };
  for (const StoredColumn& column : kStored) {
    std::visit([&](auto member) { take(row.*member); }, column.member);
  }
  int64_t family = 0;
  take(family);
  row.family = static_cast<Family>(family);
  for (const HourColumns& column : kHours) {
    take((row.*column.member).hours);
    take((row.*column.member).latest);
  }
  if (!fits) {
    return base::Internal("analytics: a row of messages does not have the columns of the table");
  }
  return row;
}

SqlRow EventToSql(const eventlog::LoggedEvent& logged) {
  const eventlog::Event& event = logged.event;
  const std::string* message = event.FindFact("message_id");
  const auto hour = std::chrono::floor<std::chrono::hours>(event.event_time());
  SqlRow values;
  values.emplace_back(logged.app.value());
  values.emplace_back(static_cast<int64_t>(logged.position));
  values.emplace_back(static_cast<int64_t>(event.origin));
  values.emplace_back(event.event_type);
  values.emplace_back(event.endpoint_id);
  values.emplace_back(event.user_id);
  values.emplace_back(base::ToMillis(event.event_time()));
  values.emplace_back(int64_t{hour.time_since_epoch().count()});
  values.emplace_back(base::ToMillis(event.arrived_at));
  values.emplace_back(event.session ? event.session->id : std::string());
  values.emplace_back(message != nullptr ? *message : std::string());
  for (const AttributeColumn& column : kAttributes) {
    std::string value;
    for (const std::string_view name : column.attributes) {
      if (const std::string* attribute = event.FindAttribute(name); value.empty() && attribute) {
        value = *attribute;
      }
    }
    values.emplace_back(std::move(value));
  }
  return values;
}

}  // namespace pinion::analytics
