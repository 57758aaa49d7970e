#include "api/aws_json_reply.h"

#include <utility>

#include "base/json_text.h"

namespace pinion::api {

http::Response AwsJsonReply(std::string body) {
  http::Response response;
  response.headers.Add("Content-Type", "application/x-amz-json-1.1");
  response.body = std::move(body);
  return response;
}

http::Response AwsJsonError(int status, std::string_view exception, std::string_view message) {
  base::JsonWriter json;
  json.BeginObject();
  json.Key("__type").String(exception);
  json.Key("message").String(message);
  json.EndObject();
  http::Response response = AwsJsonReply(json.Take());
  response.status = status;
  response.headers.Add("x-amzn-ErrorType", exception);
  return response;
}

}  // namespace pinion::api
