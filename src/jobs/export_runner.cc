#include "jobs/export_runner.h"

#include <utility>
#include <vector>

#include "jobs/export_run.h"
#include "jobs/job_store.h"
#include "jobs/job_thread.h"

namespace pinion::jobs {

class ExportRunner::Impl {
 public:
  explicit Impl(Dependencies dependencies)
      : deps_(dependencies),
        jobs_(deps_.store),
        thread_(deps_.work, "Exports", [this] { return RunJobs(); }) {}

  JobThread& thread() { return thread_; }

 private:
  base::Status RunJobs() {
    PINION_TRY(std::vector<model::ExportJobRecord> waiting,
               jobs_.Unfinished<model::ExportJobRecord>());
    base::Status failure;
    for (model::ExportJobRecord& job : waiting) {
      if (thread_.stopping()) {
        break;
      }
      ExportRun run({.store = deps_.store,
                     .clock = deps_.clock,
                     .audience = deps_.audience,
                     .segments = deps_.segments,
                     .membership = deps_.membership,
                     .locations = deps_.locations,
                     .stopping = thread_.stopping(),
                     .lines_per_object = deps_.lines_per_object},
                    std::move(job));
      // A job that cannot go on now holds up no other. One whose application was deleted is gone.
      base::Status status = run.Run();
      if (!status.ok() && status.error().code != base::Errc::kNotFound && failure.ok()) {
        failure = std::move(status);
      }
    }
    return failure;
  }

  const Dependencies deps_;
  JobStore jobs_;
  JobThread thread_;  // last: it uses the others until it is gone
};

ExportRunner::ExportRunner(Dependencies dependencies)
    : impl_(std::make_unique<Impl>(dependencies)) {}
ExportRunner::~ExportRunner() = default;
void ExportRunner::Start() {
  impl_->thread().Start();
}
void ExportRunner::Stop() {
  impl_->thread().Stop();
}
void ExportRunner::Wake() {
  impl_->thread().Wake();
}

}  // namespace pinion::jobs
