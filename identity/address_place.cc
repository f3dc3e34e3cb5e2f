#include "identity/address_place.h"

#include <algorithm>
#include <array>

#include "identity/characters.h"
#include "identity/municipalities.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kLongestDistrict = 8;  // characters before 郡, with a short prefecture's name
constexpr std::size_t kLongestUnknown = 7;   // characters of a municipality that no table knows

// Islands of Tokyo that are written before their towns as districts are.
constexpr std::array<std::u32string_view, 2> kIslands = {U"三宅島", U"八丈島"};

std::size_t DigitsAt(const AddressText& text, std::size_t at) {
  std::size_t end = at;
  while (end < text.chars.size() && IsAsciiDigit(text.chars[end])) ++end;
  return end - at;
}

bool IsComma(char32_t c) { return c == U',' || c == U'、' || c == U':'; }

std::size_t SkipCommas(const AddressText& text, std::size_t at) {
  while (at < text.chars.size() && IsComma(text.chars[at])) ++at;
  return at;
}

// Behind "日本" where a blank, a comma or a postcode follows it.
std::size_t SkipCountry(const AddressText& text) {
  constexpr std::u32string_view kJapan = U"日本";
  const std::u32string_view all = text.chars;
  const std::size_t at = all.starts_with(U"日本国") ? kJapan.size() + 1 : kJapan.size();
  if (!all.starts_with(kJapan) || at >= all.size()) return 0;
  return text.GapAt(at) || IsComma(all[at]) || all[at] == U'〒' ? SkipCommas(text, at) : 0;
}

// Behind a postcode: 〒 and perhaps seven digits, or seven digits with a dash or a blank that shows
// them to be no block number.
std::size_t SkipPostcode(const AddressText& text, std::size_t at) {
  const std::u32string_view rest = text.from(at);
  const bool marked = rest.starts_with(U'〒');
  std::size_t end = marked ? at + 1 : at;
  std::size_t first = DigitsAt(text, end);
  bool dash = false;
  if (first == 3 && end + 3 < text.chars.size() && text.chars[end + 3] == kDash) {
    dash = DigitsAt(text, end + 4) == 4;
    if (dash) first = 7;
  }
  if (first != 7) return end;
  end += dash ? 8U : 7U;
  if (end >= text.chars.size()) return marked ? end : at;
  const bool place = text.GapAt(end) || IsComma(text.chars[end]) || IsHan(text.chars[end]) ||
                     IsKana(text.chars[end]);
  return place || marked ? end : at;
}

// Behind the district or island that starts at `at`, or `at`.
std::size_t SkipDistrict(const AddressText& text, std::size_t at) {
  const std::u32string_view rest = text.from(at);
  for (const std::u32string_view island : kIslands) {
    if (rest.starts_with(island)) return at + island.size();
  }
  const std::size_t mark = rest.substr(0, kLongestDistrict + 1).find(U'郡', 1);
  return mark == std::u32string_view::npos ? at : at + mark + 1;
}

// The municipality at `at`, with or without a district before it. Its end is 0 where there is none.
AddressPlace ReadMunicipality(const AddressText& text, std::size_t at, int prefecture) {
  const Gazetteer& japan = Gazetteer::Japan();
  Gazetteer::Match match = japan.MunicipalityAt(text.from(at), prefecture, {});
  std::size_t start = at;
  if (match.length == 0) {
    start = SkipDistrict(text, at);
    if (start == at) return {};
    const std::u32string_view district = text.from(at).substr(0, start - at);
    match = japan.MunicipalityAt(text.from(start), prefecture, district);
    if (match.length == 0) return {};
  }
  return {start + match.length, prefecture != 0 ? prefecture : match.prefecture, match.name};
}

// The municipality at `at` by its shape: up to the first 市, or behind a district to the first 町
// or 村.
AddressPlace ReadUnknownMunicipality(const AddressText& text, std::size_t at, int prefecture) {
  const std::size_t start = SkipDistrict(text, at);
  const std::u32string_view marks = start == at ? U"市" : U"町村";
  const std::u32string_view head = text.from(start).substr(0, kLongestUnknown);
  const std::size_t mark = head.find_first_of(marks, 1);
  const std::u32string_view name =
      mark == std::u32string_view::npos ? head.substr(0, 0) : head.substr(0, mark + 1);
  if (!IsMunicipalityShape(name)) return {at, prefecture, {}};
  return {start + name.size(), prefecture, name};
}

}  // namespace

bool IsMunicipalityShape(std::u32string_view name) {
  constexpr std::u32string_view kEnds = U"市区町村";
  return name.size() >= 2 && kEnds.find(name.back()) != std::u32string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [](char32_t c) { return (IsHan(c) || IsKana(c)) && c != U'ー'; });
}

AddressPlace ReadPlace(const AddressText& text) {
  const Gazetteer& japan = Gazetteer::Japan();
  const std::size_t start = SkipCommas(text, SkipPostcode(text, SkipCountry(text)));
  const Gazetteer::Match prefecture = japan.PrefectureAt(text.from(start));
  if (prefecture.length != 0) {
    const std::size_t at = start + prefecture.length;
    const AddressPlace known = ReadMunicipality(text, at, prefecture.prefecture);
    return known.end != 0 ? known : ReadUnknownMunicipality(text, at, prefecture.prefecture);
  }
  // 千葉市川市: 市川市 of 千葉 takes more of the text than 千葉市.
  AddressPlace longest = ReadMunicipality(text, start, 0);
  const Gazetteer::Match shorter = japan.ShortPrefectureAt(text.from(start));
  if (shorter.length != 0) {
    const AddressPlace place = ReadMunicipality(text, start + shorter.length, shorter.prefecture);
    if (place.end > longest.end) longest = place;
  }
  if (longest.end == 0) longest.end = start;
  return longest;
}

}  // namespace musubi::identity
