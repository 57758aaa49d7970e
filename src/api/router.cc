#include "api/router.h"

#include <utility>

#include "base/utf8.h"

namespace pinion::api {

namespace {

std::vector<std::string_view> SplitAtSlashes(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) {
    path.remove_prefix(1);
  }
  if (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  while (true) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return segments;
    }
    path.remove_prefix(slash + 1);
  }
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

bool IsParameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

std::optional<std::string> DecodePathSegment(std::string_view segment) {
  std::string text;
  text.reserve(segment.size());
  for (size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      text += segment[i];
      continue;
    }
    if (i + 2 >= segment.size()) {
      return std::nullopt;
    }
    const int high = HexDigit(segment[i + 1]);
    const int low = HexDigit(segment[i + 2]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    text += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!base::IsValidUtf8(text)) {
    return std::nullopt;
  }
  return text;
}

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
    }
    others.insert(methods.begin(), methods.end());
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

bool Router::Add(std::string_view method, std::string_view path, size_t route) {
  Node* node = root_.get();
  for (const std::string_view segment : SplitAtSlashes(path)) {
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
  for (const std::string_view raw : SplitAtSlashes(path)) {
    if (raw.empty()) {
      return {};
    }
    auto segment = DecodePathSegment(raw);
    if (!segment) {
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
