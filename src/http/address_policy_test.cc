#include "http/address_policy.h"

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

AddressPolicy Policy(const AddressPolicy::Options& options) {
  auto policy = AddressPolicy::Make(options);
  EXPECT_TRUE(policy.ok());
  return *policy;
}

bool Allows(const AddressPolicy& policy,
            std::string_view address,
            std::string_view host = "example.com",
            uint16_t port = 443) {
  const auto parsed = IpAddress::Parse(address);
  EXPECT_TRUE(parsed.has_value()) << address;
  return policy.Allows(*parsed, host, port);
}

TEST(AddressPolicyTest, PublicAddressesAreOpen) {
  for (const std::string_view address : {"8.8.8.8",
                                         "172.15.255.255",
                                         "172.32.0.0",
                                         "100.63.255.255",
                                         "100.128.0.0",
                                         "192.167.255.255",
                                         "11.0.0.0",
                                         "223.255.255.255",
                                         "2606:4700:4700::1111",
                                         "64:ff9b::808:808",
                                         "::ffff:8.8.8.8",
                                         "2002:808:808::1"}) {
    EXPECT_TRUE(Allows({}, address)) << address;
  }
}

TEST(AddressPolicyTest, EverythingElseIsRefused) {
  for (const std::string_view address : {"127.0.0.1",
                                         "127.255.255.255",
                                         "0.0.0.0",
                                         "10.0.0.1",
                                         "172.16.0.1",
                                         "172.31.255.255",
                                         "192.168.0.1",
                                         "100.64.0.1",
                                         "100.127.255.255",
                                         "169.254.169.254",
                                         "169.254.0.1",
                                         "224.0.0.1",
                                         "240.0.0.1",
                                         "255.255.255.255",
                                         "192.0.2.1",
                                         "198.18.0.1",
                                         "::",
                                         "::1",
                                         "fc00::1",
                                         "fdff::1",
                                         "fe80::1",
                                         "fec0::1",
                                         "ff02::1",
                                         "2001:db8::1",
                                         "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                                         "fd00:ec2::254"}) {
    EXPECT_FALSE(Allows({}, address)) << address;
  }
}

TEST(AddressPolicyTest, Ipv4InsideIpv6IsJudgedAsIpv4) {
  for (const std::string_view address : {"::ffff:127.0.0.1",
                                         "::127.0.0.1",
                                         "::ffff:0:10.0.0.1",
                                         "64:ff9b::a00:1",
                                         "64:ff9b::7f00:1",
                                         "2002:7f00:1::1",
                                         "2002:a9fe:a9fe::1"}) {
    EXPECT_FALSE(Allows({}, address)) << address;
  }
}

TEST(AddressPolicyTest, NetworksOpenWhatIsInThem) {
  const AddressPolicy policy = Policy({.allow = {"10.1.0.0/16", "fd12::/16"}});

  EXPECT_TRUE(Allows(policy, "10.1.255.255"));
  EXPECT_TRUE(Allows(policy, "::ffff:10.1.0.1"));
  EXPECT_TRUE(Allows(policy, "fd12::1"));
  EXPECT_FALSE(Allows(policy, "10.2.0.0"));
  EXPECT_FALSE(Allows(policy, "fd13::1"));
}

TEST(AddressPolicyTest, HostAndPortOpenThatDestinationOnly) {
  const AddressPolicy policy = Policy({.allow = {"Hooks.internal:8443", "smtp.internal:25"}});

  EXPECT_TRUE(Allows(policy, "10.0.0.1", "hooks.internal", 8443));
  EXPECT_FALSE(Allows(policy, "10.0.0.1", "hooks.internal", 443));
  EXPECT_FALSE(Allows(policy, "10.0.0.1", "other.internal", 8443));
  EXPECT_TRUE(policy.AllowsPort("smtp.internal", 25));
  EXPECT_FALSE(policy.AllowsPort("hooks.internal", 25));
}

TEST(AddressPolicyTest, LowPortsAreRefusedButThoseOfTheWeb) {
  const AddressPolicy policy;
  for (const uint16_t port : std::initializer_list<uint16_t>{80, 443, 1024, 8080, 65535}) {
    EXPECT_TRUE(policy.AllowsPort("example.com", port)) << port;
  }
  for (const uint16_t port : std::initializer_list<uint16_t>{1, 22, 25, 1023}) {
    EXPECT_FALSE(policy.AllowsPort("example.com", port)) << port;
  }
}

TEST(AddressPolicyTest, PrivateRangesCanBeOpenedTogether) {
  const AddressPolicy policy = Policy({.open_private = true});
  for (const std::string_view address :
       {"127.0.0.1", "::1", "10.0.0.1", "192.168.7.7", "fc00::1"}) {
    EXPECT_TRUE(Allows(policy, address)) << address;
  }
  EXPECT_FALSE(Allows(policy, "169.254.0.1"));
  EXPECT_FALSE(Allows(policy, "100.64.0.1"));
}

TEST(AddressPolicyTest, LoopbackAloneCanBeOpened) {
  const AddressPolicy policy = Policy({.open_loopback = true});

  EXPECT_TRUE(Allows(policy, "127.0.0.1"));
  EXPECT_TRUE(Allows(policy, "::1"));
  EXPECT_FALSE(Allows(policy, "10.0.0.1"));
}

TEST(AddressPolicyTest, MetadataServiceOpensOnlyByItsVeryAddress) {
  const AddressPolicy wide =
      Policy({.allow = {"169.254.0.0/16", "fd00::/8", "meta.internal:80"}, .open_private = true});
  EXPECT_FALSE(Allows(wide, "169.254.169.254", "meta.internal", 80));
  EXPECT_FALSE(Allows(wide, "::ffff:169.254.169.254"));
  EXPECT_FALSE(Allows(wide, "fd00:ec2::254"));
  EXPECT_TRUE(Allows(wide, "169.254.0.7"));

  EXPECT_TRUE(Allows(Policy({.allow = {"169.254.169.254"}}), "169.254.169.254"));
  EXPECT_TRUE(Allows(Policy({.allow = {"fd00:ec2::254/128"}}), "fd00:ec2::254"));
}

TEST(AddressPolicyTest, EntriesOfNoFormAreNamed) {
  for (const std::string entry :
       {"", "hooks.internal", "10.1.2.3/8", "10.0.0.0/33", "hooks.internal:0", "a/b:80", ":80"}) {
    const auto policy = AddressPolicy::Make({.allow = {entry}});
    ASSERT_FALSE(policy.ok()) << entry;
    EXPECT_NE(policy.error().message.find("'" + entry + "'"), std::string::npos);
  }
}

}  // namespace
}  // namespace pinion::http
