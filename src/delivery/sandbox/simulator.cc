#include "delivery/sandbox/simulator.h"

#include <algorithm>
#include <array>

namespace pinion::delivery::sandbox {
namespace {

using Kind = Outcome::Kind;

struct EmailRule {
  std::string_view local_part;
  Kind kind;
  bool taken_first;
  int status_code;
  std::string_view enhanced_status;
  std::string_view text;
};

constexpr std::array kEmailRules = {
    EmailRule{"success", Kind::kDelivered, false, 250, "2.0.0", "OK"},
    EmailRule{"bounce", Kind::kHardBounce, true, 550, "5.1.1", "User unknown"},
    EmailRule{"softbounce", Kind::kSoftBounce, true, 452, "4.2.2", "Mailbox full"},
    EmailRule{
        "ooto", Kind::kDelivered, false, 250, "2.0.0", "OK, automatic reply: out of the office"},
    EmailRule{"complaint", Kind::kComplaint, true, 250, "2.0.0", "OK, complaint: abuse"},
    EmailRule{"suppressionlist", Kind::kSuppressed, false, 0, "", "On the suppression list"},
    EmailRule{"reject", Kind::kRejected, false, 0, "", "Rejected before sending"},
};

constexpr std::array<std::string_view, 2> kEmailDomains = {"simulator.amazonses.com",
                                                           "simulator.pinion"};

// One number per country that takes a message and then reports that it could not be delivered.
constexpr std::array<std::string_view, 25> kUnreachableNumbers = {
    "+61455944039", "+43676800442032", "+32460213923",   "+56229140631",  "+420790542287",
    "+4525919215",  "+37282720793",    "+3584573979111", "+33755512502",  "+85257048854",
    "+36707178772", "+394390009174",   "+447937404992",  "+352691385882", "+3197008100150",
    "+4759449387",  "+48732141442",    "+351927946950",  "+40783900332",  "+34683783442",
    "+46790645102", "+41798075874",    "+886903444632",  "+447860019067", "+14254147167",
};

constexpr std::array<std::string_view, 7> kPushChannels = {
    "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "GCM", "ADM", "BAIDU"};

constexpr std::string_view kUpdatePrefix = "simulator-update-";

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerAscii(x) == LowerAscii(y);
  });
}

template <size_t kSize>
bool Contains(const std::array<std::string_view, kSize>& values, std::string_view wanted) {
  return std::find(values.begin(), values.end(), wanted) != values.end();
}

Outcome Delivered() {
  Outcome outcome;
  outcome.kind = Kind::kDelivered;
  outcome.status_code = 200;
  outcome.status_message = "OK";
  return outcome;
}

// The row of a simulator address, or nullptr for every other address.
const EmailRule* FindEmailRule(std::string_view address) {
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos) {
    return nullptr;
  }
  const std::string_view domain = address.substr(at + 1);
  const bool simulated =
      std::any_of(kEmailDomains.begin(), kEmailDomains.end(), [&](std::string_view known) {
        return EqualIgnoringCase(domain, known);
      });
  if (!simulated) {
    return nullptr;
  }
  const std::string_view labelled = address.substr(0, at);
  const std::string_view local_part = labelled.substr(0, labelled.find('+'));
  for (const EmailRule& rule : kEmailRules) {
    if (EqualIgnoringCase(local_part, rule.local_part)) {
      return &rule;
    }
  }
  return nullptr;
}

Outcome DecideEmail(std::string_view address) {
  const EmailRule* rule = FindEmailRule(address);
  if (rule == nullptr) {
    return Delivered();
  }
  Outcome outcome;
  outcome.kind = rule->kind;
  outcome.taken_first = rule->taken_first;
  outcome.status_code = rule->status_code;
  outcome.enhanced_status = rule->enhanced_status;
  if (rule->status_code != 0) {
    outcome.status_message = std::to_string(rule->status_code) + " ";
    outcome.status_message.append(rule->enhanced_status).append(" ");
  }
  outcome.status_message.append(rule->text);
  return outcome;
}

// Blanks, hyphens and parentheses are dropped and a missing plus is added, as for every destination
// number (CHN-92).
std::string NormalizedNumber(std::string_view address) {
  std::string number = "+";
  for (const char c : address) {
    if (c >= '0' && c <= '9') {
      number.push_back(c);
    }
  }
  return number;
}

Outcome DecidePhone(std::string_view address) {
  Outcome outcome = Delivered();
  if (Contains(kUnreachableNumbers, NormalizedNumber(address))) {
    outcome.kind = Kind::kFailed;
    outcome.taken_first = true;
    outcome.status_message = "Phone is currently unreachable/unavailable";
    outcome.record_status = "UNREACHABLE";
  }
  return outcome;
}

Outcome PushFailure(Kind kind, int status_code, std::string_view text) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.status_code = status_code;
  outcome.status_message = text;
  return outcome;
}

Outcome DecidePush(std::string_view channel, std::string_view token) {
  if (token.starts_with("simulator-invalid")) {
    return PushFailure(Kind::kHardBounce, 410, "Unregistered or expired token");
  }
  if (token.starts_with("simulator-throttle")) {
    return PushFailure(Kind::kTemporary, 429, "Too many requests");
  }
  if (token.starts_with("simulator-error")) {
    return PushFailure(Kind::kTemporary, 503, "Service unavailable");
  }
  Outcome outcome = Delivered();
  if ((channel == "GCM" || channel == "ADM") && token.starts_with(kUpdatePrefix)) {
    outcome.updated_token = token.substr(kUpdatePrefix.size());
  }
  return outcome;
}

}  // namespace

bool IsEmailSimulator(std::string_view address) {
  return FindEmailRule(address) != nullptr;
}

Outcome Decide(std::string_view channel, std::string_view address) {
  if (channel == "EMAIL") {
    return DecideEmail(address);
  }
  if (channel == "SMS" || channel == "VOICE") {
    return DecidePhone(address);
  }
  if (Contains(kPushChannels, channel)) {
    return DecidePush(channel, address);
  }
  return Delivered();
}

}  // namespace pinion::delivery::sandbox
