#include "templates/approval.h"

#include <gtest/gtest.h>

namespace pinion::templates {
namespace {

using Action = model::TemplateApprovalAction;
using State = model::TemplateApprovalState;

class ApprovalTest : public ::testing::Test {
 protected:
  base::Status Change(Action action, const std::string& by = "ann", bool is_active = false) {
    return ChangeApproval(
        {.action = action, .by = by, .at = {}, .comment = {}}, policy_, is_active, approval_);
  }
  base::Errc CodeOf(const base::Status& status) const {
    return status.ok() ? base::Errc::kInternal : status.error().code;
  }

  ApprovalPolicy policy_;
  model::TemplateApprovalRecord approval_ = ApprovalOfNewContent({}, "ann", {});
};

TEST_F(ApprovalTest, ADraftIsSubmittedAndApproved) {
  EXPECT_EQ(approval_.state, State::kDraft);
  ASSERT_TRUE(Change(Action::kSubmit).ok());
  EXPECT_EQ(approval_.state, State::kPendingReview);
  ASSERT_TRUE(Change(Action::kApprove, "bob").ok());

  EXPECT_EQ(approval_.state, State::kApproved);
  ASSERT_EQ(approval_.history.size(), 2u);
  EXPECT_EQ(approval_.history[1].by, "bob");
  EXPECT_EQ(approval_.history[1].state, State::kApproved);
}

TEST_F(ApprovalTest, AsManyIdentitiesAsThePolicyWantsMustApprove) {
  policy_.required_approvals = 2;
  ASSERT_TRUE(Change(Action::kSubmit).ok());
  ASSERT_TRUE(Change(Action::kApprove, "bob").ok());
  EXPECT_EQ(approval_.state, State::kPendingReview);

  EXPECT_EQ(CodeOf(Change(Action::kApprove, "bob")), base::Errc::kConflict);
  ASSERT_TRUE(Change(Action::kApprove, "cleo").ok());
  EXPECT_EQ(approval_.state, State::kApproved);
}

TEST_F(ApprovalTest, WhoWroteOrSubmittedCannotApproveWhereThePolicySaysSo) {
  policy_.allow_self_approval = false;
  ASSERT_TRUE(Change(Action::kSubmit, "bob").ok());

  EXPECT_EQ(CodeOf(Change(Action::kApprove, "ann")), base::Errc::kForbidden);
  EXPECT_EQ(CodeOf(Change(Action::kApprove, "bob")), base::Errc::kForbidden);
  EXPECT_TRUE(Change(Action::kApprove, "cleo").ok());
}

TEST_F(ApprovalTest, OtherTransitionsAreConflicts) {
  EXPECT_EQ(CodeOf(Change(Action::kApprove)), base::Errc::kConflict);
  EXPECT_EQ(CodeOf(Change(Action::kReject)), base::Errc::kConflict);
  EXPECT_EQ(CodeOf(Change(Action::kWithdraw)), base::Errc::kConflict);
  EXPECT_EQ(CodeOf(Change(Action::kUpdate)), base::Errc::kConflict);
  ASSERT_TRUE(Change(Action::kSubmit).ok());
  EXPECT_EQ(CodeOf(Change(Action::kSubmit)), base::Errc::kConflict);
}

TEST_F(ApprovalTest, AnApprovedVersionIsRejectedOnlyWhileItIsNotActive) {
  ASSERT_TRUE(Change(Action::kSubmit).ok());
  ASSERT_TRUE(Change(Action::kApprove).ok());

  EXPECT_EQ(CodeOf(Change(Action::kReject, "bob", true)), base::Errc::kConflict);
  EXPECT_TRUE(Change(Action::kReject, "bob", false).ok());
  EXPECT_EQ(approval_.state, State::kRejected);
}

TEST_F(ApprovalTest, ANewSubmissionIsApprovedAnew) {
  policy_.required_approvals = 2;
  ASSERT_TRUE(Change(Action::kSubmit).ok());
  ASSERT_TRUE(Change(Action::kApprove, "bob").ok());
  ASSERT_TRUE(Change(Action::kReject, "cleo").ok());
  ASSERT_TRUE(Change(Action::kSubmit).ok());

  EXPECT_TRUE(approval_.approvals.empty());
}

TEST_F(ApprovalTest, NewContentIsADraftThatRemembersWhatWasBefore) {
  ASSERT_TRUE(Change(Action::kSubmit).ok());
  ASSERT_TRUE(Change(Action::kApprove).ok());

  const auto overwritten = ApprovalOfNewContent(approval_, "bob", {});

  EXPECT_EQ(overwritten.state, State::kDraft);
  EXPECT_EQ(overwritten.written_by, "bob");
  EXPECT_TRUE(overwritten.approvals.empty());
  ASSERT_EQ(overwritten.history.size(), 3u);
  EXPECT_EQ(overwritten.history[2].action, Action::kUpdate);
}

TEST_F(ApprovalTest, HistoryIsBounded) {
  for (size_t i = 0; i < kApprovalHistoryMax; ++i) {
    ASSERT_TRUE(Change(Action::kSubmit).ok());
    ASSERT_TRUE(Change(Action::kWithdraw).ok());
  }

  EXPECT_EQ(approval_.history.size(), kApprovalHistoryMax);
}

TEST(ApprovalPolicyTest, ATemplatesOwnMembersGoBeforeTheAccounts) {
  model::TemplatePolicy account;
  account.require_approval = true;
  account.required_approvals = 3;
  model::TemplatePolicy own;
  own.required_approvals = 1;

  const ApprovalPolicy policy = PolicyOf(account, own);

  EXPECT_TRUE(policy.require_approval);
  EXPECT_EQ(policy.required_approvals, 1);
  EXPECT_TRUE(policy.allow_self_approval);
}

TEST(ApprovalPolicyTest, AtLeastOneApprovalIsRequired) {
  model::TemplatePolicy policy;
  policy.required_approvals = 0;

  EXPECT_FALSE(CheckPolicy(policy).ok());
}

}  // namespace
}  // namespace pinion::templates
