// A recipient for the tests of the engine, and the shortest way to render a template for him.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "templates/engine/recipient_variables.h"
#include "templates/engine/renderer.h"

namespace pinion::templates {

class SampleRecipient {
 public:
  SampleRecipient() {
    view.SetText(RootName::kAddress, "ann@example.com");
    view.SetText(RootName::kChannelType, "EMAIL");
    view.SetText(RootName::kDemographicMake, "Apple");
    view.SetText(RootName::kDemographicPlatform, "ios");
    view.SetText(RootName::kUserId, "user-1");
    view.SetText(RootName::kLocationCity, "Oslo");
    view.Set(RootName::kLocationLatitude, Value::Number(59.9139));
    view.Set(RootName::kLocationLongitude, Value::Number(-10.75));
    view.Set(RootName::kRecommendationItems, Value::List(std::span<const std::string>(items)));
    attributes = {{"Color", List(colors)},
                  {"Empty", List(empty_text)},
                  {"Html", List(html)},
                  {"Name", List(name)},
                  {"None", List(none)},
                  {"Two Words", List(name)}};
    user_attributes = {{"FirstName", List(first_name)}, {"Joined", List(joined)}};
    metrics = {
        {"Visits", Value::Number(3)}, {"Score", Value::Number(2.5)}, {"Zero", Value::Number(0)}};
    context = {{"Offer", Value::String("10%")}};
    view.attributes = attributes;
    view.user_attributes = user_attributes;
    view.metrics = metrics;
    view.context[0] = context;
  }

  static Value List(const std::vector<std::string>& items) {
    return Value::List(std::span<const std::string>(items));
  }

  std::vector<std::string> colors{"blue", "red", "green"};
  std::vector<std::string> empty_text{""};
  std::vector<std::string> html{"<b>\"O'Neil\" & co=1`</b>"};
  std::vector<std::string> name{"Ann"};
  std::vector<std::string> none;
  std::vector<std::string> items{"1815", "2009"};
  std::vector<std::string> first_name{"Anna"};
  std::vector<std::string> joined{"2020-09-19T22:30:00Z"};
  std::vector<NamedValue> attributes;
  std::vector<NamedValue> user_attributes;
  std::vector<NamedValue> metrics;
  std::vector<NamedValue> context;
  RecipientView view;
};

// The output, or the message of the error in front of which stands `!`.
inline std::string RenderFor(const RecipientView& view,
                             std::string_view source,
                             Escaping escaping = Escaping::kNone,
                             RenderOptions options = {}) {
  const auto compiled = CompiledTemplate::Compile(source, {"Body", escaping});
  if (!compiled.ok()) {
    return "!" + compiled.error().message;
  }
  base::SeededRandom random(1);
  options.random = &random;
  if (options.now == base::Timestamp{}) {
    options.now = base::TimestampFromMillis(1'600'554'645'678);  // 2020-09-19T22:30:45.678Z
  }
  std::string out;
  const base::Status status = Render(*compiled, RecipientVariables(view), options, out);
  return status.ok() ? out : "!" + status.error().message;
}

inline std::string RenderSample(std::string_view source, Escaping escaping = Escaping::kNone) {
  return RenderFor(SampleRecipient().view, source, escaping);
}

}  // namespace pinion::templates
