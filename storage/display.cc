#include "storage/display.h"

#include <cstdint>

namespace musubi::storage {

namespace {

// The bytes of the well-formed UTF-8 character at the start of `text`, or 0 where there is none
// (RFC 3629, section 4: no overlong form, no surrogate, nothing beyond U+10FFFF).
std::size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < size) return 0;
  const std::uint8_t least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

// U+0000 to U+001F, U+007F, and U+0080 to U+009F, which some terminals obey.
bool IsControl(std::string_view character) {
  const auto lead = static_cast<std::uint8_t>(character[0]);
  return lead < 0x20 || lead == 0x7F ||
         (lead == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0);
}

}  // namespace

std::string Displayable(std::string_view text, std::size_t max_bytes) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t bytes = CharacterBytes(text);
    const std::string_view character = text.substr(0, bytes == 0 ? 1 : bytes);
    const std::string_view safe = bytes == 0 || IsControl(character) ? "?" : character;
    if (shown.size() + safe.size() > max_bytes) return shown + "...";
    shown += safe;
    text.remove_prefix(character.size());
  }
  return shown;
}

}  // namespace musubi::storage
