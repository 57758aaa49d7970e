// The rules of an endpoint update: what a request replaces, keeps and removes (AUD-4…9, AUD-20…29,
// AUD-40, AUD-46). Pure; AudienceTransaction calls it and adds what concerns several endpoints:
// users and addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audience/attribute_blocklist.h"
#include "audience/audience_settings.h"
#include "audience/endpoint_record.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/endpoints.h"

namespace pinion::audience {

// Who asks for an update; the rules differ a little (AUD-33, AUD-40, AUD-46, JOB-30).
enum class UpdateOrigin { kApi, kBatch, kEvents, kImport };

// Where in a larger request the update stands (`Item[3]`); empty for an update of its own. Makes
// the messages of AUD-31.
class RequestPlace {
 public:
  RequestPlace() = default;
  explicit RequestPlace(std::string_view item) : item_(item) {}

  // `Item[3].Location.Latitude: must be …`
  base::Error Refuse(std::string_view member, std::string_view reason) const;
  // `Item[3]: Too many custom attributes`
  base::Error Refuse(std::string_view reason) const;

 private:
  std::string_view item_;
};

struct MergeRules {
  const AttributeBlocklist& blocklist;
  const AudienceSettings& settings;
  base::Timestamp now;
  UpdateOrigin origin = UpdateOrigin::kApi;
  // The request's own, for when the body names none (AUD-11).
  std::string_view request_id;
  RequestPlace place;
};

// Is the record made by this update?
enum class Existence { kNew, kExisting };

// Merges everything but `User` into `record`. kInvalidArgument when the request breaks a rule;
// `record` is then half merged and must be thrown away.
base::Status MergeEndpoint(const model::EndpointRequest& request,
                           const MergeRules& rules,
                           Existence existence,
                           EndpointRecord& record);

// Merges user attributes into those of a user, or of an endpoint without user.
base::Status MergeUserAttributes(const model::EndpointUser& user,
                                 const MergeRules& rules,
                                 Attributes& target);

// The limits on the endpoint as a whole (AUD-29).
base::Status CheckEndpointLimits(const EndpointRecord& record, const RequestPlace& place);

}  // namespace pinion::audience
