// The transport type `smtp` for the transport registry: its settings as the API has them, checked
// and turned into those of the SMTP transport (CHN-119).
#pragma once

#include "delivery/smtp/io_thread.h"
#include "delivery/transport_registry.h"

namespace pinion::server {

// `io` must outlive the transports that are made.
delivery::TransportType SmtpTransportType(delivery::smtp::IoThread& io);

}  // namespace pinion::server
