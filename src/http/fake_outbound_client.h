// For tests: answers calls to other servers from a table, at once and on the caller's thread, and
// remembers what was asked. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/locked.h"
#include "http/outbound_client.h"
#include "http/outbound_url.h"

namespace pinion::http {

class FakeOutboundClient final : public OutboundClient {
 public:
  using Answer = std::function<base::Result<Response>(const OutboundRequest&)>;

  // What calls to `url` get from now on.
  void Set(const std::string& url, Answer answer) {
    state_.Lock()->answers[url] = std::move(answer);
  }
  void Set(const std::string& url, int status, const std::string& body) {
    Set(url, [status, body](const OutboundRequest&) {
      Response response;
      response.status = status;
      response.body = body;
      return response;
    });
  }
  // URLs that CheckUrl and Send refuse.
  void Refuse(const std::string& url) { state_.Lock()->refused.push_back(url); }

  // In the order in which they came.
  std::vector<OutboundRequest> requests() { return state_.Lock()->requests; }

  base::Status CheckUrl(std::string_view url) const override {
    PINION_TRY(const OutboundUrl parsed, ParseOutboundUrl(url));
    (void)parsed;
    for (const std::string& refused : state_.Lock()->refused) {
      if (refused == url) {
        return base::InvalidArgument("Address not allowed");
      }
    }
    return {};
  }

  void Send(OutboundRequest request, Done done) override {
    const base::Status checked = CheckUrl(request.url);
    if (!checked.ok()) {
      done(checked.error());
      return;
    }
    Answer answer;
    {
      auto state = state_.Lock();
      state->requests.push_back(request);
      const auto found = state->answers.find(request.url);
      if (found != state->answers.end()) {
        answer = found->second;
      }
    }
    done(answer ? answer(request) : base::Unavailable("Nobody is at " + request.url + "."));
  }

 private:
  struct State {
    std::map<std::string, Answer> answers;
    std::vector<std::string> refused;
    std::vector<OutboundRequest> requests;
  };
  mutable base::Locked<State> state_;
};

}  // namespace pinion::http
