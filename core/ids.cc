#include "core/ids.h"

namespace musubi {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string ToHex(const std::uint8_t* data, std::size_t size) {
  std::string hex;
  hex.reserve(size * 2);
  AppendHex({data, size}, &hex);
  return hex;
}

void AppendHex(std::span<const std::uint8_t> bytes, std::string* text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const std::size_t begin = text->size();
  text->resize(begin + 2 * bytes.size());
  char* out = text->data() + begin;
  for (const std::uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 15];
  }
}

bool FromHex(std::string_view hex, std::uint8_t* out, std::size_t size) {
  if (hex.size() != size * 2) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace musubi
