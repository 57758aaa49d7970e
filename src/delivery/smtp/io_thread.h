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
  // Stops at once; the transports are gone by then.
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
