#include "delivery/transport_registry.h"

#include <array>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "model/codec.h"
#include "storage/key.h"

namespace pinion::delivery {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

constexpr std::string_view kMasked = "***";

// Path name of a transport → channel of the messages it carries.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kChannels = {{
    {"email", "EMAIL"},
    {"sms", "SMS"},
    {"voice", "VOICE"},
    {"apns", "APNS"},
    {"apns_sandbox", "APNS_SANDBOX"},
    {"apns_voip", "APNS_VOIP"},
    {"apns_voip_sandbox", "APNS_VOIP_SANDBOX"},
    {"gcm", "GCM"},
    {"adm", "ADM"},
    {"baidu", "BAIDU"},
    {"custom", "CUSTOM"},
    {"webpush", "WEBPUSH"},
}};

base::Result<Lane> LaneOf(const base::AppId& app, std::string_view path_name) {
  for (const auto& [name, channel] : kChannels) {
    if (name == path_name) {
      return Lane{.app = app, .channel = std::string(channel)};
    }
  }
  return base::NotFound("Resource not found");
}

std::string SettingsKey(const Lane& lane) {
  return KeyWriter(KeySpace::kTransport).Text(lane.app.value()).Text(lane.channel).Take();
}

// What a sealed secret is bound to.
std::string SecretContext(const Lane& lane) {
  return "transport/" + lane.app.value() + "/" + lane.channel;
}

model::TransportSettings Sandbox() {
  model::TransportSettings settings;
  settings.type = "sandbox";
  return settings;
}

model::TransportSettings Masked(model::TransportSettings settings) {
  if (settings.password) {
    settings.password = kMasked;
  }
  return settings;
}

}  // namespace

TransportRegistry::TransportRegistry(storage::KeyValueStore& store,
                                     channels::SecretSealer& sealer,
                                     Options options)
    : store_(store), sealer_(sealer), options_(options) {}

void TransportRegistry::Register(std::string type, TransportType transport_type) {
  types_.emplace(std::move(type), std::move(transport_type));
}

base::Result<std::string> TransportRegistry::OpenSecret(std::string_view stored,
                                                        const Lane& lane) const {
  const std::optional<std::string> sealed = base::Base64Decode(stored);
  if (!sealed) {
    return base::Internal("The stored secret of a transport is damaged.");
  }
  return sealer_.Open(*sealed, SecretContext(lane));
}

base::Result<std::optional<model::TransportSettings>> TransportRegistry::Stored(
    const Lane& lane) const {
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(SettingsKey(lane)));
  if (!bytes) {
    return std::optional<model::TransportSettings>();
  }
  PINION_TRY(auto settings, model::Decode<model::TransportSettings>(*bytes));
  if (settings.password) {
    PINION_TRY(settings.password, OpenSecret(*settings.password, lane));
  }
  return std::optional(std::move(settings));
}

base::Result<std::shared_ptr<Transport>> TransportRegistry::Find(const Lane& lane) {
  auto transports = transports_.Lock();
  const auto known = transports->find(lane);
  if (known != transports->end()) {
    return known->second;
  }
  PINION_TRY(const auto settings, Stored(lane));
  std::shared_ptr<Transport> transport;
  if (settings) {
    const auto type = types_.find(settings->type);
    if (type == types_.end()) {
      return base::Internal("The transport of channel " + lane.channel + " has the unknown type " +
                            settings->type + ".");
    }
    PINION_TRY(transport, type->second.make(*settings));
  }
  transports->emplace(lane, transport);
  return transport;
}

base::Result<model::TransportSettings> TransportRegistry::Get(const base::AppId& app,
                                                              std::string_view channel) const {
  PINION_TRY(const Lane lane, LaneOf(app, channel));
  PINION_TRY(auto settings, Stored(lane));
  return settings ? Masked(*std::move(settings)) : Sandbox();
}

base::Result<model::TransportSettings> TransportRegistry::Put(
    const base::AppId& app, std::string_view channel, const model::TransportSettings& settings) {
  PINION_TRY(const Lane lane, LaneOf(app, channel));
  if (settings.type == "sandbox") {
    return Delete(app, channel);
  }
  const auto type = types_.find(settings.type);
  if (type == types_.end()) {
    return base::InvalidArgument("Member 'Type': unknown transport '" +
                                 settings.type.substr(0, 100) + "'.");
  }
  if (options_.sandbox_only) {
    return base::InvalidArgument(
        "Member 'Type': a server with a manual clock sends only to the sandbox; start it with "
        "--allow-real-sending to "
        "allow another transport.");
  }
  model::TransportSettings stored = settings;
  if (stored.password == kMasked) {
    PINION_TRY(auto before, Stored(lane));
    stored.password = before ? before->password : std::nullopt;
  }
  PINION_CHECK(type->second.validate(lane.channel, stored));
  model::TransportSettings sealed = stored;
  if (sealed.password) {
    PINION_TRY(const std::string bytes, sealer_.Seal(*sealed.password, SecretContext(lane)));
    // What is stored is JSON, which has no place for bytes.
    sealed.password = base::Base64Encode(bytes);
  }
  storage::WriteBatch batch;
  batch.Put(SettingsKey(lane), model::ToJson(sealed));
  auto transports = transports_.Lock();
  PINION_CHECK(store_.Apply(batch));
  // The next Find makes the new one; the old one ends when its last message has.
  transports->erase(lane);
  return Masked(std::move(stored));
}

base::Result<model::TransportSettings> TransportRegistry::Delete(const base::AppId& app,
                                                                 std::string_view channel) {
  PINION_TRY(const Lane lane, LaneOf(app, channel));
  storage::WriteBatch batch;
  batch.Delete(SettingsKey(lane));
  auto transports = transports_.Lock();
  PINION_CHECK(store_.Apply(batch));
  transports->erase(lane);
  return Sandbox();
}

void TransportRegistry::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(KeyWriter(KeySpace::kTransport).Text(app.value()).Take());
}

void TransportRegistry::Forget(const base::AppId& app) {
  auto transports = transports_.Lock();
  std::erase_if(*transports, [&app](const auto& entry) { return entry.first.app == app; });
}

}  // namespace pinion::delivery
