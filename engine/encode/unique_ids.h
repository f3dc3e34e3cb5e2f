// Finds ids that a holder's file uses twice, in 24 bytes a row. Private to engine/encode.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "core/bit_matrix.h"

namespace musubi::engine {

// Remembers a 128-bit hash of each id instead of the id. Two different ids among ten million
// share one with a chance of about 10^-25.
class UniqueIds {
 public:
  // Makes room for `ids` ids.
  void Reserve(std::size_t ids) { entries_.reserve(ids); }

  void Add(std::string_view id, std::uint64_t row);

  // The first row whose id an earlier row has, after that earlier row; nothing where all differ.
  // Sorts in place.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> FirstRepeat();

 private:
  struct Entry {
    std::uint64_t high;
    std::uint64_t low;
    std::uint64_t row;
    auto operator<=>(const Entry&) const = default;
  };
  RowVector<Entry> entries_;
};

}  // namespace musubi::engine
