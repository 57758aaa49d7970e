// One outbound call on its way through libcurl: what is asked, which addresses may be used, what
// has come back. Owned by guarded_client.cc; used by one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "base/stopwatch.h"
#include "http/outbound_client.h"
#include "http/outbound_url.h"

namespace pinion::http {

class Transfer {
 public:
  struct Settings {
    std::string_view authorities;
    std::string_view user_agent;
    std::chrono::milliseconds connect_timeout;
  };

  Transfer(OutboundRequest request, OutboundUrl url, OutboundClient::Done done);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  const OutboundUrl& url() const { return url_; }
  // All of them checked; at least one.
  void set_addresses(std::vector<IpAddress> addresses) { addresses_ = std::move(addresses); }
  bool late() const { return stopwatch_.Elapsed() >= request_.timeout; }

  // A handle for the next address, to be driven by a multi handle. Null when libcurl has no memory.
  CURL* Prepare(const Settings& settings);
  CURL* handle() const { return handle_.get(); }
  // After a transfer that ended: whether another address is worth a try.
  bool MayRetry(CURLcode code) const;

  // Calls `done`, once; later calls do nothing.
  void Finish(base::Result<Response> result);
  // With what libcurl says of the transfer.
  void FinishWith(CURLcode code);

 private:
  struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, FreeList>;

  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);

  void SetHeaders();
  void SetMethod();
  void SetSecurity(const Settings& settings);
  void TakeHeaderLine(std::string_view line);
  std::chrono::milliseconds TimeLeft() const;

  OutboundRequest request_;
  const OutboundUrl url_;
  OutboundClient::Done done_;
  base::Stopwatch stopwatch_;
  std::vector<IpAddress> addresses_;
  size_t next_address_ = 0;
  std::unique_ptr<CURL, FreeHandle> handle_;
  List headers_;
  List connect_to_;
  Response response_;
  size_t header_bytes_ = 0;
  bool too_long_ = false;
  bool address_refused_ = false;
};

}  // namespace pinion::http
