#include "api/register_operations.h"
#include "model/delivery.h"
#include "model/messages.h"

namespace pinion::api {

namespace {

base::Result<model::MessageResponse> SendMessages(Call& call,
                                                  const model::SendMessagesRequest& request) {
  return call.services.direct_sender.SendMessages(
      base::AppId(request.application_id), request.body, call.request_id());
}

base::Result<model::SendUsersMessageResponse> SendUsersMessages(
    Call& call, const model::SendUsersMessagesRequest& request) {
  return call.services.direct_sender.SendUsersMessages(
      base::AppId(request.application_id), request.body, call.request_id());
}

base::Result<model::MessageResponse> SendCode(Call& call,
                                              const model::SendOTPMessageRequest& request) {
  return call.services.one_time_passwords.Send(
      base::AppId(request.application_id), request.body, call.request_id());
}

base::Result<model::VerificationResponse> VerifyCode(
    Call& call, const model::VerifyOTPMessageRequest& request) {
  model::VerificationResponse response;
  PINION_TRY(
      response.valid,
      call.services.one_time_passwords.Verify(base::AppId(request.application_id), request.body));
  return response;
}

base::Result<delivery::MessageFilter> FilterOf(const model::ListMessagesRequest& request) {
  delivery::MessageFilter filter;
  filter.message_id = request.message_id.value_or("");
  filter.endpoint_id = request.endpoint_id.value_or("");
  filter.user_id = request.user_id.value_or("");
  filter.channel = request.channel_type.value_or("");
  filter.address = request.address.value_or("");
  filter.campaign_id = request.campaign_id.value_or("");
  filter.template_name = request.template_name.value_or("");
  if (request.status) {
    filter.status = delivery::MessageStatusFromWire(*request.status);
    if (!filter.status) {
      return base::InvalidArgument("Query parameter 'Status': unknown value.");
    }
  }
  return filter;
}

base::Result<model::MessageLogResponse> ListMessages(Call& call,
                                                     const model::ListMessagesRequest& request) {
  const auto text = [](const std::optional<std::string>& value) { return value.value_or(""); };
  const std::vector<std::string> filters = {text(request.message_id),
                                            text(request.endpoint_id),
                                            text(request.user_id),
                                            text(request.channel_type),
                                            text(request.address),
                                            text(request.campaign_id),
                                            text(request.journey_id),
                                            text(request.template_name),
                                            text(request.status)};
  PINION_TRY(const auto page, call.Page(request.limit, request.token, filters));
  PINION_TRY(const auto filter, FilterOf(request));
  model::MessageLogResponse response;
  // No journey has sent anything yet.
  if (!request.journey_id) {
    PINION_TRY(auto listed,
               call.services.message_log.List(base::AppId(request.application_id), filter, page));
    response.items = std::move(listed.items);
    response.next_token = call.NextToken(listed.next, filters);
  }
  return response;
}

base::Result<model::MessageLogItem> GetMessage(Call& call,
                                               const model::GetMessageRequest& request) {
  return call.services.message_log.Get(base::AppId(request.application_id),
                                       base::MessageId(request.message_id));
}

base::Result<model::TransportSettings> GetTransport(Call& call,
                                                    const model::GetTransportRequest& request) {
  return call.services.transports.Get(base::AppId(request.application_id), request.channel);
}

base::Result<model::TransportSettings> PutTransport(Call& call,
                                                    const model::PutTransportRequest& request) {
  return call.services.transports.Put(
      base::AppId(request.application_id), request.channel, request.body);
}

base::Result<model::TransportSettings> DeleteTransport(Call& call,
                                                       const model::GetTransportRequest& request) {
  return call.services.transports.Delete(base::AppId(request.application_id), request.channel);
}

}  // namespace

void RegisterMessagesOperations(OperationTable& table) {
  table.Add<model::ops::SendMessages>(Run::kWorker, SendMessages);
  table.Add<model::ops::SendUsersMessages>(Run::kWorker, SendUsersMessages);
  table.Add<model::ops::SendOTPMessage>(Run::kInline, SendCode);
  table.Add<model::ops::VerifyOTPMessage>(Run::kInline, VerifyCode);
  table.Add<model::ops::ListMessages>(Run::kWorker, ListMessages);
  table.Add<model::ops::GetMessage>(Run::kInline, GetMessage);
  table.Add<model::ops::GetTransport>(Run::kInline, GetTransport);
  table.Add<model::ops::PutTransport>(Run::kWorker, PutTransport);
  table.Add<model::ops::DeleteTransport>(Run::kWorker, DeleteTransport);
}

}  // namespace pinion::api
