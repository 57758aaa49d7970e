#include "http/outbound_url.h"

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

TEST(OutboundUrlTest, ReadsItsParts) {
  const auto url = ParseOutboundUrl("https://Hooks.Example.com:8443/a/b?c=d#part");

  ASSERT_TRUE(url.ok());
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "hooks.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_FALSE(url->address.has_value());
}

TEST(OutboundUrlTest, PortFollowsTheScheme) {
  EXPECT_EQ(ParseOutboundUrl("http://a.example")->port, 80);
  EXPECT_EQ(ParseOutboundUrl("HTTPS://a.example")->port, 443);
}

TEST(OutboundUrlTest, PlainFormReadsBackTheSame) {
  for (const std::string text :
       {"http://a.example", "https://a.example?x=1", "http://[::1]:81/", "http://192.0.2.1/p"}) {
    const auto url = ParseOutboundUrl(text);
    ASSERT_TRUE(url.ok()) << text;
    EXPECT_EQ(ParseOutboundUrl(url->ToText())->ToText(), url->ToText());
  }
}

TEST(OutboundUrlTest, AddressesAreRecognised) {
  EXPECT_TRUE(ParseOutboundUrl("http://192.0.2.1/")->address->is_v4());
  EXPECT_EQ(ParseOutboundUrl("http://[2001:DB8:0::1]:81/")->host, "2001:db8::1");
}

TEST(OutboundUrlTest, EverythingElseIsRefused) {
  for (const std::string text : {"",
                                 "example.com",
                                 "ftp://example.com/",
                                 "file:///etc/passwd",
                                 "http://",
                                 "http:///path",
                                 "http://user@example.com/",
                                 "http://user:word@example.com/",
                                 "http://example.com:0/",
                                 "http://example.com:70000/",
                                 "http://example.com:80a/",
                                 "http://example.com:/",
                                 "http://2130706433/",
                                 "http://127.1/",
                                 "http://0x7f.0.0.1/",
                                 "http://0177.0.0.1/",
                                 "http://127.0.0.1./",
                                 "http://0x7f000001/",
                                 "http://[127.0.0.1]/",
                                 "http://[fe80::1%25eth0]/",
                                 "http://::1/",
                                 "http://exa mple.com/",
                                 "http://example.com\\@127.0.0.1/",
                                 "http://example.com/\r\nHost: other",
                                 "http://ex\xc3\xa4mple.com/",
                                 "http://.example.com/",
                                 "http://a..example.com/"}) {
    const auto url = ParseOutboundUrl(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_TRUE(url.error().message.starts_with("The URL ")) << url.error().message;
  }
}

TEST(OutboundUrlTest, LengthIsLimited) {
  const std::string start = "http://a.example/";
  const std::string longest = start + std::string(kOutboundUrlBytesMax - start.size(), 'x');
  EXPECT_TRUE(ParseOutboundUrl(longest).ok());
  EXPECT_FALSE(ParseOutboundUrl(longest + "x").ok());
}

}  // namespace
}  // namespace pinion::http
