#include "templates/approval.h"

#include <algorithm>

#include "base/utf8.h"

namespace pinion::templates {
namespace {

using Action = model::TemplateApprovalAction;
using State = model::TemplateApprovalState;

base::Error NotPossible(const ApprovalChange& change, State state) {
  return base::Conflict("The action " + std::string(model::ToWire(change.action)) +
                        " is not possible for a version that is " +
                        std::string(model::ToWire(state)) + ".");
}

// The state after `change`; nothing if the table of TPL-110 has no such transition. Approvals are
// counted by the caller.
std::optional<State> Next(Action action, State state, bool is_active) {
  switch (action) {
    case Action::kSubmit:
      return state == State::kDraft || state == State::kRejected
                 ? std::optional(State::kPendingReview)
                 : std::nullopt;
    case Action::kApprove:
      return state == State::kPendingReview ? std::optional(State::kPendingReview) : std::nullopt;
    case Action::kReject: {
      const bool may = state == State::kPendingReview || (state == State::kApproved && !is_active);
      return may ? std::optional(State::kRejected) : std::nullopt;
    }
    case Action::kWithdraw:
      return state == State::kPendingReview ? std::optional(State::kDraft) : std::nullopt;
    case Action::kUpdate:
      break;
  }
  return std::nullopt;
}

base::Status CheckApprover(const ApprovalChange& change,
                           const ApprovalPolicy& policy,
                           const model::TemplateApprovalRecord& approval) {
  const bool is_own = change.by == approval.written_by || change.by == approval.submitted_by;
  if (!policy.allow_self_approval && is_own) {
    return base::Forbidden("Who wrote or submitted the version cannot approve it.");
  }
  const bool again = std::any_of(approval.approvals.begin(),
                                 approval.approvals.end(),
                                 [&](const auto& given) { return given.by == change.by; });
  if (again) {
    return base::Conflict("This identity has approved the version already.");
  }
  return {};
}

void AddStep(const ApprovalChange& change, model::TemplateApprovalRecord& approval) {
  auto& history = approval.history;
  if (history.size() >= kApprovalHistoryMax) {
    history.erase(history.begin());
  }
  history.push_back({.action = change.action,
                     .by = change.by,
                     .at = change.at,
                     .comment = change.comment,
                     .state = approval.state});
}

}  // namespace

ApprovalPolicy PolicyOf(const model::TemplatePolicy& account,
                        const std::optional<model::TemplatePolicy>& own) {
  ApprovalPolicy policy;
  for (const model::TemplatePolicy& given : {account, own.value_or(model::TemplatePolicy())}) {
    policy.require_approval = given.require_approval.value_or(policy.require_approval);
    policy.required_approvals = given.required_approvals.value_or(policy.required_approvals);
    policy.allow_self_approval = given.allow_self_approval.value_or(policy.allow_self_approval);
  }
  return policy;
}

model::TemplatePolicy ToModel(const ApprovalPolicy& policy) {
  model::TemplatePolicy answer;
  answer.require_approval = policy.require_approval;
  answer.required_approvals = policy.required_approvals;
  answer.allow_self_approval = policy.allow_self_approval;
  return answer;
}

base::Status CheckPolicy(const model::TemplatePolicy& policy) {
  const int32_t required = policy.required_approvals.value_or(1);
  if (required < 1 || required > kRequiredApprovalsMax) {
    return base::InvalidArgument("Member 'RequiredApprovals' must be from 1 to " +
                                 std::to_string(kRequiredApprovalsMax) + ".");
  }
  return {};
}

model::TemplateApprovalRecord ApprovalOfNewContent(
    const std::optional<model::TemplateApprovalRecord>& before,
    const std::string& by,
    base::Timestamp at) {
  model::TemplateApprovalRecord approval;
  approval.state = State::kDraft;
  approval.written_by = by;
  if (before) {
    approval.history = before->history;
    if (before->state != State::kDraft) {
      AddStep({.action = Action::kUpdate, .by = by, .at = at, .comment = {}}, approval);
    }
  }
  return approval;
}

model::TemplateApprovalRecord ApprovalOf(const model::TemplateVersionRecord& version) {
  model::TemplateApprovalRecord draft;
  draft.state = State::kDraft;
  return version.approval.value_or(draft);
}

bool IsApproved(const model::TemplateVersionRecord& version) {
  return version.approval && version.approval->state == State::kApproved;
}

base::Status ChangeApproval(const ApprovalChange& change,
                            const ApprovalPolicy& policy,
                            bool is_active,
                            model::TemplateApprovalRecord& approval) {
  if (base::CountCodePoints(change.comment.value_or("")) > kApprovalCommentCharactersMax) {
    return base::InvalidArgument("Member 'Comment': at most " +
                                 std::to_string(kApprovalCommentCharactersMax) + " characters.");
  }
  const std::optional<State> next = Next(change.action, approval.state, is_active);
  if (!next) {
    return NotPossible(change, approval.state);
  }
  if (change.action == Action::kApprove) {
    PINION_CHECK(CheckApprover(change, policy, approval));
    approval.approvals.push_back({.by = change.by, .at = change.at, .comment = change.comment});
  }
  approval.state = *next;
  if (change.action == Action::kSubmit) {
    // What was approved of an earlier submission says nothing about this one.
    approval.approvals.clear();
    approval.submitted_by = change.by;
  } else if (change.action == Action::kWithdraw) {
    approval.approvals.clear();
  } else if (change.action == Action::kApprove &&
             approval.approvals.size() >= static_cast<size_t>(policy.required_approvals)) {
    approval.state = State::kApproved;
  }
  AddStep(change, approval);
  return {};
}

}  // namespace pinion::templates
