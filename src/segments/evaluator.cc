#include "segments/evaluator.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/time_text.h"

namespace pinion::segments {
namespace {

using audience::NumberColumn;
using audience::TextColumn;
using bitmap::Bitmap;
using bitmap::PostingSet;
using bitmap::UnionBuilder;

// The column of a field of the index; null when nobody has the name.
const TextColumn* ColumnOf(const TextField& field, const audience::AttributeIndex& index) {
  switch (field.kind) {
    case TextField::Kind::kAttribute:
      return index.Attribute(field.name);
    case TextField::Kind::kUserAttribute:
      return index.UserAttribute(field.name);
    case TextField::Kind::kFixed:
      return &index.TextOf(field.fixed);
    default:
      return nullptr;
  }
}

bool InIndex(const TextField& field) {
  return field.kind != TextField::Kind::kEndpointId && field.kind != TextField::Kind::kAddress;
}

// The endpoints with a value that fits; looks at every different value once.
template <class Fits>
Bitmap WhereValue(const TextField& field, const audience::AttributeIndex& index, const Fits& fits) {
  const TextColumn* column = ColumnOf(field, index);
  if (column == nullptr) {
    return {};
  }
  UnionBuilder fitting;
  column->ForEachValue([&](std::string_view value, const PostingSet& postings) {
    if (fits(value)) {
      postings.AddTo(fitting);
    }
  });
  return fitting.Build();
}

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualInAnyCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerAscii(x) == LowerAscii(y);
  });
}

// Instants that satisfy a date criterion, both ends included.
struct Interval {
  int64_t low;
  int64_t high;
};

constexpr int64_t kBeginOfTime = std::numeric_limits<int64_t>::min() / 2;
constexpr int64_t kEndOfTime = std::numeric_limits<int64_t>::max() / 2;

std::vector<Interval> IntervalsOf(const DateHolds& date, base::Timestamp now) {
  std::vector<Interval> intervals;
  const auto at = [&](size_t i) { return base::ToMillis(date.values[i].Resolve(now)); };
  for (size_t i = 0; i < date.values.size(); ++i) {
    switch (date.op) {
      case DateOperator::kBefore:
        intervals.push_back({kBeginOfTime, at(i) - 1});
        break;
      case DateOperator::kAfter:
        intervals.push_back({at(i) + 1, kEndOfTime});
        break;
      case DateOperator::kOn: {
        const DayRange day = date.values[i].Day(now);
        intervals.push_back({base::ToMillis(day.begin), base::ToMillis(day.end) - 1});
        break;
      }
      case DateOperator::kBetween:
        intervals.push_back({at(i), at(i + 1)});
        ++i;
        break;
    }
  }
  return intervals;
}

bool InAny(const std::vector<Interval>& intervals, int64_t millis) {
  return std::any_of(intervals.begin(), intervals.end(), [millis](const Interval& interval) {
    return interval.low <= millis && millis <= interval.high;
  });
}

class Evaluator {
 public:
  explicit Evaluator(const EvaluationContext& context) : context_(context), index_(context.index) {}

  base::Result<Bitmap> operator()(const Everybody&) const { return index_.All(); }
  base::Result<Bitmap> operator()(const Nobody&) const { return Bitmap(); }

  base::Result<Bitmap> operator()(const AllOf& all) const {
    std::vector<const Node*> required;
    std::vector<const NoneOf*> excluded;
    for (const Node& child : all.children) {
      if (const auto* none = std::get_if<NoneOf>(&child.value)) {
        excluded.push_back(none);
      } else {
        required.push_back(&child);
      }
    }
    PINION_TRY(Bitmap members, Intersection(std::move(required)));
    for (const NoneOf* none : excluded) {
      for (const Node& child : none->children) {
        if (members.Empty()) {
          return members;
        }
        PINION_TRY(const Bitmap out, Run(child));
        members -= out;
      }
    }
    return members;
  }

  base::Result<Bitmap> operator()(const AnyOf& any) const {
    Bitmap members;
    for (const Node& child : any.children) {
      PINION_TRY(const Bitmap more, Run(child));
      members |= more;
    }
    return members;
  }

  base::Result<Bitmap> operator()(const NoneOf& none) const {
    Bitmap members = index_.All();
    for (const Node& child : none.children) {
      PINION_TRY(const Bitmap out, Run(child));
      members -= out;
    }
    return members;
  }

  base::Result<Bitmap> operator()(const TextIn& in) const {
    if (!InIndex(in.field)) {
      return context_.records.WithText(in.field.kind, in.values);
    }
    const TextColumn* column = ColumnOf(in.field, index_);
    Bitmap members;
    for (const std::string& value : in.values) {
      const PostingSet* postings = column == nullptr ? nullptr : column->Find(value);
      if (postings != nullptr) {
        // A copy shares its chunks, so the first value costs next to nothing.
        members.Empty() ? void(members = postings->ToBitmap())
                        : void(members |= postings->ToBitmap());
      }
    }
    return members;
  }

  base::Result<Bitmap> operator()(const TextInAnyCase& in) const {
    return WhereValue(in.field, index_, [&in](std::string_view stored) {
      return std::any_of(in.values.begin(), in.values.end(), [stored](const std::string& value) {
        return EqualInAnyCase(stored, value);
      });
    });
  }

  base::Result<Bitmap> operator()(const TextContains& in) const {
    if (!InIndex(in.field)) {
      return context_.records.ContainingText(in.field.kind, in.values);
    }
    const bool any_value = std::any_of(
        in.values.begin(), in.values.end(), [](const std::string& value) { return value.empty(); });
    if (any_value) {
      const TextColumn* column = ColumnOf(in.field, index_);
      return column == nullptr ? Bitmap() : column->Present();
    }
    return WhereValue(in.field, index_, [&in](std::string_view stored) {
      return std::any_of(in.values.begin(), in.values.end(), [stored](const std::string& value) {
        return stored.find(value) != std::string_view::npos;
      });
    });
  }

