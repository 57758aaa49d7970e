#include "api/held_states.h"
#include "api/register_operations.h"
#include "model/campaigns.h"
#include "model/in_app.h"

namespace pinion::api {
namespace {

base::CampaignId IdOf(const std::string& campaign_id) {
  return base::CampaignId(campaign_id);
}

base::Result<model::CampaignResponse> CreateCampaign(Call& call,
                                                     const model::CreateCampaignRequest& request) {
  return call.services.campaigns.Create(
      base::AppId(request.application_id), request.body, call.ChosenId());
}

base::Result<model::CampaignResponse> GetCampaign(Call& call,
                                                  const model::GetCampaignRequest& request) {
  return call.services.campaigns.Get(base::AppId(request.application_id),
                                     IdOf(request.campaign_id));
}

base::Result<model::CampaignResponse> UpdateCampaign(Call& call,
                                                     const model::UpdateCampaignRequest& request) {
  return call.services.campaigns.Update(
      base::AppId(request.application_id), IdOf(request.campaign_id), request.body);
}

base::Result<model::CampaignResponse> DeleteCampaign(Call& call,
                                                     const model::DeleteCampaignRequest& request) {
  return call.services.campaigns.Delete(base::AppId(request.application_id),
                                        IdOf(request.campaign_id));
}

base::Result<model::CampaignResponse> GetCampaignVersion(
    Call& call, const model::GetCampaignVersionRequest& request) {
  return call.services.campaigns.GetVersion(
      base::AppId(request.application_id), IdOf(request.campaign_id), request.version);
}

base::Result<model::CampaignsResponse> GetCampaigns(Call& call,
                                                    const model::GetCampaignsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed, call.services.campaigns.List(base::AppId(request.application_id), page));
  model::CampaignsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::CampaignsResponse> GetCampaignVersions(
    Call& call, const model::GetCampaignVersionsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.campaigns.ListVersions(
                 base::AppId(request.application_id), IdOf(request.campaign_id), page));
  model::CampaignsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::ActivitiesResponse> GetCampaignActivities(
    Call& call, const model::GetCampaignActivitiesRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.campaigns.ListActivities(
                 base::AppId(request.application_id), IdOf(request.campaign_id), page));
  model::ActivitiesResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::CampaignCounters> GetCampaignCounters(
    Call& call, const model::GetCampaignCountersRequest& request) {
  return call.services.campaigns.Counters(base::AppId(request.application_id),
                                          IdOf(request.campaign_id));
}

base::Result<model::InAppMessagesResponse> GetInAppMessages(
    Call& call, const model::GetInAppMessagesRequest& request) {
  return call.services.in_app_messages.Get(base::AppId(request.application_id),
                                           request.endpoint_id);
}

}  // namespace

void RegisterCampaignsOperations(OperationTable& table) {
  table.Add<model::ops::CreateCampaign>(Run::kWorker,
                                        WithHold<model::ops::CreateCampaign, CreateCampaign>);
  table.Add<model::ops::GetCampaign>(Run::kInline, WithHold<model::ops::GetCampaign, GetCampaign>);
  table.Add<model::ops::GetCampaigns>(Run::kWorker,
                                      WithHold<model::ops::GetCampaigns, GetCampaigns>);
  table.Add<model::ops::UpdateCampaign>(Run::kWorker,
                                        WithHold<model::ops::UpdateCampaign, UpdateCampaign>);
  table.Add<model::ops::DeleteCampaign>(Run::kWorker,
                                        WithHold<model::ops::DeleteCampaign, DeleteCampaign>);
  table.Add<model::ops::GetCampaignVersion>(
      Run::kInline, WithHold<model::ops::GetCampaignVersion, GetCampaignVersion>);
  table.Add<model::ops::GetCampaignVersions>(
      Run::kWorker, WithHold<model::ops::GetCampaignVersions, GetCampaignVersions>);
  table.Add<model::ops::GetCampaignActivities>(
      Run::kWorker, WithHold<model::ops::GetCampaignActivities, GetCampaignActivities>);
  table.Add<model::ops::GetCampaignCounters>(Run::kWorker, GetCampaignCounters);
  table.Add<model::ops::GetInAppMessages>(Run::kWorker, GetInAppMessages);
}

}  // namespace pinion::api
