// An AppDeletionHook made of functions, for modules that do not know this one: server/ plugs them
// in.
#pragma once

#include <functional>
#include <utility>

#include "apps/application_service.h"

namespace pinion::apps {

class DeletionFunction final : public AppDeletionHook {
 public:
  using AddRemoval = std::function<base::Status(const base::AppId&, storage::WriteBatch&)>;
  using Forget = std::function<void(const base::AppId&)>;

  explicit DeletionFunction(
      AddRemoval add_removal, Forget forget = [](const base::AppId&) {})
      : add_removal_(std::move(add_removal)), forget_(std::move(forget)) {}

  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override {
    return add_removal_(app, batch);
  }
  void OnDeleted(const base::AppId& app) override { forget_(app); }

 private:
  const AddRemoval add_removal_;
  const Forget forget_;
};

}  // namespace pinion::apps
