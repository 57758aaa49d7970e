// The identity pools (AUTH-51): created, changed, listed, deleted, their tokens revoked. Kept in
// the store, and whole in memory, so that issuing and checking credentials never waits.
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "apps/application_service.h"
#include "auth/policy_set.h"
#include "base/clock.h"
#include "base/page.h"
#include "base/result.h"
#include "http/outbound_client.h"
#include "identities/identity_ids.h"
#include "model/identity_pools.h"
#include "storage/key_value_store.h"

namespace pinion::identities {

// A pool as it stood at one moment; never changes, shared by those who look at it.
struct Pool {
  model::IdentityPool settings;
  // Tokens that were issued up to this instant of the wall clock are revoked (AUTH-55).
  base::Timestamp tokens_after;
  uint32_t mark = 0;  // IdentityIds::MarkOf its id
  // What its identities may do (AUTH-56).
  std::shared_ptr<const auth::PolicySet> guest_policies;
  std::shared_ptr<const auth::PolicySet> authenticated_policies;
};
using PoolPtr = std::shared_ptr<const Pool>;

class IdentityPools {
 public:
  static constexpr size_t kPoolsMax = 1'000;

  struct Collaborators {
    storage::KeyValueStore& store;
    const base::Clock& clock;       // of the domain
    const base::Clock& wall_clock;  // of tokens
    const IdentityIds& ids;
    const apps::ApplicationService& applications;
    const http::OutboundClient& outbound;
    std::string account_id;
  };
  explicit IdentityPools(const Collaborators& collaborators) : with_(collaborators) {}

  // Reads all pools. At start, before anything else.
  base::Status Open();

  // A new pool with an id of `region`. kInvalidArgument for a setting that breaks a rule, kConflict
  // when there are too many pools.
  base::Result<model::IdentityPool> Create(std::string_view region,
                                           const model::WriteIdentityPoolRequest& request);
  // Makes the pool, or replaces all its settings. As Create, and kInvalidArgument for an id that is
  // not well formed.
  base::Result<model::IdentityPool> Put(const std::string& id,
                                        const model::WriteIdentityPoolRequest& request);
  // kNotFound, here and below.
  base::Result<model::IdentityPool> Get(std::string_view id) const;
  base::Page<model::IdentityPool> List(const base::PageRequest& page) const;
  base::Status Delete(std::string_view id);
  // Ends all tokens that were issued so far.
  base::Result<model::IdentityPool> Revoke(std::string_view id);

  // Null when there is none, here and below.
  PoolPtr Find(std::string_view id) const;
  // By IdentityIds::MarkOf.
  PoolPtr FindByMark(uint32_t mark) const;
  // The pool of identities that others made (AUTH-54): the one marked Default, or the only one.
  PoolPtr Fallback() const;

 private:
  // kInvalidArgument for a policy that is none.
  base::Status CompilePolicies(Pool& pool) const;
  base::Result<model::IdentityPool> Write(const std::string& id,
                                          const model::WriteIdentityPoolRequest& request);
  void UnmarkDefault(std::string_view except,
                     storage::WriteBatch& batch,
                     std::vector<PoolPtr>& changed) const;
  base::Status Apply(const storage::WriteBatch& batch, const std::vector<PoolPtr>& changed);

  const Collaborators with_;
  // Held through a change, so that changes come one after the other.
  std::mutex changes_;
  // Guards pools_; held for moments only.
  mutable std::shared_mutex mutex_;
  std::map<std::string, PoolPtr, std::less<>> pools_;
};

}  // namespace pinion::identities
