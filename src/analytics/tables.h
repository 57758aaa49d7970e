// The tables of the analytics store: their columns, and how rows go in and come out. Pure.
//   messages   one row per message, in its latest state (message_row.h)
//   events     one row per event of the log
//   progress   one row: the format of the tables, and the log position up to which they tell
// Columns that follow from others (delivered, sent_day, …) are there so that KPIs only add up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analytics/message_row.h"
#include "analytics/sql_database.h"
#include "eventlog/event_log.h"

namespace pinion::analytics {

inline constexpr std::string_view kMessages = "messages";
inline constexpr std::string_view kEvents = "events";
inline constexpr std::string_view kProgress = "progress";

// Goes up whenever columns or their meaning change: tables of another format are built anew from
// the log.
inline constexpr int64_t kTablesFormat = 1;

// Makes those that do not exist.
std::vector<std::string> CreateTableStatements();
std::vector<std::string> DropTableStatements();

// All columns of `messages`, as SELECT lists them for FromSql.
std::string MessageColumns();
SqlRow ToSql(const MessageRow& row);
// kInternal if the values are not a row of the table.
base::Result<MessageRow> MessageFromSql(const SqlRow& values);

// A row of `events`.
SqlRow EventToSql(const eventlog::LoggedEvent& logged);

}  // namespace pinion::analytics
