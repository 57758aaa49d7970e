// Answers of services that speak the query protocol: forms in, XML out, as STS does. Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace pinion::api {

// Text within an XML element.
std::string EscapeXml(std::string_view text);

// `result` is the XML within `<{action}Result>`.
http::Response AwsQueryReply(std::string_view action,
                             std::string_view result,
                             std::string_view request_id);
http::Response AwsQueryError(int status,
                             std::string_view code,
                             std::string_view message,
                             std::string_view request_id);

}  // namespace pinion::api
