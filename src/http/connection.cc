#include "http/connection.h"

#include <algorithm>
#include <exception>
#include <span>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/log.h"
#include "http/body_reader.h"
#include "http/gzip.h"

namespace pinion::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

// A first read takes most requests whole; a body, once it has begun, is read in larger steps.
constexpr size_t kHeadReadBytes = size_t{4} * 1024;
constexpr size_t kBodyReadBytes = size_t{64} * 1024;
constexpr size_t kDiscardReadBytes = size_t{16} * 1024;
constexpr size_t kIdleBufferBytesMax = size_t{16} * 1024;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string PeerAddress(const asio::ip::tcp::socket& socket) {
  error_code error;
  const asio::ip::tcp::endpoint peer = socket.remote_endpoint(error);
  asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return error ? std::string() : address.to_string();
}

}  // namespace

Connection::Connection(std::shared_ptr<IoThread> thread,
                       asio::ip::tcp::socket socket,
                       TlsContext tls)
    : thread_(std::move(thread)),
      socket_(std::move(socket)),
      tls_context_(std::move(tls)),
      changed_(thread_->context(), TimePoint::max()),
      peer_address_(PeerAddress(socket_)),
      scanner_(limits().head),
      queue_(limits().pipelined_requests_max) {
  if (tls_context_ != nullptr) {
    tls_.emplace(socket_, *tls_context_);
  }
}

Connection::~Connection() = default;

void Connection::Start() {
  asio::co_spawn(thread_->context(), Run(shared_from_this()), asio::detached);
}

asio::awaitable<void> Connection::Run(std::shared_ptr<Connection> self) {
  try {
    const bool ready = co_await self->Handshake();
    if (ready) {
      co_await self->Serve();
      co_await self->Linger();
    }
  } catch (const std::exception& error) {
    base::Log(base::LogLevel::kError, "http", "A connection failed", {{"error", error.what()}});
  }
  self->Close();
  self->thread_->Remove(self);
}

