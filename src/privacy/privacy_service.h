// Erasures, access requests and retention as callers see them (wire-protocol.md section 16).
// Callers check first that the application exists. PrivacyRunner does the work. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "apps/application_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "channels/secret_sealer.h"
#include "model/privacy.h"
#include "privacy/privacy_runner.h"
#include "privacy/privacy_store.h"
#include "privacy/private_files.h"
#include "privacy/retention_settings.h"
#include "storage/key_value_store.h"

namespace pinion::privacy {

// How long a DownloadUrl is good for, on the wall clock.
inline constexpr std::chrono::hours kDownloadValid{1};

class PrivacyService final : public apps::AppDeletionHook {
 public:
  // All must outlive it.
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    const base::Clock& wall_clock;
    base::IdGenerator& ids;
    channels::SecretSealer& sealer;
    RetentionSettings& retention;
    const PrivateFiles& files;
    PrivacyRunner& runner;
  };
  explicit PrivacyService(const Dependencies& dependencies)
      : deps_(dependencies), requests_(dependencies.store) {}

  // kInvalidArgument unless it names exactly one of the three.
  base::Result<model::ErasureResponse> CreateErasure(const base::AppId& app,
                                                     const model::WritePrivacyRequest& request);
  base::Result<model::PrivacyExportResponse> CreateExport(
      const base::AppId& app, const model::WritePrivacyRequest& request);
  // kNotFound.
  base::Result<model::ErasureResponse> GetErasure(const base::AppId& app,
                                                  std::string_view id) const;
  // Without DownloadUrl: the caller knows the server's address, and adds DownloadToken to it.
  // kNotFound.
  base::Result<model::PrivacyExportResponse> GetExport(const base::AppId& app,
                                                       std::string_view id) const;
  // Newest first.
  base::Result<base::Page<model::ErasureResponse>> ListErasures(
      const base::AppId& app, const base::PageRequest& page) const;
  base::Result<base::Page<model::PrivacyExportResponse>> ListExports(
      const base::AppId& app, const base::PageRequest& page) const;

  // Opens the file of this export to whoever shows it, for kDownloadValid.
  base::Result<std::string> DownloadToken(const base::AppId& app, std::string_view id) const;
  struct Download {
    std::string file_name;
    std::string json;
  };
  // kForbidden for a token that is not one or whose time is over, kNotFound when the file is gone.
  base::Result<Download> Open(std::string_view token) const;

  RetentionSettings& retention() { return deps_.retention; }

  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override;
  void OnDeleted(const base::AppId& app) override;

 private:
  const Dependencies deps_;
  const PrivacyStore requests_;
};

}  // namespace pinion::privacy
