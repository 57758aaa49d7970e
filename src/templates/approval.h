// The approval of template versions (TPL-110 to TPL-115): states, who may bring a version into
// which, and the policy that says whether it matters. Pure functions over the stored records; used
// by TemplateVersions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/templates.h"

namespace pinion::templates {

constexpr int32_t kRequiredApprovalsMax = 100;
constexpr size_t kApprovalCommentCharactersMax = 1'000;
// The oldest steps of a longer history go.
constexpr size_t kApprovalHistoryMax = 100;

struct ApprovalPolicy {
  bool require_approval = false;
  int32_t required_approvals = 1;
  bool allow_self_approval = true;
};

// The policy of a template, whose own members go before those of the account; defaults for what
// neither has.
ApprovalPolicy PolicyOf(const model::TemplatePolicy& account,
                        const std::optional<model::TemplatePolicy>& own);
model::TemplatePolicy ToModel(const ApprovalPolicy& policy);
// kInvalidArgument naming the member.
base::Status CheckPolicy(const model::TemplatePolicy& policy);

struct ApprovalChange {
  model::TemplateApprovalAction action = model::TemplateApprovalAction::kSubmit;
  std::string by;
  base::Timestamp at;
  std::optional<std::string> comment;
};

// The approval of a version that `by` has written; `before` is that of the content it replaces.
model::TemplateApprovalRecord ApprovalOfNewContent(
    const std::optional<model::TemplateApprovalRecord>& before,
    const std::string& by,
    base::Timestamp at);

// A version that was stored before there were approvals is a draft.
model::TemplateApprovalRecord ApprovalOf(const model::TemplateVersionRecord& version);
bool IsApproved(const model::TemplateVersionRecord& version);

// kConflict for an action that the state does not allow, and for a second approval by the same
// identity; kForbidden for one who may not approve his own work; kInvalidArgument for a comment
// that is too long. `approval` stays as it is then.
base::Status ChangeApproval(const ApprovalChange& change,
                            const ApprovalPolicy& policy,
                            bool is_active,
                            model::TemplateApprovalRecord& approval);

}  // namespace pinion::templates
