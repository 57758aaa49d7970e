// The only code per type that the codec needs: thunks that reach into optional, vector and Map.
// Included by the generated tables alone.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/map.h"
#include "model/type_descriptor.h"

namespace pinion::model {

template <class T>
void ResetValue(void* value) {
  *static_cast<T*>(value) = T{};
}

template <class T>
struct OptionalThunks {
  static void* Emplace(void* optional) {
    return &static_cast<std::optional<T>*>(optional)->emplace();
  }
  static const void* Get(const void* optional) {
    const auto& value = *static_cast<const std::optional<T>*>(optional);
    return value.has_value() ? &*value : nullptr;
  }
  static void Reset(void* optional) { static_cast<std::optional<T>*>(optional)->reset(); }
};
template <class T>
inline constexpr OptionalOps kOptionalOps = {
    OptionalThunks<T>::Emplace, OptionalThunks<T>::Get, OptionalThunks<T>::Reset};

template <class T>
struct ListThunks {
  static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no addressable elements");
  using List = std::vector<T>;
  static void* Append(void* list) { return &static_cast<List*>(list)->emplace_back(); }
  static void DropLast(void* list) { static_cast<List*>(list)->pop_back(); }
  static size_t Size(const void* list) { return static_cast<const List*>(list)->size(); }
  static const void* At(const void* list, size_t index) {
    return &(*static_cast<const List*>(list))[index];
  }
};
template <class T>
inline constexpr ListOps kListOps = {
    ListThunks<T>::Append, ListThunks<T>::DropLast, ListThunks<T>::Size, ListThunks<T>::At};

template <class T>
struct MapThunks {
  static auto& Entries(void* map) { return static_cast<Map<T>*>(map)->entries(); }
  static const auto& Entries(const void* map) { return static_cast<const Map<T>*>(map)->entries(); }
  static void* Append(void* map, std::string key) {
    return &static_cast<Map<T>*>(map)->Append(std::move(key), T{});
  }
  static size_t Size(const void* map) { return Entries(map).size(); }
  static const std::string& KeyAt(const void* map, size_t index) {
    return Entries(map)[index].first;
  }
  static const void* ValueAt(const void* map, size_t index) { return &Entries(map)[index].second; }
  static void MoveEntry(void* map, size_t to, size_t from) {
    Entries(map)[to] = std::move(Entries(map)[from]);
  }
  static void MoveValue(void* map, size_t to, size_t from) {
    Entries(map)[to].second = std::move(Entries(map)[from].second);
  }
  static void Truncate(void* map, size_t size) {
    auto& entries = Entries(map);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(size), entries.end());
  }
};
template <class T>
inline constexpr MapOps kMapOps = {MapThunks<T>::Append,
                                   MapThunks<T>::Size,
                                   MapThunks<T>::KeyAt,
                                   MapThunks<T>::ValueAt,
                                   MapThunks<T>::MoveEntry,
                                   MapThunks<T>::MoveValue,
                                   MapThunks<T>::Truncate};

}  // namespace pinion::model
