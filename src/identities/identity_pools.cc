#include "identities/identity_pools.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "identities/guest_policy.h"
#include "identities/pool_rules.h"
#include "model/codec.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::identities {
namespace {

std::string StoreKey(std::string_view id) {
  return storage::KeyWriter(storage::KeySpace::kIdentityPool).Text(id).Take();
}

base::Error NoSuchPool() {
  return base::NotFound("Resource not found");
}

void PutRecord(const Pool& pool, storage::WriteBatch& batch) {
  const model::IdentityPoolRecord record{pool.settings, pool.tokens_after};
  batch.Put(StoreKey(pool.settings.id), model::ToJson(record));
}

model::IdentityPool SettingsOf(const std::string& id,
                               const model::WriteIdentityPoolRequest& request) {
  model::IdentityPool settings;
  settings.id = id;
  settings.name = request.name;
  settings.allow_guests = request.allow_guests.value_or(false);
  settings.applications = request.applications.value_or(std::vector<std::string>());
  settings.credential_seconds = request.credential_seconds.value_or(kCredentialSecondsDefault);
  settings.guest_policy = request.guest_policy;
  settings.authenticated_policy = request.authenticated_policy;
  settings.providers = request.providers.value_or(std::vector<model::IdentityProvider>());
  settings.default_ = request.default_.value_or(false);
  return settings;
}

}  // namespace

base::Status IdentityPools::Open() {
  base::Status damaged;
  const std::string prefix = storage::KeyWriter(storage::KeySpace::kIdentityPool).Take();
  PINION_CHECK(with_.store.Scan({.prefix = prefix}, [&](std::string_view, std::string_view value) {
    auto record = model::Decode<model::IdentityPoolRecord>(value);
    if (!record.ok()) {
      damaged = base::Internal("An identity pool cannot be read: " + record.error().message);
      return false;
    }
    auto pool = std::make_shared<Pool>();
    pool->settings = std::move(record->pool);
    pool->tokens_after = record->tokens_after;
    pool->mark = IdentityIds::MarkOf(pool->settings.id);
    const base::Status compiled = CompilePolicies(*pool);
    if (!compiled.ok()) {
      base::Log(
          base::LogLevel::kError,
          "identities",
          "the policies of an identity pool are not understood; its identities may do nothing",
          {{"pool", pool->settings.id}, {"error", compiled.error().message}});
    }
    pools_[pool->settings.id] = std::move(pool);
    return true;
  }));
  return damaged;
}

base::Status IdentityPools::CompilePolicies(Pool& pool) const {
  const auto compile =
      [&](const std::optional<model::RawJson>& own,
          std::string_view member) -> base::Result<std::shared_ptr<const auth::PolicySet>> {
    std::optional<std::string> text;
    if (own) {
      PINION_TRY(text, PolicyText(*own, member));
    }
    auto set =
        auth::PolicySet::Parse(PoliciesOf(text, pool.settings.applications, with_.account_id));
    if (!set.ok()) {
      return base::InvalidArgument("Member '" + std::string(member) + "': " + set.error().message);
    }
    return std::make_shared<const auth::PolicySet>(*std::move(set));
  };
  PINION_TRY(pool.guest_policies, compile(pool.settings.guest_policy, "GuestPolicy"));
  PINION_TRY(pool.authenticated_policies,
             compile(pool.settings.authenticated_policy, "AuthenticatedPolicy"));
  return {};
}

base::Result<model::IdentityPool> IdentityPools::Create(
    std::string_view region, const model::WriteIdentityPoolRequest& request) {
  const std::lock_guard changes(changes_);
  return Write(with_.ids.NewPool(region), request);
}

base::Result<model::IdentityPool> IdentityPools::Put(
    const std::string& id, const model::WriteIdentityPoolRequest& request) {
  if (!IsWellFormedId(id)) {
    return base::InvalidArgument(
        "The id of an identity pool must be a region and a UUID, such as "
        "us-east-1:2f0b1d9e-7c55-4be1-9a0e-5c1c1f0f7a11.");
  }
  const std::lock_guard changes(changes_);
  return Write(id, request);
}

