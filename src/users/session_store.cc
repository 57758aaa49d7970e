#include "users/session_store.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/log.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::users {
namespace {

// 256 bits, as nearly as makes no difference.
constexpr size_t kTokenCharacters = 43;
constexpr size_t kTokenCharactersMax = 128;

// Numbers on disk.
enum Field : uint32_t { kOwnerKind = 1, kOwnerName = 2, kMark = 3, kStartedAt = 4, kUsedAt = 5 };

std::string StoreKey(std::string_view token_hash) {
  return storage::KeyWriter(storage::KeySpace::kConsoleSession).Text(token_hash).Take();
}

base::Timestamp ToTheMinute(base::Timestamp at) {
  return std::chrono::floor<std::chrono::minutes>(at);
}

}  // namespace

std::string EncodeConsoleSession(const ConsoleSession& session) {
  return storage::RecordWriter()
      .Uint(kOwnerKind, session.owner.kind == SessionOwner::Kind::kUser ? 0 : 1)
      .Text(kOwnerName, session.owner.name)
      .Text(kMark, session.mark)
      .Time(kStartedAt, session.started_at)
      .Time(kUsedAt, session.used_at)
      .Take();
}

base::Result<ConsoleSession> DecodeConsoleSession(std::string_view bytes) {
  ConsoleSession session;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case kOwnerKind:
        session.owner.kind =
            reader.Uint() == 0 ? SessionOwner::Kind::kUser : SessionOwner::Kind::kKey;
        break;
      case kOwnerName:
        session.owner.name = reader.Text();
        break;
      case kMark:
        session.mark = reader.Text();
        break;
      case kStartedAt:
        session.started_at = reader.Time();
        break;
      case kUsedAt:
        session.used_at = reader.Time();
        break;
      default:
        break;
    }
  }
  PINION_CHECK(reader.Finish("console session"));
  return session;
}

base::Result<std::unique_ptr<SessionStore>> SessionStore::Open(const Collaborators& collaborators,
                                                               Options options) {
  std::unique_ptr<SessionStore> sessions(new SessionStore(collaborators, options));
  PINION_CHECK(sessions->Load());
  return sessions;
}

base::Status SessionStore::Load() {
  const base::Timestamp now = with_.wall_clock.Now();
  storage::WriteBatch ended;
  const std::string prefix = storage::KeyWriter(storage::KeySpace::kConsoleSession).Take();
  PINION_CHECK(
      with_.store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view value) {
        auto session = DecodeConsoleSession(value);
        if (!session.ok()) {
          base::Log(base::LogLevel::kError, "users", session.error().message);
        }
        if (!session.ok() || HasEnded(*session, now)) {
          ended.Delete(std::string(key));
        } else {
          sessions_.emplace(storage::KeyReader(key).Text(), *std::move(session));
        }
        return true;
      }));
  if (!ended.empty()) {
    PINION_CHECK(with_.store.Apply(ended));
  }
  return {};
}

bool SessionStore::HasEnded(const ConsoleSession& session, base::Timestamp now) const {
  return now >= EndOf(session) || now - session.used_at >= options_.idle_max;
}

std::vector<std::string> SessionStore::MakeRoom(const SessionOwner& owner,
                                                storage::WriteBatch& batch) const {
  const base::Timestamp now = with_.wall_clock.Now();
  std::vector<std::string> removed;
  std::vector<Sessions::const_pointer> own;
  for (const auto& entry : sessions_) {
    if (HasEnded(entry.second, now)) {
      removed.push_back(entry.first);
    } else if (entry.second.owner == owner) {
      own.push_back(&entry);
    }
  }
  if (own.size() >= kSessionsPerOwnerMax) {
    const auto longest_ago = std::min_element(own.begin(), own.end(), [](auto* a, auto* b) {
      return a->second.used_at < b->second.used_at;
    });
    removed.push_back((*longest_ago)->first);
  }
  for (const std::string& hash : removed) {
    batch.Delete(StoreKey(hash));
  }
  return removed;
}

base::Result<SessionStore::Started> SessionStore::Start(SessionOwner owner, std::string mark) {
  const base::Timestamp now = with_.wall_clock.Now();
  Started started{with_.ids.NewAlphanumeric(kTokenCharacters),
                  {.owner = std::move(owner),
                   .mark = std::move(mark),
                   .started_at = now,
                   .used_at = ToTheMinute(now)}};
  const std::string hash = base::Sha256(started.token);
  const std::lock_guard lock(mutex_);
  storage::WriteBatch batch;
  const std::vector<std::string> removed = MakeRoom(started.session.owner, batch);
  batch.Put(StoreKey(hash), EncodeConsoleSession(started.session));
  PINION_CHECK(with_.store.Apply(batch));
  for (const std::string& gone : removed) {
    sessions_.erase(gone);
  }
  sessions_.emplace(hash, started.session);
  return started;
}

std::optional<ConsoleSession> SessionStore::Use(std::string_view token) {
  if (token.size() > kTokenCharactersMax) {
    return std::nullopt;
  }
  const std::string hash = base::Sha256(token);
  const base::Timestamp now = with_.wall_clock.Now();
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || HasEnded(found->second, now)) {
    return std::nullopt;
  }
  ConsoleSession& session = found->second;
  if (session.used_at < ToTheMinute(now)) {
    session.used_at = ToTheMinute(now);
    storage::WriteBatch batch;
    batch.Put(StoreKey(hash), EncodeConsoleSession(session));
    // Not worth a failure: the next minute tries again.
    if (const auto written = with_.store.Apply(batch); !written.ok()) {
      base::Log(base::LogLevel::kWarning,
                "users",
                "the use of a session was not noted",
                {{"error", written.error().message}});
    }
  }
  return session;
}

base::Status SessionStore::End(std::string_view token) {
  const std::string hash = base::Sha256(token);
  const std::lock_guard lock(mutex_);
  storage::WriteBatch batch;
  batch.Delete(StoreKey(hash));
  PINION_CHECK(with_.store.Apply(batch));
  sessions_.erase(hash);
  return {};
}

base::Status SessionStore::EndWhere(const std::function<bool(const ConsoleSession&)>& ends) {
  const std::lock_guard lock(mutex_);
  storage::WriteBatch batch;
  std::vector<std::string> ended;
  for (const auto& [hash, session] : sessions_) {
    if (ends(session)) {
      batch.Delete(StoreKey(hash));
      ended.push_back(hash);
    }
  }
  if (ended.empty()) {
    return {};
  }
  PINION_CHECK(with_.store.Apply(batch));
  for (const std::string& hash : ended) {
    sessions_.erase(hash);
  }
  return {};
}

}  // namespace pinion::users
