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

bool IsParameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<std::string, size_t, std::less<>> methods;  // routes that end here
  std::map<std::string, size_t, std::less<>>
      rest_methods;  // routes whose last parameter takes the rest from here
};

// One walk. Depth and breadth are bounded by the templates, not by the path.
struct Router::Search {
  std::string_view method;
  http::PathSegments segments;  // decoded
  boost::container::small_vector<std::string_view, 8> parameters;
  std::map<std::string, size_t, std::less<>> others;
  std::optional<Match> found;

  void Visit(const Node& node, size_t depth) {
    if (depth == segments.size()) {
      Finish(node.methods);
      return;
    }
    const auto literal = node.literals.find(segments[depth]);
    if (literal != node.literals.end()) {
      Visit(*literal->second, depth + 1);
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

  void Finish(const std::map<std::string, size_t, std::less<>>& methods) {
    const auto route = methods.find(method);
    if (route != methods.end()) {
      found = Match{Match::Kind::kFound,
                    route->second,
                    std::vector<std::string>(parameters.begin(), parameters.end()),
                    {}};
      return;
    }
    others.insert(methods.begin(), methods.end());
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

bool Router::Add(std::string_view method, std::string_view path, size_t route) {
  Node* node = root_.get();
  for (const std::string_view segment : http::SplitPath(path)) {
    if (IsParameter(segment) && segment[segment.size() - 2] == '+') {
      return node->rest_methods.emplace(method, route).second;
    }
    std::unique_ptr<Node>& next =
        IsParameter(segment) ? node->parameter : node->literals[std::string(segment)];
    if (next == nullptr) {
      next = std::make_unique<Node>();
    }
    node = next.get();
  }
  return node->methods.emplace(method, route).second;
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  Search search{method, http::SplitPath(path), {}, {}, {}};
  http::PathSegments& segments = search.segments;
  // Most paths of one router are none of the other's.
  if (!segments.empty() && root_->parameter == nullptr && root_->rest_methods.empty() &&
      !IsEncoded(segments.front()) && !root_->literals.contains(segments.front())) {
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
