#include "api/aws_query_reply.h"

#include <utility>

namespace pinion::api {

namespace {

constexpr std::string_view kNamespace = R"( xmlns="https://sts.amazonaws.com/doc/2011-06-15/">)";

std::string Element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + EscapeXml(text) + "</" + std::string(name) + ">";
}

http::Response Xml(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/xml");
  response.body = std::move(body);
  return response;
}

}  // namespace

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        // Other control characters are not allowed in XML, not even escaped.
        escaped += c >= '\0' && c < ' ' && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return escaped;
}

http::Response AwsQueryReply(std::string_view action,
                             std::string_view result,
                             std::string_view request_id) {
  const std::string name(action);
  return Xml(200,
             "<" + name + "Response" + std::string(kNamespace) + "<" + name + "Result>" +
                 std::string(result) + "</" + name + "Result><ResponseMetadata>" +
                 Element("RequestId", request_id) + "</ResponseMetadata></" + name + "Response>");
}

http::Response AwsQueryError(int status,
                             std::string_view code,
                             std::string_view message,
                             std::string_view request_id) {
  // Who is to blame, for the client's decision to try again.
  const std::string_view type = status < 500 ? "Sender" : "Receiver";
  return Xml(status,
             "<ErrorResponse" + std::string(kNamespace) + "<Error>" + Element("Type", type) +
                 Element("Code", code) + Element("Message", message) + "</Error>" +
                 Element("RequestId", request_id) + "</ErrorResponse>");
}

}  // namespace pinion::api
