// Every service of the server, wired once: the running server and the tests of the operations build
// the same set. Owns the services, the timers and the event log; stands on a store, clocks and
// randomness that it is given. Who adds a service adds a member here, its construction in
// service_set.cc and a reference in api/services.h. Construction, Open, Start and Stop belong to
// one thread; the services themselves are thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/first_answers.h"
#include "api/services.h"
#include "auth/secret_box.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "http/outbound_client.h"
#include "server/event_counters.h"
#include "server/process_control.h"
#include "storage/group_commit.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::server {

// What the services stand on. All must outlive the set.
struct Foundation {
  storage::KeyValueStore& store;
  storage::GroupCommit& commit;     // of the store
  const base::Clock& clock;         // of the domain
  base::ManualClock* manual_clock;  // the same clock if it is a manual one, else null
  const base::Clock& wall_clock;
  base::RandomSource& random;
  base::IdGenerator& ids;
  const auth::SecretBox& secrets;
  http::OutboundClient& outbound;  // for URLs that callers choose (OPS-60)
  // Signs envelope senders; stays the same for the life of the store.
  std::string envelope_key;
  // Tells identities that were made here from others; stays the same for the life of the store.
  std::string identity_key = {};
  // OPS-16: messages go to the sandbox only.
  bool sandbox_only = false;
  // The file of the analytics tables; "" keeps them in memory, filled from the log at each start.
  std::string analytics_path = {};
  // Folders that imports may read beside the local buckets (JOB-3).
  std::vector<std::string> import_roots = {};
  // How long audit records stay (OPS-62), and messages and events where an application has no
  // numbers of its own (OPS-65).
  std::chrono::days audit_kept{400};
  // Which application sibling services use; "" for one of their own.
  std::string sibling_application = {};
  privacy::RetentionDays retention = {};
  // Makes the hashes that stay of people who were erased; stays the same for the life of the store.
  std::string privacy_key = {};
  // Where the files of access requests go; "" makes none.
  std::string private_folder = {};
};

class ServiceSet {
 public:
  ServiceSet(const Foundation& foundation, const ProcessFacts& facts);
  ~ServiceSet();
  ServiceSet(const ServiceSet&) = delete;
  ServiceSet& operator=(const ServiceSet&) = delete;

  // Reads what is held in memory from the store. Before the first request.
  base::Status Open();
  // Timers fire and consumers read from now on.
  base::Status Start();
  // Batches end at a durable point; nothing fires any more. After the last request.
  void Stop();

  api::Services& services();
  base::WorkTracker& work();
  timers::TimerService& timers();
  eventlog::EventLog& event_log();
  eventlog::ConsumerGroup& consumers();
  const EventCounters& event_counters() const;
  api::FirstAnswers& first_answers();

 private:
  struct Members;
  const std::unique_ptr<Members> members_;
  bool started_ = false;
};

}  // namespace pinion::server
