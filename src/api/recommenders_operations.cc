#include "api/register_operations.h"
#include "model/codec.h"
#include "model/recommenders.h"

namespace pinion::api {

namespace {

using model::RecommenderConfigurationResponse;

base::Result<RecommenderConfigurationResponse> Create(
    Call& call, const model::CreateRecommenderConfigurationRequest& request) {
  return call.services.recommenders.Create({request.body, call.region(), call.ChosenId()});
}

base::Result<RecommenderConfigurationResponse> Get(
    Call& call, const model::GetRecommenderConfigurationRequest& request) {
  return call.services.recommenders.Get(request.recommender_id);
}

base::Result<model::ListRecommenderConfigurationsResponse> List(
    Call& call, const model::GetRecommenderConfigurationsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed, call.services.recommenders.List(page));
  model::ListRecommenderConfigurationsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

// The members of both requests are the same; the model gives them two names.
base::Result<RecommenderConfigurationResponse> Update(
    Call& call, const model::UpdateRecommenderConfigurationRequest& request) {
  PINION_TRY(const auto configuration,
             model::Decode<model::CreateRecommenderConfiguration>(model::ToJson(request.body)));
  return call.services.recommenders.Update(request.recommender_id, configuration);
}

base::Result<RecommenderConfigurationResponse> Delete(
    Call& call, const model::DeleteRecommenderConfigurationRequest& request) {
  return call.services.recommenders.Delete(request.recommender_id);
}

}  // namespace

void RegisterRecommendersOperations(OperationTable& table) {
  table.Add<model::ops::CreateRecommenderConfiguration>(Run::kInline, Create);
  table.Add<model::ops::GetRecommenderConfiguration>(Run::kInline, Get);
  table.Add<model::ops::GetRecommenderConfigurations>(Run::kWorker, List);
  table.Add<model::ops::UpdateRecommenderConfiguration>(Run::kInline, Update);
  table.Add<model::ops::DeleteRecommenderConfiguration>(Run::kInline, Delete);
}

}  // namespace pinion::api
