#include "auth/policy_document.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "model/json_reader.h"

namespace pinion::auth {
namespace {

using model::JsonReader;
using model::JsonType;

// Before 2012 there were no variables, and IAM reads a document without a version as one of those.
constexpr std::string_view kVersionWithVariables = "2012-10-17";
constexpr std::string_view kOldVersion = "2008-10-17";

constexpr std::string_view kDocumentElements[] = {"Version", "Id", "Statement"};
constexpr std::string_view kStatementElements[] = {
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return lower;
}

// API-28: no more of a caller's text than that is repeated.
std::string Echo(std::string_view text) {
  return "'" + std::string(base::FirstCodePoints(text, model::kEchoedCharactersMax)) + "'";
}

class DocumentParser {
 public:
  DocumentParser(std::string_view json, std::string_view where) : json_(json), where_(where) {}

  base::Result<std::vector<PolicyStatement>> Parse();

 private:
  using Names = std::set<std::string, std::less<>>;
  using Texts = std::vector<std::string>;

  base::Error Wrong(std::string_view path, std::string_view rule) const {
    std::string member = where_;
    if (!path.empty()) {
      member += member.empty() ? "" : ".";
      member += path;
    }
    return base::InvalidArgument("Member '" + member + "': " + std::string(rule));
  }
  // What the reader stumbled over.
  base::Error Unreadable() const { return Wrong("", "not valid JSON: " + reader_.error()); }

  template <class Visit>
  base::Status ForEachMember(const std::string& path, Visit visit);
  base::Status CheckElement(std::string_view name,
                            std::span<const std::string_view> known,
                            const std::string& path) const;
  base::Result<JsonType> TypeOfNext();
  base::Result<std::string> ReadText(const std::string& path);
  base::Result<std::string> ReadScalar(const std::string& path);
  enum class Scalars { kTexts, kAny };
  base::Result<Texts> ReadTexts(const std::string& path, Scalars scalars);
  base::Status ReadVersion();
  base::Status ReadStatements();
  base::Status ReadStatement(const std::string& path, size_t number);
  base::Status ReadStatementElement(std::string_view name,
                                    const std::string& path,
                                    PolicyStatement& statement);
  base::Status ReadEffect(const std::string& path, PolicyStatement& statement);
  base::Status ReadConditions(const std::string& path, PolicyStatement& statement);
  base::Status ReadCondition(const std::string& path,
                             const ConditionOperator& test,
                             std::string_view key,
                             PolicyStatement& statement);
  base::Status Finish();

  // Texts are kept until the version is known, for it may come last.
  struct Pending {
    std::vector<std::pair<std::string, Texts>> resources;
    std::vector<std::pair<std::string, Texts>> except_resources;
    std::vector<std::pair<std::string, Texts>> conditions;
  };
  base::Status Compile(const std::vector<std::pair<std::string, Texts>>& texts,
                       std::vector<PolicyPattern>& patterns) const;
  base::Status CompileCondition(const std::pair<std::string, Texts>& texts,
                                PolicyCondition& condition) const;
  PolicyPattern::Syntax SyntaxWith(PolicyPattern::Syntax::Wildcards wildcards) const {
    return {wildcards, variables_};
  }

