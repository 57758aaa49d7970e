// JSON and request parameters ⇄ the generated structs, by the rules of the wire protocol (API-2,
// API-7, API-40 to API-56). Used by api/ for requests and answers and by every service that stores
// records. All functions are thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/operation.h"
#include "model/type_descriptor.h"

namespace pinion::model {

// How many ignored members a report names, and how many violations an error message (API-42,
// API-28).
inline constexpr size_t kIgnoredMembersMax = 20;
inline constexpr size_t kViolationsMax = 10;
// Depth of the deepest array or object that is accepted (API-41).
inline constexpr size_t kNestingMax = 100;
// Characters of a caller's value that a message repeats (API-28).
inline constexpr size_t kEchoedCharactersMax = 100;

struct DecodeReport {
  // Paths of members that the model does not know, in document order, without repetition.
  std::vector<std::string> ignored_members;
};

// A decoded path or query parameter.
struct Parameter {
  std::string_view name;
  std::string_view value;
};

// Decodes into `value`, which must be a T{} of the described type. kInvalidArgument with all
// violations, in document order, separated by a blank; `value` is then unspecified.
base::Status DecodeValue(std::string_view json,
                         const TypeDescriptor& type,
                         void* value,
                         DecodeReport* report = nullptr);
// Appends the JSON text of `value`.
void EncodeValue(const TypeDescriptor& type, const void* value, std::string& out);

// Path parameters go to members of the same wire name, query parameters likewise (unknown ones are
// ignored, the first of several counts except for lists), `body` to the payload. `request` must be
// a fresh struct of `operation.request`.
base::Status DecodeRequestValue(const OperationDescriptor& operation,
                                std::span<const Parameter> path_parameters,
                                std::span<const Parameter> query_parameters,
                                std::string_view body,
                                void* request,
                                DecodeReport* report = nullptr);

template <class T>
base::Result<T> Decode(std::string_view json, DecodeReport* report = nullptr) {
  T value{};
  PINION_CHECK(DecodeValue(json, DescriptorOf(TypeTag<T>{}), &value, report));
  return value;
}

template <class T>
void Encode(const T& value, std::string& out) {
  EncodeValue(DescriptorOf(TypeTag<T>{}), &value, out);
}

template <class T>
std::string ToJson(const T& value) {
  std::string out;
  Encode(value, out);
  return out;
}

// DecodeRequest<ops::CreateCampaign>(path, query, body) yields an ops::CreateCampaign::Request.
template <class Op>
base::Result<typename Op::Request> DecodeRequest(std::span<const Parameter> path_parameters,
                                                 std::span<const Parameter> query_parameters,
                                                 std::string_view body,
                                                 DecodeReport* report = nullptr) {
  typename Op::Request request{};
  PINION_CHECK(DecodeRequestValue(
      Op::kDescriptor, path_parameters, query_parameters, body, &request, report));
  return request;
}

// Empty is hand-written, so its descriptor is declared here.
struct Empty;
const TypeDescriptor& DescriptorOf(TypeTag<Empty>);

}  // namespace pinion::model
