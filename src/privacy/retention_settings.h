// How long an application's messages, what they said, and its events are kept (OPS-65): the
// server's numbers, or the application's own. Callers check first that the application exists.
// Thread-safe.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "base/result.h"
#include "model/privacy.h"
#include "storage/key_value_store.h"

namespace pinion::privacy {

// In days; 0 is for ever.
struct RetentionDays {
  int32_t messages = 400;
  int32_t events = 0;
  int32_t message_bodies = 30;
};
inline constexpr int32_t kRetentionDaysMax = 36'500;

class RetentionSettings {
 public:
  RetentionSettings(storage::KeyValueStore& store, const RetentionDays& server)
      : store_(store), server_(server) {}

  base::Result<RetentionDays> Days(const base::AppId& app) const;
  base::Result<model::RetentionResponse> Get(const base::AppId& app) const;
  // Members that are absent go by the server's numbers from now on. kInvalidArgument naming the
  // member.
  base::Result<model::RetentionResponse> Put(const base::AppId& app,
                                             const model::RetentionSettings& settings);
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

 private:
  base::Result<model::RetentionSettings> Read(const base::AppId& app) const;

  storage::KeyValueStore& store_;
  const RetentionDays server_;
};

}  // namespace pinion::privacy
