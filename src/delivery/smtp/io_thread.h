// One thread that runs the network side of transports. Several transports may share it; it must
// outlive them. Thread-safe.
#pragma once

#include <memory>

namespace boost::asio {
class io_context;
}

namespace pinion::delivery::smtp {

class IoThread {
 public:
  IoThread();
  // Returns when the transports, which are gone by then, have made their last callbacks.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& context();
  // True on the thread itself, where waiting for it would never end.
  bool IsCurrent() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pinion::delivery::smtp
