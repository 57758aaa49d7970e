#include "analytics/kpi_catalog.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> NamesOf(KpiScope scope) {
  std::vector<std::string> names;
  for (const Kpi& kpi : AllKpis()) {
    if (kpi.scope == scope) {
      names.push_back(kpi.name);
    }
  }
  return names;
}

TEST(KpiCatalogTest, EachNameIsOfAnOperationOnce) {
  for (const KpiScope scope : {KpiScope::kApplication, KpiScope::kCampaign, KpiScope::kJourney}) {
    const auto names = NamesOf(scope);
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
  }
  // As many as the tables of the specification name.
  EXPECT_THAT(NamesOf(KpiScope::kApplication), SizeIs(14 + 22 + 16));
  EXPECT_THAT(NamesOf(KpiScope::kCampaign), SizeIs(18));
  EXPECT_THAT(NamesOf(KpiScope::kJourney), SizeIs(30));
}

TEST(KpiCatalogTest, TheKeyOfAValueIsTheNameWithoutItsGrouping) {
  const auto key = [](KpiScope scope, std::string_view name) {
    const Kpi* kpi = FindKpi(scope, name);
    return kpi != nullptr ? kpi->value_key : "";
  };
  EXPECT_EQ(key(KpiScope::kApplication, "unique-deliveries"), "UniqueDeliveries");
  EXPECT_EQ(key(KpiScope::kApplication, "txn-sms-sent-grouped-by-date"), "TxnSmsSent");
  EXPECT_EQ(key(KpiScope::kApplication, "txn-sms-delivered-by-parts"), "TxnSmsDeliveredByParts");
  EXPECT_EQ(key(KpiScope::kJourney, "journey-emails-sent"), "JourneyEmailsSent");
  EXPECT_EQ(key(KpiScope::kJourney, "emails-sent-grouped-by-journey-activity"), "EmailsSent");
}

TEST(KpiCatalogTest, AKpiOfAnotherOperationIsUnknown) {
  EXPECT_NE(FindKpi(KpiScope::kApplication, "txn-emails-sent"), nullptr);
  EXPECT_EQ(FindKpi(KpiScope::kCampaign, "txn-emails-sent"), nullptr);
  EXPECT_EQ(FindKpi(KpiScope::kApplication, "journey-emails-sent"), nullptr);
  EXPECT_EQ(FindKpi(KpiScope::kApplication, ""), nullptr);
}

TEST(KpiCatalogTest, TheNearestNamesAreThoseWithTheFewestDifferences) {
  EXPECT_THAT(NearestKpis(KpiScope::kApplication, "unique_deliveries"),
              ElementsAre("unique-deliveries", ::testing::_, ::testing::_));
  EXPECT_THAT(NearestKpis(KpiScope::kCampaign, std::string(100'000, 'x')), SizeIs(3));
}

}  // namespace
}  // namespace pinion::analytics
