#include "identity/address_number.h"

#include <algorithm>
#include <array>
#include <optional>

#include "identity/characters.h"
#include "identity/numerals.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kBareNumeral = 3;  // kanji of a number without any mark: 串本千二百三十四

// A town's name that ends as a number does.
constexpr std::u32string_view kAzabuJuban = U"麻布十番";

constexpr char32_t kOrdinal = U'第';
constexpr std::u32string_view kLot = U"地割";

// What joins two numbers without a mark: 8-2, 8の2.
bool IsJoiner(char32_t c) { return c == kDash || c == U'の' || c == U'ノ' || c == U'之'; }

bool IsDirection(char32_t c) { return c == U'東' || c == U'西' || c == U'南' || c == U'北'; }

std::size_t RunEnd(const AddressText& text, std::size_t at, bool (*belongs)(char32_t)) {
  std::size_t end = at + 1;
  while (!text.GapAt(end) && belongs(text.chars[end])) ++end;
  return end;
}

bool Follows(const AddressText& text, std::size_t at, std::u32string_view literal) {
  return at <= text.chars.size() && text.from(at).starts_with(literal);
}

char32_t CharAt(const AddressText& text, std::size_t at) {
  return at < text.chars.size() ? text.chars[at] : 0;
}

bool NumeralAt(const AddressText& text, std::size_t at) {
  const char32_t c = CharAt(text, at);
  return IsAsciiDigit(c) || IsKanjiNumeral(c);
}

// The value of the kanji numerals that are all of `kanji`.
std::optional<int> ReadKanji(std::u32string_view kanji) {
  std::string utf8;
  ToUtf8(kanji, &utf8);
  std::size_t at = 0;
  const std::optional<Numeral> numeral = TakeNumeral(utf8, &at);
  if (!numeral || at != utf8.size()) return std::nullopt;
  return numeral->value;
}

// Appends `value` in kanji with 十, 百 and 千, or digit by digit from 10,000.
void AppendKanji(int value, std::pmr::u32string* out) {
  constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
  constexpr std::u32string_view kUnits = U"千百十";
  if (value == 0 || value >= 10000) {
    for (const char digit : std::to_string(value)) {
      out->push_back(kDigits[static_cast<std::size_t>(digit - '0')]);
    }
    return;
  }
  int unit = 1000;
  for (const char32_t name : kUnits) {
    const int digit = value / unit % 10;
    if (digit > 1) out->push_back(kDigits[static_cast<std::size_t>(digit)]);
    if (digit > 0) out->push_back(name);
    unit /= 10;
  }
  if (value % 10 > 0) out->push_back(kDigits[static_cast<std::size_t>(value % 10)]);
}

// Whether what stands at `at`, behind 丁, 番 or 号, shows that to be a number's mark: another
// number, a joiner, a blank, the end.
bool NumberGoesOn(const AddressText& text, std::size_t at) {
  return text.GapAt(at) || NumeralAt(text, at) || IsJoiner(text.chars[at]) ||
         text.chars[at] == U',' || text.chars[at] == U'(';
}

// The characters of the mark at `at` that ends a part of a number, or 0. `strict` asks 番 and 号 to
// be followed as NumberGoesOn says; behind ASCII digits they are marks before a building's name
// too.
std::size_t MarkAt(const AddressText& text, std::size_t at, bool strict) {
  constexpr std::array<std::u32string_view, 10> kMarks = {
      U"丁目", U"番地", U"番外地",   U"番外",     U"地割",
      U"街区", U"画地", U"チョウメ", U"ちょうめ", U"バンチ"};
  constexpr std::array<std::u32string_view, 4> kShortMarks = {U"番", U"号", U"丁", U"バン"};
  for (const std::u32string_view mark : kMarks) {
    if (Follows(text, at, mark)) return mark.size();
  }
  if (Follows(text, at, U"字") && IsAsciiDigit(CharAt(text, at + 1))) return 1;  // 2字29番地
  for (const std::u32string_view mark : kShortMarks) {
    if (!Follows(text, at, mark)) continue;
    const bool plain = !strict && (mark == U"番" || mark == U"号");
    const std::size_t end = at + mark.size();
    const bool number = plain || NumberGoesOn(text, end) || Follows(text, end, U"号");
    return number ? mark.size() : 0;
  }
  return 0;
}

// Whether the digits that end at `at` count rooms, floors or buildings: 405号室, 10階, 3F, 2号棟.
bool IsRoomMark(const AddressText& text, std::size_t at) {
  constexpr std::array<std::u32string_view, 9> kRooms = {U"号室", U"号棟", U"号館", U"番館", U"階",
                                                         U"室",   U"棟",   U"号車", U"F"};
  if (at >= text.chars.size() || text.GapAt(at)) return false;
  const char32_t after = CharAt(text, at + 1);
  if (text.chars[at] == U'F' && after >= U'A' && after <= U'Z') return false;
  return std::any_of(kRooms.begin(), kRooms.end(),
                     [&](std::u32string_view room) { return Follows(text, at, room); });
}

