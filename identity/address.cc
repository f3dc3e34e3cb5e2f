#include "identity/address.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <utility>

#include "identity/address_kyoto.h"
#include "identity/address_number.h"
#include "identity/address_place.h"
#include "identity/address_text.h"
#include "identity/characters.h"
#include "identity/municipalities.h"
#include "identity/sentinels.h"
#include "identity/text.h"

namespace musubi::identity {
namespace {

constexpr int kHokkaido = 1;
constexpr std::size_t kParts = 5;
constexpr std::size_t kStackBytes = 4096;
constexpr std::size_t kSpareCharacters = 16;  // numerals in kanji are longer than in digits

bool IsMissingAddress(std::string_view written) {
  constexpr std::array<std::string_view, 6> kWords = {"不詳",     "住所不定", "住所不明",
                                                      "住所不詳", "住居不定", "住所なし"};
  return IsMissingMark(written) ||
         std::find(kWords.begin(), kWords.end(), Trim(written)) != kWords.end();
}

// No kanji and no kana, but other letters.
bool IsForeign(std::u32string_view text) {
  const auto japanese = [](char32_t c) { return IsHan(c) || IsKana(c) || c == U'〒'; };
  const auto letter = [](char32_t c) { return u_isalpha(static_cast<UChar32>(c)) != 0; };
  return std::none_of(text.begin(), text.end(), japanese) &&
         std::any_of(text.begin(), text.end(), letter);
}

// Where `out` has no place in Japan and its town is of another country: the town as a value of kind
// text has it. What stands behind the town may be left out of a form, so it must not count.
void FoldForeign(std::pmr::memory_resource* memory, Address* out) {
  if (!out->prefecture.empty() || !out->municipality.empty()) return;
  AddressText town(memory);
  FoldAddressText(out->town, &town);
  if (!IsForeign(town.chars)) return;
  const std::string written = std::move(out->town);
  TextFolder().FoldLetters(written, LetterRules{.keep_digits = true}, &out->town);
  FoldAddressText(out->town, &town);
  if (IsForeign(town.chars)) return;
  FoldTown(&town.chars);  // no letter is left, but perhaps digits
  ToUtf8(town.chars, &out->town);
}

// A town without kanji of an unknown place is an address in kana, which has no hiragana then.
void WriteTown(const AddressPlace& place, std::pmr::u32string* town, std::string* out) {
  FoldTown(town);
  const bool unknown = place.prefecture == 0 && place.municipality.empty();
  if (unknown && std::none_of(town->begin(), town->end(), IsHan)) FoldToKatakana(town);
  ToUtf8(*town, out);
}

// The town, the number and the building.
void ReadBlock(const AddressText& text, const AddressPlace& place, Address* out) {
  std::pmr::u32string part(text.chars.get_allocator());
  part.reserve(text.chars.size() + kSpareCharacters);
  KyotoTown town{place.end, place.end, place.end};
  if (place.municipality.starts_with(U"京都市")) town = FindKyotoTown(text, place.end);
  part.assign(text.from(town.begin).substr(0, town.end - town.begin));
  const std::size_t number = TakeTown(text, town.rest, place.prefecture == kHokkaido, &part);
  WriteTown(place, &part, &out->town);
  const std::size_t rest = TakeBlockNumber(text, number, &out->number);
  part.assign(text.from(rest));
  FoldBuilding(&part);
  ToUtf8(part, &out->building);
}

void WritePlace(const AddressPlace& place, Address* out) {
  out->prefecture.clear();
  if (place.prefecture != 0) {
    ToUtf8(Gazetteer::Japan().prefecture_name(place.prefecture), &out->prefecture);
  }
  ToUtf8(place.municipality, &out->municipality);
}

// Cuts `joined` at its bars; false where it has not five parts.
bool SplitJoined(std::string_view joined, std::array<std::string_view, kParts>* parts) {
  for (std::size_t i = 0; i + 1 < kParts; ++i) {
    const std::size_t bar = joined.find('|');
    if (bar == std::string_view::npos) return false;
    (*parts)[i] = joined.substr(0, bar);
    joined.remove_prefix(bar + 1);
  }
  parts->back() = joined;
  return joined.find('|') == std::string_view::npos;
}

// The prefecture and municipality whose whole names `prefecture` and `municipality` are; false
// where they are none.
bool ReadWholePlace(const AddressText& prefecture, const AddressText& municipality,
                    AddressPlace* place) {
  const Gazetteer& japan = Gazetteer::Japan();
  if (!prefecture.chars.empty()) {
    const Gazetteer::Match match = japan.PrefectureAt(prefecture.chars);
    if (match.length != prefecture.chars.size()) return false;
    place->prefecture = match.prefecture;
  }
  if (municipality.chars.empty()) return true;
  const Gazetteer::Match match = japan.MunicipalityAt(municipality.chars, place->prefecture, {});
  if (match.length == municipality.chars.size()) {
    if (place->prefecture == 0) place->prefecture = match.prefecture;
    place->municipality = match.name;
    return true;
  }
  place->municipality = municipality.chars;
  return place->prefecture != 0 && IsMunicipalityShape(municipality.chars);
}

// Reads what JoinAddress wrote, each part for itself; false where `written` is nothing like it.
bool ReadJoined(std::string_view written, std::pmr::memory_resource* memory, Address* out) {
  std::array<std::string_view, kParts> parts;
  if (!SplitJoined(written, &parts)) return false;
  if (!parts[3].empty() && !IsBlockNumber(parts[3])) return false;
  AddressText prefecture(memory);
  AddressText municipality(memory);
  AddressText text(memory);
  AddressPlace place;
  FoldAddressText(parts[0], &prefecture);
  FoldAddressText(parts[1], &municipality);
  if (!ReadWholePlace(prefecture, municipality, &place)) return false;
  WritePlace(place, out);
  out->number.assign(parts[3]);
  FoldAddressText(parts[4], &text);
  FoldBuilding(&text.chars);
  ToUtf8(text.chars, &out->building);
  FoldAddressText(parts[2], &text);
  if (prefecture.chars.empty() && municipality.chars.empty() && IsForeign(text.chars)) {
    out->town.assign(parts[2]);
  } else {
    WriteTown(place, &text.chars, &out->town);
  }
  return true;
}

void ReadWritten(std::string_view written, std::pmr::memory_resource* memory, Address* out) {
  AddressText text(memory);
  FoldAddressText(written, &text);
  if (IsForeign(text.chars)) {
    *out = {};
    out->town.assign(written);
    return;
  }
  DropRemark(&text);
  const AddressPlace place = ReadPlace(text);
  WritePlace(place, out);
  ReadBlock(text, place, out);
}

}  // namespace

FieldState ParseAddress(std::string_view written, Address* out) {
  alignas(std::max_align_t) std::array<std::byte, kStackBytes> stack;
  std::pmr::monotonic_buffer_resource memory(stack.data(), stack.size());
  const bool missing = IsMissingAddress(written);
  if (!missing) {
    if (!ReadJoined(written, &memory, out)) ReadWritten(written, &memory, out);
    FoldForeign(&memory, out);
  }
  if (missing || *out == Address{}) {
    *out = {};
    return FieldState::kMissing;
  }
  return FieldState::kPresent;
}

void JoinAddress(const Address& address, std::string* out) {
  out->clear();
  for (const std::string* part :
       {&address.prefecture, &address.municipality, &address.town, &address.number}) {
    out->append(*part).push_back('|');
  }
  out->append(address.building);
}

}  // namespace musubi::identity
