#include "http/responder.h"

#include "base/assert.h"
#include "http/gzip.h"

namespace pinion::http {

Responder::~Responder() {
  if (sink_ != nullptr) {
    sink_->Complete(sequence_, std::nullopt);
  }
}

Responder& Responder::operator=(Responder&& other) noexcept {
  std::swap(sink_, other.sink_);
  std::swap(sequence_, other.sequence_);
  std::swap(compression_, other.compression_);
  return *this;
}

void Responder::Send(Response response) {
  PINION_ASSERT(sink_ != nullptr);
  CompressResponse(compression_ == Compression::kGzip, response);
  std::exchange(sink_, nullptr)->Complete(sequence_, std::move(response));
}

}  // namespace pinion::http
