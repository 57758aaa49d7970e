// gzip in both directions: request bodies inflated while they arrive, responses deflated when the
// client wants it (API-92). Pure; one Inflater serves one body.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace pinion::http {

// Responses below this size are sent as they are.
inline constexpr size_t kCompressBytesMin = 1024;

class Inflater {
 public:
  // Never lets `output` of Write grow past the limit.
  explicit Inflater(size_t output_bytes_max);
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  // Appends what `compressed` inflates to. kInvalidArgument for broken data, kPayloadTooLarge when
  // the output would pass the limit; after a failure no further call is allowed.
  base::Result<void> Write(std::string_view compressed, std::string& output);
  // kInvalidArgument unless the data ended with a complete member.
  base::Result<void> Finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Gzip(std::string_view text);

// Whether Accept-Encoding lists gzip, or `*`, with a weight above zero.
bool AcceptsGzip(const Headers& request_headers);

// Deflates a body of kCompressBytesMin or more that is text by its Content-Type and not yet
// encoded, if `accepts_gzip`. A response that could have been compressed says `Vary:
// Accept-Encoding` in either case.
void CompressResponse(bool accepts_gzip, Response& response);

}  // namespace pinion::http
