// Resource names of Pinpoint: arn:{partition}:mobiletargeting:{region}:{account}:{resource}
// (API-73). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinion::base {

struct ArnScope {
  std::string region;
  std::string account_id;
};

// `resource` is what follows the account: "apps/x", "templates/welcome/EMAIL".
std::string MakeArn(const ArnScope& scope, std::string_view resource);

// The parts of arn:{partition}:{service}:{region}:{account}:{resource}. They are views of the text.
struct ArnParts {
  std::string_view partition;  // not empty
  std::string_view service;    // not empty
  std::string_view region;
  std::string_view account;
  std::string_view resource;  // not empty; may hold further colons
};
// Nothing when the text is not of that form.
std::optional<ArnParts> ParseArn(std::string_view arn);

// The resource part of a mobiletargeting ARN, whatever partition, region and account it names
// (TAG-7). Nothing when the text is not of that form.
std::optional<std::string> ResourceOfArn(std::string_view arn);

// The region that an ARN names; "" when the text is none.
std::string RegionOfArn(std::string_view arn);
// `apps/{application}/{kind}/{id}` taken apart. Nothing for a resource of another kind.
struct AppResource {
  std::string app;
  std::string id;
};
std::optional<AppResource> ParseAppResource(std::string_view resource, std::string_view kind);

}  // namespace pinion::base
