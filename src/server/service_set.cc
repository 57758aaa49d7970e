#include "server/service_set.h"

#include "apps/application_service.h"
#include "apps/deletion_function.h"
#include "apps/settings_service.h"
#include "channels/channel_service.h"
#include "server/box_sealer.h"

namespace pinion::server {

// In the order of their dependencies; the last one goes first.
struct ServiceSet::Members {
  Members(const Foundation& f, const ProcessFacts& facts)
      : clock_is_manual(f.manual_clock != nullptr),
        event_log(f.store, work),
        timers(f.store, f.clock, work),
        consumers(event_log, f.store, work),
        process(facts, {f.store, f.clock, f.manual_clock, f.wall_clock, timers, work}),
        applications(f.store, f.clock, f.ids, facts.account_id),
        settings(f.store, f.clock, applications),
        sealer(f.secrets),
        channels(f.store, f.clock, sealer) {
    applications.AddDeletionHook(settings);
    applications.AddDeletionHook(channels_deletion);
    applications.AddDeletionHook(events_deletion);
    services.tags.applications = &applications;
  }

  const bool clock_is_manual;
  base::WorkTracker work;
  eventlog::EventLog event_log;
  timers::TimerService timers;
  eventlog::ConsumerGroup consumers;
  ProcessControl process;
  apps::ApplicationService applications;
  apps::SettingsService settings;
  BoxSealer sealer;
  channels::ChannelService channels;

  apps::DeletionFunction channels_deletion{[](const base::AppId& app, storage::WriteBatch& batch) {
    channels::ChannelService::DeleteApp(app, batch);
    return base::Status();
  }};
  apps::DeletionFunction events_deletion{[](const base::AppId& app, storage::WriteBatch& batch) {
    eventlog::EventLog::DeleteApp(app, batch);
    return base::Status();
  }};

  api::Services services{.applications = applications,
                         .settings = settings,
                         .channels = channels,
                         .system = process,
                         .tags = {}};
};

ServiceSet::ServiceSet(const Foundation& foundation, const ProcessFacts& facts)
    : members_(std::make_unique<Members>(foundation, facts)) {}

ServiceSet::~ServiceSet() {
  Stop();
}

base::Status ServiceSet::Open() {
  return members_->event_log.Open();
}

base::Status ServiceSet::Start() {
  PINION_CHECK(members_->consumers.Start());
  if (!members_->clock_is_manual) {
    members_->timers.Start();
  }
  started_ = true;
  return {};
}

void ServiceSet::Stop() {
  if (!started_) {
    return;
  }
  started_ = false;
  if (!members_->clock_is_manual) {
    members_->timers.Stop();
  }
  members_->consumers.Stop();
}

api::Services& ServiceSet::services() {
  return members_->services;
}
base::WorkTracker& ServiceSet::work() {
  return members_->work;
}
timers::TimerService& ServiceSet::timers() {
  return members_->timers;
}
eventlog::EventLog& ServiceSet::event_log() {
  return members_->event_log;
}
eventlog::ConsumerGroup& ServiceSet::consumers() {
  return members_->consumers;
}

}  // namespace pinion::server
