#include "server/answer_store.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "storage/key.h"
#include "storage/key_space.h"
#include "storage/record.h"

namespace pinion::server {

namespace {

using api::FirstAnswer;
using api::RepeatableRequest;

// What follows the key space: which of three kinds of record it is.
constexpr uint8_t kAnswer = 0;  // caller, key → claim or answer
constexpr uint8_t kExpiry = 1;  // when it may go, caller, key → size
constexpr uint8_t kTotals = 2;  // → what is kept in all

constexpr char kTimerKind[] = "idempotency.expiry";
// Requests wait while some are removed; a timer must be quick; what is left over goes soon.
constexpr size_t kRemovedAtOnceMax = 1'000;
constexpr size_t kRoundsMax = 20;
constexpr std::chrono::seconds kBetweenRounds{5};

constexpr char kGuest = 'g';
constexpr char kNoGuest = '-';

storage::KeyWriter Key(uint8_t kind) {
  return std::move(storage::KeyWriter(storage::KeySpace::kIdempotency).U8(kind));
}

std::string AnswerKey(const RepeatableRequest& request) {
  return Key(kAnswer).Text(request.caller).Text(request.key).Take();
}

std::string ExpiryKey(base::Timestamp at, const RepeatableRequest& request) {
  return Key(kExpiry).Time(at).Text(request.caller).Text(request.key).Take();
}

enum class Outcome : uint64_t { kUnknown = 0, kAnswered = 1, kTooLarge = 2 };

// A claim, and what became of it. All but the instant is sealed: even a digest would tell a short
// secret to who can guess.
struct Record {
  base::Timestamp began{};
  std::string digest;
  Outcome outcome = Outcome::kUnknown;
  FirstAnswer answer;
};

std::string EncodeContent(const Record& record) {
  storage::RecordWriter writer;
  writer.Text(1, record.digest).Uint(2, static_cast<uint64_t>(record.outcome));
  if (record.outcome == Outcome::kAnswered) {
    const FirstAnswer& answer = record.answer;
    writer.Uint(3, static_cast<uint64_t>(answer.status)).Text(4, answer.request_id);
    for (const auto& [name, value] : answer.headers) {
      writer.Text(5, name).Text(6, value);
    }
    writer.Text(7, answer.body);
  }
  return writer.Take();
}

base::Status DecodeContent(std::string_view bytes, Record& record) {
  storage::RecordReader reader(bytes);
  FirstAnswer& answer = record.answer;
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        record.digest = reader.Text();
        break;
      case 2:
        record.outcome = static_cast<Outcome>(reader.Uint());
        break;
      case 3:
        answer.status = static_cast<int>(reader.Uint());
        break;
      case 4:
        answer.request_id = reader.Text();
        break;
      case 5:
        answer.headers.emplace_back(reader.Text(), "");
        break;
      case 6:
        if (!answer.headers.empty()) {
          answer.headers.back().second = reader.Text();
        }
        break;
      case 7:
        answer.body = reader.Text();
        break;
      default:
        break;
    }
  }
  return reader.Finish("first answer");
}

// As it is stored.
struct Envelope {
  base::Timestamp began{};
  std::string sealed;
};

std::string EncodeEnvelope(const Envelope& envelope) {
  return storage::RecordWriter().Time(1, envelope.began).Text(2, envelope.sealed).Take();
}

base::Result<Envelope> DecodeEnvelope(std::string_view bytes) {
  Envelope envelope;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      envelope.began = reader.Time();
    } else if (reader.field() == 2) {
      envelope.sealed = reader.Text();
    }
  }
  PINION_CHECK(reader.Finish("first answer"));
  return envelope;
}

// What is sealed for one caller and key does not open for another.
std::string PurposeOf(const std::string& answer_key) {
  return "first answer " + answer_key;
}

uint64_t SizeOf(const std::string& key, const std::string& value) {
  return key.size() + value.size();
}

std::string EncodeSize(bool guest, uint64_t bytes) {
  std::string value(1, guest ? kGuest : kNoGuest);
  storage::AppendVarint(value, bytes);
  return value;
}

timers::Timer TimerAt(base::Timestamp due) {
  return {.due = due, .kind = kTimerKind, .key = "", .payload = ""};
}

// One timer for all that are claimed within an hour.
base::Timestamp SweepOf(base::Timestamp claimed) {
  return std::chrono::ceil<std::chrono::hours>(claimed + kFirstAnswerKept);
}

base::Error Refusal(Outcome outcome) {
  return base::Conflict(outcome == Outcome::kTooLarge
                            ? "The request with this Idempotency-Key was carried out; its answer "
                              "was too large to be kept."
                            : "The first request with this Idempotency-Key ended without an "
                              "outcome that is known. See whether it was carried out, then use "
                              "another key.");
}

}  // namespace

