// The channel settings of applications: one implementation for all ten kinds (CHN-1 to CHN-11).
// Credentials are sealed in the store and never leave, but for senders. Callers check first that
// the application exists. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "channels/channel_kind.h"
#include "channels/secret_sealer.h"
#include "model/channels.h"
#include "storage/key_value_store.h"

namespace pinion::channels {

// A channel as those who send see it.
struct ChannelForSending {
  bool enabled = false;
  model::ChannelSettings settings;
  model::ChannelCredentials credentials;
};

class ChannelService {
 public:
  ChannelService(storage::KeyValueStore& store, const base::Clock& clock, SecretSealer& sealer);

  // kNotFound when the channel was never set, or was deleted.
  base::Result<model::ChannelState> Get(const base::AppId& app, const ChannelKind& kind) const;
  // Makes the channel or changes it; `caller` becomes LastModifiedBy. kInvalidArgument changes
  // nothing.
  base::Result<model::ChannelState> Update(const base::AppId& app,
                                           const ChannelKind& kind,
                                           const model::ChannelUpdate& update,
                                           const std::string& caller);
  // Answers the last state, archived; forgets settings and credentials. kNotFound as Get.
  base::Result<model::ChannelState> Delete(const base::AppId& app, const ChannelKind& kind);
  // Every channel that is set, and the in-app channel, which always is.
  base::Result<model::ChannelsResponse> List(const base::AppId& app) const;

  // Nothing when the channel was never set, or was deleted.
  base::Result<std::optional<ChannelForSending>> ForSending(const base::AppId& app,
                                                            const ChannelKind& kind) const;

  // Adds the removal of all channels of an application.
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

 private:
  base::Result<std::optional<model::ChannelRecord>> Read(const base::AppId& app,
                                                         const ChannelKind& kind) const;
  base::Result<model::ChannelRecord> ReadSet(const base::AppId& app, const ChannelKind& kind) const;
  base::Result<model::ChannelCredentials> OpenCredentials(const base::AppId& app,
                                                          const ChannelKind& kind,
                                                          const model::ChannelRecord& record) const;
  base::Status SealCredentials(const base::AppId& app,
                               const ChannelKind& kind,
                               const model::ChannelCredentials& credentials,
                               model::ChannelRecord& record);
  base::Status Write(const base::AppId& app,
                     const ChannelKind& kind,
                     const model::ChannelRecord& record);

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  SecretSealer& sealer_;
  std::mutex writes_;  // held from reading to writing a record
};

}  // namespace pinion::channels
