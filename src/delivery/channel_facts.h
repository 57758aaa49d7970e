// What sending needs to know of an application's channels. server/ plugs the channel settings.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace pinion::delivery {

struct ChannelFacts {
  enum class State { kMissing, kDisabled, kEnabled };
  std::map<std::string, State, std::less<>>
      states;  // by channel: EMAIL, SMS, …; absent is kMissing
  std::string email_from;
  std::string sms_sender_id;
  std::string sms_short_code;

  State StateOf(std::string_view channel) const {
    const auto found = states.find(channel);
    return found == states.end() ? State::kMissing : found->second;
  }
  bool IsEnabled(std::string_view channel) const { return StateOf(channel) == State::kEnabled; }
};

using ChannelFactsSource = std::function<base::Result<ChannelFacts>(const base::AppId& app)>;

}  // namespace pinion::delivery