AnswerStore::AnswerStore(const Parts& parts, const Limits& limits)
    : parts_(parts), limits_(limits) {
  parts_.timers.Register(kTimerKind, *this);
}

base::Status AnswerStore::Open() {
  const std::lock_guard lock(mutex_);
  PINION_TRY(const auto stored, parts_.store.Get(Key(kTotals).Take()));
  if (!stored) {
    return {};
  }
  storage::RecordReader reader(*stored);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        totals_.all.answers = reader.Uint();
        break;
      case 2:
        totals_.all.bytes = reader.Uint();
        break;
      case 3:
        totals_.guests.answers = reader.Uint();
        break;
      case 4:
        totals_.guests.bytes = reader.Uint();
        break;
      default:
        break;
    }
  }
  return reader.Finish("totals of first answers");
}

base::Status AnswerStore::CheckRoom(bool guest) const {
  const auto full = [&](const Usage& usage, uint64_t part) {
    return usage.answers >= limits_.answers_max / part || usage.bytes >= limits_.bytes_max / part;
  };
  if (full(totals_.all, 1) || (guest && full(totals_.guests, limits_.guest_part))) {
    return base::Error{base::Errc::kTooManyRequests,
                       "There is no room for further Idempotency-Keys; come again later."};
  }
  return {};
}

void AnswerStore::AddUsage(bool guest, int64_t answers, int64_t bytes) {
  const auto add = [&](Usage& usage) {
    usage.answers += static_cast<uint64_t>(answers);
    usage.bytes += static_cast<uint64_t>(bytes);
  };
  add(totals_.all);
  if (guest) {
    add(totals_.guests);
  }
}

void AnswerStore::Remove(const RepeatableRequest& request,
                         const Held& held,
                         storage::WriteBatch& batch) {
  batch.Delete(AnswerKey(request));
  batch.Delete(ExpiryKey(held.began + kFirstAnswerKept, request));
  AddUsage(request.guest, -1, -static_cast<int64_t>(held.bytes));
}

// With the totals, which are as they were when it fails.
base::Status AnswerStore::Apply(storage::WriteBatch& batch, const Totals& before) {
  storage::RecordWriter writer;
  writer.Uint(1, totals_.all.answers).Uint(2, totals_.all.bytes);
  writer.Uint(3, totals_.guests.answers).Uint(4, totals_.guests.bytes);
  batch.Put(Key(kTotals).Take(), writer.Take());
  const auto applied = parts_.store.Apply(batch);
  if (!applied.ok()) {
    totals_ = before;
    return applied.error();
  }
  return {};
}

// What a request is told whose key is taken.
base::Result<FirstAnswer> AnswerStore::AnswerOf(const std::string& key,
                                                std::string_view sealed,
                                                const RepeatableRequest& request) const {
  const auto opened = parts_.secrets.Open(sealed, PurposeOf(key));
  if (!opened.ok()) {
    // Sealed under a master key that was lost (OPS-14).
    return Refusal(Outcome::kUnknown);
  }
  Record record;
  PINION_CHECK(DecodeContent(*opened, record));
  if (record.digest != request.digest) {
    return base::Conflict("This Idempotency-Key belongs to another request.");
  }
  if (in_work_.contains(key)) {
    return base::Conflict("The first request with this Idempotency-Key is still in work.");
  }
  if (record.outcome != Outcome::kAnswered) {
    return Refusal(record.outcome);
  }
  return std::move(record.answer);
}

base::Result<std::optional<FirstAnswer>> AnswerStore::Begin(const RepeatableRequest& request) {
  const std::string key = AnswerKey(request);
  Record claim;
  claim.digest = request.digest;
  std::string sealed = parts_.secrets.Seal(EncodeContent(claim), PurposeOf(key));
  std::unique_lock lock(mutex_);
  const base::Timestamp now = parts_.clock.Now();
  const Totals before = totals_;
  storage::WriteBatch batch;
  PINION_TRY(const auto stored, parts_.store.Get(key));
  if (stored) {
    PINION_TRY(const Envelope first, DecodeEnvelope(*stored));
    if (in_work_.contains(key) || now < first.began + kFirstAnswerKept) {
      PINION_TRY(FirstAnswer answer, AnswerOf(key, first.sealed, request));
      return std::optional(std::move(answer));
    }
    Remove(request, {first.began, SizeOf(key, *stored)}, batch);
  }
  const base::Status room = CheckRoom(request.guest);
  if (!room.ok()) {
    totals_ = before;
    return room.error();
  }
  std::string value = EncodeEnvelope({now, std::move(sealed)});
  const Held held{now, SizeOf(key, value)};
  batch.Put(ExpiryKey(now + kFirstAnswerKept, request), EncodeSize(request.guest, held.bytes));
  batch.Put(key, std::move(value));
  AddUsage(request.guest, 1, static_cast<int64_t>(held.bytes));
  const base::Timestamp sweep = SweepOf(now);
  const bool schedule = sweep != scheduled_;
  if (schedule) {
    timers::TimerService::Schedule(batch, TimerAt(sweep));
  }
  PINION_CHECK(Apply(batch, before));
  in_work_.emplace(key, held);
  scheduled_ = sweep;
  lock.unlock();
  if (schedule) {
    parts_.timers.Wake();
  }
  return std::optional<FirstAnswer>();
}

