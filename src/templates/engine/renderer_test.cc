#include "templates/engine/renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "templates/engine/sample_recipient.h"

namespace pinion::templates {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string RenderLimited(std::string_view source, RenderLimits limits) {
  RenderOptions options;
  options.limits = limits;
  return RenderFor(SampleRecipient().view, source, Escaping::kNone, options);
}

TEST(EscapingTest, FollowsThePart) {
  const char* source = "{{Html}}";

  EXPECT_EQ(RenderSample(source, Escaping::kHtml),
            "&lt;b&gt;&quot;O&#x27;Neil&quot; &amp; co&#x3D;1&#x60;&lt;/b&gt;");
  EXPECT_EQ(RenderSample(source, Escaping::kXml),
            "&lt;b&gt;&quot;O&apos;Neil&quot; &amp; co=1`&lt;/b&gt;");
  EXPECT_EQ(RenderSample("{\"a\":\"{{Html}}\"}", Escaping::kJson),
            "{\"a\":\"<b>\\\"O'Neil\\\" & co=1`</b>\"}");
  EXPECT_EQ(RenderSample(source, Escaping::kNone), "<b>\"O'Neil\" & co=1`</b>");
}

TEST(EscapingTest, TripleBracesAndAmpersandPrintRaw) {
  EXPECT_EQ(RenderSample("{{{Html}}}{{& Html}}", Escaping::kHtml),
            "<b>\"O'Neil\" & co=1`</b><b>\"O'Neil\" & co=1`</b>");
}

TEST(EscapingTest, HelperResultsAreEscaped) {
  EXPECT_EQ(RenderSample("{{upper \"<a>\"}}", Escaping::kHtml), "&lt;A&gt;");
}

TEST(EscapingTest, SingleLinesHaveNoLineBreaks) {
  EXPECT_EQ(RenderSample("a\r\nb{{replace \"x-y\" \"-\" Break}}\n\nc", Escaping::kSingleLine),
            "a bxy c");
}

TEST(EscapingTest, VoiceBodiesAreXmlIfTheyAreSsml) {
  EXPECT_EQ(EscapingOfVoiceBody("<speak>hi</speak>"), Escaping::kXml);
  EXPECT_EQ(EscapingOfVoiceBody("hi"), Escaping::kNone);
}

TEST(RendererTest, RawContentMustBeJson) {
  EXPECT_EQ(RenderSample("{\"a\":{{Name}}}", Escaping::kJson),
            "!Rendering failed: the rendered content is not valid JSON");
}

TEST(RendererTest, OutputIsAppendedAndKeptOnFailure) {
  const SampleRecipient recipient;
  const auto good = CompiledTemplate::Compile("{{Name}}", {"Body", {}});
  const auto bad = CompiledTemplate::Compile("x{{> (lower \"NOPE\")}}", {"Body", {}});
  std::string out = "Hi ";

  ASSERT_TRUE(Render(*good, RecipientVariables(recipient.view), {}, out).ok());
  EXPECT_EQ(out, "Hi Ann");

  const base::Status failed = Render(*bad, RecipientVariables(recipient.view), {}, out);
  EXPECT_EQ(failed.error().message, "Rendering failed: unknown partial nope");
  EXPECT_EQ(out, "Hi Ann");
}

TEST(RendererTest, MissingVariablesFailOnlyWhereTheyWouldPrint) {
  RenderOptions options;
  options.missing = MissingPolicy::kFail;
  const SampleRecipient recipient;
  const auto render = [&](const char* source) {
    return RenderFor(recipient.view, source, Escaping::kNone, options);
  };

  EXPECT_EQ(render("{{Gone}}"), "!Rendering failed: the variable Gone has no value");
  EXPECT_EQ(render("{{upper Gone}}"), "!Rendering failed: the variable Gone has no value");
  EXPECT_EQ(render("{{#if Gone}}{{Gone}}{{else}}-{{/if}}"), "-");
  EXPECT_EQ(render("{{#each Gone}}x{{/each}}{{#with Gone}}x{{/with}}{{eq Gone 1}}"), "false");
  EXPECT_EQ(render("{{defaultIfEmpty Gone \"d\"}}"), "d");
}

TEST(RendererTest, ReportNamesVariablesMissingAndDefaulted) {
  SubstitutionTree defaults;
  defaults.kind = SubstitutionTree::Kind::kObject;
  SubstitutionTree text;
  text.kind = SubstitutionTree::Kind::kString;
  text.text = "10";
  defaults.members.push_back({"Discount", text});
  const DefaultSubstitutions flattened(defaults);
  SampleRecipient recipient;
  recipient.view.defaults = &flattened;
  const auto compiled = CompiledTemplate::Compile(
      "{{Name}} {{Discount}} {{Gone}} {{#if Zero}}{{Unseen}}{{/if}}{{Name}}"
      "{{#each Color}}{{this}}{{Offer}}{{/each}}{{inflect 1 a b}}",
      {"Body", {}});
  std::string out;
  RenderReport report;

  ASSERT_TRUE(Render(*compiled, RecipientVariables(recipient.view), {}, out, &report).ok());

  EXPECT_THAT(report.variables,
              ElementsAre("Name", "Discount", "Gone", "Zero", "Unseen", "Color", "Offer"));
  EXPECT_THAT(report.missing, ElementsAre("Gone"));
  EXPECT_THAT(report.defaulted, ElementsAre("Discount"));
}

TEST(RendererTest, TemplateListsVariablesHelpersAndPartials) {
  const auto compiled = CompiledTemplate::Compile(
      "{{#*inline \"p\"}}{{Inner}}{{/inline}}{{> p}}{{upper A.b}}{{#each L}}{{x}}{{/each}}{{now}}",
      {"Body", {}});

  ASSERT_TRUE(compiled.ok());
  EXPECT_THAT(compiled->Variables(), ElementsAre("A.b", "L"));
  EXPECT_THAT(compiled->Helpers(), ElementsAre("now", "upper"));
  EXPECT_THAT(compiled->Partials(), ElementsAre("p"));
}

TEST(RenderLimitsTest, LoopsEnd) {
  RenderLimits limits;
  limits.loop_items_max = 2;
  EXPECT_THAT(RenderLimited("{{#each Color}}{{/each}}", limits), HasSubstr("more than 2 items"));

  limits = {};
  limits.loop_passes_max = 5;
  EXPECT_THAT(RenderLimited("{{#each Color}}{{#each ../Color}}x{{/each}}{{/each}}", limits),
              HasSubstr("more than 5 loop passes"));
}

TEST(RenderLimitsTest, NodesEnd) {
  RenderLimits limits;
  limits.nodes_max = 10;
  EXPECT_THAT(RenderLimited("{{#each Color}}{{this}}{{this}}{{this}}{{this}}{{/each}}", limits),
              HasSubstr("more than 10 nodes"));
}

TEST(RenderLimitsTest, PartialsDoNotRecurseForEver) {
  EXPECT_THAT(RenderSample("{{#*inline \"p\"}}x{{> p}}{{/inline}}{{> p}}"),
              HasSubstr("partials are nested deeper than 16"));
}

TEST(RenderLimitsTest, OutputEnds) {
  RenderLimits limits;
  limits.output_bytes_max = 8;
  EXPECT_EQ(RenderLimited("12345678", limits), "12345678");
  EXPECT_THAT(RenderLimited("123456789", limits), HasSubstr("longer than 8 bytes"));
}

TEST(RenderLimitsTest, HelpersCannotGrowTextsForEver) {
  std::string source = "\"aaaaaaaaaa\"";
  for (int i = 0; i < 30; ++i) {
    source = "(replace " + source + " \"a\" \"aaaaaaaaaa\")";
  }

  EXPECT_THAT(RenderSample("{{upper " + source + "}}"), HasSubstr("the output is longer"));
}

}  // namespace
}  // namespace pinion::templates
