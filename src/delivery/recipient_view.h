// A stored endpoint as templates see it (TPL-72). Fill it for one recipient after the other; it
// keeps its memory. Not thread-safe; the views live as long as what they were filled from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audience/endpoint_batch.h"
#include "templates/engine/recipient_variables.h"

namespace pinion::delivery {

// Names that Pinion itself fills (TPL-73); views.
struct SystemNames {
  std::string_view application_id = {};
  std::string_view application_name = {};
  std::string_view campaign_id = {};
};

class RecipientView {
 public:
  explicit RecipientView(const SystemNames& names) : names_(names) {}
  RecipientView(const RecipientView&) = delete;
  RecipientView& operator=(const RecipientView&) = delete;

  void FillFrom(const audience::EndpointBatch::Member& endpoint);
  // A raw address has nothing but itself and its channel (TPL-75).
  void FillFromAddress(std::string_view address, std::string_view channel);

  templates::RecipientView& view() { return view_; }

 private:
  void Reset();

  const SystemNames names_;
  templates::RecipientView view_;
  std::vector<templates::NamedValue> attributes_;
  std::vector<templates::NamedValue> user_attributes_;
  std::vector<templates::NamedValue> metrics_;
  std::string creation_date_;
  std::string effective_date_;
};

}  // namespace pinion::delivery
