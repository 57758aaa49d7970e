// The analytics tables: filled from the event log, read by whatever shows a number. What they hold
// follows from the log alone and can be built anew from it at any time; the position up to which
// they tell is committed together with the rows, so that every event counts exactly once whatever
// crashes. One thread writes; everything else is thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "analytics/message_row.h"
#include "analytics/sql_database.h"
#include "base/ids.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace pinion::analytics {

class AnalyticsStore {
 public:
  // Makes the tables where there are none of this format; before anything else, once.
  base::Status Open(std::unique_ptr<SqlDatabase> database);

  // The log position up to which the tables tell.
  eventlog::Position position() const { return position_; }
  // Empties the tables, so that they are filled from the log's beginning.
  base::Status Clear();

  // Adds events that come after position(), oldest first. All of them or none; durable on return.
  base::Status Add(std::span<const eventlog::LoggedEvent> events);
  // Removes an application's rows. Those of its events up to `end` of the log that are still to
  // come are left out.
  base::Status DeleteApp(const base::AppId& app, eventlog::Position end);

  // Puts `events`, which the tables know in another form already, in the place of what they know:
  // who they are about has changed, nothing that counts (OPS-63). May be repeated.
  base::Status Replace(std::span<const eventlog::LoggedEvent> events);
  // Removes an application's events whose event time, and messages whose sending, was before `at`
  // (OPS-65).
  base::Status RemoveBefore(const base::AppId& app, base::Timestamp at);

  // Reads what is committed. `?` stands for the next parameter.
  base::Result<std::vector<SqlRow>> Query(const std::string& statement,
                                          std::span<const SqlValue> parameters) const;

 private:
  struct Changes;

  base::Status MakeTables();
  base::Result<eventlog::Position> ReadPosition();
  Changes Collect(std::span<const eventlog::LoggedEvent> events) const;
  // Reads the rows that the events go on from, and takes them out of the table.
  base::Status TakeStored(const base::AppId& app, std::map<std::string, MessageRow>& rows);
  base::Status Write(Changes& changes, eventlog::Position position);
  bool WasDeleted(const eventlog::LoggedEvent& logged) const;

  std::unique_ptr<SqlDatabase> database_;
  std::unique_ptr<SqlSession> writer_;
  std::mutex writing_;  // guards writer_ and deleted_
  std::atomic<eventlog::Position> position_ = 0;
  // Applications that went lately: the end of the log at that time. Kept until it is passed.
  std::map<base::AppId, eventlog::Position> deleted_;
};

}  // namespace pinion::analytics
