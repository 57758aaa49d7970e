// What templates print: one row, one fact.
#include <gtest/gtest.h>

#include "templates/engine/sample_recipient.h"

namespace pinion::templates {
namespace {

struct Row {
  const char* source;
  const char* output;
};

void ExpectAll(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(RenderSample(row.source), row.output) << row.source;
  }
}

TEST(LanguageTest, TextStaysAsItIs) {
  ExpectAll({{"", ""},
             {"plain { } }} text", "plain { } }} text"},
             {"a\nb\r\nc", "a\nb\r\nc"},
             {"\\{{Name}}", "{{Name}}"},
             {"x \\{{a}} {{Name}}", "x {{a}} Ann"},
             {"\\\\{{Name}}", "\\Ann"},
             {"{{{{raw}}}} {{Name}} {{/x {{{{/raw}}}}!", " {{Name}} {{/x !"}});
}

TEST(LanguageTest, VariablesPrintTheirValues) {
  ExpectAll({{"{{Name}}", "Ann"},
             {"{{ Name }}", "Ann"},
             {"{{\u3000Name\u3000}}", "Ann"},
             {"{{Attributes.Name}}", "Ann"},
             {"{{Attributes/Name}}", "Ann"},
             {"{{Attributes.[Two Words]}}", "Ann"},
             {"{{[Two Words]}}", "Ann"},
             {"{{User.UserAttributes.FirstName.[0]}}", "Anna"},
             {"{{User.UserAttributes.FirstName.0}}", "Anna"},
             {"{{FirstName}}", "Anna"},
             {"{{User.UserId}}", "user-1"},
             {"{{Color}}", "blue, red, green"},
             {"{{Color.[1]}}", "red"},
             {"{{Color.[7]}}", ""},
             {"{{Visits}} {{Metrics.Score}}", "3 2.5"},
             {"{{Location.Latitude}},{{Location.Longitude}}", "59.9,-10.8"},
             {"{{Offer}}", "10%"},
             {"{{Missing}}", ""},
             {"{{this.Name}} {{./Name}} {{@root.Name}}", "Ann Ann Ann"},
             {"{{Demographic}}", "{\"Make\":\"Apple\",\"Platform\":\"ios\"}"},
             {"{{\"Two Words\"}}{{12.50}}{{true}}", "Ann"}});
}

TEST(LanguageTest, CommentsPrintNothing) {
  ExpectAll({{"a{{! comment }}b", "ab"},
             {"a{{!-- has }} braces --}}b", "ab"},
             {"a{{!----}}b", "ab"},
             {"a {{~!-- x --~}} b", "ab"},
             {"a {{~! x ~}} b", "ab"}});
}

TEST(LanguageTest, TildeStripsWhitespace) {
  ExpectAll({{"a \n {{~Name}} b", "aAnn b"},
             {"a {{Name~}} \n b", "a Annb"},
             {"a\u3000{{~Name~}}\u00a0\u3000b", "aAnnb"},
             {"a {{~{Name}~}} b", "aAnnb"},
             {"{{#if Name~}} x {{~else~}} y {{~/if}}", "x"}});
}

TEST(LanguageTest, StandaloneTagsTakeTheirLineWithThem) {
  ExpectAll({{"a\n  {{#if Name}}  \nb\n{{/if}}\nc", "a\nb\nc"},
             {"{{#if Missing}}\nb\n{{else}}\nd\n{{/if}}\n", "d\n"},
             {"a\r\n{{! note }}\r\nb", "a\r\nb"},
             {"a\n {{! note }} x\nb", "a\n  x\nb"},
             {"a\n  {{Name}}\nb", "a\n  Ann\nb"},
             {"{{#*inline \"p\"}}q{{/inline}}<\n  {{~> p}}\n>", "<q>"},
             {"{{#if Name}}\n{{#if Name}}\nx\n{{/if}}\n{{/if}}", "x\n"},
             {"a\n  {{{{raw}}}}\n{{x}}\n  {{{{/raw}}}}\nb", "a\n{{x}}\nb"},
             {"a\n  {{#if Missing}}\nb\n  {{else if Name}}\n c\n  {{/if}}\nd", "a\n c\nd"},
             {"{{#*inline \"p\"}}\nq\n{{/inline}}\n[{{> p}}]", "[q\n]"},
             {"{{#*inline \"p\"}}\na\nb\n{{/inline}}\n<\n  {{> p}}\n>", "<\n  a\n  b\n>"}});
}

TEST(LanguageTest, IfAndUnlessChooseByTruth) {
  ExpectAll({{"{{#if Name}}y{{else}}n{{/if}}", "y"},
             {"{{#if Missing}}y{{else}}n{{/if}}", "n"},
             {"{{#if Missing}}y{{^}}n{{/if}}", "n"},
             {"{{#if Empty}}y{{else}}n{{/if}}", "n"},
             {"{{#if None}}y{{else}}n{{/if}}", "n"},
             {"{{#if Zero}}y{{else}}n{{/if}}", "n"},
             {"{{#if Zero includeZero=true}}y{{else}}n{{/if}}", "y"},
             {"{{#if \"0\"}}y{{else}}n{{/if}}", "y"},
             {"{{#if \"false\"}}y{{else}}n{{/if}}", "y"},
             {"{{#unless Missing}}y{{else}}n{{/unless}}", "y"},
             {"{{#if Missing}}a{{else if Name}}b{{else}}c{{/if}}", "b"},
             {"{{#if Missing}}a{{else if Zero}}b{{else eq Name \"Ann\"}}c{{else}}d{{/if}}", "c"},
             {"{{#if Missing}}a{{else if Zero}}b{{else}}d{{/if}}!", "d!"}});
}

TEST(LanguageTest, EachWalksListsAndMaps) {
  ExpectAll({{"{{#each Color}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}",
              "0blue,1red,2green"},
             {"{{#each Color}}{{#if @first}}[{{/if}}{{.}}{{/each}}", "[blueredgreen"},
             {"{{#each Demographic}}{{@key}}={{this}};{{/each}}", "Make=Apple;Platform=ios;"},
             {"{{#each Missing}}x{{else}}none{{/each}}", "none"},
             {"{{#each None}}x{{else}}none{{/each}}!", "none!"},
             {"{{#each Color as |c i|}}{{i}}{{c}}{{/each}}", "0blue1red2green"},
             {"{{#each Demographic as |v k|}}{{k}}:{{v}} {{/each}}", "Make:Apple Platform:ios "},
             {"{{#each Color}}{{../Name}}{{/each}}", "AnnAnnAnn"},
             {"{{#each Color}}{{Name}}{{/each}}", "AnnAnnAnn"},
             {"{{#each RecommendationItems}}{{#each ../Color}}{{@../index}}{{../@index}}{{@index}} "
              "{{/each}}{{/each}}",
              "000 001 002 110 111 112 "},
             {"{{#each RecommendationItems}}{{#with "
              "../Demographic}}{{@../index}}{{../@index}}{{/with}}{{/each}}",
              "01"},
             {"{{#each Color}}{{@key}}{{/each}}{{Color.length}}{{Address.length}}", "012315"},
             {"{{#each Name}}{{this}}{{/each}}", "Ann"}});
}

TEST(LanguageTest, WithAndSectionsChangeTheContext) {
  ExpectAll({{"{{#with User}}{{UserId}} {{UserAttributes.FirstName}}{{/with}}", "user-1 Anna"},
             {"{{#with Demographic as |d|}}{{d.Make}}{{/with}}", "Apple"},
             {"{{#with Missing}}a{{else}}b{{/with}}", "b"},
             {"{{#with Demographic}}{{this.City}}{{../Location.City}}{{/with}}", "Oslo"},
             {"{{#Color}}<{{this}}>{{/Color}}", "<blue><red><green>"},
             {"{{#Demographic}}{{Make}}{{/Demographic}}", "Apple"},
             {"{{#Missing}}a{{/Missing}}{{^Missing}}b{{/Missing}}", "b"},
             {"{{#Missing}}a{{else}}c{{/Missing}}", "c"},
             {"{{^Name}}a{{/Name}}", ""},
             {"{{^Color}}a{{else}}<{{this}}>{{/Color}}", "<blue><red><green>"},
             {"{{^Missing}}a{{else}}b{{/Missing}}", "a"}});
}

TEST(LanguageTest, LookupFindsByComputedKey) {
  ExpectAll({{"{{lookup Color 1}}", "red"},
             {"{{lookup Demographic \"Make\"}}", "Apple"},
             {"{{lookup . \"Name\"}}", "Ann"},
             {"{{#each RecommendationItems}}{{lookup ../Color @index}} {{/each}}", "blue red "},
             {"{{log \"x\" Name}}", ""}});
}

TEST(LanguageTest, InlinePartialsAreCalledByName) {
  ExpectAll(
      {{"{{> p}}{{#*inline \"p\"}}[{{Name}}]{{/inline}}{{> p}}", "[Ann][Ann]"},
       {"{{#*inline \"p\"}}{{../City}}{{/inline}}{{#with Location}}{{> p ../Demographic}}{{/with}}",
        ""},
       {"{{#* inline \"p\"}}{{x}}{{/inline}}{{> p x=Name}}{{> p x=\"y\"}}", "Anny"},
       {"{{#*inline \"p\"}}{{Make}}{{/inline}}{{> p Demographic}}", "Apple"},
       {"{{#*inline \"p\"}}{{a}}{{> q}}{{/inline}}{{#*inline \"q\"}}{{b}}{{/inline}}{{> p "
        "a=1 b=2}}",
        "12"},
       {"{{#*inline \"Ann\"}}found{{/inline}}{{> (lookup . \"Name\")}}", "found"},
       {"{{#> nope}}fallback{{/nope}}", "fallback"},
       {"{{#*inline \"l\"}}<{{> @partial-block}}>{{/inline}}{{#> l}}{{Name}}{{/l}}", "<Ann>"},
       {"{{#*inline \"l\"}}<{{> @partial-block}}>{{/inline}}{{#each Color as |c|}}{{#> "
        "l}}{{c}}{{/l}}"
        "{{/each}}",
        "<blue><red><green>"},
       {"{{#*inline \"p\"}}x{{/inline}}\n<\n\t{{#> p}}{{/p}}\n>", "\n<\n\tx\n>"}});
}

TEST(LanguageTest, ConditionalHelpersPrintOrBranch) {
  ExpectAll({{"{{eq Name \"Ann\"}} {{eq Name \"Bob\"}}", "true false"},
             {"{{eq Name \"Ann\" yes='y' no='n'}}", "y"},
             {"{{if Missing yes='a' no=Name}}", "Ann"},
             {"{{#eq Name \"Ann\"}}y{{else}}n{{/eq}}", "y"},
             {"{{#and Name Color}}y{{/and}}{{#or Missing Zero}}x{{else}}n{{/or}}", "yn"},
             {"{{not Missing}}", "true"},
             {"{{#if (and (gt Visits 2) (not Missing))}}y{{/if}}", "y"},
             {"{{eq Visits 3.0}} {{eq Visits \"3\"}} {{eq \"3\" \"3.0\"}}", "true true false"},
             {"{{gt \"100\" \"17\"}} {{gt \"b\" \"a\"}} {{lt \"100\" \"1a\"}}", "true true true"},
             {"{{gte 2 2}} {{lte 3 2}} {{lt -1 0}}", "true false true"},
             {"{{eq Missing Gone}} {{eq Missing \"\"}} {{neq Missing null}}", "true false false"},
             {"{{gt Missing 1}} {{lte 1 Missing}}", "false false"},
             {"{{ne Name \"x\"}}", "true"}});
}

TEST(LanguageTest, BareNamesAreHelpersOnlyWithoutAVariable) {
  SampleRecipient recipient;

  EXPECT_EQ(RenderFor(recipient.view, "{{now}}"), "Sep 19, 2020");

  recipient.attributes.push_back({"now", Value::String("later")});
  recipient.view.attributes = recipient.attributes;
  EXPECT_EQ(RenderFor(recipient.view, "{{now}} {{upper}}"), "later ");
}

TEST(LanguageTest, UuidIsRandomVersion4) {
  const std::string made = RenderSample("{{uuid}}");

  ASSERT_EQ(made.size(), 36u);
  EXPECT_EQ(made[14], '4');
}

}  // namespace
}  // namespace pinion::templates