// Whether kanji numerals that end at `at`, in or before a block number, are a part of it.
bool KanjiCounts(const AddressText& text, std::size_t at) {
  if (IsRoomMark(text, at)) return false;
  if (MarkAt(text, at, /*strict=*/true) != 0) return true;
  return CharAt(text, at) == kDash && NumeralAt(text, at + 1);
}

// As KanjiCounts, where nothing before the numerals shows that the town's name is over: also
// 四の二の八 at the end, and long numerals at the end.
bool KanjiStartsNumber(const AddressText& text, std::size_t from, std::size_t at) {
  constexpr int kMostParts = 8;  // so that the time stays linear in any text
  if (text.GapAt(at) && at - from >= kBareNumeral) return true;
  int parts = 1;
  while (parts < kMostParts && CharAt(text, at) == U'の' && IsKanjiNumeral(CharAt(text, at + 1))) {
    at = RunEnd(text, at + 1, IsKanjiNumeral);
    ++parts;
  }
  return KanjiCounts(text, at) || (parts > 1 && text.GapAt(at));
}

// Whether digits that end at `at` belong to a town's name: 北1条, 西2線, 7番丁, 14号北.
bool DigitsName(const AddressText& text, std::size_t at) {
  constexpr std::array<std::u32string_view, 5> kAlways = {U"条", U"線", U"軒", U"本木", U"丁堀"};
  if (text.GapAt(at)) return false;
  if (std::any_of(kAlways.begin(), kAlways.end(),
                  [&](std::u32string_view word) { return Follows(text, at, word); })) {
    return true;
  }
  if (Follows(text, at, U"番町") || Follows(text, at, U"番丁")) return NumberGoesOn(text, at + 2);
  return Follows(text, at, U"号") && IsDirection(CharAt(text, at + 1));
}

// 北1西2 for 北1条西2: digits at `at` to `end`, between directions.
bool LacksJo(const AddressText& text, std::size_t at, std::size_t end) {
  return at > 0 && IsDirection(text.chars[at - 1]) && !text.GapAt(end) &&
         IsDirection(text.chars[end]) && NumeralAt(text, end + 1);
}

// Appends the name or the digits at `at` to `end` as a town's name has them.
void AppendNumeral(const AddressText& text, std::size_t at, std::size_t end,
                   std::pmr::u32string* town) {
  const std::u32string_view written = text.from(at).substr(0, end - at);
  const std::optional<int> value = ReadKanji(written);
  if (value) {
    AppendKanji(*value, town);
  } else {
    town->append(written);
  }
}

// Where the number in the kanji at `at` to `end` starts: all of them in 三十一丁目, the last in
// 藤八二丁目, as no town has 82 丁目. Nothing where none can be read.
std::optional<std::size_t> ReadableFrom(const AddressText& text, std::size_t at, std::size_t end) {
  constexpr int kMostChome = 50;
  constexpr std::size_t kMostKanji = 16;  // of any number that can be read
  if (end - at > kMostKanji) at = end - kMostKanji;
  const bool chome = Follows(text, end, U"丁目");
  for (; at < end; ++at) {
    const std::optional<int> value = ReadKanji(text.from(at).substr(0, end - at));
    if (value && (!chome || *value <= kMostChome)) return at;
  }
  return std::nullopt;
}

// Reads the name of a town, up to its block number.
class TownReader {
 public:
  TownReader(const AddressText& text, std::size_t at, bool hokkaido, std::pmr::u32string* town)
      : text_(text), at_(at), start_(at), hokkaido_(hokkaido), town_(town) {}

  std::size_t Read() {
    while (at_ < text_.chars.size()) {
      const char32_t c = text_.chars[at_];
      if (Follows(text_, at_, kAzabuJuban)) {
        Append(at_ + kAzabuJuban.size());
      } else if (IsAsciiDigit(c)) {
        if (!ReadDigits()) break;
      } else if (IsKanjiNumeral(c)) {
        if (!ReadKanjiRun()) break;
      } else if (at_ > start_ && StartsRest()) {
        break;
      } else {
        Append(at_ + 1);
      }
    }
    return at_;
  }

 private:
  // Whether the town is over without a number: 無番地, A棟.
  bool StartsRest() const {
    const char32_t c = text_.chars[at_];
    return Follows(text_, at_, U"無番地") || Follows(text_, at_, U"番地") ||
           (c >= U'A' && c <= U'Z' && Follows(text_, at_ + 1, U"棟"));
  }

  void Append(std::size_t end) {
    town_->append(text_.from(at_).substr(0, end - at_));
    at_ = end;
  }

  void AppendInKanji(std::size_t end) {
    AppendNumeral(text_, at_, end, town_);
    at_ = end;
  }

  // These three return false, with `at_` at the number, where the town ends.

  bool ReadDigits() {
    const std::size_t end = RunEnd(text_, at_, IsAsciiDigit);
    if (Follows(text_, end, kLot)) return ReadLot(end);
    const bool ordinal = !town_->empty() && town_->back() == kOrdinal;
    if (hokkaido_ && LacksJo(text_, at_, end)) {
      AppendInKanji(end);
      town_->push_back(U'条');
    } else if (ordinal || DigitsName(text_, end)) {
      AppendInKanji(end);
    } else {
      return false;
    }
    return true;
  }

