#include "delivery/otp/one_time_passwords.h"

#include <functional>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "base/log.h"
#include "delivery/otp/otp_request.h"
#include "model/codec.h"
#include "model/delivery.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::delivery {

namespace {

using storage::KeySpace;
using storage::KeyWriter;

constexpr std::string_view kExpire = "otp.expire";
constexpr size_t kSaltBytes = 16;

// What a code belongs to; at most one code is alive below it.
KeyWriter OwnerOf(const base::AppId& app,
                  std::string_view destination,
                  std::string_view reference) {
  KeyWriter writer(KeySpace::kOneTimePassword);
  writer.Text(app.value()).Text(destination).Text(reference);
  return writer;
}

struct LiveCode {
  std::string key;
  model::OneTimePasswordRecord record;
};

base::Result<std::optional<LiveCode>> Find(const storage::Reader& store,
                                           const std::string& prefix) {
  std::optional<LiveCode> found;
  base::Status damaged;
  PINION_CHECK(store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view value) {
    auto record = model::Decode<model::OneTimePasswordRecord>(value);
    if (record.ok()) {
      found = LiveCode{std::string(key), *std::move(record)};
    } else {
      damaged = base::Internal("One-time password: " + record.error().message);
    }
    return false;
  }));
  PINION_CHECK(damaged);
  return found;
}

std::string HashOf(std::string_view salt, std::string_view code) {
  return base::HmacSha256(salt, code);
}

}  // namespace

OneTimePasswords::OneTimePasswords(Dependencies dependencies) : deps_(dependencies) {
  deps_.timers.Register(std::string(kExpire), *this);
}

std::mutex& OneTimePasswords::GuardOf(std::string_view prefix) {
  return guards_[std::hash<std::string_view>{}(prefix) % kGuards];
}

// The bias of the remainder is below one in ten thousand million.
std::string OneTimePasswords::NewCode(int32_t digits) {
  uint64_t number = deps_.random.Next64();
  std::string code(static_cast<size_t>(digits), '0');
  for (char& c : code) {
    c = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return code;
}

base::Result<std::string> OneTimePasswords::SealHash(std::string_view code,
                                                     std::string_view context) {
  std::array<uint8_t, kSaltBytes> random{};
  deps_.random.Fill(random);
  const std::string salt(random.begin(), random.end());
  return deps_.sealer.Seal(salt + HashOf(salt, code), context);
}

bool OneTimePasswords::Matches(std::string_view code,
                               std::string_view sealed,
                               std::string_view context) const {
  const auto opened = deps_.sealer.Open(sealed, context);
  if (!opened.ok() || opened->size() < kSaltBytes) {
    base::Log(base::LogLevel::kWarning,
              "delivery",
              "A one-time password cannot be verified: the master key is not the one that it was "
              "sealed with.");
    return false;
  }
  const std::string_view text(*opened);
  return base::EqualInConstantTime(HashOf(text.substr(0, kSaltBytes), code),
                                   text.substr(kSaltBytes));
}

base::Result<model::MessageResponse> OneTimePasswords::Send(
    const base::AppId& app,
    const model::SendOTPMessageRequestParameters& request,
    std::string_view request_id) {
  PINION_TRY(const OtpTerms terms, CheckOtpRequest(request));
  const std::string code = NewCode(terms.digits);
  KeyWriter owner = OwnerOf(app, request.destination_identity, request.reference_id);
  const std::string prefix = owner.key();
  model::OneTimePasswordRecord record;
  PINION_TRY(record.sealed_hash, SealHash(code, prefix));
  record.attempts_left = terms.attempts;

  const std::lock_guard lock(GuardOf(prefix));
  record.expires_at = deps_.clock.Now() + terms.validity;
  // The end of a code is part of its key, so that its timer removes this code and no later one.
  const std::string key = owner.Time(record.expires_at).Take();
  const DirectSender::Companion companion{
      .hidden = code, .add = [&](storage::WriteBatch& batch) {
        batch.DeletePrefix(prefix);
        batch.Put(key, model::ToJson(record));
        timers::TimerService::Schedule(batch, {record.expires_at, std::string(kExpire), key, ""});
      }};
  PINION_TRY(
      auto response,
      deps_.sender.SendMessages(app, OtpMessage(request, terms, code), request_id, &companion));
  deps_.timers.Wake();
  return response;
}

base::Result<bool> OneTimePasswords::Verify(
    const base::AppId& app, const model::VerifyOTPMessageRequestParameters& request) {
  const std::string prefix =
      OwnerOf(app, request.destination_identity, request.reference_id).Take();
  const std::lock_guard lock(GuardOf(prefix));
  PINION_TRY(auto live, Find(deps_.store, prefix));
  if (!live || deps_.clock.Now() >= live->record.expires_at) {
    return false;
  }
  const bool valid = Matches(request.otp, live->record.sealed_hash, prefix);
  storage::WriteBatch batch;
  if (valid || --live->record.attempts_left <= 0) {
    batch.Delete(live->key);
    timers::TimerService::Cancel(batch,
                                 {live->record.expires_at, std::string(kExpire), live->key, ""});
  } else {
    batch.Put(live->key, model::ToJson(live->record));
  }
  PINION_CHECK(deps_.store.Apply(batch));
  return valid;
}

void OneTimePasswords::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(KeyWriter(KeySpace::kOneTimePassword).Text(app.value()).Take());
}

base::Result<size_t> OneTimePasswords::Forget(
    const storage::Reader& store,
    const base::AppId& app,
    const std::function<bool(std::string_view destination)>& is_gone,
    storage::WriteBatch& batch) {
  size_t codes = 0;
  PINION_CHECK(
      store.Scan({.prefix = KeyWriter(KeySpace::kOneTimePassword).Text(app.value()).Take()},
                 [&](std::string_view key, std::string_view) {
                   storage::KeyReader reader(key);
                   reader.Text();
                   const std::string destination = reader.Text();
                   reader.Text();
                   if (is_gone(destination)) {
                     batch.Delete(std::string(key));
                     timers::TimerService::Cancel(
                         batch, {reader.Time(), std::string(kExpire), std::string(key), ""});
                     ++codes;
                   }
                   return true;
                 }));
  return codes;
}

base::Status OneTimePasswords::OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) {
  batch.Delete(timer.key);
  return {};
}

}  // namespace pinion::delivery
