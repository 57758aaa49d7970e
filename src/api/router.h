// Finds the operation that a path belongs to (API-75). Paths are split at raw slashes, each segment
// is percent-decoded once; a literal segment wins over a parameter. Built at start, then shared
// between threads without locks.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::api {

class Router {
 public:
  Router();
  ~Router();

  struct Match {
    enum class Kind {
      kFound,
      kNotFound,
      kWrongMethod,  // `allow` lists the methods that there are
      kBadEscape,    // a percent escape that is none, or no UTF-8 after decoding
    };
    Kind kind = Kind::kNotFound;
    size_t route = 0;
    std::vector<std::string> parameters;  // decoded, in the order of the template
    std::string allow;
  };

  // `path` is a template such as "/v1/apps/{application-id}"; a parameter `{name+}` takes the whole
  // rest of the path. False when method and path are there already.
  [[nodiscard]] bool Add(std::string_view method, std::string_view path, size_t route);

  // `path` is what the client sent, without the query.
  Match Find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  struct Search;

  std::unique_ptr<Node> root_;
};

}  // namespace pinion::api