  const std::string_view json_;
  const std::string where_;
  JsonReader reader_;
  PolicyPattern::Syntax::Variables variables_ = PolicyPattern::Syntax::Variables::kLiteral;
  std::vector<PolicyStatement> statements_;
  std::vector<Pending> pending_;
};

// Calls `visit` with each member's name and path, refusing a name that comes twice.
template <class Visit>
base::Status DocumentParser::ForEachMember(const std::string& path, Visit visit) {
  PINION_TRY(const JsonType type, TypeOfNext());
  if (type != JsonType::kObject) {
    return Wrong(path, "expected an object, got " + std::string(WithArticle(type)) + ".");
  }
  if (!reader_.BeginObject()) {
    return Unreadable();
  }
  Names seen;
  std::string_view key;
  while (reader_.NextMember(key)) {
    const std::string name(key);
    const std::string member = path.empty() ? name : path + "." + name;
    if (!seen.insert(name).second) {
      return Wrong(member, "given twice.");
    }
    PINION_CHECK(visit(name, member));
  }
  return reader_.ok() ? base::Status() : Unreadable();
}

base::Status DocumentParser::CheckElement(std::string_view name,
                                          std::span<const std::string_view> known,
                                          const std::string& path) const {
  if (std::find(known.begin(), known.end(), name) != known.end()) {
    return {};
  }
  std::string choices;
  for (const std::string_view choice : known) {
    choices += choices.empty() ? "" : ", ";
    choices += choice;
  }
  return Wrong(path, "unknown element " + Echo(name) + ", expected one of " + choices + ".");
}

base::Result<JsonType> DocumentParser::TypeOfNext() {
  JsonType type = JsonType::kNull;
  if (!reader_.PeekType(type)) {
    return Unreadable();
  }
  return type;
}

base::Result<std::string> DocumentParser::ReadText(const std::string& path) {
  PINION_TRY(const JsonType type, TypeOfNext());
  if (type != JsonType::kString) {
    return Wrong(path, "expected a string, got " + std::string(WithArticle(type)) + ".");
  }
  std::string_view text;
  if (!reader_.ReadString(text)) {
    return Unreadable();
  }
  return std::string(text);
}

// Values of conditions may be numbers and booleans, which stand for their text.
base::Result<std::string> DocumentParser::ReadScalar(const std::string& path) {
  PINION_TRY(const JsonType type, TypeOfNext());
  if (type != JsonType::kNumber && type != JsonType::kBoolean) {
    return ReadText(path);
  }
  std::string_view source;
  const bool read =
      type == JsonType::kNumber ? reader_.ReadNumber(source) : reader_.ReadLiteral(source);
  if (!read) {
    return Unreadable();
  }
  return std::string(source);
}

base::Result<DocumentParser::Texts> DocumentParser::ReadTexts(const std::string& path,
                                                              Scalars scalars) {
  const auto read_one = [&](const std::string& at) {
    return scalars == Scalars::kAny ? ReadScalar(at) : ReadText(at);
  };
  Texts texts;
  PINION_TRY(const JsonType type, TypeOfNext());
  if (type != JsonType::kArray) {
    PINION_TRY(std::string text, read_one(path));
    texts.push_back(std::move(text));
    return texts;
  }
  if (!reader_.BeginArray()) {
    return Unreadable();
  }
  while (reader_.NextElement()) {
    PINION_TRY(std::string text, read_one(path + "[" + std::to_string(texts.size()) + "]"));
    texts.push_back(std::move(text));
  }
  if (!reader_.ok()) {
    return Unreadable();
  }
  if (texts.empty()) {
    return Wrong(path, "must not be empty.");
  }
  return texts;
}

base::Status DocumentParser::ReadVersion() {
  PINION_TRY(const std::string version, ReadText("Version"));
  if (version == kVersionWithVariables) {
    variables_ = PolicyPattern::Syntax::Variables::kReplaced;
  } else if (version != kOldVersion) {
    return Wrong("Version",
                 "unknown value " + Echo(version) + ", expected one of 2012-10-17, 2008-10-17.");
  }
  return {};
}

base::Status DocumentParser::ReadStatements() {
  PINION_TRY(const JsonType type, TypeOfNext());
  if (type != JsonType::kArray) {
    return ReadStatement("Statement", 0);
  }
  if (!reader_.BeginArray()) {
    return Unreadable();
  }
  for (size_t number = 0; reader_.NextElement(); ++number) {
    PINION_CHECK(ReadStatement("Statement[" + std::to_string(number) + "]", number));
  }
  return reader_.ok() ? base::Status() : Unreadable();
}

base::Status DocumentParser::ReadStatement(const std::string& path, size_t number) {
  PolicyStatement statement;
  statement.label = std::to_string(number);
  pending_.emplace_back();
  Names given;
  PINION_CHECK(
      ForEachMember(path, [&](const std::string& name, const std::string& member) -> base::Status {
        given.insert(name);
        return ReadStatementElement(name, member, statement);
      }));
  if (!given.contains("Effect")) {
    return Wrong(path + ".Effect", "missing.");
  }
  for (const auto& [one, other] :
       {std::pair("Action", "NotAction"), std::pair("Resource", "NotResource")}) {
    if (given.contains(one) == given.contains(other)) {
      return Wrong(path,
                   "must have one of " + std::string(one) + " and " + other + ", not " +
                       (given.contains(one) ? "both." : "neither."));
    }
  }
  statements_.push_back(std::move(statement));
  return {};
}

base::Status DocumentParser::ReadStatementElement(std::string_view name,
                                                  const std::string& path,
                                                  PolicyStatement& statement) {
  PINION_CHECK(CheckElement(name, kStatementElements, path));
  if (name == "Principal") {
    return reader_.SkipValue() ? base::Status() : Unreadable();
  }
  if (name == "Sid") {
    PINION_TRY(std::string sid, ReadText(path));
    if (!sid.empty()) {
      statement.label = std::move(sid);
    }
    return {};
  }
  if (name == "Effect") {
    return ReadEffect(path, statement);
  }
  if (name == "Condition") {
    return ReadConditions(path, statement);
  }
  PINION_TRY(Texts texts, ReadTexts(path, Scalars::kTexts));
  if (name == "Resource") {
    pending_.back().resources.emplace_back(path, std::move(texts));
  } else if (name == "NotResource") {
    pending_.back().except_resources.emplace_back(path, std::move(texts));
  } else {
    std::vector<Glob>& actions = name == "Action" ? statement.actions : statement.except_actions;
    for (const std::string& text : texts) {
      PINION_TRY(const auto pattern,
                 PolicyPattern::Parse(Lower(text),
                                      {PolicyPattern::Syntax::Wildcards::kSpecial,
                                       PolicyPattern::Syntax::Variables::kLiteral}));
      actions.push_back(pattern.constant());
    }
  }
  return {};
}

base::Status DocumentParser::ReadEffect(const std::string& path, PolicyStatement& statement) {
  PINION_TRY(const std::string effect, ReadText(path));
  if (effect != "Allow" && effect != "Deny") {
    return Wrong(path, "unknown value " + Echo(effect) + ", expected one of Allow, Deny.");
  }
  statement.effect =
      effect == "Allow" ? PolicyStatement::Effect::kAllow : PolicyStatement::Effect::kDeny;
  return {};
}

base::Status DocumentParser::ReadConditions(const std::string& path, PolicyStatement& statement) {
  return ForEachMember(
      path, [&](const std::string& name, const std::string& member) -> base::Status {
        const auto test = ConditionOperator::Parse(name);
        if (!test) {
          return Wrong(member, "unknown operator.");
        }
        // Names of keys are the same in any case.
        Names seen;
        return ForEachMember(member,
                             [&](const std::string& key, const std::string& at) -> base::Status {
                               if (!seen.insert(Lower(key)).second) {
                                 return Wrong(at, "given twice.");
                               }
                               return ReadCondition(at, *test, key, statement);
                             });
      });
}

base::Status DocumentParser::ReadCondition(const std::string& path,
                                           const ConditionOperator& test,
                                           std::string_view key,
                                           PolicyStatement& statement) {
  PINION_TRY(Texts texts, ReadTexts(path, Scalars::kAny));
  pending_.back().conditions.emplace_back(path, std::move(texts));
  statement.conditions.push_back({test, ConditionKey::Parse(key), {}});
  return {};
}

base::Status DocumentParser::Compile(const std::vector<std::pair<std::string, Texts>>& texts,
                                     std::vector<PolicyPattern>& patterns) const {
  for (const auto& [path, values] : texts) {
    for (const std::string& value : values) {
      auto pattern =
          PolicyPattern::Parse(value, SyntaxWith(PolicyPattern::Syntax::Wildcards::kSpecial));
      if (!pattern.ok()) {
        return Wrong(path, pattern.error().message);
      }
      patterns.push_back(*std::move(pattern));
    }
  }
  return {};
}

base::Status DocumentParser::CompileCondition(const std::pair<std::string, Texts>& texts,
                                              PolicyCondition& condition) const {
  for (const std::string& value : texts.second) {
    auto pattern = PolicyPattern::Parse(value, SyntaxWith(condition.test.wildcards()));
    if (!pattern.ok()) {
      return Wrong(texts.first, pattern.error().message);
    }
    if (!pattern->has_variables()) {
      const base::Status right = condition.test.CheckValue(pattern->constant().Text());
      if (!right.ok()) {
        return Wrong(texts.first, right.error().message);
      }
    }
    condition.values.push_back(*std::move(pattern));
  }
  return {};
}

base::Status DocumentParser::Finish() {
  for (size_t i = 0; i < statements_.size(); ++i) {
    PolicyStatement& statement = statements_[i];
    PINION_CHECK(Compile(pending_[i].resources, statement.resources));
    PINION_CHECK(Compile(pending_[i].except_resources, statement.except_resources));
    for (size_t j = 0; j < statement.conditions.size(); ++j) {
      PINION_CHECK(CompileCondition(pending_[i].conditions[j], statement.conditions[j]));
    }
  }
  return {};
}

base::Result<std::vector<PolicyStatement>> DocumentParser::Parse() {
  if (!reader_.Open(json_)) {
    return Unreadable();
  }
  bool has_statement = false;
  PINION_CHECK(
      ForEachMember("", [&](const std::string& name, const std::string& path) -> base::Status {
        PINION_CHECK(CheckElement(name, kDocumentElements, path));
        if (name == "Version") {
          return ReadVersion();
        }
        if (name == "Id") {
          PINION_CHECK(ReadText(path));
          return {};
        }
        has_statement = true;
        return ReadStatements();
      }));
  if (!reader_.AtEnd()) {
    return Unreadable();
  }
  if (!has_statement) {
    return Wrong("Statement", "missing.");
  }
  PINION_CHECK(Finish());
  return std::move(statements_);
}

}  // namespace

base::Result<std::vector<PolicyStatement>> ParsePolicyDocument(std::string_view json,
                                                               std::string_view where) {
  return DocumentParser(json, where).Parse();
}

}  // namespace pinion::auth
