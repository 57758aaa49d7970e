#include "http/guarded_client.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/locked.h"
#include "http/transfer.h"
#include "http/worker_pool.h"

namespace pinion::http {
namespace {

constexpr std::string_view kNotAllowed = "Address not allowed";
// How often the deadline of calls is looked at whose names are being resolved.
constexpr int kTickMillis = 200;
constexpr long kIdleConnectionsMax = 64;

void InitialiseCurlOnce() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

// 1. A call is in `resolving` until its addresses are known and checked, then in `ready`, then in
//    `running_` with a handle in the multi handle, until it is finished.
// 2. Only the thread of the engine touches `running_` and handles, and only it finishes a call that
//    got as far as `resolving`; so a call is finished once, whatever ends first.
class GuardedClient::Engine {
 public:
  Engine(Options options, std::unique_ptr<Resolver> resolver)
      : options_(std::move(options)),
        resolver_(std::move(resolver)),
        resolver_threads_({options_.resolver_threads, options_.calls_max}) {
    InitialiseCurlOnce();
    multi_.reset(curl_multi_init());
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kIdleConnectionsMax);
    thread_ = std::thread([this] { Run(); });
  }
  ~Engine() { Stop(); }

  const AddressPolicy& policy() const { return options_.policy; }
  base::Result<OutboundUrl> Checked(std::string_view text) const;
  void Send(OutboundRequest request, Done done);
  void Stop();

 private:
  using TransferPtr = std::shared_ptr<Transfer>;
  struct Resolved {
    TransferPtr transfer;
    base::Status outcome;
  };
  struct Shared {
    std::vector<TransferPtr> resolving;
    std::vector<Resolved> ready;
    size_t calls = 0;  // not finished yet
    bool stopping = false;
  };
  struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  bool Admit(const TransferPtr& transfer);
  void Resolve(const TransferPtr& transfer);
  void HandOver(TransferPtr transfer, base::Status outcome);
  void Run();
  bool TakeShared();
  void Begin(const TransferPtr& transfer);
  void TakeEnded();
  void End(const TransferPtr& transfer, CURLcode code);
  void Finish(const TransferPtr& transfer, base::Result<Response> result);
  void AbandonAll();

