#include "channels/channel_service.h"

#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"
#include "channels/channel_rules.h"
#include "model/codec.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::channels {

namespace {

using storage::KeySpace;
using storage::KeyWriter;

constexpr int32_t kSmsMessagesPerSecond = 20;  // what Pinpoint shows (CHN-8)
constexpr std::string_view kInApp = "IN_APP";

std::string KeyOf(const base::AppId& app, const ChannelKind& kind) {
  return KeyWriter(KeySpace::kChannel).Text(app.value()).Text(kind.id).Take();
}

// What the sealed credentials belong to.
std::string ContextOf(const base::AppId& app, const ChannelKind& kind) {
  return "channel/" + app.value() + "/" + std::string(kind.id);
}

model::ChannelSettings SettingsOf(const model::ChannelUpdate& update) {
  model::ChannelSettings settings;
  settings.from_address = update.from_address;
  settings.identity = update.identity;
  settings.configuration_set = update.configuration_set;
  settings.role_arn = update.role_arn;
  settings.orchestration_sending_role_arn = update.orchestration_sending_role_arn;
  settings.sender_id = update.sender_id;
  settings.short_code = update.short_code;
  settings.bundle_id = update.bundle_id;
  settings.default_authentication_method = update.default_authentication_method;
  return settings;
}

// CHN-5: a credential of which the update says nothing stays; one of which it names any part is
// replaced whole.
void Merge(const model::ChannelUpdate& update, model::ChannelCredentials& credentials) {
  if (update.certificate || update.private_key) {
    credentials.certificate = update.certificate;
    credentials.private_key = update.private_key;
  }
  if (update.token_key || update.token_key_id || update.team_id) {
    credentials.token_key = update.token_key;
    credentials.token_key_id = update.token_key_id;
    credentials.team_id = update.team_id;
  }
  if (update.api_key || update.secret_key) {
    credentials.api_key = update.api_key;
    credentials.secret_key = update.secret_key;
  }
  if (update.service_json) {
    credentials.service_json = update.service_json;
  }
  if (update.client_id || update.client_secret) {
    credentials.client_id = update.client_id;
    credentials.client_secret = update.client_secret;
  }
}

// CHN-2, CHN-7 to CHN-9.
model::ChannelState StateOf(const base::AppId& app,
                            const ChannelKind& kind,
                            const model::ChannelRecord& record,
                            const model::ChannelCredentials& credentials) {
  model::ChannelState state;
  state.application_id = app.value();
  state.platform = kind.platform;
  state.id = kind.id;
  state.enabled = record.enabled;
  state.has_credential = HasAnyCredential(credentials);
  state.is_archived = record.archived;
  state.version = record.version;
  state.creation_date = base::FormatIso8601(record.created_at);
  state.last_modified_date = base::FormatIso8601(record.last_modified_at);
  state.last_modified_by = record.last_modified_by;
  const model::ChannelSettings& settings = record.settings;
  switch (kind.family) {
    case ChannelFamily::kEmail:
      state.from_address = settings.from_address;
      state.identity = settings.identity;
      state.configuration_set = settings.configuration_set;
      state.role_arn = settings.role_arn;
      state.orchestration_sending_role_arn = settings.orchestration_sending_role_arn;
      state.messages_per_second = 0;
      break;
    case ChannelFamily::kSms:
      state.sender_id = settings.sender_id;
      state.short_code = settings.short_code;
      state.promotional_messages_per_second = kSmsMessagesPerSecond;
      state.transactional_messages_per_second = kSmsMessagesPerSecond;
      break;
    case ChannelFamily::kApns:
      // API-101: who set "" (Terraform does) gets "" back, or would plan to remove a default.
      state.default_authentication_method = settings.default_authentication_method == ""
                                                ? ""
                                                : AuthenticationMethod(kind, settings, credentials);
      state.has_token_key = HasTokenKey(credentials);
      break;
    case ChannelFamily::kGcm:
      state.default_authentication_method = AuthenticationMethod(kind, settings, credentials);
      state.has_fcm_service_credentials = credentials.service_json.has_value();
      state.credential = credentials.api_key.value_or("");
      break;
    case ChannelFamily::kBaidu:
      state.credential = credentials.api_key.value_or("");
      break;
    case ChannelFamily::kAdm:
    case ChannelFamily::kVoice:
      break;
  }
  return state;
}

model::ChannelResponse Summary(const model::ChannelState& state) {
  model::ChannelResponse summary;
  summary.application_id = state.application_id;
  summary.creation_date = state.creation_date;
  summary.enabled = state.enabled;
  summary.has_credential = state.has_credential;
  summary.id = state.id;
  summary.is_archived = state.is_archived;
  summary.last_modified_by = state.last_modified_by;
  summary.last_modified_date = state.last_modified_date;
  summary.version = state.version;
  return summary;
}

model::ChannelResponse InAppSummary(const base::AppId& app) {
  model::ChannelResponse summary;
  summary.application_id = app.value();
  summary.enabled = true;
  summary.has_credential = false;
  summary.id = "in_app";
  summary.is_archived = false;
  summary.version = 0;
  return summary;
}

}  // namespace

ChannelService::ChannelService(storage::KeyValueStore& store,
                               const base::Clock& clock,
                               SecretSealer& sealer)
    : store_(store), clock_(clock), sealer_(sealer) {}