asio::awaitable<bool> Connection::Handshake() {
  if (!tls_.has_value()) {
    co_return true;
  }
  EnterPhase(Phase::kHandshake);
  error_code error;
  co_await tls_->async_handshake(asio::ssl::stream_base::server,
                                 asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<void> Connection::Serve() {
  corked_ = true;
  while (!closing_) {
    if (queue_.full()) {
      EnterPhase(Phase::kBusy);
      co_await Changed();
      continue;
    }
    const HeadStep step = NextHead();
    if (step == HeadStep::kRefused) {
      co_return;
    }
    if (step == HeadStep::kNeedsMore) {
      const bool more = co_await ReadMore(kHeadReadBytes);
      if (!more) {
        co_return;
      }
      continue;
    }
    if (head_.framing != BodyFraming::kNone) {
      const bool complete = co_await ReadBody();
      if (!complete) {
        continue;
      }
    }
    Dispatch();
  }
}

Connection::HeadStep Connection::NextHead() {
  const bool complete = scanner_.Scan(buffer_.data());
  if (scanner_.error().has_value()) {
    Refuse(*scanner_.error(), nullptr);
    return HeadStep::kRefused;
  }
  if (!complete) {
    EnterPhase(buffer_.empty() ? Phase::kIdle : Phase::kHead);
    return HeadStep::kNeedsMore;
  }
  EnterPhase(Phase::kBusy);
  head_ = RequestHead();
  head_.request.peer_address = peer_address_;
  head_.request.tls = tls_.has_value();
  const std::optional<RequestError> error =
      ParseRequestHead(buffer_.data().substr(0, scanner_.head_size()), limits().head, head_);
  buffer_.Consume(scanner_.head_size());
  scanner_ = HeadScanner(limits().head);
  if (error.has_value()) {
    Refuse(*error, head_.request.method.empty() ? nullptr : &head_.request);
    return HeadStep::kRefused;
  }
  return HeadStep::kReady;
}

std::optional<Response> Connection::JudgeHead(size_t& body_bytes_max, bool& keep_alive) {
  HeaderVerdict verdict = handler().OnHeaders(head_.request);
  body_bytes_max = verdict.body_bytes_max.value_or(limits().body_bytes_max);
  keep_alive = head_.keep_alive && !head_.expects_continue &&
               head_.framing == BodyFraming::kLength &&
               head_.content_length <= limits().discard_bytes_max;
  if (verdict.refusal.has_value()) {
    return std::move(verdict.refusal);
  }
  if (head_.framing == BodyFraming::kLength && head_.content_length > body_bytes_max) {
    keep_alive = false;
    const RequestError error = BodyTooLarge(body_bytes_max);
    return handler().MakeErrorResponse(error.status, error.message, &head_.request);
  }
  return std::nullopt;
}

// True when the whole body has been read. Otherwise the request is answered, and unless closing_ is
// set the next one follows.
asio::awaitable<bool> Connection::ReadBody() {
  size_t body_bytes_max = 0;
  bool keep_alive = false;
  std::optional<Response> refusal = JudgeHead(body_bytes_max, keep_alive);
  if (refusal.has_value()) {
    closing_ = closing_ || !keep_alive || draining_;
    Answer(*std::move(refusal), &head_.request);
    if (!closing_) {
      co_await SkipBody(head_.content_length);
    }
    co_return false;
  }
  if (head_.expects_continue && buffer_.empty()) {
    queue_.AppendInterim(kContinue);
  }
  BodyReader reader(head_, body_bytes_max);
  EnterPhase(Phase::kBody);
  while (true) {
    std::string_view bytes = buffer_.data();
    reader.Read(bytes);
    buffer_.Consume(buffer_.data().size() - bytes.size());
    if (reader.done()) {
      EnterPhase(Phase::kBusy);
      co_return true;
    }
    if (reader.error().has_value()) {
      Refuse(*reader.error(), &head_.request);
      co_return false;
    }
    const bool more = co_await ReadMore(kBodyReadBytes);
    if (!more) {
      closing_ = true;
      co_return false;
    }
    ExtendTransfer(buffer_.data().size());
  }
}

asio::awaitable<bool> Connection::SkipBody(uint64_t remaining) {
  EnterPhase(Phase::kSkip);
  while (true) {
    const auto skipped = static_cast<size_t>(std::min<uint64_t>(remaining, buffer_.data().size()));
    buffer_.Consume(skipped);
    remaining -= skipped;
    if (remaining == 0) {
      co_return true;
    }
    const bool more = co_await ReadMore(kBodyReadBytes);
    if (!more) {
      closing_ = true;
      co_return false;
    }
    ExtendTransfer(buffer_.data().size());
  }
}

asio::awaitable<void> Connection::Linger() {
  buffer_.Clear();
  corked_ = false;
  if (!shut_down_) {
    EnterPhase(Phase::kBusy);
  }
  BeginClose();
  size_t discarded = 0;
  while (!end_of_input_ && !closed_ && discarded < limits().discard_bytes_max) {
    co_await ReadMore(kDiscardReadBytes);
    corked_ = false;
    const size_t got = buffer_.data().size();
    discarded += got;
    buffer_.Clear();
    if (phase_ == Phase::kLinger) {
      ExtendTransfer(got);
    }
  }
  while (!closed_ && !queue_.finished()) {
    co_await Changed();
    corked_ = false;
  }
}

// False when the input has ended or no more requests are wanted.
asio::awaitable<bool> Connection::ReadMore(size_t bytes) {
  if (buffer_.empty() && buffer_.capacity() > kIdleBufferBytesMax && phase_ == Phase::kIdle) {
    buffer_.Release();
  }
  char* const space = buffer_.Prepare(bytes);
  const asio::mutable_buffer target(space, buffer_.room());
  corked_ = false;
  PumpSoon();
  error_code error;
  size_t got = 0;
  if (tls_.has_value()) {
    got = co_await tls_->async_read_some(target, asio::redirect_error(asio::use_awaitable, error));
  } else {
    got =
        co_await socket_.async_read_some(target, asio::redirect_error(asio::use_awaitable, error));
  }
  corked_ = true;
  buffer_.Commit(got);
  if (error) {
    end_of_input_ = true;
    if (error != asio::error::eof && error != asio::ssl::error::stream_truncated) {
      Close();
    }
  }
  co_return !error && !closing_;
}

asio::awaitable<void> Connection::Changed() {
  corked_ = false;
  Pump();
  error_code error;
  co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, error));
  corked_ = true;
}

void Connection::Dispatch() {
  const Request& request = head_.request;
  const bool wants_keep_alive = request.version == Version::kHttp10 && head_.keep_alive;
  const ResponseFraming framing{.head_request = request.method == "HEAD",
                                .says_keep_alive = wants_keep_alive};
  const uint64_t sequence = queue_.Open(framing);
  if (!head_.keep_alive || draining_) {
    closing_ = true;
    queue_.CloseAfterLast();
  }
  Responder responder(shared_from_this(),
                      sequence,
                      AcceptsGzip(request.headers) ? Compression::kGzip : Compression::kNone);
  thread_->HandleSoon(std::move(head_.request), std::move(responder));
}

void Connection::Complete(uint64_t sequence, std::optional<Response> response) {
  if (thread_->RunsHere()) {
    Finish(sequence, std::move(response));
  } else {
    thread_->Deliver(shared_from_this(), sequence, std::move(response));
  }
}

void Connection::Finish(uint64_t sequence, std::optional<Response> response) {
  if (closed_) {
    return;
  }
  if (!response.has_value()) {
    response = handler().MakeErrorResponse(500, "The request was not answered.", nullptr);
  }
  queue_.Fill(sequence, *std::move(response));
  PumpSoon();
}

// An answer that the connection itself gives to the request being read.
void Connection::Answer(Response response, const Request* request) {
  const bool is_head = request != nullptr && request->method == "HEAD";
  const uint64_t sequence =
      queue_.Open(ResponseFraming{.head_request = is_head, .says_keep_alive = false});
  if (closing_) {
    queue_.CloseAfterLast();
  }
  queue_.Fill(sequence, std::move(response));
}

