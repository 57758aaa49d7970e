#include "api/policy_target.h"

#include <algorithm>
#include <iterator>

#include "api/path_template.h"

namespace pinion::api {
namespace {

constexpr std::string_view kModelPrefix = "/v1/";
constexpr std::string_view kNativePrefix = "/pinion/v1/";
constexpr std::string_view kTemplates = "/v1/templates/{template-name}/";
constexpr std::string_view kTags = "/v1/tags/{resource-arn}";

// How many segments of its path make the resource, where it is not all of them.
struct Shortened {
  std::string_view operation;
  size_t segments;
};
constexpr Shortened kShortened[] = {
    {"GetCampaigns", 2},
    {"GetCampaignActivities", 4},
    {"GetCampaignVersions", 4},
    {"GetCampaignVersion", 4},
    {"UpdateEndpointsBatch", 2},
    {"GetImportJobs", 2},
    {"CreateImportJob", 2},
    {"GetSegments", 2},
    {"CreateSegment", 2},
    {"GetSegmentImportJobs", 4},
    {"GetSegmentVersions", 4},
    {"GetSegmentVersion", 4},
    {"GetApplicationSettings", 2},
    {"UpdateApplicationSettings", 2},
};
constexpr std::string_view kSendUsersMessages = "SendUsersMessages";

// AUTH-37: what only administrators change, and of that what others may read.
constexpr std::string_view kAdministrative[] = {"keys",
                                                "users",
                                                "identity-pools",
                                                "clock",
                                                "backups",
                                                "settings",
                                                "transports",
                                                "functions",
                                                "stream-destinations",
                                                "sinks",
                                                "audit",
                                                "system",
                                                "policies"};
constexpr std::string_view kReadable[] = {"system", "settings"};
// Every caller may ask who it is, and what there is to call: the description tells nothing of this
// server's data.
constexpr std::string_view kOpen[] = {"/pinion/v1/whoami", "/pinion/v1/openapi.json"};

template <class Table>
bool Contains(const Table& table, std::string_view name) {
  return std::find(std::begin(table), std::end(table), name) != std::end(table);
}

// The first segments of a path without leading slash.
std::string_view FirstSegments(std::string_view path, size_t count) {
  size_t end = 0;
  for (size_t i = 0; i < count && end != std::string_view::npos; ++i) {
    end = path.find('/', i == 0 ? 0 : end + 1);
  }
  return path.substr(0, end);
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

// `templates/{name}/{TYPE}`, whatever follows; the type is a parameter of some paths and fixed in
// others.
std::string TemplateResource(std::string_view path, std::span<const std::string> parameters) {
  const std::string_view rest = path.substr(kTemplates.size());
  const std::string_view type =
      parameters.size() > 1 ? std::string_view(parameters[1]) : rest.substr(0, rest.find('/'));
  return "templates/" + parameters[0] + "/" + Upper(type);
}

// Of the path as the model has it, so that no caller's text passes for a segment.
std::string_view NativeFamily(std::string_view path) {
  constexpr std::string_view kBelowApplication = "apps/{application-id}/";
  if (path.starts_with(kBelowApplication)) {
    path.remove_prefix(kBelowApplication.size());
  }
  return path.substr(0, path.find('/'));
}

std::string NativeAction(const model::OperationDescriptor& operation) {
  const std::string_view family = NativeFamily(operation.path.substr(kNativePrefix.size()));
  const bool reads = operation.method == "GET" || operation.method == "HEAD";
  if (Contains(kAdministrative, family) && !(reads && Contains(kReadable, family))) {
    return "pinion:Admin";
  }
  return reads ? "pinion:Read" : "pinion:Write";
}

}  // namespace

bool NamesItsResource(const model::OperationDescriptor& operation) {
  return operation.path == kTags;
}

PolicyTarget PolicyTargetOf(const model::OperationDescriptor& operation,
                            std::span<const std::string> parameters) {
  PolicyTarget target;
  const size_t prefix = operation.native ? kNativePrefix.size() : kModelPrefix.size();
  if (operation.native) {
    target.action = NativeAction(operation);
    target.path = FillPathTemplate(operation.path.substr(prefix), parameters);
    target.resource = target.path;
    target.open = Contains(kOpen, operation.path);
    return target;
  }
  target.action = "mobiletargeting:" + std::string(operation.name);
  if (operation.path.starts_with(kTemplates)) {
    target.path = TemplateResource(operation.path, parameters);
    target.resource = target.path;
    return target;
  }
  target.path = FillPathTemplate(operation.path.substr(prefix), parameters);
  target.resource = target.path;
  const auto shortened =
      std::find_if(std::begin(kShortened), std::end(kShortened), [&](const Shortened& row) {
        return row.operation == operation.name;
      });
  if (shortened != std::end(kShortened)) {
    // Of the model's path first: a parameter may have slashes in it.
    target.resource = FillPathTemplate(
        FirstSegments(operation.path.substr(prefix), shortened->segments), parameters);
  } else if (operation.name == kSendUsersMessages) {
    target.resource = "apps/" + parameters[0] + "/messages";
  }
  return target;
}

}  // namespace pinion::api
