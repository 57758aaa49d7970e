// One walk over all applications that removes what is older than it is kept (OPS-65), batch by
// batch, so that nobody waits for long. Never a message that has not ended, nor an event that a
// consumer has still to read: those go with a later pass. May be given up and begun again at any
// point. Used by PrivacyRunner's thread only.
#pragma once

#include <atomic>
#include <chrono>
#include <vector>

#include "analytics/analytics_store.h"
#include "apps/application_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "delivery/message_log.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "privacy/private_files.h"
#include "privacy/retention_settings.h"
#include "storage/key_value_store.h"

namespace pinion::privacy {

class RetentionPass {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    const apps::ApplicationService& applications;
    const RetentionSettings& settings;
    const eventlog::EventLog& events;
    const eventlog::ConsumerGroup& consumers;
    analytics::AnalyticsStore& analytics;
    const PrivateFiles& files;
    const std::atomic<bool>& stopping;
    // Messages or chunks of events of one write.
    size_t batch_max;
  };
  explicit RetentionPass(const Dependencies& dependencies)
      : deps_(dependencies), messages_(dependencies.store) {}

  // Returns at the end, or early when stopping.
  base::Status Run() const;

 private:
  base::Status OfApplication(const base::AppId& app) const;
  using Remover = base::Result<delivery::MessageLog::Removed> (delivery::MessageLog::*)(
      const base::AppId&, const delivery::MessageLog::Removal&, storage::WriteBatch&) const;
  base::Status RemoveMessages(const base::AppId& app, base::Timestamp before, Remover remove) const;
  base::Status RemoveEvents(const base::AppId& app, base::Timestamp before) const;
  base::Status RemoveExports() const;

  const Dependencies deps_;
  const delivery::MessageLog messages_;
};

}  // namespace pinion::privacy
