// Sessions of the console (OPS-42): who holds a token acts as its owner, until it was idle too long
// or began too long ago. Kept in the store under the hash of the token, and whole in memory, so
// that looking one up never waits. Whether the owner still exists and has not changed in between is
// decided by ConsoleLogin. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"
#include "storage/write_batch.h"

namespace pinion::users {

// When an owner begins one more, that which was used longest ago ends.
inline constexpr size_t kSessionsPerOwnerMax = 100;

struct SessionOwner {
  enum class Kind { kUser, kKey };
  Kind kind = Kind::kUser;
  // Of the user, or the id of the key.
  std::string name;

  bool operator==(const SessionOwner&) const = default;
};

struct ConsoleSession {
  SessionOwner owner;
  // Tells a user or key from what it was before a change that ends its sessions.
  std::string mark;
  base::Timestamp started_at;
  // To the minute.
  base::Timestamp used_at;
};
std::string EncodeConsoleSession(const ConsoleSession& session);
// kInternal for damaged bytes.
base::Result<ConsoleSession> DecodeConsoleSession(std::string_view bytes);

class SessionStore {
 public:
  struct Options {
    std::chrono::hours idle_max{12};
    std::chrono::days age_max{7};
  };
  // All must outlive this.
  struct Collaborators {
    storage::KeyValueStore& store;
    const base::Clock& wall_clock;
    base::IdGenerator& ids;
  };
  // Reads all sessions; those that have ended are removed. A damaged one is as one that has ended.
  static base::Result<std::unique_ptr<SessionStore>> Open(const Collaborators& collaborators,
                                                          Options options);

  struct Started {
    std::string token;
    ConsoleSession session;
  };
  base::Result<Started> Start(SessionOwner owner, std::string mark);
  // The session of a token, which counts as used now; nothing when there is none or it has ended.
  std::optional<ConsoleSession> Use(std::string_view token);
  // Nothing happens when there is none.
  base::Status End(std::string_view token);
  base::Status EndAllOf(const SessionOwner& owner) {
    return EndWhere([&](const ConsoleSession& session) { return session.owner == owner; });
  }
  // Those of which it says true; it must be quick and not call back.
  base::Status EndWhere(const std::function<bool(const ConsoleSession&)>& ends);

  // When a session ends, however much it is used.
  base::Timestamp EndOf(const ConsoleSession& session) const {
    return session.started_at + options_.age_max;
  }

 private:
  using Sessions = std::unordered_map<std::string, ConsoleSession>;

  SessionStore(const Collaborators& collaborators, Options options)
      : with_(collaborators), options_(options) {}

  base::Status Load();
  bool HasEnded(const ConsoleSession& session, base::Timestamp now) const;
  // Adds to the batch what makes room for one more of `owner`; the hashes that it removes.
  std::vector<std::string> MakeRoom(const SessionOwner& owner, storage::WriteBatch& batch) const;

  const Collaborators with_;
  const Options options_;
  std::mutex mutex_;
  Sessions sessions_;  // by the hash of the token; guarded by mutex_
};

}  // namespace pinion::users
