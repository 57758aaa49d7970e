#include "templates/engine/recipient_variables.h"

#include <gtest/gtest.h>

#include "templates/engine/sample_recipient.h"

namespace pinion::templates {
namespace {

SubstitutionTree Text(std::string text) {
  SubstitutionTree tree;
  tree.kind = SubstitutionTree::Kind::kString;
  tree.text = std::move(text);
  return tree;
}

SubstitutionTree Object(std::vector<SubstitutionMember> members) {
  SubstitutionTree tree;
  tree.kind = SubstitutionTree::Kind::kObject;
  tree.members = std::move(members);
  return tree;
}

SubstitutionTree List(std::vector<SubstitutionTree> items) {
  SubstitutionTree tree;
  tree.kind = SubstitutionTree::Kind::kList;
  tree.items = std::move(items);
  return tree;
}

std::string RenderDefaulted(SubstitutionTree defaults, std::string_view source) {
  const DefaultSubstitutions flattened(std::move(defaults));
  SampleRecipient recipient;
  recipient.view.defaults = &flattened;
  return RenderFor(recipient.view, source);
}

TEST(RecipientVariablesTest, SubstitutionsHideTheRecipient) {
  SampleRecipient recipient;
  const std::vector<NamedValue> own = {{"Name", Value::String("Own")}};
  const std::vector<NamedValue> message = {{"Name", Value::String("Message")},
                                           {"User.UserAttributes.FirstName", Value::String("M")}};
  recipient.view.substitutions[0] = own;
  recipient.view.substitutions[3] = message;

  EXPECT_EQ(RenderFor(recipient.view, "{{Name}} {{User.UserAttributes.FirstName}} {{FirstName}}"),
            "Own M Anna");
}

TEST(RecipientVariablesTest, SubstitutionKeysMayHaveAnIndex) {
  SampleRecipient recipient;
  const std::vector<NamedValue> layer = {
      {"User.UserAttributes.FirstName.[0]", Value::String("exact")},
      {"Color", SampleRecipient::List(recipient.items)}};
  recipient.view.substitutions[1] = layer;

  EXPECT_EQ(RenderFor(recipient.view, "{{User.UserAttributes.FirstName.[0]}} {{Color.[1]}}"),
            "exact 2009");
}

TEST(RecipientVariablesTest, BareNamesGoFromAttributesToContext) {
  SampleRecipient recipient;
  recipient.user_attributes.push_back({"Name", Value::String("user")});
  recipient.user_attributes.push_back({"Offer", Value::String("user offer")});
  recipient.view.user_attributes = recipient.user_attributes;

  EXPECT_EQ(RenderFor(recipient.view, "{{Name}} {{Offer}}"), "Ann user offer");
}

TEST(RecipientVariablesTest, DefaultsTakeFlatAndNestedKeys) {
  EXPECT_EQ(RenderDefaulted(Object({{"Code", Text("X1")}}), "{{Code}}"), "X1");
  EXPECT_EQ(RenderDefaulted(Object({{"User.UserAttributes.Pet", Text("cat")}}),
                            "{{User.UserAttributes.Pet}} {{User.UserAttributes.Pet.[0]}}"),
            "cat cat");
  EXPECT_EQ(RenderDefaulted(
                Object({{"User", Object({{"UserAttributes", Object({{"Pet", Text("cat")}})}})}}),
                "{{User.UserAttributes.Pet}}"),
            "cat");
}

TEST(RecipientVariablesTest, FlatDefaultsWinOverNestedOnes) {
  EXPECT_EQ(RenderDefaulted(
                Object({{"Shop", Object({{"Name", Text("nested")}})}, {"Shop.Name", Text("flat")}}),
                "{{Shop.Name}}"),
            "flat");
}

TEST(RecipientVariablesTest, DefaultsMayBeListsAndObjects) {
  EXPECT_EQ(RenderDefaulted(Object({{"Pets", List({Text("cat"), Text("dog")})}}),
                            "{{Pets}} {{Pets.[1]}} {{#each Pets}}<{{this}}>{{/each}}"),
            "cat, dog dog <cat><dog>");
  EXPECT_EQ(RenderDefaulted(
                Object({{"Rows", List({Object({{"n", Text("a")}}), Object({{"n", Text("b")}})})}}),
                "{{#each Rows}}{{n}}{{/each}}"),
            "ab");
}

TEST(RecipientVariablesTest, PathsGoOnIntoTheListsOfDefaults) {
  EXPECT_EQ(RenderDefaulted(
                Object({{"Rows", List({Object({{"n", Text("a")}}), Object({{"n", Text("b")}})})}}),
                "{{Rows.[1].n}}{{Rows.0.n}}{{Rows.length}}{{Rows.[2].n}}"),
            "ba2");
}

TEST(RecipientVariablesTest, DefaultsDoNotHideValues) {
  EXPECT_EQ(
      RenderDefaulted(Object({{"Name", Text("d")}, {"None", Text("e")}, {"Empty", Text("f")}}),
                      "{{Name}} {{None}} [{{Empty}}]"),
      "Ann e []");
}

TEST(RecipientVariablesTest, RecommendedVariablesMustBeFound) {
  SampleRecipient recipient;
  recipient.view.recommendations_required = true;
  const std::string_view names[] = {"Product"};
  recipient.view.recommended_names = names;

  EXPECT_EQ(RenderFor(recipient.view, "{{RecommendationItems.[0]}}{{Gone}}"), "1815");
  EXPECT_EQ(RenderFor(recipient.view, "{{RecommendationItems.[9]}}"),
            "!Rendering failed: the variable RecommendationItems.[9] has no value");
  EXPECT_EQ(RenderFor(recipient.view, "{{Product}}"),
            "!Rendering failed: the variable Product has no value");
}

TEST(RecipientVariablesTest, GroupsAreMaps) {
  const SampleRecipient recipient;

  EXPECT_EQ(RenderFor(recipient.view, "{{#each User.UserAttributes}}{{@key}} {{/each}}"),
            "FirstName Joined ");
  EXPECT_EQ(RenderFor(recipient.view, "{{#each Metrics}}{{@key}}={{this}} {{/each}}"),
            "Score=2.5 Visits=3 Zero=0 ");
  EXPECT_EQ(RenderFor(recipient.view, "{{Event.Attributes.x}}{{#if Event}}y{{/if}}"), "");
}

}  // namespace
}  // namespace pinion::templates
