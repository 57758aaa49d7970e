#include "analytics/analytics_store.h"

#include <algorithm>
#include <utility>

#include "analytics/tables.h"

namespace pinion::analytics {
namespace {

// Ids in one statement.
constexpr size_t kIdsMax = 1000;

std::string Placeholders(size_t count) {
  std::string list = "?";
  for (size_t i = 1; i < count; ++i) {
    list += ", ?";
  }
  return list;
}

// The rows of some messages of one application. Ids begin with the time of their creation, and so
// do the rows of the table nearly; the bounds let the engine pass over what cannot hold them.
struct MessageCondition {
  std::string text;
  std::vector<SqlValue> parameters;
};

MessageCondition ConditionOf(const base::AppId& app, std::span<const std::string> ids) {
  const auto [first, last] = std::minmax_element(ids.begin(), ids.end());
  MessageCondition condition;
  condition.text = " WHERE message_id >= ? AND message_id <= ? AND app_id = ? AND message_id IN (" +
                   Placeholders(ids.size()) + ")";
  condition.parameters = {SqlValue(*first), SqlValue(*last), SqlValue(app.value())};
  condition.parameters.insert(condition.parameters.end(), ids.begin(), ids.end());
  return condition;
}

const std::string& SelectMessages() {
  static const std::string statement =
      "SELECT " + MessageColumns() + " FROM " + std::string(kMessages);
  return statement;
}

}  // namespace

// What a batch of events adds.
struct AnalyticsStore::Changes {
  std::vector<SqlRow> events;
  std::map<base::AppId, std::map<std::string, MessageRow>> messages;
  // The events of `messages`, in their order.
  std::vector<const eventlog::LoggedEvent*> about_messages;
};

base::Status AnalyticsStore::Open(std::unique_ptr<SqlDatabase> database) {
  const std::lock_guard lock(writing_);
  database_ = std::move(database);
  PINION_TRY(writer_, database_->Connect());
  PINION_CHECK(MakeTables());
  PINION_TRY(position_, ReadPosition());
  return {};
}

base::Status AnalyticsStore::MakeTables() {
  SqlTransaction transaction(*writer_);
  PINION_CHECK(transaction.Begin());
  PINION_CHECK(writer_->Execute(CreateTableStatements().back()));
  PINION_TRY(const auto formats, writer_->Query("SELECT format FROM progress", {}));
  if (formats.size() != 1 || formats.front().front() != SqlValue(kTablesFormat)) {
    for (const std::string& statement : DropTableStatements()) {
      PINION_CHECK(writer_->Execute(statement));
    }
    for (const std::string& statement : CreateTableStatements()) {
      PINION_CHECK(writer_->Execute(statement));
    }
    const std::vector<SqlValue> values = {kTablesFormat, int64_t{0}};
    PINION_CHECK(writer_->Execute("INSERT INTO progress VALUES (?, ?)", values));
  }
  return transaction.Commit();
}

base::Result<eventlog::Position> AnalyticsStore::ReadPosition() {
  PINION_TRY(const auto rows, writer_->Query("SELECT position FROM progress", {}));
  const int64_t* position =
      rows.size() == 1 ? std::get_if<int64_t>(&rows.front().front()) : nullptr;
  if (position == nullptr) {
    return base::Internal("analytics: the tables do not tell how far they are");
  }
  return static_cast<eventlog::Position>(*position);
}

base::Status AnalyticsStore::Clear() {
  const std::lock_guard lock(writing_);
  SqlTransaction transaction(*writer_);
  PINION_CHECK(transaction.Begin());
  PINION_CHECK(writer_->Execute("DELETE FROM messages"));
  PINION_CHECK(writer_->Execute("DELETE FROM events"));
  PINION_CHECK(writer_->Execute("UPDATE progress SET position = 0"));
  PINION_CHECK(transaction.Commit());
  position_ = 0;
  return {};
}

bool AnalyticsStore::WasDeleted(const eventlog::LoggedEvent& logged) const {
  const auto found = deleted_.find(logged.app);
  return found != deleted_.end() && logged.position <= found->second;
}

AnalyticsStore::Changes AnalyticsStore::Collect(
    std::span<const eventlog::LoggedEvent> events) const {
  Changes changes;
  for (const eventlog::LoggedEvent& logged : events) {
    if (logged.position <= position_ || WasDeleted(logged)) {
      continue;
    }
    changes.events.push_back(EventToSql(logged));
    const std::string_view message = MessageOf(logged.event);
    if (!message.empty()) {
      MessageRow& row = changes.messages[logged.app][std::string(message)];
      row.app_id = logged.app.value();
      row.message_id = message;
      changes.about_messages.push_back(&logged);
    }
  }
  return changes;
}

base::Status AnalyticsStore::TakeStored(const base::AppId& app,
                                        std::map<std::string, MessageRow>& rows) {
  std::vector<std::string> ids;
  for (const auto& [id, row] : rows) {
    ids.push_back(id);
  }
  for (size_t from = 0; from < ids.size(); from += kIdsMax) {
    const auto some = std::span(ids).subspan(from, std::min(kIdsMax, ids.size() - from));
    const MessageCondition all = ConditionOf(app, some);
    PINION_TRY(const auto stored, writer_->Query(SelectMessages() + all.text, all.parameters));
    if (stored.empty()) {
      continue;
    }
    std::vector<std::string> found;
    for (const SqlRow& values : stored) {
      PINION_TRY(MessageRow row, MessageFromSql(values));
      found.push_back(row.message_id);
      rows[found.back()] = std::move(row);
    }
    const MessageCondition taken = ConditionOf(app, found);
    PINION_CHECK(writer_->Execute("DELETE FROM messages" + taken.text, taken.parameters));
  }
  return {};
}

base::Status AnalyticsStore::Write(Changes& changes, eventlog::Position position) {
  SqlTransaction transaction(*writer_);
  PINION_CHECK(transaction.Begin());
  for (auto& [app, rows] : changes.messages) {
    PINION_CHECK(TakeStored(app, rows));
  }
  for (const eventlog::LoggedEvent* logged : changes.about_messages) {
    Fold(logged->event, changes.messages[logged->app][std::string(MessageOf(logged->event))]);
  }
  std::vector<SqlRow> messages;
  for (const auto& [app, rows] : changes.messages) {
    for (const auto& [id, row] : rows) {
      if (row.Counts()) {
        messages.push_back(ToSql(row));
      }
    }
  }
  PINION_CHECK(writer_->Append(kMessages, messages));
  PINION_CHECK(writer_->Append(kEvents, changes.events));
  const std::vector<SqlValue> values = {static_cast<int64_t>(position)};
  PINION_CHECK(writer_->Execute("UPDATE progress SET position = ?", values));
  return transaction.Commit();
}

base::Status AnalyticsStore::Add(std::span<const eventlog::LoggedEvent> events) {
  const std::lock_guard lock(writing_);
  if (events.empty() || events.back().position <= position_) {
    return {};
  }
  Changes changes = Collect(events);
  const eventlog::Position reached = events.back().position;
  PINION_CHECK(Write(changes, reached));
  position_ = reached;
  std::erase_if(deleted_, [&](const auto& each) { return each.second <= reached; });
  return {};
}

base::Status AnalyticsStore::DeleteApp(const base::AppId& app, eventlog::Position end) {
  const std::lock_guard lock(writing_);
  if (end > position_) {
    deleted_[app] = end;
  }
  const std::vector<SqlValue> parameters = {SqlValue(app.value())};
  SqlTransaction transaction(*writer_);
  PINION_CHECK(transaction.Begin());
  PINION_CHECK(writer_->Execute("DELETE FROM messages WHERE app_id = ?", parameters));
  PINION_CHECK(writer_->Execute("DELETE FROM events WHERE app_id = ?", parameters));
  return transaction.Commit();
}

base::Status AnalyticsStore::Replace(std::span<const eventlog::LoggedEvent> events) {
  const std::lock_guard lock(writing_);
  std::vector<SqlRow> rows;
  SqlTransaction transaction(*writer_);
  PINION_CHECK(transaction.Begin());
  for (const eventlog::LoggedEvent& logged : events) {
    // The others come with their new form.
    if (logged.position > position_ || WasDeleted(logged)) {
      continue;
    }
    rows.push_back(EventToSql(logged));
    const std::vector<SqlValue> place = {SqlValue(logged.app.value()),
                                         static_cast<int64_t>(logged.position)};
    PINION_CHECK(writer_->Execute("DELETE FROM events WHERE app_id = ? AND position = ?", place));
    const std::string_view message = MessageOf(logged.event);
    if (!message.empty()) {
      const std::vector<SqlValue> values = {SqlValue(logged.event.endpoint_id),
                                            SqlValue(logged.event.user_id),
                                            SqlValue(logged.app.value()),
                                            SqlValue(std::string(message))};
      PINION_CHECK(writer_->Execute(
          "UPDATE messages SET client_id = ?, user_id = ? WHERE app_id = ? AND message_id = ?",
          values));
    }
  }
  PINION_CHECK(writer_->Append(kEvents, rows));
  return transaction.Commit();
}

base::Status AnalyticsStore::RemoveBefore(const base::AppId& app, base::Timestamp at) {
  const std::lock_guard lock(writing_);
  const std::vector<SqlValue> parameters = {SqlValue(app.value()), base::ToMillis(at)};
  SqlTransaction transaction(*writer_);
  PINION_CHECK(transaction.Begin());
  PINION_CHECK(
      writer_->Execute("DELETE FROM messages WHERE app_id = ? AND sent_at < ?", parameters));
  PINION_CHECK(
      writer_->Execute("DELETE FROM events WHERE app_id = ? AND event_time < ?", parameters));
  return transaction.Commit();
}

base::Result<std::vector<SqlRow>> AnalyticsStore::Query(
    const std::string& statement, std::span<const SqlValue> parameters) const {
  PINION_TRY(const std::unique_ptr<SqlSession> session, database_->Connect());
  return session->Query(statement, parameters);
}

}  // namespace pinion::analytics
