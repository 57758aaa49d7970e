#include "delivery/html_text.h"

#include <gtest/gtest.h>

namespace pinion::delivery {
namespace {

TEST(HtmlTextTest, BlocksEndLinesAndTagsGo) {
  EXPECT_EQ(
      TextOfHtml("<html><body><h1>Hello</h1>\n  <p>One <b>two</b>\nthree</p>four</body></html>"),
      "Hello\nOne two three\nfour");
}

TEST(HtmlTextTest, LinksShowTheirTarget) {
  EXPECT_EQ(TextOfHtml("See <a class='x' href=\"https://e.com/?a=1\">our shop</a>!"),
            "See our shop (https://e.com/?a=1)!");
  EXPECT_EQ(TextOfHtml("<a href=https://e.com>https://e.com</a>"), "https://e.com");
}

TEST(HtmlTextTest, EntitiesAreDecodedAndUnknownOnesStay) {
  EXPECT_EQ(TextOfHtml("a &amp; b &#233; &#x65E5; &bogus; &"), "a & b é 日 &bogus; &");
}

TEST(HtmlTextTest, ScriptsStylesAndCommentsAreLeftOut) {
  EXPECT_EQ(TextOfHtml("a<style>p{}</style><script>1<2</script><!-- <p>no</p> -->b"), "ab");
}

TEST(HtmlTextTest, WhatIsNoTagStays) {
  EXPECT_EQ(TextOfHtml("1 < 2 and 3 <"), "1 < 2 and 3 <");
}

}  // namespace
}  // namespace pinion::delivery