  const Options options_;
  const std::unique_ptr<Resolver> resolver_;
  base::Locked<Shared> shared_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::vector<TransferPtr> running_;
  WorkerPool resolver_threads_;
  std::thread thread_;
};

base::Result<OutboundUrl> GuardedClient::Engine::Checked(std::string_view text) const {
  PINION_TRY(OutboundUrl url, ParseOutboundUrl(text));
  if (!options_.policy.AllowsPort(url.host, url.port)) {
    return base::InvalidArgument("The URL must not have a port below 1024 other than 80 and 443.");
  }
  if (url.address && !options_.policy.Allows(*url.address, url.host, url.port)) {
    return base::InvalidArgument(std::string(kNotAllowed) + ": the URL leads to " + url.host +
                                 ", which network.allow does not open.");
  }
  return url;
}

void GuardedClient::Engine::Send(OutboundRequest request, Done done) {
  auto url = Checked(request.url);
  if (!url.ok()) {
    done(std::move(url).error());
    return;
  }
  const auto transfer =
      std::make_shared<Transfer>(std::move(request), *std::move(url), std::move(done));
  if (!Admit(transfer)) {
    transfer->Finish(base::Unavailable("Too many calls to other servers are under way."));
    return;
  }
  if (transfer->url().address) {
    transfer->set_addresses({*transfer->url().address});
    HandOver(transfer, {});
  } else if (!resolver_threads_.Post([this, transfer] { Resolve(transfer); })) {
    HandOver(transfer, base::Unavailable("Too many names are being resolved."));
  }
}

bool GuardedClient::Engine::Admit(const TransferPtr& transfer) {
  auto shared = shared_.Lock();
  if (shared->stopping || shared->calls >= options_.calls_max) {
    return false;
  }
  ++shared->calls;
  shared->resolving.push_back(transfer);
  return true;
}

// On a resolver thread.
void GuardedClient::Engine::Resolve(const TransferPtr& transfer) {
  const OutboundUrl& url = transfer->url();
  auto addresses = resolver_->Resolve(url.host);
  if (!addresses.ok()) {
    HandOver(transfer, std::move(addresses).error());
    return;
  }
  const bool all_allowed =
      std::all_of(addresses->begin(), addresses->end(), [&](const IpAddress& address) {
        return options_.policy.Allows(address, url.host, url.port);
      });
  if (!all_allowed) {
    HandOver(transfer, base::Forbidden(std::string(kNotAllowed)));
    return;
  }
  {
    // While the lock is held, the engine does not give the call up; afterwards it has no use for
    // addresses.
    auto shared = shared_.Lock();
    if (std::count(shared->resolving.begin(), shared->resolving.end(), transfer) > 0) {
      transfer->set_addresses(*std::move(addresses));
    }
  }
  HandOver(transfer, {});
}

void GuardedClient::Engine::HandOver(TransferPtr transfer, base::Status outcome) {
  {
    auto shared = shared_.Lock();
    // Nothing is there when the call was given up meanwhile.
    if (std::erase(shared->resolving, transfer) == 0) {
      return;
    }
    shared->ready.push_back({std::move(transfer), std::move(outcome)});
  }
  curl_multi_wakeup(multi_.get());
}

void GuardedClient::Engine::Run() {
  while (TakeShared()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    TakeEnded();
    const bool waits_for_names = !shared_.Lock()->resolving.empty();
    curl_multi_poll(multi_.get(), nullptr, 0, waits_for_names ? kTickMillis : 60'000, nullptr);
  }
  AbandonAll();
}

// False when it is time to stop.
bool GuardedClient::Engine::TakeShared() {
  std::vector<Resolved> ready;
  std::vector<TransferPtr> late;
  {
    auto shared = shared_.Lock();
    if (shared->stopping) {
      return false;
    }
    ready.swap(shared->ready);
    std::copy_if(shared->resolving.begin(),
                 shared->resolving.end(),
                 std::back_inserter(late),
                 [](const TransferPtr& transfer) { return transfer->late(); });
    std::erase_if(shared->resolving, [](const TransferPtr& transfer) { return transfer->late(); });
  }
  for (const TransferPtr& transfer : late) {
    Finish(transfer,
           base::Unavailable("The address of " + transfer->url().host + " was not found in time."));
  }
  for (const Resolved& resolved : ready) {
    if (resolved.outcome.ok()) {
      Begin(resolved.transfer);
    } else {
      Finish(resolved.transfer, resolved.outcome.error());
    }
  }
  return true;
}

void GuardedClient::Engine::Begin(const TransferPtr& transfer) {
  CURL* const handle = transfer->Prepare({.authorities = options_.authorities,
                                          .user_agent = options_.user_agent,
                                          .connect_timeout = options_.connect_timeout});
  if (handle == nullptr || curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
    Finish(transfer, base::Unavailable("There is no memory for a call to another server."));
    return;
  }
  running_.push_back(transfer);
}

void GuardedClient::Engine::TakeEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    const CURLcode code = message->data.result;
    const auto ended =
        std::find_if(running_.begin(), running_.end(), [message](const TransferPtr& transfer) {
          return transfer->handle() == message->easy_handle;
        });
    if (ended != running_.end()) {
      const TransferPtr transfer = *ended;
      running_.erase(ended);
      End(transfer, code);
    }
  }
}

void GuardedClient::Engine::End(const TransferPtr& transfer, CURLcode code) {
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  if (transfer->MayRetry(code)) {
    Begin(transfer);
    return;
  }
  --shared_.Lock()->calls;
  transfer->FinishWith(code);
}

void GuardedClient::Engine::Finish(const TransferPtr& transfer, base::Result<Response> result) {
  --shared_.Lock()->calls;
  transfer->Finish(std::move(result));
}

void GuardedClient::Engine::AbandonAll() {
  std::vector<TransferPtr> left = std::move(running_);
  for (const TransferPtr& transfer : left) {
    curl_multi_remove_handle(multi_.get(), transfer->handle());
  }
  {
    auto shared = shared_.Lock();
    left.insert(left.end(), shared->resolving.begin(), shared->resolving.end());
    for (const Resolved& resolved : shared->ready) {
      left.push_back(resolved.transfer);
    }
    shared->resolving.clear();
    shared->ready.clear();
  }
  for (const TransferPtr& transfer : left) {
    Finish(transfer, base::Unavailable("The server is stopping."));
  }
}

void GuardedClient::Engine::Stop() {
  shared_.Lock()->stopping = true;
  curl_multi_wakeup(multi_.get());
  if (thread_.joinable()) {
    thread_.join();
  }
  resolver_threads_.Stop();
}

GuardedClient::GuardedClient(Options options, std::unique_ptr<Resolver> resolver)
    : engine_(std::make_unique<Engine>(std::move(options), std::move(resolver))) {}

GuardedClient::~GuardedClient() = default;

base::Status GuardedClient::CheckUrl(std::string_view url) const {
  PINION_TRY(const OutboundUrl checked, engine_->Checked(url));
  (void)checked;
  return {};
}

void GuardedClient::Send(OutboundRequest request, Done done) {
  engine_->Send(std::move(request), std::move(done));
}

void GuardedClient::Stop() {
  engine_->Stop();
}

}  // namespace pinion::http
