#include "core/plain_text.h"

#include "core/utf8.h"

namespace musubi {
namespace {

bool IsHidden(char32_t c) {
  const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool ends_line = c == 0x2028 || c == 0x2029;
  const bool turns = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
                     (c >= 0x2066 && c <= 0x2069);
  const bool has_no_width = c == 0xAD || c == 0x180E || c == 0x200B || c == 0x2060 || c == 0xFEFF ||
                            (c >= 0xE0000 && c <= 0xE007F);
  return is_control || ends_line || turns || has_no_width;
}

}  // namespace

bool IsPlainText(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes || !IsWellFormedUtf8(text)) return false;
  for (std::size_t at = 0; at < text.size();) {
    if (IsHidden(NextCodePoint(text, &at))) return false;
  }
  return true;
}

}  // namespace musubi
