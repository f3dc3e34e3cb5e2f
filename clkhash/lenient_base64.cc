#include "clkhash/lenient_base64.h"

namespace musubi::clkhash {
namespace {

std::optional<std::uint32_t> Sextet(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0' + 52);
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

bool IsBeyondAscii(char c) { return static_cast<std::uint8_t>(c) >= 0x80; }

}  // namespace

std::optional<std::vector<std::uint8_t>> DecodeLenientBase64(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  std::uint32_t group = 0;  // the sextets of the group that has begun
  int place = 0;            // how many they are
  int pads = 0;             // padding characters since the last sextet
  bool finished = false;
  for (const char c : text) {
    if (IsBeyondAscii(c)) return std::nullopt;
    if (finished) continue;
    if (c == '=') {
      if (place >= 2) finished = place + ++pads >= 4;
      continue;
    }
    const auto sextet = Sextet(c);
    if (!sextet) continue;
    pads = 0;
    group = group << 6 | *sextet;
    // A byte is complete with the second, third and fourth sextet of a group.
    if (++place > 1) bytes.push_back(static_cast<std::uint8_t>(group >> (8 - 2 * place)));
    place %= 4;
  }
  if (place != 0 && !finished) return std::nullopt;
  return bytes;
}

}  // namespace musubi::clkhash
