#include "delivery/answer_writer.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "delivery/message_log.h"
#include "delivery/outcome.h"
#include "timers/timer_service.h"

namespace pinion::delivery {
namespace {

using namespace std::chrono_literals;

// How long an email, or an SMS without own validity, is tried (CHN-120).
constexpr std::chrono::milliseconds kTimeToLive = 24h;

std::chrono::milliseconds TimeToLiveOf(const MessageContent& content) {
  return content.sms && content.sms->time_to_live.count() > 0 ? content.sms->time_to_live
                                                              : kTimeToLive;
}

// An email whose fate is unknown goes again under its Message-ID; other channels have no such key
// and are left (CMP-1303).
bool IsRetry(const Outcome& outcome, const MessageRecord& record) {
  return outcome.kind == Outcome::Kind::kTemporary ||
         (outcome.kind == Outcome::Kind::kUncertain && record.channel == "EMAIL");
}

}  // namespace

std::chrono::milliseconds RetryDelay(uint32_t attempts) {
  static constexpr std::array<std::chrono::milliseconds, 5> kDelays = {5s, 30s, 2min, 10min, 30min};
  const size_t index = attempts == 0 ? 0 : attempts - 1;
  return index < kDelays.size() ? kDelays[index] : std::chrono::milliseconds(1h);
}

void AnswerWriter::AddAnswer(const Answer& answer,
                             base::Timestamp now,
                             storage::WriteBatch& batch,
                             std::vector<eventlog::Event>& events) {
  Message message = answer.message;
  MessageRecord& record = message.record;
  ++record.attempts;
  Outbox::Remove(answer.row, batch);
  if (IsRetry(answer.outcome, record)) {
    // 80 % to 120 %, so that what failed together does not come back together.
    const auto delay =
        RetryDelay(record.attempts) * (80 + static_cast<int64_t>(random_.Next64() % 41)) / 100;
    const base::Timestamp due = now + std::chrono::duration_cast<std::chrono::milliseconds>(delay);
    if (due < record.created_at + TimeToLiveOf(message.content)) {
      record.status_code = answer.outcome.status_code;
      record.status_message = answer.outcome.status_message;
      record.updated_at = now;
      MessageLog::Update(message.app, record, batch);
      timers::TimerService::Schedule(batch,
                                     {.due = due,
                                      .kind = std::string(kRetryTimer),
                                      .key = Outbox::RowKey(answer.row),
                                      .payload = ""});
      return;
    }
  }
  ApplyOutcome(answer.outcome, now, record);
  MessageLog::Update(message.app, record, batch);
  AppendOutcomeEvents(message, answer.outcome, now, events);
}

base::Status AnswerWriter::Write(const std::vector<Answer>& answers) {
  storage::WriteBatch batch;
  std::map<base::AppId, std::vector<eventlog::Event>> events;
  const base::Timestamp now = clock_.Now();
  for (const Answer& answer : answers) {
    AddAnswer(answer, now, batch, events[answer.message.app]);
  }
  std::vector<eventlog::EventLog::Append> appends;
  for (const auto& [app, of_app] : events) {
    if (!of_app.empty()) {
      appends.push_back(events_.Add(app, of_app, batch));
    }
  }
  PINION_CHECK(store_.Apply(batch));
  return {};
}

}  // namespace pinion::delivery
