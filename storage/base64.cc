#include "storage/base64.h"

#include <array>

namespace musubi::storage {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kPad = 64;
constexpr std::uint8_t kLineBreak = 65;
constexpr std::uint8_t kOther = 66;

// What each character is: a sextet or one of the above.
constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kOther;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  values['='] = kPad;
  values['\n'] = values['\r'] = kLineBreak;
  return values;
}();

}  // namespace

void AppendBase64(std::span<const std::uint8_t> bytes, std::string* text) {
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? bytes[at + i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      text->push_back(i <= count ? kAlphabet[group >> (18 - 6 * i) & 63] : '=');
    }
  }
}

bool DecodeBase64(std::string_view text, std::vector<std::uint8_t>* bytes) {
  std::uint32_t group = 0;
  int sextets = 0;  // of the group that has begun
  int pads = 0;
  for (const char c : text) {
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(c)];
    if (value == kLineBreak) continue;
    if (value == kOther) return false;
    if (value == kPad) {
      ++pads;
      continue;
    }
    if (pads > 0) return false;
    group = group << 6 | value;
    if (++sextets < 4) continue;
    for (const int shift : {16, 8, 0}) bytes->push_back(static_cast<std::uint8_t>(group >> shift));
    group = 0;
    sextets = 0;
  }
  if (sextets == 0) return pads == 0;
  if (sextets == 1 || sextets + pads != 4) return false;
  group <<= 6 * pads;
  bytes->push_back(static_cast<std::uint8_t>(group >> 16));
  if (sextets == 3) bytes->push_back(static_cast<std::uint8_t>(group >> 8));
  return (group & (sextets == 3 ? 0xFFU : 0xFFFFU)) == 0;
}

}  // namespace musubi::storage