  bool ReadKanjiRun() {
    const std::size_t end = RunEnd(text_, at_, IsKanjiNumeral);
    const std::optional<std::size_t> number = ReadableFrom(text_, at_, end);
    if (number == at_ && Follows(text_, end, kLot)) return ReadLot(end);
    if (Follows(text_, end, U"条") || Follows(text_, end, U"線")) {
      AppendInKanji(end);
    } else if (!number || !KanjiStartsNumber(text_, *number, end)) {
      Append(end);
    } else {
      Append(*number);
      return false;
    }
    return true;
  }

  // 第10地割 or 10地割, the lots of Iwate: the first part of the number, or a part of the town's
  // name where another name follows it.
  bool ReadLot(std::size_t end) {
    const bool ordinal = !town_->empty() && town_->back() == kOrdinal;
    if (NumberGoesOn(text_, end + kLot.size())) {
      if (ordinal) town_->pop_back();
      return false;
    }
    if (!ordinal) town_->push_back(kOrdinal);
    AppendInKanji(end);
    return true;
  }

  const AddressText& text_;
  std::size_t at_;
  std::size_t start_;
  bool hokkaido_;
  std::pmr::u32string* town_;
};

// Reads a block number, part by part.
class BlockReader {
 public:
  BlockReader(const AddressText& text, std::size_t at, std::string* number)
      : text_(text), at_(at), number_(number) {}

  std::size_t Read() {
    while (ReadPart()) {
      const std::size_t end = at_;
      if (!SkipSeparator() || !PartFollows()) return std::max(end, rest_);
    }
    return at_;
  }

 private:
  // One number; false, with `at_` before it, where there is none or it counts rooms.
  bool ReadPart() {
    if (!NumeralAt(text_, at_)) return false;
    const bool digits = IsAsciiDigit(text_.chars[at_]);
    const std::size_t end = RunEnd(text_, at_, digits ? IsAsciiDigit : IsKanjiNumeral);
    if (IsRoomMark(text_, end)) return false;
    if (digits) {
      AppendDigits(text_.from(at_).substr(0, end - at_));
    } else {
      const std::optional<int> value = ReadKanji(text_.from(at_).substr(0, end - at_));
      if (!value) return false;
      StartPart();
      number_->append(std::to_string(*value));
    }
    at_ = rest_ = end;
    after_digits_ = digits;
    return true;
  }

  void StartPart() {
    if (!number_->empty()) number_->push_back('-');
  }

  void AppendDigits(std::u32string_view digits) {
    StartPart();
    digits.remove_prefix(std::min(digits.find_first_not_of(U'0'), digits.size() - 1));
    for (const char32_t digit : digits) number_->push_back(static_cast<char>(digit));
  }

  // Moves over a mark and a joiner; false where what follows cannot be a part of the number. Leaves
  // `rest_` where the rest of the address starts if no part follows.
  bool SkipSeparator() {
    const std::size_t mark = MarkAt(text_, at_, !after_digits_);
    const bool last = mark == 1 && text_.chars[at_] == U'号';
    at_ += mark;
    rest_ = at_;
    if (at_ < text_.chars.size() && IsJoiner(text_.chars[at_])) {
      const bool dash = text_.chars[at_] == kDash;
      ++at_;
      while (dash && CharAt(text_, at_) == kDash) ++at_;
      return true;
    }
    return mark != 0 && !last;
  }

  bool PartFollows() const {
    if (!NumeralAt(text_, at_)) return false;
    if (IsAsciiDigit(text_.chars[at_])) return true;
    const std::size_t end = RunEnd(text_, at_, IsKanjiNumeral);
    const bool joined = CharAt(text_, end) == U'の' && NumeralAt(text_, end + 1);
    return text_.GapAt(end) || joined || KanjiCounts(text_, end);
  }

  const AddressText& text_;
  std::size_t at_;
  std::size_t rest_ = 0;
  bool after_digits_ = false;
  std::string* number_;
};

}  // namespace

std::size_t TakeTown(const AddressText& text, std::size_t at, bool hokkaido,
                     std::pmr::u32string* town) {
  return TownReader(text, at, hokkaido, town).Read();
}

std::size_t TakeBlockNumber(const AddressText& text, std::size_t at, std::string* number) {
  number->clear();
  const std::size_t rest = BlockReader(text, at, number).Read();
  for (const std::u32string_view none : {U"無番地", U"番地なし", U"番地"}) {
    if (Follows(text, rest, none)) return rest + none.size();
  }
  return rest;
}

bool IsBlockNumber(std::string_view number) {
  bool part = false;  // whether a digit of the current part was read
  bool zero = false;  // whether the current part is 0
  for (const char c : number) {
    if (c == '-') {
      if (!part) return false;
      part = zero = false;
    } else if (c < '0' || c > '9' || zero) {
      return false;
    } else {
      zero = !part && c == '0';
      part = true;
    }
  }
  return part;
}

}  // namespace musubi::identity
