// Records as the API shows them (AUD-12). Pure.
#pragma once

#include <string_view>

#include "audience/endpoint_record.h"
#include "model/endpoints.h"

namespace pinion::audience {

// Text is std::string or std::string_view.
template <class Text>
model::EndpointResponse ComposeResponse(std::string_view app,
                                        const BasicEndpointRecord<Text>& record);

// An update as it stands in a batch item or a PutEvents item; those types have the same members.
template <class Update>
model::EndpointRequest ToEndpointRequest(Update update) {
  model::EndpointRequest request;
  request.address = std::move(update.address);
  request.attributes = std::move(update.attributes);
  request.channel_type = update.channel_type;
  request.demographic = std::move(update.demographic);
  request.effective_date = std::move(update.effective_date);
  request.endpoint_status = std::move(update.endpoint_status);
  request.location = std::move(update.location);
  request.metrics = std::move(update.metrics);
  request.opt_out = std::move(update.opt_out);
  request.request_id = std::move(update.request_id);
  request.user = std::move(update.user);
  return request;
}

}  // namespace pinion::audience
