// What a researcher knows a person by, as it is written: an id that means nothing outside its
// project.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace musubi {

inline constexpr std::size_t kProjectIdBits = 100;

// Writes the first 100 bits of `bytes` (each byte from its highest bit) as 20 Crockford base-32
// symbols and their check symbol (the number modulo 37), grouped in fives:
// "XXXXX-XXXXX-XXXXX-XXXXX-C".
// Source: D. Crockford, "Base 32" (crockford.com/base32.html).
std::string FormatProjectId(std::span<const std::uint8_t, 13> bytes);

// Whether `id` has this form, in upper case, and its check symbol is right.
bool IsProjectId(std::string_view id);

}  // namespace musubi
