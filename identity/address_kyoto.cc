#include "identity/address_kyoto.h"

#include <array>

#include "identity/characters.h"

namespace musubi::identity {
namespace {

bool IsLetterOfName(char32_t c) { return IsHan(c) || IsKana(c); }

// The characters of the word at `at` that ends a way, or 0: 上る, 下ル, 東入, 西入ル.
std::size_t WayAt(std::u32string_view text, std::size_t at) {
  constexpr std::array<std::u32string_view, 12> kWays = {U"上がる", U"下がる", U"上ガル", U"下ガル",
                                                         U"上る",   U"下る",   U"上ル",   U"下ル",
                                                         U"東入る", U"西入る", U"東入",   U"西入"};
  const std::u32string_view rest = text.substr(at);
  for (const std::u32string_view way : kWays) {
    if (!rest.starts_with(way)) continue;
    return rest.substr(way.size()).starts_with(U'ル') && way.ends_with(U'入') ? 3 : way.size();
  }
  return 0;
}

// Where the last way ends, or `at`.
std::size_t EndOfWays(std::u32string_view text, std::size_t at) {
  std::size_t end = at;
  while (at < text.size()) {
    const std::size_t way = WayAt(text, at);
    at += way == 0 ? 1 : way;
    if (way != 0) end = at;
  }
  return end;
}

// Behind the 丁目 of a way, where a name follows it: 下る二丁目鶴山町.
std::size_t SkipChome(std::u32string_view text, std::size_t at) {
  constexpr std::u32string_view kChome = U"丁目";
  std::size_t end = at;
  while (end < text.size() && (IsAsciiDigit(text[end]) || IsKanjiNumeral(text[end]))) ++end;
  if (end == at || !text.substr(end).starts_with(kChome)) return at;
  end += kChome.size();
  return end < text.size() && IsLetterOfName(text[end]) ? end : at;
}

}  // namespace

KyotoTown FindKyotoTown(const AddressText& text, std::size_t at) {
  const std::u32string_view all = text.chars;
  const std::size_t way = EndOfWays(all, at);
  if (way == at) return {at, at, at};
  std::size_t name = way;
  while (name < all.size() && !IsLetterOfName(all[name]) && !IsAsciiDigit(all[name])) ++name;
  name = SkipChome(all, name);
  if (name < all.size() && IsLetterOfName(all[name])) return {name, name, name};
  const std::size_t town = all.substr(0, way).find(U'町', at);
  if (town == std::u32string_view::npos) return {at, at, at};
  return {at, town + 1, way};
}

}  // namespace musubi::identity
