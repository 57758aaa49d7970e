// The answers that one connection owes, in the order of its requests. Answers may come in any
// order; what is next in order and complete is given out as buffers to write. Pure and
// single-threaded; used by Connection.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace pinion::http {

// What of a request decides how its answer is framed.
struct ResponseFraming {
  bool head_request = false;     // answer without body
  bool says_keep_alive = false;  // an HTTP/1.0 client that asked for it is told so
};

class ResponseQueue {
 public:
  explicit ResponseQueue(size_t requests_max) : requests_max_(requests_max) {}

  // A place for the answer to the next request. May go over the limit by the answers the server
  // gives by itself.
  uint64_t Open(ResponseFraming framing);
  // Bytes that need no answer of a handler, at the next place: `100 Continue`.
  void AppendInterim(std::string_view bytes);
  // Unknown sequences, also those of answers already given, are ignored.
  void Fill(uint64_t sequence, Response response);
  // The last answer says `Connection: close`; nothing is opened any more.
  void CloseAfterLast() { close_after_last_ = true; }

  bool full() const { return requests_ >= requests_max_; }
  bool empty() const { return places_.empty(); }
  // There is something to write, or nothing will come any more.
  bool ready() const { return places_.empty() ? close_after_last_ : places_.front().filled; }
  // Everything owed has been given.
  bool finished() const { return close_after_last_ && places_.empty(); }

  // The buffers to write next; empty when the next answer is not there yet. They are valid until
  // Written().
  std::vector<std::string_view>& Gather(std::string_view date);
  // What Gather() gave out has been written.
  void Written();

 private:
  struct Place {
    ResponseFraming framing;
    bool interim = false;
    bool filled = false;
    Response response;
    std::string head;
  };

  void WriteHead(Place& place, bool close, std::string_view date) const;

  size_t requests_max_;
  std::deque<Place> places_;
  uint64_t first_sequence_ = 0;  // of places_.front()
  size_t requests_ = 0;          // places that are no interim ones
  size_t gathered_ = 0;          // places whose buffers are out
  bool close_after_last_ = false;
  std::vector<std::string_view> buffers_;
};

}  // namespace pinion::http