base::Result<model::IdentityPool> IdentityPools::Write(
    const std::string& id, const model::WriteIdentityPoolRequest& request) {
  PINION_CHECK(CheckPool(request, {with_.applications, with_.outbound}));
  const PoolPtr before = Find(id);
  auto pool = std::make_shared<Pool>();
  pool->settings = SettingsOf(id, request);
  pool->settings.last_modified_date = with_.clock.Now();
  pool->mark = IdentityIds::MarkOf(id);
  PINION_CHECK(CompilePolicies(*pool));
  if (before != nullptr) {
    pool->settings.creation_date = before->settings.creation_date;
    pool->settings.revoked_at = before->settings.revoked_at;
    pool->tokens_after = before->tokens_after;
  } else {
    pool->settings.creation_date = pool->settings.last_modified_date;
    // A pool of this id that was deleted has left no token that is good.
    pool->tokens_after = with_.wall_clock.Now();
  }
  storage::WriteBatch batch;
  std::vector<PoolPtr> changed;
  if (pool->settings.default_) {
    UnmarkDefault(id, batch, changed);
  }
  PutRecord(*pool, batch);
  changed.push_back(pool);
  PINION_CHECK(Apply(batch, changed));
  return pool->settings;
}

void IdentityPools::UnmarkDefault(std::string_view except,
                                  storage::WriteBatch& batch,
                                  std::vector<PoolPtr>& changed) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [id, pool] : pools_) {
    if (pool->settings.default_ && id != except) {
      auto unmarked = std::make_shared<Pool>(*pool);
      unmarked->settings.default_ = false;
      PutRecord(*unmarked, batch);
      changed.push_back(std::move(unmarked));
    }
  }
}

base::Status IdentityPools::Apply(const storage::WriteBatch& batch,
                                  const std::vector<PoolPtr>& changed) {
  {
    const std::shared_lock lock(mutex_);
    if (pools_.size() >= kPoolsMax && !pools_.contains(changed.back()->settings.id)) {
      return base::Conflict("There are " + std::to_string(kPoolsMax) + " identity pools already.");
    }
  }
  PINION_CHECK(with_.store.Apply(batch));
  const std::unique_lock lock(mutex_);
  for (const PoolPtr& pool : changed) {
    pools_[pool->settings.id] = pool;
  }
  return {};
}

base::Result<model::IdentityPool> IdentityPools::Get(std::string_view id) const {
  const PoolPtr pool = Find(id);
  if (pool == nullptr) {
    return NoSuchPool();
  }
  return pool->settings;
}

base::Page<model::IdentityPool> IdentityPools::List(const base::PageRequest& page) const {
  base::NewestFirst<model::IdentityPool> newest(page);
  const std::shared_lock lock(mutex_);
  for (const auto& [id, pool] : pools_) {
    newest.Offer(pool->settings.creation_date, id, pool->settings);
  }
  return newest.Take();
}

base::Status IdentityPools::Delete(std::string_view id) {
  const std::lock_guard changes(changes_);
  if (Find(id) == nullptr) {
    return NoSuchPool();
  }
  storage::WriteBatch batch;
  batch.Delete(StoreKey(id));
  PINION_CHECK(with_.store.Apply(batch));
  const std::unique_lock lock(mutex_);
  pools_.erase(pools_.find(id));
  return {};
}

base::Result<model::IdentityPool> IdentityPools::Revoke(std::string_view id) {
  const std::lock_guard changes(changes_);
  const PoolPtr before = Find(id);
  if (before == nullptr) {
    return NoSuchPool();
  }
  auto pool = std::make_shared<Pool>(*before);
  const base::Timestamp now = with_.wall_clock.Now();
  pool->settings.revoked_at = now;
  // Never back, whatever the wall clock does.
  pool->tokens_after = std::max(now, before->tokens_after + std::chrono::milliseconds(1));
  storage::WriteBatch batch;
  PutRecord(*pool, batch);
  PINION_CHECK(Apply(batch, {pool}));
  return pool->settings;
}

PoolPtr IdentityPools::Find(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto found = pools_.find(id);
  return found == pools_.end() ? nullptr : found->second;
}

PoolPtr IdentityPools::FindByMark(uint32_t mark) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [id, pool] : pools_) {
    if (pool->mark == mark) {
      return pool;
    }
  }
  return nullptr;
}

PoolPtr IdentityPools::Fallback() const {
  const std::shared_lock lock(mutex_);
  if (pools_.size() == 1) {
    return pools_.begin()->second;
  }
  for (const auto& [id, pool] : pools_) {
    if (pool->settings.default_) {
      return pool;
    }
  }
  return nullptr;
}

}  // namespace pinion::identities
