#include "privacy/privacy_runner.h"

#include <chrono>
#include <utility>
#include <vector>

#include "jobs/job_thread.h"
#include "privacy/access_run.h"
#include "privacy/erasure_run.h"
#include "privacy/privacy_store.h"
#include "privacy/retention_pass.h"
#include "storage/key.h"

namespace pinion::privacy {
namespace {

constexpr char kTimerKind[] = "privacy.retention";

timers::Timer TimerAt(base::Timestamp due) {
  return {.due = due, .kind = kTimerKind, .key = "daily", .payload = ""};
}

base::Timestamp NextMidnight(base::Timestamp now) {
  return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
}

// There while a day's removal is not over.
std::string DueKey() {
  return storage::KeyWriter(storage::KeySpace::kSetting).Text("retention-due").Take();
}

bool IsOver(const model::ErasureRecord& erasure) {
  return erasure.status == model::ErasureStatus::kCompleted;
}

bool IsOver(const model::PrivacyExportRecord& exported) {
  return exported.status != model::PrivacyExportStatus::kCreated &&
         exported.status != model::PrivacyExportStatus::kProcessing;
}

}  // namespace

class PrivacyRunner::Impl final : public timers::TimerHandler {
 public:
  explicit Impl(Dependencies dependencies)
      : deps_(std::move(dependencies)),
        requests_(deps_.store),
        thread_(deps_.work, "Requests about personal data", [this] { return RunAll(); }) {
    deps_.timers.Register(kTimerKind, *this);
  }

  base::Status Start() {
    storage::WriteBatch batch;
    timers::TimerService::Schedule(batch, TimerAt(NextMidnight(deps_.clock.Now())));
    PINION_CHECK(deps_.store.Apply(batch));
    PINION_CHECK(deps_.files.KeepOnly(
        [this](const base::AppId& app) { return deps_.applications.UseForCall(app).ok(); }));
    thread_.Start();
    return {};
  }

  jobs::JobThread& thread() { return thread_; }

  base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override {
    batch.Put(DueKey(), "");
    timers::TimerService::Schedule(batch, TimerAt(NextMidnight(timer.due)));
    return {};
  }
  void OnApplied(const timers::Timer&) override { thread_.Wake(); }

 private:
  // What cannot go on now holds up nothing else.
  base::Status RunAll() {
    base::Status failure;
    const auto note = [&failure](base::Status status) {
      if (!status.ok() && failure.ok()) {
        failure = std::move(status);
      }
    };
    note(RunEach<model::ErasureRecord>([this](model::ErasureRecord erasure) -> base::Status {
      ErasureRun run({.store = deps_.store,
                      .clock = deps_.clock,
                      .wall_clock = deps_.wall_clock,
                      .ids = deps_.ids,
                      .audience = deps_.audience,
                      .segments = deps_.segments,
                      .campaigns = deps_.campaigns,
                      .dispatcher = deps_.dispatcher,
                      .events = deps_.events,
                      .consumers = deps_.consumers,
                      .analytics = deps_.analytics,
                      .audit = deps_.audit,
                      .opt_outs = deps_.opt_outs,
                      .files = deps_.files,
                      .hash_key = deps_.hash_key,
                      .account_id = deps_.account_id,
                      .region = deps_.region,
                      .stopping = thread_.stopping(),
                      .batch_max = deps_.batch_max},
                     std::move(erasure));
      PINION_CHECK(run.Run());
      has_news_ = has_news_ || run.done();
      return {};
    }));
    if (has_news_ && deps_.on_erased) {
      deps_.on_erased();
    }
    has_news_ = false;
    note(RunEach<model::PrivacyExportRecord>([this](model::PrivacyExportRecord exported) {
      return AccessRun({.store = deps_.store,
                        .clock = deps_.clock,
                        .audience = deps_.audience,
                        .segments = deps_.segments,
                        .membership = deps_.membership,
                        .events = deps_.events,
                        .files = deps_.files,
                        .hash_key = deps_.hash_key,
                        .account_id = deps_.account_id,
                        .stopping = thread_.stopping()},
                       std::move(exported))
          .Run();
    }));
    note(RunRetention());
    return failure;
  }

  template <class Record, class Run>
  base::Status RunEach(const Run& run) {
    PINION_TRY(std::vector<Record> all, requests_.All<Record>());
    base::Status failure;
    for (Record& request : all) {
      if (IsOver(request)) {
        continue;
      }
      if (thread_.stopping()) {
        break;
      }
      const base::AppId app(request.application_id);
      base::Status status = run(std::move(request));
      if (!status.ok() && status.error().code == base::Errc::kNotFound &&
          !deps_.audience.Begin(app).ok()) {
        status = ForgetApp(app);
      }
      // Nothing is wrong with what was only interrupted.
      if (!status.ok() && failure.ok() && !thread_.stopping()) {
        failure = std::move(status);
      }
    }
    return failure;
  }

  // The application went while a request of it was at work.
  base::Status ForgetApp(const base::AppId& app) {
    storage::WriteBatch batch;
    PrivacyStore::DeleteApp(app, batch);
    PINION_CHECK(deps_.store.Apply(batch));
    return deps_.files.RemoveApp(app);
  }

  base::Status RunRetention() {
    PINION_TRY(const auto due, deps_.store.Get(DueKey()));
    if (!due || thread_.stopping()) {
      return {};
    }
    PINION_CHECK(RetentionPass({.store = deps_.store,
                                .clock = deps_.clock,
                                .applications = deps_.applications,
                                .settings = deps_.retention,
                                .events = deps_.events,
                                .consumers = deps_.consumers,
                                .analytics = deps_.analytics,
                                .files = deps_.files,
                                .stopping = thread_.stopping(),
                                .batch_max = deps_.batch_max})
                     .Run());
    if (thread_.stopping()) {
      return {};
    }
    storage::WriteBatch batch;
    batch.Delete(DueKey());
    PINION_CHECK(deps_.store.Apply(batch));
    return {};
  }

  const Dependencies deps_;
  const PrivacyStore requests_;
  bool has_news_ = true;    // on the thread: an erasure that ended was not told of
  jobs::JobThread thread_;  // last: it uses the others until it is gone
};

PrivacyRunner::PrivacyRunner(Dependencies dependencies)
    : impl_(std::make_unique<Impl>(std::move(dependencies))) {}
PrivacyRunner::~PrivacyRunner() = default;
base::Status PrivacyRunner::Start() {
  return impl_->Start();
}
void PrivacyRunner::Stop() {
  impl_->thread().Stop();
}
void PrivacyRunner::Wake() {
  impl_->thread().Wake();
}

}  // namespace pinion::privacy
