// One access request from its beginning to its end (OPS-64): writes everything that is stored of a
// person into one JSON file. One that was interrupted begins again. Used by PrivacyRunner's thread
// only.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/result.h"
#include "delivery/message_log.h"
#include "eventlog/event_log.h"
#include "model/privacy.h"
#include "privacy/person.h"
#include "privacy/private_files.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::privacy {

// How long the file is kept.
inline constexpr std::chrono::days kExportKept{7};

class AccessRun {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    audience::AudienceService& audience;
    const segments::SegmentService& segments;
    const segments::Membership& membership;
    const eventlog::EventLog& events;
    const PrivateFiles& files;
    const std::string& hash_key;
    const std::string& account_id;
    const std::atomic<bool>& stopping;
  };
  AccessRun(const Dependencies& dependencies, model::PrivacyExportRecord request);

  // Returns at the end, or early when stopping. A failure leaves it where it stands; kNotFound when
  // the application is gone.
  base::Status Run();

 private:
  base::Result<std::vector<audience::EndpointRecord>> FindEndpoints() const;
  base::Status WriteFile(const Person::Ids& ids,
                         const std::vector<audience::EndpointRecord>& endpoints,
                         PrivateFiles::Draft& file) const;
  base::Status WriteSegments(const std::vector<audience::EndpointRecord>& endpoints,
                             PrivateFiles::Draft& file) const;
  base::Status WriteMessages(const Person& person, PrivateFiles::Draft& file) const;
  base::Status WriteEvents(const Person& person, PrivateFiles::Draft& file) const;
  base::Status Store();

  const Dependencies deps_;
  const delivery::MessageLog messages_;
  model::PrivacyExportRecord request_;
  const base::AppId app_;
};

}  // namespace pinion::privacy
