#include "api/register_operations.h"
#include "model/endpoints.h"

namespace pinion::api {

namespace {

model::MessageBody Accepted(const Call& call) {
  model::MessageBody body;
  body.message = "Accepted";
  body.request_id = call.request_id();
  return body;
}

base::Result<model::MessageBody> UpdateEndpoint(Call& call,
                                                const model::UpdateEndpointRequest& request) {
  PINION_CHECK(call.services.audience.UpdateEndpoint(
      base::AppId(request.application_id), request.endpoint_id, request.body, call.request_id()));
  return Accepted(call);
}

base::Result<model::MessageBody> UpdateEndpointsBatch(
    Call& call, const model::UpdateEndpointsBatchRequest& request) {
  PINION_CHECK(call.services.audience.UpdateBatch(
      base::AppId(request.application_id), request.body, call.request_id()));
  return Accepted(call);
}

base::Result<model::EndpointResponse> GetEndpoint(Call& call,
                                                  const model::GetEndpointRequest& request) {
  return call.services.audience.Get(base::AppId(request.application_id), request.endpoint_id);
}

base::Result<model::EndpointResponse> DeleteEndpoint(Call& call,
                                                     const model::DeleteEndpointRequest& request) {
  return call.services.audience.DeleteEndpoint(base::AppId(request.application_id),
                                               request.endpoint_id);
}

base::Result<model::EndpointsResponse> GetUserEndpoints(
    Call& call, const model::GetUserEndpointsRequest& request) {
  return call.services.audience.GetUserEndpoints(base::AppId(request.application_id),
                                                 base::UserId(request.user_id));
}

base::Result<model::EndpointsResponse> DeleteUserEndpoints(
    Call& call, const model::DeleteUserEndpointsRequest& request) {
  return call.services.audience.DeleteUser(base::AppId(request.application_id),
                                           base::UserId(request.user_id));
}

base::Result<model::AttributesResource> RemoveAttributes(
    Call& call, const model::RemoveAttributesRequest& request) {
  return call.services.audience.RemoveAttributes(
      base::AppId(request.application_id), request.attribute_type, request.body);
}

}  // namespace

void RegisterEndpointsOperations(OperationTable& table) {
  table.Add<model::ops::UpdateEndpoint>(Run::kInline, UpdateEndpoint);
  table.Add<model::ops::UpdateEndpointsBatch>(Run::kInline, UpdateEndpointsBatch);
  table.Add<model::ops::GetEndpoint>(Run::kInline, GetEndpoint);
  table.Add<model::ops::DeleteEndpoint>(Run::kInline, DeleteEndpoint);
  table.Add<model::ops::GetUserEndpoints>(Run::kInline, GetUserEndpoints);
  table.Add<model::ops::DeleteUserEndpoints>(Run::kInline, DeleteUserEndpoints);
  table.Add<model::ops::RemoveAttributes>(Run::kWorker, RemoveAttributes);
}

}  // namespace pinion::api
