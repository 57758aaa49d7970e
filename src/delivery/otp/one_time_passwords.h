// One-time passwords (CHN-50 to CHN-54): codes that are sent by SMS and can be verified once. Of a
// code only a salted and sealed hash is stored, in the write that logs its message; it dies by
// success, by too many wrong tries, by time or by the next code for the same application,
// destination and reference. Callers check first that the application exists. Thread-safe.
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "channels/secret_sealer.h"
#include "delivery/direct_sender.h"
#include "model/messages.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::delivery {

class OneTimePasswords final : public timers::TimerHandler {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::RandomSource& random;
    channels::SecretSealer& sealer;
    timers::TimerService& timers;
    DirectSender& sender;
  };
  // Before the timers start. All dependencies must outlive it.
  explicit OneTimePasswords(Dependencies dependencies);

  // Makes a code and sends it. kInvalidArgument for CHN-50; when the message cannot be sent, the
  // answer says so and no code comes to life.
  base::Result<model::MessageResponse> Send(const base::AppId& app,
                                            const model::SendOTPMessageRequestParameters& request,
                                            std::string_view request_id);
  // Whether the code is alive and right; a wrong one is a try, a right one is the last (CHN-53,
  // CHN-54).
  base::Result<bool> Verify(const base::AppId& app,
                            const model::VerifyOTPMessageRequestParameters& request);

  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);
  // Adds to `batch` that the codes of these destinations are forgotten (OPS-63); tells how many.
  static base::Result<size_t> Forget(
      const storage::Reader& store,
      const base::AppId& app,
      const std::function<bool(std::string_view destination)>& is_gone,
      storage::WriteBatch& batch);

  // Forgets a code whose time has passed.
  base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override;

 private:
  static constexpr size_t kGuards = 64;

  std::mutex& GuardOf(std::string_view prefix);
  std::string NewCode(int32_t digits);
  base::Result<std::string> SealHash(std::string_view code, std::string_view context);
  bool Matches(std::string_view code, std::string_view sealed, std::string_view context) const;

  const Dependencies deps_;
  // Held from reading to writing a code; which one is a matter of what the code belongs to.
  std::array<std::mutex, kGuards> guards_;
};

}  // namespace pinion::delivery
