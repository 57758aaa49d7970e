// Certificate and key of the server as an OpenSSL context. Used by Server.
#pragma once

#include "base/result.h"
#include "http/io_thread.h"
#include "http/options.h"

namespace pinion::http {

// TLS 1.2 and 1.3. kInvalidArgument names the file that cannot be used.
base::Result<TlsContext> LoadTlsContext(const TlsFiles& files);

}  // namespace pinion::http
