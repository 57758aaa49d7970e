#include "http/transfer.h"

#include <algorithm>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/assert.h"

namespace pinion::http {
namespace {

constexpr size_t kHeaderBytesMax = 64 * 1024;
constexpr size_t kAddressesTriedMax = 3;

std::string_view AddressBytes(const curl_sockaddr& address) {
  const sockaddr* plain = &address.addr;
  if (address.family == AF_INET) {
    return {reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in*>(plain)->sin_addr),
            4};
  }
  if (address.family == AF_INET6) {
    return {reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in6*>(plain)->sin6_addr),
            16};
  }
  return {};
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  const size_t end = text.find_last_not_of(" \t\r\n");
  return begin == std::string_view::npos || end == std::string_view::npos || end < begin
             ? std::string_view()
             : text.substr(begin, end - begin + 1);
}

}  // namespace

Transfer::Transfer(OutboundRequest request, OutboundUrl url, OutboundClient::Done done)
    : request_(std::move(request)), url_(std::move(url)), done_(std::move(done)) {}

Transfer::~Transfer() = default;

CURL* Transfer::Prepare(const Settings& settings) {
  PINION_ASSERT(next_address_ < addresses_.size());
  handle_.reset(curl_easy_init());
  CURL* const handle = handle_.get();
  if (handle == nullptr) {
    return nullptr;
  }
  response_ = Response();
  header_bytes_ = 0;
  const IpAddress& address = addresses_[next_address_++];
  const std::string text = address.ToText();
  // The name stays in the request and in the check of the certificate; only the way leads here.
  const std::string connect_to = "::" + (address.is_v4() ? text : "[" + text + "]") + ":";
  connect_to_.reset(curl_slist_append(nullptr, connect_to.c_str()));
  curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to_.get());
  curl_easy_setopt(handle, CURLOPT_URL, url_.ToText().c_str());
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // Not even one that the environment names.
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(TimeLeft().count()));
  curl_easy_setopt(
      handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::OnOpenSocket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  SetSecurity(settings);
  SetMethod();
  SetHeaders();
  return handle;
}

void Transfer::SetSecurity(const Settings& settings) {
  CURL* const handle = handle_.get();
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, std::string(settings.user_agent).c_str());
  if (!settings.authorities.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, std::string(settings.authorities).c_str());
  }
}

void Transfer::SetMethod() {
  CURL* const handle = handle_.get();
  if (request_.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request_.method != "GET" || !request_.body.empty()) {
    // Not copied: the body lives as long as the transfer.
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(
        handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::SetHeaders() {
  // Neither a wait for "100 Continue" nor a form's type of content that nobody asked for.
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  if (!request_.headers.Has("Content-Type")) {
    list = curl_slist_append(list, "Content-Type:");
  }
  for (const Header header : request_.headers) {
    const std::string line =
        std::string(header.name) + (header.value.empty() ? ";" : ": ") + std::string(header.value);
    list = curl_slist_append(list, line.c_str());
  }
  headers_.reset(list);
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

std::chrono::milliseconds Transfer::TimeLeft() const {
  const auto left = request_.timeout -
                    std::chrono::duration_cast<std::chrono::milliseconds>(stopwatch_.Elapsed());
  // Zero would mean for ever.
  return std::max(left, std::chrono::milliseconds(1));
}

size_t Transfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  std::string& body = transfer.response_.body;
  if (bytes > transfer.request_.answer_bytes_max - body.size()) {
    transfer.too_long_ = true;
    return 0;
  }
  body.append(data, bytes);
  return bytes;
}

size_t Transfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  transfer.header_bytes_ += bytes;
  if (transfer.header_bytes_ > kHeaderBytesMax) {
    transfer.too_long_ = true;
    return 0;
  }
  transfer.TakeHeaderLine({data, bytes});
  return bytes;
}

void Transfer::TakeHeaderLine(std::string_view line) {
  // A status line begins anew: what came before was an interim answer.
  if (line.starts_with("HTTP/")) {
    response_.headers = Headers();
    return;
  }
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    response_.headers.Add(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
  }
}

curl_socket_t Transfer::OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view bytes = AddressBytes(*address);
  const bool checked = std::any_of(
      transfer.addresses_.begin(), transfer.addresses_.end(), [&](const IpAddress& allowed) {
        return allowed.bytes() == bytes;
      });
  if (purpose != CURLSOCKTYPE_IPCXN || !checked) {
    transfer.address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool Transfer::MayRetry(CURLcode code) const {
  if (next_address_ >= std::min(addresses_.size(), kAddressesTriedMax) || late()) {
    return false;
  }
  if (code == CURLE_COULDNT_CONNECT) {
    return !address_refused_;
  }
  // Only while nothing has been sent.
  curl_off_t connected = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONNECT_TIME_T, &connected);
  return code == CURLE_OPERATION_TIMEDOUT && connected == 0;
}

void Transfer::Finish(base::Result<Response> result) {
  if (done_) {
    std::exchange(done_, nullptr)(std::move(result));
  }
}

void Transfer::FinishWith(CURLcode code) {
  if (address_refused_) {
    Finish(base::Forbidden("Address not allowed"));
  } else if (too_long_) {
    Finish(base::Error{base::Errc::kPayloadTooLarge,
                       "The answer of " + url_.host + " is longer than is taken."});
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    Finish(base::Unavailable("There was no whole answer of " + url_.host + " in time."));
  } else if (code != CURLE_OK) {
    Finish(base::Unavailable("The call to " + url_.host + " failed: " + curl_easy_strerror(code) +
                             "."));
  } else {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    Finish(std::move(response_));
  }
}

}  // namespace pinion::http
