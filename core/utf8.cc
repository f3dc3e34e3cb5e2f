#include "core/utf8.h"

#include <cstdint>
#include <cstring>

namespace musubi {
namespace {

std::uint8_t Byte(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

bool IsTrail(std::string_view bytes, std::size_t at, std::uint8_t low, std::uint8_t high) {
  return at < bytes.size() && Byte(bytes, at) >= low && Byte(bytes, at) <= high;
}

// The length of the well-formed sequence that starts at `at` with a byte above 0x7F, or 0.
std::size_t SequenceLength(std::string_view bytes, std::size_t at) {
  const std::uint8_t lead = Byte(bytes, at);
  // The second byte's range excludes overlong forms, surrogates and what lies above U+10FFFF.
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (!IsTrail(bytes, at + 1, low, high)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!IsTrail(bytes, at + i, 0x80, 0xBF)) return 0;
  }
  return length;
}

}  // namespace

bool IsAscii(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & kHighBits) != 0) return false;
  }
  for (; at < bytes.size(); ++at) {
    if (Byte(bytes, at) >= 0x80) return false;
  }
  return true;
}

bool IsWellFormedUtf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t length = Byte(bytes, at) < 0x80 ? 1 : SequenceLength(bytes, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

bool IsValidUtf8(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && IsWellFormedUtf8(bytes);
}

char32_t NextCodePoint(std::string_view text, std::size_t* at) {
  const std::uint8_t lead = Byte(text, *at);
  const std::size_t trails = CodePointBytes(text[(*at)++]) - 1;
  if (trails == 0) return lead;
  char32_t value = lead & (0x3FU >> trails);
  for (std::size_t i = 0; i < trails; ++i) value = value << 6 | (Byte(text, (*at)++) & 0x3FU);
  return value;
}

void AppendUtf8(char32_t c, std::string* out) {
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

}  // namespace musubi
