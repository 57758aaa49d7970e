#include "jobs/import_runner.h"

#include <utility>
#include <vector>

#include "jobs/import_run.h"
#include "jobs/job_store.h"
#include "jobs/job_thread.h"

namespace pinion::jobs {

class ImportRunner::Impl {
 public:
  explicit Impl(Dependencies dependencies)
      : deps_(dependencies),
        jobs_(deps_.store),
        thread_(deps_.work, "Imports", [this] { return RunJobs(); }) {}

  void Start() { thread_.Start(); }
  void Stop() { thread_.Stop(); }
  void Wake() { thread_.Wake(); }

 private:
  base::Status RunJobs() {
    PINION_TRY(std::vector<model::ImportJobRecord> waiting,
               jobs_.Unfinished<model::ImportJobRecord>());
    base::Status failure;
    for (model::ImportJobRecord& job : waiting) {
      ImportRun run({.clock = deps_.clock,
                     .jobs = jobs_,
                     .audience = deps_.audience,
                     .segments = deps_.segments,
                     .locations = deps_.locations,
                     .stopping = thread_.stopping()},
                    std::move(job));
      // A job that cannot go on now holds up no other.
      base::Status status = run.Run();
      if (!status.ok() && failure.ok()) {
        failure = std::move(status);
      }
      if (thread_.stopping()) {
        break;
      }
    }
    return failure;
  }

  const Dependencies deps_;
  JobStore jobs_;
  JobThread thread_;  // last: it uses the others until it is gone
};

ImportRunner::ImportRunner(Dependencies dependencies)
    : impl_(std::make_unique<Impl>(dependencies)) {}
ImportRunner::~ImportRunner() = default;
void ImportRunner::Start() {
  impl_->Start();
}
void ImportRunner::Stop() {
  impl_->Stop();
}
void ImportRunner::Wake() {
  impl_->Wake();
}

}  // namespace pinion::jobs
