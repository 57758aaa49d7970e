#include "api/router.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/container/small_vector.hpp>

#include "http/url.h"

namespace pinion::api {

namespace {

// Whether decoding may give another text, or none.
bool IsEncoded(std::string_view segment) {
  return std::any_of(segment.begin(), segment.end(), [](char c) {
    return c == '%' || static_cast<unsigned char>(c) >= 0x80;
  });
}

// Few entries, looked through with every request: they lie side by side, and most differ from the
// name in their length already. In the order of their names.
template <class T>
class ByName {
 public:
  const T* Find(std::string_view name) const {
    for (const auto& [known, value] : entries_) {
      if (known.size() == name.size() && known == name) {
        return &value;
      }
    }
    return nullptr;
  }

  // The entry of that name, made if it is not there, and whether it was made.
  std::pair<T&, bool> Get(std::string_view name) {
    const auto place = std::lower_bound(
        entries_.begin(), entries_.end(), name, [](const auto& entry, std::string_view wanted) {
          return entry.first < wanted;
        });
    if (place != entries_.end() && place->first == name) {
      return {place->second, false};
    }
    return {entries_.emplace(place, std::string(name), T())->second, true};
  }

  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<std::pair<std::string, T>> entries_;
};
using RouteByMethod = ByName<size_t>;

// False when the method is there already.
bool Insert(RouteByMethod& routes, std::string_view method, size_t route) {
  const auto [place, is_new] = routes.Get(method);
  if (is_new) {
    place = route;
  }
  return is_new;
}

bool IsParameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

struct Router::Node {
  ByName<std::unique_ptr<Node>> literals;
  std::unique_ptr<Node> parameter;
  RouteByMethod methods;       // routes that end here
  RouteByMethod rest_methods;  // routes whose last parameter takes the rest from here
};

// One walk. Depth and breadth are bounded by the templates, not by the path.
struct Router::Search {
  std::string_view method;
  http::PathSegments segments;  // decoded
  boost::container::small_vector<std::string_view, 8> parameters;
  RouteByMethod others;
  std::optional<Match> found;

  void Visit(const Node& node, size_t depth) {
    if (depth == segments.size()) {
      Finish(node.methods);
      return;
    }
    if (const auto* const literal = node.literals.Find(segments[depth])) {
      Visit(**literal, depth + 1);
    }
    if (!found && node.parameter != nullptr) {
      parameters.push_back(segments[depth]);
      Visit(*node.parameter, depth + 1);
      parameters.pop_back();
    }
    if (!found && !node.rest_methods.empty()) {
      const std::string rest = Rest(depth);
      parameters.push_back(rest);
      Finish(node.rest_methods);
      parameters.pop_back();
    }
  }

  std::string Rest(size_t depth) const {
    std::string rest;
    for (size_t i = depth; i < segments.size(); ++i) {
      rest += i == depth ? "" : "/";
      rest += segments[i];
    }
    return rest;
  }

  void Finish(const RouteByMethod& methods) {
    if (const size_t* const route = methods.Find(method)) {
      found = Match{Match::Kind::kFound,
                    *route,
                    std::vector<std::string>(parameters.begin(), parameters.end()),
                    {}};
      return;
    }
    for (const auto& [other, route] : methods) {
      others.Get(other).first = route;
    }
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

bool Router::Add(std::string_view method, std::string_view path, size_t route) {
  Node* node = root_.get();
  for (const std::string_view segment : http::SplitPath(path)) {
    if (IsParameter(segment) && segment[segment.size() - 2] == '+') {
      return Insert(node->rest_methods, method, route);
    }
    std::unique_ptr<Node>& next =
        IsParameter(segment) ? node->parameter : node->literals.Get(segment).first;
    if (next == nullptr) {
      next = std::make_unique<Node>();
    }
    node = next.get();
  }
  return Insert(node->methods, method, route);
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  Search search{method, http::SplitPath(path), {}, {}, {}};
  http::PathSegments& segments = search.segments;
  // Most paths of one router are none of the other's.
  if (!segments.empty() && root_->parameter == nullptr && root_->rest_methods.empty() &&
      !IsEncoded(segments.front()) && root_->literals.Find(segments.front()) == nullptr) {
    return {};
  }
  std::vector<std::string> decoded;
  for (std::string_view& segment : segments) {
    if (segment.empty()) {
      return {};
    }
    if (!IsEncoded(segment)) {
      continue;
    }
    auto text = http::DecodePathSegment(segment);
    if (!text.ok()) {
      return {Match::Kind::kBadEscape, 0, {}, {}};
    }
    decoded.reserve(segments.size());  // so that no text moves any more
    segment = decoded.emplace_back(*std::move(text));
  }
  search.Visit(*root_, 0);
  if (search.found) {
    return *std::move(search.found);
  }
  if (search.others.empty()) {
    return {};
  }
  Match match{Match::Kind::kWrongMethod, 0, {}, {}};
  for (const auto& [name, route] : search.others) {
    match.allow += match.allow.empty() ? "" : ", ";
    match.allow += name;
  }
  return match;
}

}  // namespace pinion::api