  base::Result<Bitmap> operator()(const VersionHolds& version) const {
    return WhereValue(version.field, index_, [&version](std::string_view stored) {
      return std::any_of(
          version.conditions.begin(),
          version.conditions.end(),
          [stored](const VersionCondition& condition) { return condition.Holds(stored); });
    });
  }

  base::Result<Bitmap> operator()(const DateHolds& date) const {
    const std::vector<Interval> intervals = IntervalsOf(date, context_.now);
    if (const auto* text = std::get_if<TextField>(&date.field)) {
      if (!InIndex(*text)) {
        return Bitmap();
      }
      return WhereValue(*text, index_, [&intervals](std::string_view stored) {
        const auto instant = base::ParseInstant(stored);
        return instant && InAny(intervals, base::ToMillis(*instant));
      });
    }
    const NumberColumn& column = index_.TimeOf(std::get<audience::TimeField>(date.field));
    Bitmap members;
    for (const Interval& interval : intervals) {
      members |=
          column.Between(static_cast<double>(interval.low), static_cast<double>(interval.high));
    }
    return members;
  }

  base::Result<Bitmap> operator()(const TimePresent& time) const {
    return index_.TimeOf(time.field).Present();
  }

  base::Result<Bitmap> operator()(const MetricHolds& metric) const {
    const NumberColumn* column = index_.Metric(metric.name);
    return column == nullptr ? Bitmap() : column->Where(metric.comparison, metric.value);
  }

  base::Result<Bitmap> operator()(const ActiveWithin& active) const {
    const auto since = static_cast<double>(base::ToMillis(context_.now - active.window));
    return index_.TimeOf(audience::TimeField::kLastActive)
        .Where(audience::Comparison::kGreaterOrEqual, since);
  }

  base::Result<Bitmap> operator()(const InCircle& in) const { return index_.Within(in.circle); }

  base::Result<Bitmap> operator()(const InSegment& in) const {
    PINION_TRY(Bitmap members, context_.segments.Members(in));
    return members & index_.All();
  }

  base::Result<Bitmap> Run(const Node& node) const { return std::visit(*this, node.value); }

  // How many endpoints the node may have at most, from what the index knows without work.
  uint64_t Estimate(const Node& node) const {
    if (const auto* in = std::get_if<TextIn>(&node.value)) {
      if (!InIndex(in->field)) {
        return in->values.size();
      }
      const TextColumn* column = ColumnOf(in->field, index_);
      uint64_t sum = 0;
      for (const std::string& value : in->values) {
        const PostingSet* postings = column == nullptr ? nullptr : column->Find(value);
        sum += postings == nullptr ? 0 : postings->Cardinality();
      }
      return sum;
    }
    if (const auto* metric = std::get_if<MetricHolds>(&node.value)) {
      const NumberColumn* column = index_.Metric(metric->name);
      return column == nullptr ? 0 : column->Present().Cardinality();
    }
    return index_.All().Cardinality();
  }

  // The sets that an intersection is made of, the smallest first; stops at an empty one.
  base::Result<std::vector<Bitmap>> Sets(std::vector<const Node*> nodes) const {
    std::vector<std::pair<uint64_t, const Node*>> order;
    for (const Node* node : nodes) {
      order.emplace_back(Estimate(*node), node);
    }
    std::stable_sort(
        order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Bitmap> sets;
    for (const auto& [estimate, node] : order) {
      if (estimate == 0) {
        return std::vector<Bitmap>(1);
      }
      PINION_TRY(Bitmap set, Run(*node));
      if (set.Empty()) {
        return std::vector<Bitmap>(1);
      }
      sets.push_back(std::move(set));
    }
    return sets;
  }

  base::Result<Bitmap> Intersection(std::vector<const Node*> nodes) const {
    PINION_TRY(std::vector<Bitmap> sets, Sets(std::move(nodes)));
    if (sets.empty()) {
      return index_.All();
    }
    Bitmap members = std::move(sets[0]);
    for (size_t i = 1; i < sets.size() && !members.Empty(); ++i) {
      members &= sets[i];
    }
    return members;
  }

 private:
  const EvaluationContext& context_;
  const audience::AttributeIndex& index_;
};

}  // namespace

base::Result<Bitmap> Evaluate(const Node& node, const EvaluationContext& context) {
  return Evaluator(context).Run(node);
}

base::Result<uint64_t> CountMembers(const Node& node, const EvaluationContext& context) {
  const Evaluator evaluator(context);
  const auto* all = std::get_if<AllOf>(&node.value);
  const bool plain =
      all != nullptr &&
      std::none_of(all->children.begin(), all->children.end(), [](const Node& child) {
        return std::holds_alternative<NoneOf>(child.value);
      });
  if (!plain) {
    PINION_TRY(const Bitmap members, evaluator.Run(node));
    return members.Cardinality();
  }
  std::vector<const Node*> children;
  for (const Node& child : all->children) {
    children.push_back(&child);
  }
  PINION_TRY(const std::vector<Bitmap> sets, evaluator.Sets(std::move(children)));
  std::vector<const Bitmap*> pointers;
  for (const Bitmap& set : sets) {
    pointers.push_back(&set);
  }
  return pointers.empty() ? context.index.All().Cardinality()
                          : Bitmap::IntersectionCardinality(pointers);
}

}  // namespace pinion::segments
