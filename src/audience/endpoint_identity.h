// What identifies an endpoint: ids (AUD-1, AUD-2), cohorts (AUD-10) and addresses as they are
// compared (AUD-44). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/common.h"

namespace pinion::audience {

// What is wrong with an endpoint id (AUD-1): 1-256 characters without `$`, `{`, `}` and control
// characters. Nothing if it is right.
std::optional<std::string_view> EndpointIdViolation(std::string_view id);
// The id in lower case (ASCII only): equal keys are one endpoint.
std::string EndpointKey(std::string_view id);

// 0-99, for ever the same for an application and an endpoint id.
uint8_t CohortOf(std::string_view app, std::string_view endpoint_id);

// GCM, APNS and its kin, ADM, BAIDU and PUSH (AUD-5).
bool IsPush(model::ChannelType channel);
// The push channels but PUSH, among which a full user gives up its oldest endpoint (AUD-54).
bool IsDevicePush(model::ChannelType channel);

// The text by which addresses of the channel are compared: EMAIL in lower case, SMS and VOICE their
// digits (AUD-44).
std::string ComparableAddress(model::ChannelType channel, std::string_view address);
bool SameAddress(model::ChannelType channel, std::string_view a, std::string_view b);

// The id of an endpoint that an import row without id creates (JOB-32).
std::string DerivedEndpointId(model::ChannelType channel,
                              std::string_view address,
                              std::string_view user_id);

}  // namespace pinion::audience