base::Result<std::optional<model::ChannelRecord>> ChannelService::Read(
    const base::AppId& app, const ChannelKind& kind) const {
  PINION_TRY(const auto stored, store_.Get(KeyOf(app, kind)));
  if (!stored) {
    return std::optional<model::ChannelRecord>();
  }
  PINION_TRY(auto record, model::Decode<model::ChannelRecord>(*stored));
  return std::optional<model::ChannelRecord>(std::move(record));
}

base::Result<model::ChannelRecord> ChannelService::ReadSet(const base::AppId& app,
                                                           const ChannelKind& kind) const {
  PINION_TRY(auto record, Read(app, kind));
  if (!record || record->archived) {
    return base::NotFound("Resource not found");
  }
  return *std::move(record);
}

base::Result<model::ChannelCredentials> ChannelService::OpenCredentials(
    const base::AppId& app, const ChannelKind& kind, const model::ChannelRecord& record) const {
  if (!record.sealed_credentials) {
    return model::ChannelCredentials{};
  }
  const auto json = sealer_.Open(*record.sealed_credentials, ContextOf(app, kind));
  if (!json.ok()) {
    // Without its master key the server goes on; credentials must be entered anew (OPS-14).
    base::Log(base::LogLevel::kWarning,
              "channels",
              "Credentials of a channel cannot be opened: " + json.error().message,
              {{"application", app.value()}, {"channel", std::string(kind.id)}});
    return model::ChannelCredentials{};
  }
  return model::Decode<model::ChannelCredentials>(*json);
}

base::Status ChannelService::SealCredentials(const base::AppId& app,
                                             const ChannelKind& kind,
                                             const model::ChannelCredentials& credentials,
                                             model::ChannelRecord& record) {
  if (!HasAnyCredential(credentials)) {
    record.sealed_credentials.reset();
    return {};
  }
  PINION_TRY(record.sealed_credentials,
             sealer_.Seal(model::ToJson(credentials), ContextOf(app, kind)));
  return {};
}

base::Status ChannelService::Write(const base::AppId& app,
                                   const ChannelKind& kind,
                                   const model::ChannelRecord& record) {
  storage::WriteBatch batch;
  batch.Put(KeyOf(app, kind), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Result<model::ChannelState> ChannelService::Get(const base::AppId& app,
                                                      const ChannelKind& kind) const {
  PINION_TRY(const auto record, ReadSet(app, kind));
  PINION_TRY(const auto credentials, OpenCredentials(app, kind, record));
  return StateOf(app, kind, record, credentials);
}

base::Result<model::ChannelState> ChannelService::Update(const base::AppId& app,
                                                         const ChannelKind& kind,
                                                         const model::ChannelUpdate& update,
                                                         const std::string& caller) {
  PINION_CHECK(CheckUpdate(kind, update));
  const std::lock_guard lock(writes_);
  PINION_TRY(auto stored, Read(app, kind));
  model::ChannelRecord record = std::move(stored).value_or(model::ChannelRecord{});
  const bool fresh = record.version == 0 || record.archived;
  PINION_TRY(auto credentials, OpenCredentials(app, kind, record));
  Merge(update, credentials);
  PINION_CHECK(SealCredentials(app, kind, credentials, record));

  record.last_modified_at = clock_.Now();
  record.last_modified_by = caller;
  record.settings = SettingsOf(update);
  if (fresh) {
    record.created_at = record.last_modified_at;
    record.enabled = true;
    record.archived = false;
  }
  record.enabled = update.enabled.value_or(record.enabled);
  ++record.version;
  PINION_CHECK(Write(app, kind, record));
  return StateOf(app, kind, record, credentials);
}

base::Result<model::ChannelState> ChannelService::Delete(const base::AppId& app,
                                                         const ChannelKind& kind) {
  const std::lock_guard lock(writes_);
  PINION_TRY(auto record, ReadSet(app, kind));
  PINION_TRY(const auto credentials, OpenCredentials(app, kind, record));
  record.enabled = false;
  record.archived = true;
  model::ChannelState last = StateOf(app, kind, record, credentials);
  record.settings = model::ChannelSettings{};
  record.sealed_credentials.reset();
  PINION_CHECK(Write(app, kind, record));
  return last;
}

base::Result<model::ChannelsResponse> ChannelService::List(const base::AppId& app) const {
  model::ChannelsResponse response;
  for (const ChannelKind& kind : AllChannelKinds()) {
    PINION_TRY(const auto record, Read(app, kind));
    if (record && !record->archived) {
      PINION_TRY(const auto credentials, OpenCredentials(app, kind, *record));
      response.channels.Set(std::string(kind.platform),
                            Summary(StateOf(app, kind, *record, credentials)));
    }
  }
  response.channels.Set(std::string(kInApp), InAppSummary(app));
  return response;
}

base::Result<std::optional<ChannelForSending>> ChannelService::ForSending(
    const base::AppId& app, const ChannelKind& kind) const {
  PINION_TRY(const auto record, Read(app, kind));
  if (!record || record->archived) {
    return std::optional<ChannelForSending>();
  }
  ChannelForSending channel;
  channel.enabled = record->enabled;
  channel.settings = record->settings;
  PINION_TRY(channel.credentials, OpenCredentials(app, kind, *record));
  return std::optional<ChannelForSending>(std::move(channel));
}

void ChannelService::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(KeyWriter(KeySpace::kChannel).Text(app.value()).Take());
}

}  // namespace pinion::channels
