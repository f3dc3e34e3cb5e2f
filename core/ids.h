// 128-bit identifiers that cannot be mistaken for one another.
// They are random or keyed: none carries anything about a person.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace musubi {

// 16 bytes, ordered as unsigned bytes from the first. All zero is "none".
template <typename Tag>
struct Id128 {
  static constexpr std::size_t kBytes = 16;

  std::array<std::uint8_t, kBytes> bytes{};

  bool is_none() const {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
  }

  auto operator<=>(const Id128&) const = default;
};

struct RecordRefTag;
struct LinkageKeyTag;
struct BlockTokenTag;

// A holder's random name for one of its records; the unit knows the record by nothing else.
using RecordRef = Id128<RecordRefTag>;

// The unit's random name for one person. Minted once, never reused, never leaves the unit.
using LinkageKey = Id128<LinkageKeyTag>;

// A keyed equality token over normalised fields; "none" where a part is missing.
using BlockToken = Id128<BlockTokenTag>;

// Lower-case hexadecimal, two digits a byte.
std::string ToHex(const std::uint8_t* data, std::size_t size);

// Appends the same to `*text`.
void AppendHex(std::span<const std::uint8_t> bytes, std::string* text);

// The bytes that `hex` spells (either case), or nothing when it is not exactly 2*size digits.
bool FromHex(std::string_view hex, std::uint8_t* out, std::size_t size);

template <typename Tag>
std::string ToHex(const Id128<Tag>& id) {
  return ToHex(id.bytes.data(), id.bytes.size());
}

template <typename Id>
std::optional<Id> ParseId(std::string_view hex) {
  Id id;
  if (!FromHex(hex, id.bytes.data(), id.bytes.size())) return std::nullopt;
  return id;
}

// Hashes for unordered containers. The ids are random, so eight of their bytes suffice.
struct Id128Hash {
  template <typename Tag>
  std::size_t operator()(const Id128<Tag>& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
  }
};

}  // namespace musubi
