// The body of a request: undoes chunking and gzip while the bytes arrive, and keeps to the limit
// (API-26, API-91, API-92). Pure; used by Connection, one per request with a body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/gzip.h"
#include "http/request_head.h"

namespace pinion::http {

// Chunk headers and trailers carry no payload; more than this in one body is an attack.
inline constexpr size_t kChunkOverheadBytesMax = size_t{64} * 1024;
// The share of it that any chunk may use freely: its size line and line ends.
inline constexpr size_t kChunkLineBytesFree = 20;

// Splits a chunked body into its payload. Extensions and trailers are dropped.
class ChunkedDecoder {
 public:
  // Reads from the front of `bytes` until a piece of payload is found or the bytes end, removes
  // what it has read, and returns the piece.
  std::string_view Next(std::string_view& bytes);
  bool done() const { return state_ == State::kDone; }
  bool failed() const { return state_ == State::kFailed; }

 private:
  enum class State : uint8_t {
    kSize,
    kExtension,
    kSizeLineFeed,
    kData,
    kDataReturn,
    kDataLineFeed,
    kTrailerStart,
    kTrailer,
    kTrailerLineFeed,
    kEndLineFeed,
    kDone,
    kFailed,
  };

  void Step(char c);
  State StepSize(char c);
  State StepTrailer(char c);

  State state_ = State::kSize;
  uint64_t remaining_ = 0;  // of the chunk
  size_t size_digits_ = 0;
  size_t line_bytes_ = 0;
  size_t overhead_ = 0;
};

class BodyReader {
 public:
  // Both must outlive this; the body goes into `head.request`.
  BodyReader(RequestHead& head, size_t body_bytes_max);

  // Removes from the front of `bytes` what belongs to the body. Stops at the end of the body or at
  // the first error.
  void Read(std::string_view& bytes);
  bool done() const { return done_; }
  const std::optional<RequestError>& error() const { return error_; }

 private:
  void Store(std::string_view payload);
  void End();

  RequestHead& head_;
  size_t body_bytes_max_;
  uint64_t remaining_;
  ChunkedDecoder chunks_;
  std::optional<Inflater> inflater_;
  bool done_ = false;
  std::optional<RequestError> error_;
};

RequestError BodyTooLarge(size_t body_bytes_max);

}  // namespace pinion::http
