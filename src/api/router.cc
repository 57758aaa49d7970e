#include "api/router.h"

#include <utility>

#include "http/url.h"

namespace pinion::api {

namespace {

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
  std::vector<std::string> segments;
  std::vector<std::string> parameters;
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
      parameters.push_back(Rest(depth));
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
      found = Match{Match::Kind::kFound, route->second, parameters, {}};
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
  Search search{method, {}, {}, {}, {}};
  const auto raw_segments = http::SplitPath(path);
  // Most paths of one router are none of the other's.
  if (!raw_segments.empty() && root_->parameter == nullptr && root_->rest_methods.empty() &&
      !root_->literals.contains(raw_segments.front()) &&
      raw_segments.front().find('%') == std::string_view::npos) {
    return {};
  }
  search.segments.reserve(raw_segments.size());
  for (const std::string_view raw : raw_segments) {
    if (raw.empty()) {
      return {};
    }
    auto segment = http::DecodePathSegment(raw);
    if (!segment.ok()) {
      return {Match::Kind::kBadEscape, 0, {}, {}};
    }
    search.segments.push_back(*std::move(segment));
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