void Connection::Refuse(const RequestError& error, const Request* request) {
  closing_ = true;
  Answer(handler().MakeErrorResponse(error.status, error.message, request), request);
}

void Connection::BeginClose() {
  closing_ = true;
  queue_.CloseAfterLast();
  changed_.cancel();
  Pump();
}

void Connection::Drain() {
  draining_ = true;
  if (phase_ == Phase::kHandshake) {
    Close();
  } else if (phase_ == Phase::kIdle || phase_ == Phase::kBusy || phase_ == Phase::kSkip) {
    BeginClose();
  } else if (phase_ == Phase::kLinger) {
    deadline_ = std::min(deadline_, Steady::now() + limits().drain_linger_timeout);
  }
}

void Connection::Close() {
  if (closed_) {
    return;
  }
  closed_ = true;
  closing_ = true;
  error_code ignored;
  socket_.close(ignored);
  changed_.cancel();
}

void Connection::EnterPhase(Phase phase) {
  if (phase == phase_ && phase != Phase::kIdle && phase != Phase::kHandshake) {
    return;
  }
  phase_ = phase;
  switch (phase) {
    case Phase::kIdle:
      // While answers are outstanding the client is not the one who keeps us waiting.
      deadline_ = queue_.empty() ? Steady::now() + limits().idle_timeout : TimePoint::max();
      break;
    case Phase::kHandshake:
    case Phase::kHead:
      deadline_ = Steady::now() + limits().head_timeout;
      break;
    case Phase::kBody:
    case Phase::kSkip:
      deadline_ = Steady::now() + limits().transfer_grace;
      break;
    case Phase::kLinger:
      deadline_ =
          Steady::now() + (draining_ ? limits().drain_linger_timeout : limits().linger_timeout);
      break;
    case Phase::kBusy:
      deadline_ = TimePoint::max();
      break;
  }
}

// Bytes that have come buy the time that the slowest allowed client takes for them.
void Connection::ExtendTransfer(size_t bytes) {
  deadline_ += std::chrono::milliseconds(bytes * 1000 / limits().transfer_bytes_per_second_min);
}

void Connection::OnTick(TimePoint now) {
  if (closed_) {
    return;
  }
  if (now >= write_deadline_) {
    Close();
    return;
  }
  if (now < deadline_) {
    return;
  }
  deadline_ = TimePoint::max();
  switch (phase_) {
    case Phase::kIdle:
      BeginClose();
      break;
    case Phase::kHead:
    case Phase::kBody:
      Refuse(RequestError{408, "The request did not arrive in time."},
             phase_ == Phase::kBody ? &head_.request : nullptr);
      phase_ = Phase::kBusy;
      Pump();
      break;
    case Phase::kHandshake:
    case Phase::kSkip:
    case Phase::kLinger:
    case Phase::kBusy:
      Close();
      break;
  }
}

void Connection::PumpSoon() {
  if (!corked_ && !writing_ && !closed_ && !write_soon_ && queue_.ready()) {
    write_soon_ = true;
    thread_->WriteSoon(shared_from_this());
  }
}

void Connection::Write() {
  write_soon_ = false;
  Pump();
}

void Connection::Pump() {
  if (corked_ || writing_ || closed_) {
    return;
  }
  const std::vector<std::string_view>& parts = queue_.Gather(thread_->Date());
  if (parts.empty()) {
    if (queue_.finished()) {
      ShutDownSending();
    }
    return;
  }
  size_t bytes = 0;
  writing_buffers_.clear();
  for (const std::string_view part : parts) {
    bytes += part.size();
    writing_buffers_.emplace_back(part.data(), part.size());
  }
  writing_ = true;
  write_deadline_ =
      Steady::now() + limits().transfer_grace +
      std::chrono::milliseconds(bytes * 1000 / limits().transfer_bytes_per_second_min);
  const std::span<const asio::const_buffer> buffers(writing_buffers_);
  auto done = [self = shared_from_this()](const error_code& error, size_t /*bytes*/) {
    self->OnWritten(error);
  };
  if (tls_.has_value()) {
    asio::async_write(*tls_, buffers, std::move(done));
  } else {
    asio::async_write(socket_, buffers, std::move(done));
  }
}

void Connection::OnWritten(error_code error) {
  writing_ = false;
  write_deadline_ = TimePoint::max();
  if (error) {
    Close();
    return;
  }
  const bool was_full = queue_.full();
  queue_.Written();
  if (phase_ == Phase::kIdle) {
    EnterPhase(Phase::kIdle);
  }
  if (was_full || closing_) {
    changed_.cancel();
  }
  Pump();
}

// The client gets an end of file behind the last answer; what it still sends is read and thrown
// away, since closing at once would reset the connection and could take the answer with it.
void Connection::ShutDownSending() {
  if (shut_down_) {
    return;
  }
  shut_down_ = true;
  EnterPhase(Phase::kLinger);
  if (tls_.has_value()) {
    tls_->async_shutdown([self = shared_from_this()](const error_code&) {});
  } else {
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }
}

}  // namespace pinion::http
