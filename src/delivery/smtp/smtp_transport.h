// The transport `smtp`: email through a relay (CHN-74, CHN-75) over a pool of connections. The
// dispatcher makes one per configured transport. Thread-safe; callbacks come on the IoThread, or
// inside Send when a message cannot even be built.
#pragma once

#include <memory>

#include "base/result.h"
#include "delivery/smtp/io_thread.h"
#include "delivery/smtp/smtp_settings.h"
#include "delivery/transport.h"

namespace pinion::delivery::smtp {

class SmtpPool;

class SmtpTransport final : public Transport {
 public:
  // kInvalidArgument names the member of the settings that cannot work.
  static base::Status Validate(const SmtpSettings& settings);
  // As Validate. `io` must outlive the transport.
  static base::Result<std::unique_ptr<SmtpTransport>> Create(SmtpSettings settings, IoThread& io);
  // Calls what callbacks are open and returns after the last one; on the IoThread, as from a
  // callback, they come later.
  ~SmtpTransport() override;

  std::string_view type() const override { return "smtp"; }
  size_t parallel_max() const override;
  // More messages at a time than four times parallel_max() are answered kTemporary.
  void Send(OutboundMessage message, OutcomeCallback done) override;

 private:
  SmtpTransport(std::shared_ptr<SmtpPool> pool, IoThread& io);

  std::shared_ptr<SmtpPool> pool_;
  IoThread& io_;
};

}  // namespace pinion::delivery::smtp
