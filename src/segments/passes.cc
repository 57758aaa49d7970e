#include "segments/passes.h"

#include <algorithm>
#include <utility>

namespace pinion::segments {
namespace {

std::vector<Node>* ChildrenOf(Node& node) {
  if (auto* all = std::get_if<AllOf>(&node.value)) {
    return &all->children;
  }
  if (auto* any = std::get_if<AnyOf>(&node.value)) {
    return &any->children;
  }
  if (auto* none = std::get_if<NoneOf>(&node.value)) {
    return &none->children;
  }
  return nullptr;
}

// Puts the children of every child of kind `Inner` in its place.
template <class Inner>
void Splice(std::vector<Node>& children) {
  std::vector<Node> flat;
  for (Node& child : children) {
    if (auto* inner = std::get_if<Inner>(&child.value)) {
      std::move(inner->children.begin(), inner->children.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(child));
    }
  }
  children = std::move(flat);
}

template <class Kind>
bool Has(const std::vector<Node>& children) {
  return std::any_of(children.begin(), children.end(), [](const Node& child) {
    return std::holds_alternative<Kind>(child.value);
  });
}

template <class Kind>
void Drop(std::vector<Node>& children) {
  std::erase_if(children,
                [](const Node& child) { return std::holds_alternative<Kind>(child.value); });
}

}  // namespace

Node Flatten(Node node) {
  std::vector<Node>* children = ChildrenOf(node);
  if (children == nullptr) {
    return node;
  }
  for (Node& child : *children) {
    child = Flatten(std::move(child));
  }
  if (std::holds_alternative<AllOf>(node.value)) {
    Splice<AllOf>(*children);
  } else {
    // In no `any` is in none of its alternatives.
    Splice<AnyOf>(*children);
  }
  if (children->size() == 1 && !std::holds_alternative<NoneOf>(node.value)) {
    Node only = std::move(children->front());
    return only;
  }
  return node;
}

Node FoldConstants(Node node) {
  std::vector<Node>* children = ChildrenOf(node);
  if (children == nullptr) {
    return node;
  }
  for (Node& child : *children) {
    child = FoldConstants(std::move(child));
  }
  if (std::holds_alternative<AllOf>(node.value)) {
    if (Has<Nobody>(*children)) {
      return {Nobody{}};
    }
    Drop<Everybody>(*children);
    return children->empty() ? Node{Everybody{}} : std::move(node);
  }
  const bool none = std::holds_alternative<NoneOf>(node.value);
  if (Has<Everybody>(*children)) {
    return none ? Node{Nobody{}} : Node{Everybody{}};
  }
  Drop<Nobody>(*children);
  if (children->empty()) {
    return none ? Node{Everybody{}} : Node{Nobody{}};
  }
  return node;
}

Node MergeValues(Node node) {
  std::vector<Node>* children = ChildrenOf(node);
  if (children == nullptr) {
    return node;
  }
  for (Node& child : *children) {
    child = MergeValues(std::move(child));
  }
  if (std::holds_alternative<AllOf>(node.value)) {
    return node;
  }
  std::vector<Node> merged;
  for (Node& child : *children) {
    auto* in = std::get_if<TextIn>(&child.value);
    TextIn* same = nullptr;
    for (Node& earlier : merged) {
      auto* candidate = std::get_if<TextIn>(&earlier.value);
      if (in != nullptr && candidate != nullptr && candidate->field == in->field) {
        same = candidate;
      }
    }
    if (same == nullptr) {
      merged.push_back(std::move(child));
    } else {
      std::move(in->values.begin(), in->values.end(), std::back_inserter(same->values));
    }
  }
  *children = std::move(merged);
  return node;
}

Node Simplify(Node node) {
  return Flatten(MergeValues(FoldConstants(Flatten(std::move(node)))));
}

}  // namespace pinion::segments
