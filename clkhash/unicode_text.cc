#include "clkhash/unicode_text.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>

#include "core/utf8.h"

namespace musubi::clkhash {
namespace {

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

std::size_t CountCodePoints(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; }));
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
