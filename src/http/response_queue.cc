#include "http/response_queue.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/assert.h"

namespace pinion::http {
namespace {

// A write takes at most this many answers: two buffers each must fit into one writev of Asio (64).
constexpr size_t kGatherMax = 32;

void AppendNumber(std::string& text, size_t number) {
  std::array<char, 20> digits;  // NOLINT: written before it is read
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

bool HasNoBody(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

uint64_t ResponseQueue::Open(ResponseFraming framing) {
  Place& place = places_.emplace_back();
  place.framing = framing;
  ++requests_;
  return first_sequence_ + places_.size() - 1;
}

void ResponseQueue::AppendInterim(std::string_view bytes) {
  Place& place = places_.emplace_back();
  place.interim = true;
  place.filled = true;
  place.head = bytes;
}

void ResponseQueue::Fill(uint64_t sequence, Response response) {
  if (sequence < first_sequence_ || sequence - first_sequence_ >= places_.size()) {
    return;
  }
  Place& place = places_[static_cast<size_t>(sequence - first_sequence_)];
  if (!place.filled) {
    place.response = std::move(response);
    place.filled = true;
  }
}

std::vector<std::string_view>& ResponseQueue::Gather(std::string_view date) {
  PINION_ASSERT(gathered_ == 0);
  buffers_.clear();
  while (gathered_ < places_.size() && gathered_ < kGatherMax && places_[gathered_].filled) {
    Place& place = places_[gathered_];
    ++gathered_;
    if (!place.interim) {
      WriteHead(place, close_after_last_ && gathered_ == places_.size(), date);
    }
    buffers_.push_back(place.head);
    if (!place.interim && !place.framing.head_request && !HasNoBody(place.response.status) &&
        !place.response.body.empty()) {
      buffers_.push_back(place.response.body);
    }
  }
  return buffers_;
}

void ResponseQueue::Written() {
  for (; gathered_ > 0; --gathered_) {
    requests_ -= places_.front().interim ? 0 : 1;
    places_.pop_front();
    ++first_sequence_;
  }
}

void ResponseQueue::WriteHead(Place& place, bool close, std::string_view date) const {
  const Response& response = place.response;
  std::string& head = place.head;
  head.reserve(response.headers.wire_text().size() + 160);
  head.append("HTTP/1.1 ");
  AppendNumber(head, static_cast<size_t>(response.status));
  head.push_back(' ');
  head.append(ReasonPhrase(response.status));
  head.append("\r\nDate: ");
  head.append(date);
  head.append("\r\n");
  head.append(response.headers.wire_text());
  if (!HasNoBody(response.status)) {
    head.append("Content-Length: ");
    AppendNumber(head, response.body.size());
    head.append("\r\n");
  }
  if (close) {
    head.append("Connection: close\r\n");
  } else if (place.framing.says_keep_alive) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
}

}  // namespace pinion::http
