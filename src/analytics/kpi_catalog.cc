#include "analytics/kpi_catalog.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace pinion::analytics {
namespace {

constexpr size_t kNearestMax = 3;

// What is counted: aggregates over `messages`, flags being 0 or 1.
struct Measure {
  KpiForm form;
  std::string_view numerator;
  std::string_view denominator = "";
  KpiPopulation population = KpiPopulation::kSent;
};

constexpr std::string_view kSentCount = "sum(sent)";
constexpr std::string_view kDeliveredCount = "sum(delivered)";
constexpr std::string_view kCampaignDeliveredCount = "sum(delivered_for_campaigns)";
constexpr std::string_view kPrice = "sum(price)";
constexpr std::string_view kParts = "sum(parts)";

constexpr Measure kSent{KpiForm::kSum, kSentCount};
constexpr Measure kDelivered{KpiForm::kSum, kDeliveredCount};
constexpr Measure kDeliveryRate{KpiForm::kQuotient, kDeliveredCount, kSentCount};
constexpr Measure kCampaignDelivered{KpiForm::kSum, kCampaignDeliveredCount};
constexpr Measure kCampaignDeliveryRate{KpiForm::kQuotient, kCampaignDeliveredCount, kSentCount};
constexpr Measure kUniqueDeliveries{
    KpiForm::kSum, "count(DISTINCT CASE WHEN delivered_for_campaigns = 1 THEN client_id END)"};
constexpr Measure kHardBounced{KpiForm::kSum, "sum(hard_bounced)"};
constexpr Measure kHardBounceRate{KpiForm::kQuotient, "sum(hard_bounced)", kSentCount};
constexpr Measure kSoftBounced{KpiForm::kSum, "sum(bounced_softly_only)"};
constexpr Measure kComplaints{KpiForm::kSum, "sum(complained)"};
constexpr Measure kComplaintRate{KpiForm::kQuotient, "sum(complained)", kSentCount};
constexpr Measure kOpens{KpiForm::kSum, "sum(open_hours)"};
constexpr Measure kClicks{KpiForm::kSum, "sum(click_hours)"};
constexpr Measure kUnsubscribes{KpiForm::kSum, "sum(unsubscribe_hours)"};
constexpr Measure kUniqueOpens{KpiForm::kSum,
                               "count(DISTINCT CASE WHEN open_hours > 0 THEN client_id END)"};
constexpr Measure kUniqueClicks{KpiForm::kSum,
                                "count(DISTINCT CASE WHEN click_hours > 0 THEN client_id END)"};
// Opens of what is not delivered count nothing here, or the rate could exceed 1.
constexpr Measure kOpenRate{
    KpiForm::kQuotient,
    "sum(CASE WHEN open_hours > 0 AND delivered_for_campaigns = 1 THEN 1 ELSE 0 END)",
    kCampaignDeliveredCount};
constexpr Measure kPushOpens{KpiForm::kPushOpens, ""};
constexpr Measure kPushOpenRate{KpiForm::kPushOpenRate, "", kCampaignDeliveredCount};
constexpr Measure kRejected{KpiForm::kSum, "sum(rejected)", "", KpiPopulation::kSentOrRejected};
constexpr Measure kSpend{KpiForm::kSum, kPrice};
constexpr Measure kSentParts{KpiForm::kSum, kParts};
constexpr Measure kDeliveredParts{KpiForm::kSum, "sum(parts * delivered)"};
constexpr Measure kAveragePrice{KpiForm::kQuotient, kPrice, kSentCount};
constexpr Measure kAveragePriceByParts{KpiForm::kQuotient, kPrice, kParts};
constexpr Measure kErrors{KpiForm::kSum, kSentCount, "", KpiPopulation::kFailed};

// Groupings of a row of the tables below, as letters: "-" none, d date, c campaign, a activity of a
// campaign, j activity of a journey, l country, e error code.
struct Names {
  KpiScope scope;
  Family family;
  std::string_view channel;
  std::string_view stem;
  Measure measure;
  std::string_view groupings;
};

constexpr auto kApp = KpiScope::kApplication;
constexpr auto kOfCampaign = KpiScope::kCampaign;
constexpr auto kOfJourney = KpiScope::kJourney;
constexpr auto kTxn = Family::kTransactional;
constexpr auto kCampaigns = Family::kCampaign;
constexpr auto kJourneys = Family::kJourney;

constexpr std::array kNames = {
    Names{kApp, kCampaigns, "", "attempted-deliveries", kSent, "-cd"},
    Names{kApp, kCampaigns, "", "successful-delivery-rate", kCampaignDeliveryRate, "-d"},
    Names{kApp, kCampaigns, "", "successful-deliveries", kCampaignDelivered, "c"},
    Names{kApp, kCampaigns, "", "unique-deliveries", kUniqueDeliveries, "-cd"},
    Names{kApp, kCampaigns, kEmail, "email-open-rate", kOpenRate, "-c"},
    Names{kApp, kCampaigns, kPush, "push-open-rate", kPushOpenRate, "-c"},
    Names{kApp, kCampaigns, kSms, "sms-spend", kSpend, "-"},

    Names{kApp, kTxn, kEmail, "txn-emails-sent", kSent, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-delivered", kDelivered, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-delivery-rate", kDeliveryRate, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-hard-bounced", kHardBounced, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-soft-bounced", kSoftBounced, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-opened", kOpens, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-clicked", kClicks, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-unique-opens", kUniqueOpens, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-unique-clicks", kUniqueClicks, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-with-complaints", kComplaints, "-d"},
    Names{kApp, kTxn, kEmail, "txn-emails-complaint-rate", kComplaintRate, "-d"},

    Names{kApp, kTxn, kSms, "txn-sms-sent", kSent, "-dl"},
    Names{kApp, kTxn, kSms, "txn-sms-delivered", kDelivered, "-dl"},
    Names{kApp, kTxn, kSms, "txn-sms-delivery-rate", kDeliveryRate, "-d"},
    Names{kApp, kTxn, kSms, "txn-sms-sent-by-parts", kSentParts, "-l"},
    Names{kApp, kTxn, kSms, "txn-sms-delivered-by-parts", kDeliveredParts, "-l"},
    Names{kApp, kTxn, kSms, "txn-sms-total-price", kSpend, "l"},
    Names{kApp, kTxn, kSms, "txn-sms-average-price", kAveragePrice, "l"},
    Names{kApp, kTxn, kSms, "txn-sms-average-price-by-parts", kAveragePriceByParts, "l"},
    Names{kApp, kTxn, kSms, "txn-sms-error-distribution", kErrors, "e"},

    Names{kOfCampaign, kCampaigns, "", "attempted-deliveries", kSent, "a"},
    Names{kOfCampaign, kCampaigns, "", "successful-deliveries", kCampaignDelivered, "a"},
    Names{kOfCampaign, kCampaigns, "", "successful-delivery-rate", kCampaignDeliveryRate, "-ad"},
    Names{kOfCampaign, kCampaigns, "", "unique-deliveries", kUniqueDeliveries, "-ad"},
    Names{kOfCampaign, kCampaigns, kEmail, "hard-bounce-rate", kHardBounceRate, "-a"},
    Names{kOfCampaign, kCampaigns, kEmail, "email-open-rate", kOpenRate, "-a"},
    Names{kOfCampaign, kCampaigns, kPush, "push-open-rate", kPushOpenRate, "-a"},
    Names{kOfCampaign, kCampaigns, kEmail, "direct-email-opens", kOpens, "a"},
    Names{kOfCampaign, kCampaigns, kPush, "direct-push-opens", kPushOpens, "a"},
    Names{kOfCampaign, kCampaigns, kEmail, "clicks", kClicks, "a"},
    Names{kOfCampaign, kCampaigns, kSms, "sms-spend", kSpend, "-"},

    Names{kOfJourney, kJourneys, kEmail, "emails-sent", kSent, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-delivered", kDelivered, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-opened", kOpens, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-clicked", kClicks, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-unsubscribed", kUnsubscribes, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-rejected", kRejected, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-hardbounced", kHardBounced, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-softbounced", kSoftBounced, "-j"},
    Names{kOfJourney, kJourneys, kEmail, "emails-complained", kComplaints, "-j"},
    Names{kOfJourney, kJourneys, kSms, "sms-sent", kSent, "-j"},
    Names{kOfJourney, kJourneys, kSms, "sms-delivered", kDelivered, "-j"},
    Names{kOfJourney, kJourneys, kSms, "sms-sent-by-parts", kSentParts, "-j"},
    Names{kOfJourney, kJourneys, kPush, "push-sent", kSent, "-j"},
    Names{kOfJourney, kJourneys, kPush, "push-delivered", kDelivered, "-j"},
    Names{kOfJourney, kJourneys, kPush, "push-opened", kPushOpens, "-j"},
};

struct Grouping {
  char letter;
  KpiGrouping grouping;
  std::string_view suffix;  // of the name
  std::string_view key;     // KPI-7
  std::string_view column;
};

constexpr std::array kGroupings = {
    Grouping{'-', KpiGrouping::kNone, "", "", ""},
    Grouping{'d', KpiGrouping::kDate, "-grouped-by-date", "Date", "sent_day"},
    Grouping{'c', KpiGrouping::kCampaign, "-grouped-by-campaign", "CampaignId", "source_id"},
    Grouping{'a',
             KpiGrouping::kCampaignActivity,
             "-grouped-by-campaign-activity",
             "CampaignActivityId",
             "activity_id"},
    Grouping{'j',
             KpiGrouping::kJourneyActivity,
             "-grouped-by-journey-activity",
             "JourneyActivityId",
             "activity_id"},
    Grouping{'l', KpiGrouping::kCountry, "-grouped-by-country", "Country", "country"},
    // The one KPI whose name does not say that it is grouped.
    Grouping{'e', KpiGrouping::kErrorCode, "", "ErrorCode", "status"},
};

const Grouping& GroupingOf(KpiGrouping grouping) {
  return *std::find_if(kGroupings.begin(), kGroupings.end(), [&](const Grouping& each) {
    return each.grouping == grouping;
  });
}

// KPI-6: txn-sms-sent → TxnSmsSent.
std::string PascalCase(std::string_view name) {
  std::string text;
  bool starts_word = true;
  for (const char c : name) {
    if (c == '-') {
      starts_word = true;
      continue;
    }
    text += starts_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    starts_word = false;
  }
  return text;
}

Kpi Make(const Names& names, const Grouping& grouping) {
  std::string stem(names.stem);
  if (names.scope == kOfJourney && grouping.grouping == KpiGrouping::kNone) {
    stem = "journey-" + stem;
  }
  return {.scope = names.scope,
          .name = stem + std::string(grouping.suffix),
          .value_key = PascalCase(stem),
          .family = names.family,
          .channel = names.channel,
          .population = names.measure.population,
          .form = names.measure.form,
          .numerator = names.measure.numerator,
          .denominator = names.measure.denominator,
          .grouping = grouping.grouping};
}

std::vector<Kpi> MakeAll() {
  std::vector<Kpi> all;
  for (const Names& names : kNames) {
    for (const Grouping& grouping : kGroupings) {
      if (names.groupings.find(grouping.letter) != std::string_view::npos) {
        all.push_back(Make(names, grouping));
      }
    }
  }
  std::sort(all.begin(), all.end(), [](const Kpi& left, const Kpi& right) {
    return std::pair(left.scope, std::string_view(left.name)) <
           std::pair(right.scope, std::string_view(right.name));
  });
  return all;
}

// How many characters must be put in, left out or changed to make one of the other.
size_t EditDistance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t i = 0; i <= to.size(); ++i) {
    row[i] = i;
  }
  for (size_t i = 0; i < from.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < to.size(); ++j) {
      const size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const std::vector<Kpi>& AllKpis() {
  static const std::vector<Kpi> all = MakeAll();
  return all;
}

const Kpi* FindKpi(KpiScope scope, std::string_view name) {
  for (const Kpi& kpi : AllKpis()) {
    if (kpi.scope == scope && kpi.name == name) {
      return &kpi;
    }
  }
  return nullptr;
}

std::vector<std::string_view> NearestKpis(KpiScope scope, std::string_view name) {
  // Longer than any name; what follows cannot make it more like one.
  const std::string_view compared = name.substr(0, 128);
  std::vector<std::pair<size_t, std::string_view>> ranked;
  for (const Kpi& kpi : AllKpis()) {
    if (kpi.scope == scope) {
      ranked.emplace_back(EditDistance(compared, kpi.name), kpi.name);
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string_view> nearest;
  for (const auto& [distance, each] :
       std::span(ranked).first(std::min(kNearestMax, ranked.size()))) {
    nearest.push_back(each);
  }
  return nearest;
}

std::string_view GroupKey(KpiGrouping grouping) {
  return GroupingOf(grouping).key;
}

std::string_view GroupColumn(KpiGrouping grouping) {
  return GroupingOf(grouping).column;
}

}  // namespace pinion::analytics
