// The text of audit records of calls, in CloudTrail's form (KPI-130, KPI-131). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "base/clock.h"
#include "http/message.h"
#include "model/operation.h"

namespace pinion::api {

// The operation's name; of a native one method and path template without its beginning.
std::string EventName(const model::OperationDescriptor& operation);

// The ARNs of the application, if the path names one, and of what the path names within it.
std::vector<std::string> ResourcesOf(const model::OperationDescriptor& operation,
                                     const CallFacts& facts,
                                     const std::string& account_id);

struct CallDescription {
  base::Timestamp at;
  const std::string& event_id;
  const std::string& event_name;
  std::string_view event_source;  // "" for the operation's own
  const std::string& account_id;
  bool read_only = false;
  const http::Request& request;
  const CallFacts& facts;
  const model::OperationDescriptor& operation;
  const std::vector<std::string>& resources;
};
// Members of a JSON object, without its braces: all that is known before the outcome.
std::string DescribeCall(const CallDescription& call);
// The members that follow, each with a comma before it.
std::string DescribeOutcome(std::string_view exception,
                            std::string_view message,
                            std::string_view response_body);

}  // namespace pinion::api
