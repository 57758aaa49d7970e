// The transport type `smtp` as the registry knows it: settings of the API checked, and made into a
// transport.
#pragma once

#include "base/result.h"
#include "delivery/smtp/io_thread.h"
#include "delivery/smtp/smtp_settings.h"
#include "delivery/transport_registry.h"

namespace pinion::delivery::smtp {

// Every transport it makes runs on `io`, which must outlive them all.
TransportType SmtpTransportType(IoThread& io);

// The members of CHN-119 with their defaults. kInvalidArgument names the member that is missing or
// wrong.
base::Result<SmtpSettings> ReadSmtpSettings(const model::TransportSettings& settings);

}  // namespace pinion::delivery::smtp
