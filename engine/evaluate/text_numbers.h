// Texts to numbers, in the order of their first use: how ids by the million fit into memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musubi::engine {

// A hash table whose texts lie back to back. A text takes its own bytes, 8 to find it, and 11 to 22
// of the table; while it grows, half as much again.
//
// Threads: one at a time.
class TextNumbers {
 public:
  static constexpr std::uint32_t kMaxTexts = 0xFFFFFFFE;

  // The number of `text`: that of its first use, or else the next, from 0 on.
  //
  // Requires: size() < kMaxTexts.
  std::uint32_t Of(std::string_view text);

  // As Of, but numbers nothing: none where it is new.
  std::optional<std::uint32_t> Find(std::string_view text) const;

  std::size_t size() const { return ends_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = kEmpty;
  };
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;

  std::string_view TextOf(std::uint32_t number) const;

  // Where `text` is or would be put. Requires: an empty slot.
  std::size_t SlotOf(std::string_view text, std::uint32_t hash) const;
  void Grow();

  std::string texts_;
  std::vector<std::uint64_t> ends_;  // of each text in texts_
  std::vector<Slot> slots_;          // a power of two of them, at most three quarters full
};

}  // namespace musubi::engine
