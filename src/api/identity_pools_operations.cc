#include "api/register_operations.h"
#include "model/identity_pools.h"

namespace pinion::api {

namespace {

base::Result<model::IdentityPoolsResponse> ListIdentityPools(
    Call& call, const model::ListIdentityPoolsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  base::Page<model::IdentityPool> pools = call.services.identity_pools.List(page);
  return model::IdentityPoolsResponse{std::move(pools.items), call.NextToken(pools.next)};
}

base::Result<model::IdentityPool> CreateIdentityPool(
    Call& call, const model::CreateIdentityPoolRequest& request) {
  return call.services.identity_pools.Create(call.services.server_region, request.body);
}

base::Result<model::IdentityPool> GetIdentityPool(Call& call,
                                                  const model::GetIdentityPoolRequest& request) {
  return call.services.identity_pools.Get(request.pool_id);
}

base::Result<model::IdentityPool> PutIdentityPool(Call& call,
                                                  const model::PutIdentityPoolRequest& request) {
  return call.services.identity_pools.Put(request.pool_id, request.body);
}

base::Result<model::Empty> DeleteIdentityPool(Call& call,
                                              const model::GetIdentityPoolRequest& request) {
  PINION_CHECK(call.services.identity_pools.Delete(request.pool_id));
  return model::Empty{};
}

base::Result<model::IdentityPool> RevokeIdentityPool(Call& call,
                                                     const model::GetIdentityPoolRequest& request) {
  return call.services.identity_pools.Revoke(request.pool_id);
}

}  // namespace

void RegisterIdentityPoolsOperations(OperationTable& table) {
  table.Add<model::ops::CreateIdentityPool>(Run::kInline, CreateIdentityPool);
  table.Add<model::ops::DeleteIdentityPool>(Run::kInline, DeleteIdentityPool);
  table.Add<model::ops::GetIdentityPool>(Run::kInline, GetIdentityPool);
  table.Add<model::ops::ListIdentityPools>(Run::kInline, ListIdentityPools);
  table.Add<model::ops::PutIdentityPool>(Run::kInline, PutIdentityPool);
  table.Add<model::ops::RevokeIdentityPool>(Run::kInline, RevokeIdentityPool);
}

}  // namespace pinion::api
