// Answers of services that speak JSON 1.1 with X-Amz-Target, such as Cognito Identity. Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace pinion::api {

http::Response AwsJsonReply(std::string body);
// `{"__type","message"}`, with the name also in x-amzn-ErrorType.
http::Response AwsJsonError(int status, std::string_view exception, std::string_view message);

}  // namespace pinion::api
