#include "http/body_reader.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pinion::http {
namespace {

// A claimed length is trusted with this much memory before the bytes are there.
constexpr size_t kReserveBytesMax = size_t{256} * 1024;
// 2^60 is far above every limit and far below overflow.
constexpr size_t kSizeDigitsMax = 15;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool IsControl(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

}  // namespace

RequestError BodyTooLarge(size_t body_bytes_max) {
  return RequestError{
      413, "The request body is larger than " + std::to_string(body_bytes_max) + " bytes."};
}

std::string_view ChunkedDecoder::Next(std::string_view& bytes) {
  while (!bytes.empty() && state_ != State::kDone && state_ != State::kFailed) {
    if (state_ == State::kData) {
      const auto size = static_cast<size_t>(std::min<uint64_t>(remaining_, bytes.size()));
      const std::string_view payload = bytes.substr(0, size);
      bytes.remove_prefix(size);
      remaining_ -= size;
      if (remaining_ == 0) {
        state_ = State::kDataReturn;
      }
      return payload;
    }
    Step(bytes.front());
    bytes.remove_prefix(1);
  }
  return {};
}

void ChunkedDecoder::Step(char c) {
  ++line_bytes_;
  if (line_bytes_ > kChunkLineBytesFree && ++overhead_ > kChunkOverheadBytesMax) {
    state_ = State::kFailed;
    return;
  }
  switch (state_) {
    case State::kSize:
      state_ = StepSize(c);
      break;
    case State::kExtension:
      if (c == '\r') {
        state_ = State::kSizeLineFeed;
      } else if (IsControl(c)) {
        state_ = State::kFailed;
      }
      break;
    case State::kSizeLineFeed:
      if (c != '\n') {
        state_ = State::kFailed;
      } else {
        state_ = remaining_ == 0 ? State::kTrailerStart : State::kData;
      }
      break;
    case State::kDataReturn:
      state_ = c == '\r' ? State::kDataLineFeed : State::kFailed;
      break;
    case State::kDataLineFeed:
      state_ = c == '\n' ? State::kSize : State::kFailed;
      size_digits_ = 0;
      line_bytes_ = 0;
      break;
    default:
      state_ = StepTrailer(c);
      break;
  }
}

ChunkedDecoder::State ChunkedDecoder::StepSize(char c) {
  const int digit = HexDigit(c);
  if (digit >= 0 && size_digits_ < kSizeDigitsMax) {
    remaining_ = remaining_ * 16 + static_cast<uint64_t>(digit);
    ++size_digits_;
    return State::kSize;
  }
  if (size_digits_ == 0) {
    return State::kFailed;
  }
  if (c == '\r') {
    return State::kSizeLineFeed;
  }
  return c == ';' || c == ' ' || c == '\t' ? State::kExtension : State::kFailed;
}

ChunkedDecoder::State ChunkedDecoder::StepTrailer(char c) {
  switch (state_) {
    case State::kTrailerStart:
      if (c == '\r') {
        return State::kEndLineFeed;
      }
      return IsControl(c) || c == ' ' || c == '\t' ? State::kFailed : State::kTrailer;
    case State::kTrailer:
      if (c == '\r') {
        return State::kTrailerLineFeed;
      }
      return IsControl(c) ? State::kFailed : State::kTrailer;
    case State::kTrailerLineFeed:
      return c == '\n' ? State::kTrailerStart : State::kFailed;
    case State::kEndLineFeed:
      return c == '\n' ? State::kDone : State::kFailed;
    default:
      return State::kFailed;
  }
}

BodyReader::BodyReader(RequestHead& head, size_t body_bytes_max)
    : head_(head), body_bytes_max_(body_bytes_max), remaining_(head.content_length) {
  if (head.coding == BodyCoding::kGzip) {
    inflater_.emplace(body_bytes_max);
    head.request.raw_body.emplace();
  }
  if (head.framing == BodyFraming::kLength) {
    std::string& stored = inflater_ ? *head.request.raw_body : head.request.body;
    stored.reserve(static_cast<size_t>(std::min<uint64_t>(remaining_, kReserveBytesMax)));
  }
}

void BodyReader::Read(std::string_view& bytes) {
  if (head_.framing == BodyFraming::kLength) {
    const auto size = static_cast<size_t>(std::min<uint64_t>(remaining_, bytes.size()));
    Store(bytes.substr(0, size));
    bytes.remove_prefix(size);
    remaining_ -= size;
    if (remaining_ == 0) {
      End();
    }
    return;
  }
  while (!bytes.empty() && !error_.has_value() && !chunks_.done() && !chunks_.failed()) {
    Store(chunks_.Next(bytes));
  }
  if (chunks_.failed() && !error_.has_value()) {
    error_ = RequestError{400, "The chunked body is not valid."};
  } else if (chunks_.done()) {
    End();
  }
}

void BodyReader::Store(std::string_view payload) {
  if (payload.empty() || error_.has_value()) {
    return;
  }
  std::string& stored = inflater_ ? *head_.request.raw_body : head_.request.body;
  if (payload.size() > body_bytes_max_ - stored.size()) {
    error_ = BodyTooLarge(body_bytes_max_);
    return;
  }
  stored.append(payload);
  if (!inflater_.has_value()) {
    return;
  }
  const base::Result<void> inflated = inflater_->Write(payload, head_.request.body);
  if (!inflated.ok()) {
    error_ = inflated.error().code == base::Errc::kPayloadTooLarge
                 ? BodyTooLarge(body_bytes_max_)
                 : RequestError{400, inflated.error().message};
  }
}

void BodyReader::End() {
  if (error_.has_value()) {
    return;
  }
  // A body of no bytes at all stays one, compressed or not.
  if (inflater_.has_value() && !head_.request.raw_body->empty()) {
    const base::Result<void> finished = inflater_->Finish();
    if (!finished.ok()) {
      error_ = RequestError{400, finished.error().message};
      return;
    }
  }
  done_ = true;
}

}  // namespace pinion::http
