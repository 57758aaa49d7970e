// What is refused, and where the error is said to be (TPL-90, TPL-91).
#include <gtest/gtest.h>

#include "templates/engine/compiled_template.h"

namespace pinion::templates {
namespace {

struct Row {
  const char* source;
  size_t line;
  size_t column;
  const char* reason;
};

TEST(MalformedTemplateTest, EveryRowIsRefusedWithItsPlace) {
  const Row rows[] = {
      {"<p>\n  {{#if a}}x{{/each}}", 2, 13, "the open block is if, not each"},
      {"{{#if a}}x", 1, 1, "the block if is never closed"},
      {"é日{{#if a}}{{#each b}}x{{/each}}", 1, 3, "the block if is never closed"},
      {"{{/if}}", 1, 1, "there is no open block to close"},
      {"a{{else}}", 1, 2, "else outside of a block"},
      {"{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "a second else in the same block"},
      {"{{}}", 1, 1, "the tag is empty"},
      {"{{ }}", 1, 1, "the tag is empty"},
      {"{{#}}x", 1, 1, "the tag is empty"},
      {"{{a", 1, 1, "the tag is never closed"},
      {"{{a}", 1, 1, "unbalanced braces: } inside a tag"},
      {"{{{a}}", 1, 1, "unbalanced braces: {{{ must end with }}}"},
      {"{{a {{b}}", 1, 1, "unbalanced braces: { inside a tag"},
      {"{{! never", 1, 1, "the comment is never closed"},
      {"{{!-- never }}", 1, 1, "the comment is never closed"},
      {"{{a.}}", 1, 1, "a path has an empty segment"},
      {"{{a..b}}", 1, 1, "a path has an empty segment"},
      {"{{#each a.}}{{/each}}", 1, 1, "a path has an empty segment"},
      {"{{nope a}}", 1, 1, "unknown helper nope"},
      {"{{nope a=1}}", 1, 1, "unknown helper nope"},
      {"{{upper (nope)}}", 1, 1, "unknown helper nope"},
      {"{{#nope a}}{{/nope}}", 1, 1, "unknown helper nope"},
      {"{{a.b c}}", 1, 1, "only a helper takes arguments: a.b"},
      {"{{upper a b}}", 1, 1, "wrong number of arguments of helper upper"},
      {"{{eq a}}", 1, 1, "wrong number of arguments of helper eq"},
      {"{{#if}}{{/if}}", 1, 1, "wrong number of arguments of helper if"},
      {"{{#each a b}}{{/each}}", 1, 1, "wrong number of arguments of helper each"},
      {"{{each a}}", 1, 1, "each must be a block"},
      {"{{> nope}}", 1, 1, "unknown partial nope"},
      {"{{now \"b\"}}", 1, 1, "the date pattern has the unknown letter b"},
      {"{{dateFormat a tz=\"Mars/Olympus\"}}", 1, 1, "unknown time zone Mars/Olympus"},
      {"{{upper \"a}}", 1, 1, "the tag is never closed"},
      {"{{upper (lower a}}", 1, 1, "a subexpression is never closed"},
      {"{{lower a=1 b}}", 1, 1, "arguments must stand before name=value"},
      {"{{a as |b|}}", 1, 1, "block parameters outside of a block"},
      {"{{#if a as |b|}}{{/if}}", 1, 1, "block parameters need each or with"},
      {"{{#*inline x}}{{/inline}}", 1, 1, "expected #*inline \"name\""},
      {"{{{{raw}}}} x", 1, 1, "the block raw is never closed"},
      {"{{a+b}}", 1, 1, "unexpected character +"},
  };
  for (const Row& row : rows) {
    TemplateError error;

    const auto compiled = CompiledTemplate::Compile(row.source, {"HtmlPart", {}}, &error);

    ASSERT_FALSE(compiled.ok()) << row.source;
    EXPECT_EQ(error.line, row.line) << row.source;
    EXPECT_EQ(error.column, row.column) << row.source;
    EXPECT_EQ(error.reason, row.reason) << row.source;
  }
}

TEST(MalformedTemplateTest, MessageNamesPartLineAndColumn) {
  const auto compiled =
      CompiledTemplate::Compile("<p>\n  {{#if a}}x{{/each}}", {"HtmlPart", Escaping::kHtml});

  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().code, base::Errc::kInvalidArgument);
  EXPECT_EQ(compiled.error().message,
            "Invalid message template: HtmlPart, line 2, column 13: "
            "the open block is if, not each");
}

std::string Nested(size_t depth) {
  std::string source;
  for (size_t i = 0; i < depth; ++i) {
    source += "{{#if a}}";
  }
  for (size_t i = 0; i < depth; ++i) {
    source += "{{/if}}";
  }
  return source;
}

TEST(MalformedTemplateTest, BlocksNestToTheLimitOnly) {
  EXPECT_TRUE(CompiledTemplate::Compile(Nested(64), {"Body", {}}).ok());
  EXPECT_FALSE(CompiledTemplate::Compile(Nested(65), {"Body", {}}).ok());
}

TEST(MalformedTemplateTest, SubexpressionsNestToTheLimitOnly) {
  const auto nested = [](size_t depth) {
    std::string source = "{{lower ";
    for (size_t i = 0; i < depth; ++i) {
      source += "(lower ";
    }
    return source + "a" + std::string(depth, ')') + "}}";
  };

  EXPECT_TRUE(CompiledTemplate::Compile(nested(64), {"Body", {}}).ok());
  EXPECT_FALSE(CompiledTemplate::Compile(nested(65), {"Body", {}}).ok());
}

}  // namespace
}  // namespace pinion::templates
