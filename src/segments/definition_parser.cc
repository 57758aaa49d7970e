#include "segments/definition_parser.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"

namespace pinion::segments {
namespace {

using audience::FixedField;
using audience::TimeField;
using model::AttributeType;

// GPSPoint without RangeInKilometers (SEG-52).
constexpr double kRangeKilometers = 10;

struct FixedName {
  std::string_view name;
  FixedField field;
};

// SEG-70, the names that stand for texts of the index.
constexpr std::array kFixedNames = {
    FixedName{"pinion:UserId", FixedField::kUserId},
    FixedName{"pinion:ChannelType", FixedField::kChannelType},
    FixedName{"pinion:EndpointStatus", FixedField::kEndpointStatus},
    FixedName{"pinion:OptOut", FixedField::kOptOut},
    FixedName{"pinion:CohortId", FixedField::kCohortId},
    FixedName{"pinion:City", audience::FieldOf(audience::Facet::kCity)},
    FixedName{"pinion:Region", audience::FieldOf(audience::Facet::kRegion)},
    FixedName{"pinion:PostalCode", audience::FieldOf(audience::Facet::kPostalCode)},
    FixedName{"pinion:Timezone", audience::FieldOf(audience::Facet::kTimezone)},
    FixedName{"pinion:Locale", audience::FieldOf(audience::Facet::kLocale)},
    FixedName{"pinion:PlatformVersion", audience::FieldOf(audience::Facet::kPlatformVersion)},
    FixedName{"pinion:ModelVersion", audience::FieldOf(audience::Facet::kModelVersion)},
};

constexpr std::array<std::pair<std::string_view, TimeField>, 3> kTimeNames = {{
    {"pinion:CreationDate", TimeField::kCreated},
    {"pinion:EffectiveDate", TimeField::kEffective},
    {"pinion:LastActiveDate", TimeField::kLastActive},
}};

constexpr std::array<std::string_view, 8> kPushChannels = {
    "PUSH", "GCM", "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "ADM", "BAIDU"};

TextField Fixed(FixedField field) {
  return {.kind = TextField::Kind::kFixed, .name = {}, .fixed = field};
}
TextField Fixed(audience::Facet facet) {
  return Fixed(audience::FieldOf(facet));
}

base::Error Wrong(const std::string& path, const std::string& rule) {
  return base::InvalidArgument("Member '" + path + "': " + rule);
}

std::string Quoted(std::string_view value) {
  return "'" + std::string(base::FirstCodePoints(value, 100)) + "'";
}

Node Not(Node node) {
  NoneOf none;
  none.children.push_back(std::move(node));
  return {std::move(none)};
}

class Parser {
 public:
  base::Result<Node> Parse(const Definition& definition) {
    if (definition.dimensions && definition.groups) {
      return Wrong("Dimensions", "only one of Dimensions and SegmentGroups may be given.");
    }
    if (definition.dimensions) {
      return ParseDimensions(*definition.dimensions, "Dimensions");
    }
    if (definition.groups) {
      return ParseGroups(*definition.groups);
    }
    return Node{Everybody{}};
  }

 private:
  base::Result<Node> ParseGroups(const model::SegmentGroupList& list) {
    const auto& groups = list.groups;
    if (!groups || groups->empty()) {
      return Node{Everybody{}};
    }
    if (groups->size() > kGroupsMax) {
      return Wrong("SegmentGroups.Groups", "at most " + std::to_string(kGroupsMax) + " groups.");
    }
    std::vector<Node> parsed;
    for (size_t i = 0; i < groups->size(); ++i) {
      PINION_TRY(Node group,
                 ParseGroup((*groups)[i], "SegmentGroups.Groups[" + std::to_string(i) + "]"));
      parsed.push_back(std::move(group));
    }
    return Combine(list.include.value_or(model::Include::kAll), std::move(parsed));
  }

  // ALL, ANY, NONE of some nodes; the three enums of the model have the same values.
  template <class Enum>
  static Node Combine(Enum how, std::vector<Node> children) {
    switch (how) {
      case Enum::kAll:
        return {AllOf{std::move(children)}};
      case Enum::kAny:
        return {AnyOf{std::move(children)}};
      case Enum::kNone:
        return {NoneOf{std::move(children)}};
    }
    return {Nobody{}};
  }

  base::Result<Node> ParseGroup(const model::SegmentGroup& group, const std::string& path) {
    AllOf both;
    if (group.source_segments && !group.source_segments->empty()) {
      std::vector<Node> sources;
      for (const model::SegmentReference& source : *group.source_segments) {
        PINION_CHECK(CountCriterion(path + ".SourceSegments"));
        sources.push_back({InSegment{.id = source.id, .version = source.version}});
      }
      both.children.push_back(
          Combine(group.source_type.value_or(model::SourceType::kAll), std::move(sources)));
    }
    if (group.dimensions && !group.dimensions->empty()) {
      std::vector<Node> objects;
      for (size_t i = 0; i < group.dimensions->size(); ++i) {
        PINION_TRY(Node object,
                   ParseDimensions((*group.dimensions)[i],
                                   path + ".Dimensions[" + std::to_string(i) + "]"));
        objects.push_back(std::move(object));
      }
      both.children.push_back(Combine(group.type.value_or(model::Type::kAll), std::move(objects)));
    }
    return Node{std::move(both)};
  }

  base::Result<Node> ParseDimensions(const model::SegmentDimensions& dimensions,
                                     const std::string& path) {
    AllOf all;
    if (dimensions.attributes) {
      for (const auto& [name, dimension] : *dimensions.attributes) {
        PINION_TRY(Node node, ParseNamedAttribute(name, dimension, path + ".Attributes." + name));
        all.children.push_back(std::move(node));
      }
    }
    if (dimensions.user_attributes) {
      for (const auto& [name, dimension] : *dimensions.user_attributes) {
        const TextField field{.kind = TextField::Kind::kUserAttribute, .name = name, .fixed = {}};
        PINION_TRY(Node node, ParseText(field, dimension, path + ".UserAttributes." + name));
        all.children.push_back(std::move(node));
      }
    }
    if (dimensions.metrics) {
      for (const auto& [name, dimension] : *dimensions.metrics) {
        PINION_TRY(Node node, ParseMetric(name, dimension, path + ".Metrics." + name));
        all.children.push_back(std::move(node));
      }
    }
    if (dimensions.demographic) {
      PINION_CHECK(ParseDemographic(*dimensions.demographic, path + ".Demographic", all));
    }
    if (dimensions.location) {
      PINION_CHECK(ParseLocation(*dimensions.location, path + ".Location", all));
    }
    if (dimensions.behavior && dimensions.behavior->recency) {
      PINION_CHECK(CountCriterion(path + ".Behavior.Recency"));
      all.children.push_back(ParseRecency(*dimensions.behavior->recency));
    }
    return Node{std::move(all)};
  }

  base::Result<Node> ParseNamedAttribute(const std::string& name,
                                         const model::AttributeDimension& dimension,
                                         const std::string& path) {
    if (!name.starts_with("pinion:")) {
      return ParseText(
          {.kind = TextField::Kind::kAttribute, .name = name, .fixed = {}}, dimension, path);
    }
    for (const auto& [known, field] : kTimeNames) {
      if (known == name) {
        return ParseTime(field, dimension, path);
      }
    }
    for (const auto& [known, field] : kFixedNames) {
      if (known == name) {
        const bool is_version = known == "pinion:PlatformVersion" || known == "pinion:ModelVersion";
        return is_version ? ParseVersion(Fixed(field), dimension, path)
                          : ParseText(Fixed(field), dimension, path);
      }
    }
    if (name == "pinion:EndpointId") {
      return ParseText(
          {.kind = TextField::Kind::kEndpointId, .name = {}, .fixed = {}}, dimension, path);
    }
    if (name == "pinion:Address") {
      return ParseText(
          {.kind = TextField::Kind::kAddress, .name = {}, .fixed = {}}, dimension, path);
    }
    return Wrong(
        path, "unknown field; names that begin with 'pinion:' stand for fields of the endpoint.");
  }

  base::Result<Node> ParseText(TextField field,
                               const model::AttributeDimension& dimension,
                               const std::string& path) {
    PINION_CHECK(CheckValues(dimension.values, path));
    switch (dimension.attribute_type.value_or(AttributeType::kInclusive)) {
      case AttributeType::kInclusive:
        return Node{TextIn{.field = std::move(field), .values = dimension.values}};
      case AttributeType::kExclusive:
        return Not({TextIn{.field = std::move(field), .values = dimension.values}});
      case AttributeType::kContains:
        return Node{TextContains{.field = std::move(field), .values = dimension.values}};
      default:
        return ParseDate(std::move(field), dimension, path);
    }
  }

  base::Result<Node> ParseTime(TimeField field,
                               const model::AttributeDimension& dimension,
                               const std::string& path) {
    PINION_CHECK(CheckValues(dimension.values, path));
    switch (dimension.attribute_type.value_or(AttributeType::kInclusive)) {
      case AttributeType::kInclusive:
      case AttributeType::kExclusive:
        return Wrong(path + ".AttributeType",
                     "a date takes BEFORE, AFTER, ON, BETWEEN, or CONTAINS with the value ''.");
      case AttributeType::kContains:
        if (dimension.values.size() != 1 || !dimension.values[0].empty()) {
          return Wrong(path + ".Values", "CONTAINS on a date takes only the value ''.");
        }
        return Node{TimePresent{field}};
      default:
        return ParseDate(field, dimension, path);
    }
  }

  static base::Result<DateOperator> DateOperatorOf(AttributeType type) {
    switch (type) {
      case AttributeType::kBefore:
        return DateOperator::kBefore;
      case AttributeType::kAfter:
        return DateOperator::kAfter;
      case AttributeType::kOn:
        return DateOperator::kOn;
      default:
        return DateOperator::kBetween;
    }
  }

  static base::Result<Node> ParseDate(std::variant<TextField, TimeField> field,
                                      const model::AttributeDimension& dimension,
                                      const std::string& path) {
    DateHolds date{.field = std::move(field), .op = DateOperator::kBetween, .values = {}};
    PINION_TRY(date.op, DateOperatorOf(*dimension.attribute_type));
    for (size_t i = 0; i < dimension.values.size(); ++i) {
      const auto value = DateValue::Parse(dimension.values[i]);
      if (!value) {
        return Wrong(path + ".Values[" + std::to_string(i) + "]",
                     Quoted(dimension.values[i]) +
                         " is neither an ISO 8601 date nor a relative one such as 'NOW-P7D' or "
                         "'TODAY@Asia/Tokyo'.");
      }
      date.values.push_back(*value);
    }
    if (date.op == DateOperator::kBetween) {
      PINION_CHECK(CheckPairs(date.values, path));
    }
    return Node{std::move(date)};
  }

  static base::Status CheckPairs(const std::vector<DateValue>& values, const std::string& path) {
    if (values.size() % 2 != 0) {
      return Wrong(path + ".Values", "BETWEEN takes pairs, so an even number of values.");
    }
    for (size_t i = 0; i < values.size(); i += 2) {
      const bool absolute = !values[i].is_relative() && !values[i + 1].is_relative();
      if (absolute && values[i].Resolve({}) > values[i + 1].Resolve({})) {
        return Wrong(path + ".Values[" + std::to_string(i) + "]",
                     "the first date of a pair must not be later than the second.");
      }
    }
    return {};
  }

  // Values that begin with an operator are version conditions, the others texts; all are
  // alternatives (SEG-34).
  base::Result<Node> ParseVersion(const TextField& field,
                                  const model::AttributeDimension& dimension,
                                  const std::string& path) {
    const AttributeType type = dimension.attribute_type.value_or(AttributeType::kInclusive);
    if (type != AttributeType::kInclusive && type != AttributeType::kExclusive) {
      return ParseText(field, dimension, path);
    }
    model::SetDimension set;
    set.values = dimension.values;
    set.dimension_type = type == AttributeType::kExclusive ? model::DimensionType::kExclusive
                                                           : model::DimensionType::kInclusive;
    return ParseVersionSet(field, set, path);
  }

  base::Result<Node> ParseVersionSet(const TextField& field,
                                     const model::SetDimension& set,
                                     const std::string& path) {
    PINION_CHECK(CheckValues(set.values, path));
    VersionHolds conditions{.field = field, .conditions = {}};
    TextIn texts{.field = field, .values = {}};
    for (size_t i = 0; i < set.values.size(); ++i) {
      const std::string& value = set.values[i];
      if (!IsVersionCondition(value)) {
        texts.values.push_back(value);
        continue;
      }
      auto condition = ParseVersionCondition(value);
      if (!condition) {
        return Wrong(path + ".Values[" + std::to_string(i) + "]",
                     Quoted(value) + " is no version comparison such as '>=2.0 <3'.");
      }
      conditions.conditions.push_back(*std::move(condition));
    }
    AnyOf any;
    if (!texts.values.empty()) {
      any.children.push_back({std::move(texts)});
    }
    if (!conditions.conditions.empty()) {
      any.children.push_back({std::move(conditions)});
    }
    return Signed({std::move(any)}, set);
  }

  static Node Signed(Node node, const model::SetDimension& set) {
    const bool exclusive = set.dimension_type == model::DimensionType::kExclusive;
    return exclusive ? Not(std::move(node)) : std::move(node);
  }

  base::Status ParseSet(const std::optional<model::SetDimension>& set,
                        TextField field,
                        const std::string& path,
                        AllOf& all) {
    if (set) {
      PINION_CHECK(CheckValues(set->values, path));
      all.children.push_back(
          Signed({TextIn{.field = std::move(field), .values = set->values}}, *set));
    }
    return {};
  }

  base::Status ParseDemographic(const model::SegmentDemographics& demographic,
                                const std::string& path,
                                AllOf& all) {
    using audience::Facet;
    if (demographic.app_version) {
      PINION_TRY(Node node,
                 ParseVersionSet(
                     Fixed(Facet::kAppVersion), *demographic.app_version, path + ".AppVersion"));
      all.children.push_back(std::move(node));
    }
    if (demographic.channel) {
      PINION_CHECK(CheckValues(demographic.channel->values, path + ".Channel"));
      TextIn in{.field = Fixed(FixedField::kChannelType), .values = {}};
      for (const std::string& value : demographic.channel->values) {
        if (value == "PUSH") {
          in.values.insert(in.values.end(), kPushChannels.begin(), kPushChannels.end());
        } else {
          in.values.push_back(value);
        }
      }
      all.children.push_back(Signed({std::move(in)}, *demographic.channel));
    }
    if (demographic.device_type) {
      PINION_CHECK(CheckValues(demographic.device_type->values, path + ".DeviceType"));
      AnyOf any;
      for (const Facet facet : {Facet::kPlatform, Facet::kModel}) {
        any.children.push_back(
            {TextInAnyCase{.field = Fixed(facet), .values = demographic.device_type->values}});
      }
      all.children.push_back(Signed({std::move(any)}, *demographic.device_type));
    }
    PINION_CHECK(ParseSet(demographic.make, Fixed(Facet::kMake), path + ".Make", all));
    PINION_CHECK(ParseSet(demographic.model, Fixed(Facet::kModel), path + ".Model", all));
    return ParseSet(demographic.platform, Fixed(Facet::kPlatform), path + ".Platform", all);
  }

  base::Status ParseLocation(const model::SegmentLocation& location,
                             const std::string& path,
                             AllOf& all) {
    PINION_CHECK(
        ParseSet(location.country, Fixed(audience::Facet::kCountry), path + ".Country", all));
    if (!location.gps_point) {
      return {};
    }
    const std::string at = path + ".GPSPoint";
    PINION_CHECK(CountCriterion(at));
    const auto& coordinates = location.gps_point->coordinates;
    const double range = location.gps_point->range_in_kilometers.value_or(kRangeKilometers);
    if (coordinates.latitude < -90 || coordinates.latitude > 90) {
      return Wrong(at + ".Coordinates.Latitude", "must be between -90 and 90.");
    }
    if (coordinates.longitude < -180 || coordinates.longitude > 180) {
      return Wrong(at + ".Coordinates.Longitude", "must be between -180 and 180.");
    }
    if (range < 0) {
      return Wrong(at + ".RangeInKilometers", "must not be negative.");
    }
    all.children.push_back({InCircle{{.latitude = coordinates.latitude,
                                      .longitude = coordinates.longitude,
                                      .kilometers = range}}});
    return {};
  }

  static Node ParseRecency(const model::RecencyDimension& recency) {
    std::chrono::hours window{24};
    switch (recency.duration) {
      case model::Duration::kHr24:
        break;
      case model::Duration::kDay7:
        window *= 7;
        break;
      case model::Duration::kDay14:
        window *= 14;
        break;
      case model::Duration::kDay30:
        window *= 30;
        break;
    }
    Node active{ActiveWithin{window}};
    return recency.recency_type == model::RecencyType::kInactive ? Not(std::move(active))
                                                                 : std::move(active);
  }

  base::Result<Node> ParseMetric(const std::string& name,
                                 const model::MetricDimension& dimension,
                                 const std::string& path) {
    static constexpr std::array<std::pair<std::string_view, audience::Comparison>, 5> kOperators = {
        {
            {"GREATER_THAN", audience::Comparison::kGreater},
            {"LESS_THAN", audience::Comparison::kLess},
            {"GREATER_THAN_OR_EQUAL", audience::Comparison::kGreaterOrEqual},
            {"LESS_THAN_OR_EQUAL", audience::Comparison::kLessOrEqual},
            {"EQUAL", audience::Comparison::kEqual},
        }};
    PINION_CHECK(CountCriterion(path));
    if (name.starts_with("pinion:")) {
      return base::Error{base::Errc::kNotImplemented,
                         "Member '" + path + "': computed metrics are not built yet."};
    }
    for (const auto& [text, comparison] : kOperators) {
      if (text == dimension.comparison_operator) {
        return Node{MetricHolds{.name = name, .comparison = comparison, .value = dimension.value}};
      }
    }
    return Wrong(path + ".ComparisonOperator",
                 "unknown value " + Quoted(dimension.comparison_operator) +
                     ", expected one of GREATER_THAN, LESS_THAN, GREATER_THAN_OR_EQUAL, "
                     "LESS_THAN_OR_EQUAL, EQUAL.");
  }

  base::Status CheckValues(const std::vector<std::string>& values, const std::string& path) {
    PINION_CHECK(CountCriterion(path));
    if (values.empty()) {
      return Wrong(path + ".Values", "at least one value is needed.");
    }
    values_ += values.size();
    if (values_ > kValuesMax) {
      return Wrong(path + ".Values",
                   "a segment takes at most " + std::to_string(kValuesMax) + " values in all.");
    }
    for (size_t i = 0; i < values.size(); ++i) {
      if (base::CountCodePoints(values[i]) > kValueCharactersMax) {
        return Wrong(path + ".Values[" + std::to_string(i) + "]",
                     "at most " + std::to_string(kValueCharactersMax) + " characters.");
      }
    }
    return {};
  }

  base::Status CountCriterion(const std::string& path) {
    if (++criteria_ > kCriteriaMax) {
      return Wrong(path, "a segment takes at most " + std::to_string(kCriteriaMax) + " criteria.");
    }
    return {};
  }

  size_t criteria_ = 0;
  size_t values_ = 0;
};

}  // namespace

base::Result<Node> ParseDefinition(const Definition& definition) {
  return Parser().Parse(definition);
}

}  // namespace pinion::segments
