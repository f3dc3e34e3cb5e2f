#include "core/project_id.h"

#include <array>
#include <cstdint>

namespace musubi {
namespace {

constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
constexpr std::size_t kDigits = 20;
constexpr std::size_t kGroup = 5;
constexpr std::uint32_t kBase = 32;
constexpr std::uint32_t kCheckModulus = 37;

std::string WithCheckSymbol(const std::array<std::uint32_t, kDigits>& digits) {
  std::string id;
  std::uint32_t remainder = 0;
  for (std::size_t i = 0; i < kDigits; ++i) {
    remainder = (remainder * kBase + digits[i]) % kCheckModulus;
    id += kSymbols[digits[i]];
    if ((i + 1) % kGroup == 0) id += '-';
  }
  return id + kSymbols[remainder];
}

}  // namespace

std::string FormatProjectId(std::span<const std::uint8_t, 13> bytes) {
  std::array<std::uint32_t, kDigits> digits{};
  for (std::size_t bit = 0; bit < kProjectIdBits; ++bit) {
    std::uint32_t& digit = digits[bit / 5];
    digit = digit << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1U);
  }
  return WithCheckSymbol(digits);
}

bool IsProjectId(std::string_view id) {
  constexpr std::size_t kLength = kDigits + kDigits / kGroup + 1;
  if (id.size() != kLength) return false;
  std::array<std::uint32_t, kDigits> digits{};
  std::size_t digit = 0;
  for (std::size_t i = 0; i + 1 < kLength; ++i) {
    if (i % (kGroup + 1) == kGroup) {
      if (id[i] != '-') return false;
      continue;
    }
    const std::size_t value = kSymbols.substr(0, kBase).find(id[i]);
    if (value == std::string_view::npos) return false;
    digits[digit++] = static_cast<std::uint32_t>(value);
  }
  return WithCheckSymbol(digits) == id;
}

}  // namespace musubi
