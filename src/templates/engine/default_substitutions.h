// DefaultSubstitutions: the default values of a template's variables (TPL-9), flattened once when
// the template is compiled. SubstitutionTree is the parsed JSON it is made from. Immutable and
// shareable between threads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "templates/engine/value.h"
#include "templates/engine/variable_source.h"

namespace pinion::templates {

struct SubstitutionMember;

// A JSON value as its reader hands it over.
struct SubstitutionTree {
  enum class Kind { kNull, kBool, kNumber, kString, kList, kObject };
  Kind kind = Kind::kNull;
  bool bool_value = false;
  double number = 0;
  std::string text;
  std::vector<SubstitutionTree> items;
  std::vector<SubstitutionMember> members;
};

struct SubstitutionMember {
  std::string name;
  SubstitutionTree value;
};

class DefaultSubstitutions {
 public:
  // Members nested deeper are left out.
  static constexpr int kDepthMax = 32;

  // `root` is an object; anything else has no members.
  explicit DefaultSubstitutions(SubstitutionTree root);
  DefaultSubstitutions(const DefaultSubstitutions&) = delete;
  DefaultSubstitutions& operator=(const DefaultSubstitutions&) = delete;

  // The path as written, then without its trailing index, flat keys before nested ones. Missing if
  // there is none.
  Value Find(const VariablePath& path, Scratch& scratch) const;
  bool empty() const { return values_.empty(); }
  // Every key with its value; views of this.
  std::vector<NamedValue> Named() const;

 private:
  // Members of one object.
  class Node final : public MapView {
   public:
    Value Find(std::string_view name, Scratch& scratch) const override;
    std::span<const NamedValue> Members(Scratch& scratch) const override;
    std::vector<NamedValue> members;
  };

  Value Convert(const SubstitutionTree& tree, int depth);
  void Flatten(const SubstitutionTree& object, const std::string& prefix, int depth);
  void Add(const std::string& key, Value value);
  Value Get(std::string_view key) const;

  // What the values refer to.
  SubstitutionTree root_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::unique_ptr<std::vector<Value>>> lists_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace pinion::templates
