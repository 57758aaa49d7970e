#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

Request From(std::string peer, const std::vector<std::string>& forwarded_for) {
  Request request;
  request.peer_address = std::move(peer);
  for (const std::string& field : forwarded_for) {
    request.headers.Add("X-Forwarded-For", field);
  }
  return request;
}

TrustedProxies Trusting(const std::vector<std::string>& entries) {
  auto proxies = TrustedProxies::Make(entries);
  EXPECT_TRUE(proxies.ok());
  return *std::move(proxies);
}

TEST(TrustedProxiesTest, ThePeerIsTheClientWhereNobodyIsTrusted) {
  EXPECT_EQ(TrustedProxies().ClientOf(From("192.0.2.1", {"198.51.100.7"})), "192.0.2.1");
}

TEST(TrustedProxiesTest, AnUntrustedPeerIsNotBelieved) {
  EXPECT_EQ(Trusting({"10.0.0.1"}).ClientOf(From("10.0.0.2", {"198.51.100.7"})), "10.0.0.2");
}

TEST(TrustedProxiesTest, TheLastUntrustedEntryIsTheClient) {
  const TrustedProxies proxies = Trusting({"10.0.0.0/8"});
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"198.51.100.7"})), "198.51.100.7");
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"127.0.0.1, 198.51.100.7,10.0.0.2"})),
            "198.51.100.7");
}

TEST(TrustedProxiesTest, SeveralFieldsAreOneList) {
  const TrustedProxies proxies = Trusting({"10.0.0.0/8"});
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"203.0.113.9, 198.51.100.7", "10.0.0.2"})),
            "198.51.100.7");
}

TEST(TrustedProxiesTest, WhereAllAreTrustedTheFirstIsTheClient) {
  const TrustedProxies proxies = Trusting({"10.0.0.0/8"});
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"10.0.0.3, 10.0.0.2"})), "10.0.0.3");
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {})), "10.0.0.1");
}

TEST(TrustedProxiesTest, AnEntryThatIsNoAddressEndsTheChainAtItsProxy) {
  const TrustedProxies proxies = Trusting({"10.0.0.0/8"});
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"198.51.100.7, unknown, 10.0.0.2"})), "10.0.0.2");
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {""})), "10.0.0.1");
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"[2001:db8::1"})), "10.0.0.1");
}

TEST(TrustedProxiesTest, PortsAreLeftOut) {
  const TrustedProxies proxies = Trusting({"10.0.0.1", "::1"});
  EXPECT_EQ(proxies.ClientOf(From("10.0.0.1", {"198.51.100.7:4711"})), "198.51.100.7");
  EXPECT_EQ(proxies.ClientOf(From("::1", {"[2001:db8::1]:4711"})), "2001:db8::1");
  EXPECT_EQ(proxies.ClientOf(From("::1", {"2001:db8::1"})), "2001:db8::1");
}

TEST(TrustedProxiesTest, MappedAddressesAreIPv4) {
  const TrustedProxies proxies = Trusting({"10.0.0.1"});
  EXPECT_TRUE(proxies.Has("::ffff:10.0.0.1"));
  EXPECT_EQ(proxies.ClientOf(From("::ffff:10.0.0.1", {"::ffff:198.51.100.7"})), "198.51.100.7");
}

TEST(TrustedProxiesTest, OnlyAddressesAndNetworksAreTaken) {
  EXPECT_FALSE(TrustedProxies::Make({"proxy.internal"}).ok());
  EXPECT_FALSE(TrustedProxies::Make({"10.1.2.3/8"}).ok());
}

}  // namespace
}  // namespace pinion::http