base::Status AnswerStore::Keep(const RepeatableRequest& request, const FirstAnswer& answer) {
  const std::string key = AnswerKey(request);
  Record record;
  record.digest = request.digest;
  record.outcome = Outcome::kAnswered;
  record.answer = answer;
  std::string content = EncodeContent(record);
  if (content.size() > limits_.answer_bytes_max) {
    record.outcome = Outcome::kTooLarge;
    content = EncodeContent(record);
  }
  std::string sealed = parts_.secrets.Seal(content, PurposeOf(key));
  const std::lock_guard lock(mutex_);
  const auto found = in_work_.extract(key);
  if (found.empty()) {
    return base::Internal("There is no claim for this answer.");
  }
  const Held& held = found.mapped();
  std::string value = EncodeEnvelope({held.began, std::move(sealed)});
  const uint64_t bytes = SizeOf(key, value);
  const Totals before = totals_;
  storage::WriteBatch batch;
  batch.Put(ExpiryKey(held.began + kFirstAnswerKept, request), EncodeSize(request.guest, bytes));
  batch.Put(key, std::move(value));
  AddUsage(request.guest, 0, static_cast<int64_t>(bytes) - static_cast<int64_t>(held.bytes));
  return Apply(batch, before);
}

void AnswerStore::Release(const RepeatableRequest& request) {
  const std::lock_guard lock(mutex_);
  const auto found = in_work_.extract(AnswerKey(request));
  if (found.empty()) {
    return;
  }
  const Totals before = totals_;
  storage::WriteBatch batch;
  Remove(request, found.mapped(), batch);
  const base::Status removed = Apply(batch, before);
  if (!removed.ok()) {
    base::Log(base::LogLevel::kError,
              "server",
              "an Idempotency-Key was not released",
              {{"error", removed.error().message}});
  }
}

void AnswerStore::Abandon(const RepeatableRequest& request) {
  const std::lock_guard lock(mutex_);
  in_work_.erase(AnswerKey(request));
}

base::Result<bool> AnswerStore::RemoveSomeExpired(base::Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<RepeatableRequest, Held>> expired;
  bool damaged = false;
  const std::string prefix = Key(kExpiry).Take();
  PINION_CHECK(
      parts_.store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view value) {
        storage::KeyReader reader(key);
        reader.U8();
        const base::Timestamp due = reader.Time();
        RepeatableRequest request;
        request.caller = reader.Text();
        request.key = reader.Text();
        request.guest = value.starts_with(kGuest);
        uint64_t bytes = 0;
        std::string_view size = value.substr(value.empty() ? 0 : 1);
        damaged = !reader.AtEnd() || !storage::ConsumeVarint(size, bytes);
        if (damaged || due > now || expired.size() == kRemovedAtOnceMax) {
          return false;
        }
        expired.emplace_back(std::move(request), Held{due - kFirstAnswerKept, bytes});
        return true;
      }));
  if (damaged) {
    return base::Internal("The expiry of a first answer is damaged.");
  }
  const Totals before = totals_;
  storage::WriteBatch batch;
  for (const auto& [request, held] : expired) {
    if (!in_work_.contains(AnswerKey(request))) {
      Remove(request, held, batch);
    }
  }
  if (!batch.empty()) {
    PINION_CHECK(Apply(batch, before));
  }
  return expired.size() == kRemovedAtOnceMax;
}

base::Status AnswerStore::OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) {
  bool more = true;
  for (size_t round = 0; more && round < kRoundsMax; ++round) {
    PINION_TRY(more, RemoveSomeExpired(parts_.clock.Now()));
  }
  if (more) {
    timers::TimerService::Schedule(batch, TimerAt(timer.due + kBetweenRounds));
  }
  return {};
}

}  // namespace pinion::server
