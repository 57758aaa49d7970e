// What a server offers in its answer to EHLO. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "delivery/smtp/smtp_reply.h"

namespace pinion::delivery::smtp {

struct Capabilities {
  std::string server_name;
  bool start_tls = false;
  bool pipelining = false;
  bool eight_bit_mime = false;
  bool smtp_utf8 = false;
  bool size = false;
  size_t size_max = 0;                       // 0 = no fixed limit
  std::vector<std::string> auth_mechanisms;  // upper case
};

// Reads the lines of a 250 reply to EHLO; lines of unknown meaning are skipped.
Capabilities ParseCapabilities(const Reply& reply);

}  // namespace pinion::delivery::smtp
