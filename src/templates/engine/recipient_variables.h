// RecipientVariables: the variables of one recipient, read straight from views of his records
// (section 5 of the specification of templates). Senders and the preview fill a RecipientView,
// render, and may use it again for the next recipient. Not thread-safe, but any number may exist.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "templates/engine/default_substitutions.h"
#include "templates/engine/root_names.h"
#include "templates/engine/value.h"
#include "templates/engine/variable_source.h"

namespace pinion::templates {

// Everything is a view and optional: what is not set is missing. The owner keeps the memory while
// it renders.
struct RecipientView {
  // Address, ChannelType, Demographic.Make, UnsubscribeUrl, … Locations as Value::Number. Only
  // names before RootName::kAttributes.
  std::array<Value, kScalarRootNames> scalars{};
  void Set(RootName name, Value value) { scalars[static_cast<size_t>(name)] = value; }
  // Not set if `text` is empty.
  void SetText(RootName name, std::string_view text) {
    Set(name, text.empty() ? Value() : Value::String(text));
  }

  std::span<const NamedValue> attributes;
  std::span<const NamedValue> user_attributes;
  std::span<const NamedValue> metrics;
  std::span<const NamedValue> recommendations;
  std::span<const NamedValue> event_attributes;
  std::span<const NamedValue> event_metrics;

  // TPL-76, numbers 2 to 4, the first found wins: of the address, endpoint or user; of the
  // channel's message; of the default push message; of the default message.
  static constexpr size_t kSubstitutionLayers = 4;
  std::array<std::span<const NamedValue>, kSubstitutionLayers> substitutions;
  // Of the address, then of the request.
  std::array<std::span<const NamedValue>, 2> context;
  const DefaultSubstitutions* defaults = nullptr;

  // A template with a recommender: a recommended variable that nothing is found for ends the
  // rendering (TPL-131).
  bool recommendations_required = false;
  // The names a recommender's attributes may fill, as bare names.
  std::span<const std::string_view> recommended_names;
};

class RecipientVariables final : public VariableSource {
 public:
  explicit RecipientVariables(const RecipientView& view) : view_(view) {}

  Variable Find(const VariablePath& path, Scratch& scratch) const override;

 private:
  Value FindSubstitution(const VariablePath& path, Scratch& scratch) const;
  Value FindRoot(const VariablePath& path, Scratch& scratch) const;
  Value FindBareName(const VariablePath& path, Scratch& scratch) const;
  Value FindInMap(std::span<const NamedValue> map,
                  const VariablePath& path,
                  size_t first,
                  Scratch& scratch) const;
  std::span<const NamedValue> MapOf(RootName name) const;
  Value GroupOf(RootName name, Scratch& scratch) const;
  Value Scalar(RootName name, Scratch& scratch) const;
  bool IsRequired(const VariablePath& path) const;

  const RecipientView& view_;
};

}  // namespace pinion::templates
