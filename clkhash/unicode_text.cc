#include "clkhash/unicode_text.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>

namespace musubi::clkhash {
namespace {

std::uint8_t Byte(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

// The length of the well-formed sequence at `at`, or 0 (Unicode 15.0, table 3-7).
std::size_t SequenceBytes(std::string_view text, std::size_t at) {
  const std::uint8_t lead = Byte(text, at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - at < size) return 0;
  const std::uint8_t least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (Byte(text, at + 1) < least || Byte(text, at + 1) > most) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((Byte(text, at + i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

// Takes what a case mapping gives and compares it with what it was given.
class SameText : public icu::ByteSink {
 public:
  explicit SameText(std::string_view text) : rest_(text) {}

  void Append(const char* bytes, std::int32_t count) override {
    const std::string_view piece(bytes, static_cast<std::size_t>(count));
    same_ = same_ && rest_.starts_with(piece);
    if (same_) rest_.remove_prefix(piece.size());
  }

  bool same() const { return same_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool same_ = true;
};

bool HasAscii(std::string_view text, char first, char last) {
  return std::ranges::any_of(text, [&](char c) { return c >= first && c <= last; });
}

icu::StringPiece Piece(std::string_view text) {
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = SequenceBytes(bytes, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

bool IsAscii(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return static_cast<std::uint8_t>(c) < 0x80; });
}

std::size_t CodePointBytes(std::string_view text, std::size_t at) {
  const std::uint8_t lead = Byte(text, at);
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

char32_t NextCodePoint(std::string_view text, std::size_t* at) {
  const std::uint8_t lead = Byte(text, (*at)++);
  if (lead < 0x80) return lead;
  const int trails = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t value = lead & (0x3FU >> trails);
  for (int i = 0; i < trails; ++i) value = value << 6 | (Byte(text, (*at)++) & 0x3FU);
  return value;
}

std::size_t CountCodePoints(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; }));
}

void AppendUtf8(char32_t c, std::string* text) {
  const auto add = [&](char32_t byte) { text->push_back(static_cast<char>(byte)); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      add(0xE0 | c >> 12);
    } else {
      add(0xF0 | c >> 18);
      add(0x80 | (c >> 12 & 0x3F));
    }
    add(0x80 | (c >> 6 & 0x3F));
  }
  add(0x80 | (c & 0x3F));
}

bool IsSpace(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

std::optional<int> DecimalDigit(char32_t c) {
  if (c < 0x80) {
    if (c < '0' || c > '9') return std::nullopt;
    return static_cast<int>(c - '0');
  }
  const std::int32_t value = u_charDigitValue(static_cast<UChar32>(c));
  if (value < 0) return std::nullopt;
  return value;
}

bool IsUpperCase(std::string_view text) {
  if (IsAscii(text)) return !HasAscii(text, 'a', 'z');
  SameText sink(text);
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToUpper("", 0, Piece(text), sink, nullptr, status);
  return U_SUCCESS(status) != 0 && sink.same();
}

bool IsLowerCase(std::string_view text) {
  if (IsAscii(text)) return !HasAscii(text, 'A', 'Z');
  SameText sink(text);
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, Piece(text), sink, nullptr, status);
  return U_SUCCESS(status) != 0 && sink.same();
}

std::optional<char32_t> CharacterNamed(const std::string& name) {
  for (const UCharNameChoice choice : {U_UNICODE_CHAR_NAME, U_CHAR_NAME_ALIAS}) {
    UErrorCode status = U_ZERO_ERROR;
    const UChar32 c = u_charFromName(choice, name.c_str(), &status);
    if (U_SUCCESS(status) != 0) return static_cast<char32_t>(c);
  }
  return std::nullopt;
}

}  // namespace musubi::clkhash
