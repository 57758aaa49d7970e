// Which transport carries an application's messages of a channel. Every channel starts on the
// sandbox (CHN-60); settings put for a channel are stored with their secrets sealed and make a
// transport of their type. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/locked.h"
#include "base/result.h"
#include "channels/secret_sealer.h"
#include "delivery/outbox.h"
#include "delivery/transport.h"
#include "model/delivery.h"
#include "storage/key_value_store.h"

namespace pinion::delivery {

// One kind of transport, by its settings' Type.
struct TransportType {
  // Empty: the settings are complete and legal for `channel`; else kInvalidArgument naming the
  // member.
  std::function<base::Status(std::string_view channel, const model::TransportSettings&)> validate;
  std::function<base::Result<std::unique_ptr<Transport>>(const model::TransportSettings&)> make;
};

class TransportRegistry {
 public:
  struct Options {
    // OPS-16: with a manual clock only the sandbox may be set, unless real sending is allowed.
    bool sandbox_only = false;
  };
  TransportRegistry(storage::KeyValueStore& store, channels::SecretSealer& sealer, Options options);

  // Before anything else.
  void Register(std::string type, TransportType transport_type);

  // The transport of the lane as set now; shared so that messages in flight outlive a change.
  // nullptr: the sandbox. kInternal when the stored settings cannot be read.
  base::Result<std::shared_ptr<Transport>> Find(const Lane& lane);

  // Settings as the API shows them, secrets as "***". `channel` as in the path: email, sms, … ;
  // kNotFound for another.
  base::Result<model::TransportSettings> Get(const base::AppId& app,
                                             std::string_view channel) const;
  // A secret given as "***" keeps the stored one.
  base::Result<model::TransportSettings> Put(const base::AppId& app,
                                             std::string_view channel,
                                             const model::TransportSettings& settings);
  // Back to the sandbox.
  base::Result<model::TransportSettings> Delete(const base::AppId& app, std::string_view channel);

  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);
  // Forgets the application's transports.
  void Forget(const base::AppId& app);

 private:
  using Transports = std::map<Lane, std::shared_ptr<Transport>>;
  base::Result<std::optional<model::TransportSettings>> Stored(const Lane& lane) const;
  base::Result<std::string> OpenSecret(std::string_view stored, const Lane& lane) const;

  storage::KeyValueStore& store_;
  channels::SecretSealer& sealer_;
  const Options options_;
  std::map<std::string, TransportType, std::less<>> types_;
  // Every lane asked for since the start; nullptr for the sandbox.
  base::Locked<Transports> transports_;
};

}  // namespace pinion::delivery
