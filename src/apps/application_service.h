// The applications: created, listed, tagged, deleted. Every other module keeps its part of an
// application below the application's id and removes it through an AppDeletionHook, in the same
// write batch. Thread-safe.
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "apps/application_records.h"
#include "base/arn.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "model/apps.h"
#include "storage/key_value_store.h"

namespace pinion::apps {

inline constexpr size_t kNameCharactersMax = 256;

// What a module does when an application goes.
class AppDeletionHook {
 public:
  virtual ~AppDeletionHook() = default;
  // Adds the removal of all that the module stores below `app`; fails if nothing of the deletion
  // may happen.
  virtual base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) = 0;
  // The application is gone: forget what is held in memory, stop what runs.
  virtual void OnDeleted(const base::AppId& app) { (void)app; }
};

struct NewApplication {
  model::CreateApplicationRequest request;
  std::string region;                    // of the signing scope
  std::optional<std::string> chosen_id;  // x-pinion-resource-id, not yet checked
};

class ApplicationService final : public base::TaggedResources {
 public:
  // Everything must outlive the service.
  ApplicationService(storage::KeyValueStore& store,
                     const base::Clock& clock,
                     base::IdGenerator& ids,
                     std::string account_id);

  // At start, before any request. Hooks run in the order of registration.
  void AddDeletionHook(AppDeletionHook& hook);
  // At start: called for each new application before Create answers. One only.
  void OnCreate(std::function<base::Status(const base::AppId& app)> opened) {
    opened_ = std::move(opened);
  }
  // Every application, in no order; stops at the first failure.
  base::Status ForEach(const std::function<base::Status(const base::AppId& app)>& visit) const;

  // kInvalidArgument for name, tags or id; kConflict when the chosen id is taken or was until a day
  // ago.
  base::Result<model::ApplicationResponse> Create(const NewApplication& application);
  // Makes sure that there is an application of that id which lists do not show: what belongs to no
  // application of a caller is kept there. `region` is that of its ARN.
  base::Status EnsureHidden(const base::AppId& app, std::string_view region);
  // kNotFound.
  base::Result<model::ApplicationResponse> Get(const base::AppId& app) const;
  base::Result<base::Page<model::ApplicationResponse>> List(const base::PageRequest& page) const;
  // Answers what Get would have; afterwards everything below the application is gone (API-74).
  base::Result<model::ApplicationResponse> Delete(const base::AppId& app);

  // kNotFound "Application not found" when there is none; for every operation below an application.
  base::Status RequireExists(const base::AppId& app) const;
  // Keeps an application from being deleted while a call works on it: what the call writes would
  // outlive the application.
  class Use {
   private:
    friend class ApplicationService;
    explicit Use(std::shared_mutex& guard) : lock_(guard) {}
    std::shared_lock<std::shared_mutex> lock_;
  };
  // kNotFound as RequireExists. Held by one thread, once, and for one call: Delete waits for it.
  base::Result<Use> UseForCall(const base::AppId& app) const;
  // When it was created, and the region and account of its ARNs.
  base::Result<base::Timestamp> CreatedAt(const base::AppId& app) const;
  base::Result<base::ArnScope> ArnScopeOf(const base::AppId& app) const;

  base::Result<base::Tags> TagsOf(std::string_view resource) const override;
  base::Status UpdateTags(std::string_view resource, const base::TagChange& change) override;
  // Without hidden ones.
  base::Status VisitTags(std::string_view after, const TagVisitor& visit) const override;

 private:
  static constexpr size_t kUseGuards = 64;

  std::shared_mutex& UseGuardOf(const base::AppId& app) const;
  base::Status CheckChosenId(const std::string& id) const;
  // A new one. The caller holds the lock of writes.
  base::Status Store(const model::ApplicationRecord& record);
  model::ApplicationResponse ResponseOf(const model::ApplicationRecord& record) const;

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  base::IdGenerator& ids_;
  const std::string account_id_;
  ApplicationRecords records_;
  std::vector<AppDeletionHook*> hooks_;
  std::function<base::Status(const base::AppId& app)> opened_;
  // Shared by the calls that use an application, exclusive for its deletion; an application's place
  // is a matter of its id.
  mutable std::array<std::shared_mutex, kUseGuards> uses_;
  std::mutex writes_;  // held from reading to writing a record
};

}  // namespace pinion::apps
