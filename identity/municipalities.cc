#include "identity/municipalities.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory_resource>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "identity/address_text.h"
#include "identity/data_tables.h"
#include "identity/sentinels.h"

namespace musubi::identity {

namespace data {
extern const std::string_view kMunicipalitiesTsv;
}

namespace {

constexpr std::size_t kCodeDigits = 5;
constexpr std::string_view kNoDistrict = "-";
constexpr std::size_t kColumns = 4;  // code, prefecture, municipality, district or "-"

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The check digit that the Ministry of Internal Affairs and Communications adds to the five digits
// of JIS X 0402 in its list of local government codes.
char CheckDigit(std::string_view five_digits) {
  constexpr std::array<int, kCodeDigits> kWeights = {6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t i = 0; i < kCodeDigits; ++i) sum += kWeights[i] * (five_digits[i] - '0');
  return static_cast<char>('0' + (11 - sum % 11) % 10);
}

std::u32string FoldName(std::string_view name) {
  AddressText text(std::pmr::get_default_resource());
  FoldAddressText(name, &text);
  return std::u32string(text.chars);
}

// The ward in the name of a designated city's ward, or empty.
std::u32string_view WardOf(std::u32string_view name) {
  const std::size_t city = name.find(U'市');
  if (!name.ends_with(U'区') || city == std::u32string_view::npos) return {};
  return name.substr(city + 1);
}

}  // namespace

FieldState NormaliseMunicipality(std::string_view written, std::string* out) {
  out->clear();
  if (IsMissingMark(written)) return FieldState::kMissing;
  for (const char c : written) {
    if (IsDigit(c)) {
      out->push_back(c);
    } else if (c != ' ' && c != '-') {
      out->clear();
      return FieldState::kInvalid;
    }
  }
  if (IsOneDigit(*out) && (out->front() == '0' || out->front() == '9')) {
    out->clear();
    return FieldState::kMissing;
  }
  if (out->size() != kCodeDigits && out->size() != kCodeDigits + 1) return FieldState::kInvalid;
  const int prefecture = ((*out)[0] - '0') * 10 + ((*out)[1] - '0');
  if (prefecture < 1 || prefecture > Gazetteer::kPrefectures) return FieldState::kInvalid;
  if (out->size() == kCodeDigits) return FieldState::kPresent;
  if (out->back() != CheckDigit(*out)) return FieldState::kInvalid;
  out->pop_back();
  return FieldState::kPresent;
}

const Gazetteer& Gazetteer::Japan() {
  static const Gazetteer kJapan(data::kMunicipalitiesTsv);
  return kJapan;
}

Gazetteer::Gazetteer(std::string_view table) : prefectures_(kPrefectures + 1) {
  const std::vector<std::string_view> cells = data::Cells(table, kColumns);
  for (auto row = cells.begin(); row != cells.end(); row += kColumns) AddRow(&*row);
  const auto parts = [](const Entry& e) { return std::tie(e.key, e.prefecture, e.name); };
  std::sort(entries_.begin(), entries_.end(),
            [&](const Entry& a, const Entry& b) { return parts(a) < parts(b); });
  const auto same = [&](const Entry& a, const Entry& b) { return parts(a) == parts(b); };
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
}

void Gazetteer::AddRow(const std::string_view* row) {
  const std::string_view code = row[0];
  MUSUBI_CHECK(code.size() == kCodeDigits);
  Entry entry;
  entry.prefecture = (code[0] - '0') * 10 + (code[1] - '0');
  MUSUBI_CHECK(entry.prefecture >= 1 && entry.prefecture <= kPrefectures);
  prefectures_[static_cast<std::size_t>(entry.prefecture)] = FoldName(row[1]);
  entry.name = FoldName(row[2]);
  if (row[3] != kNoDistrict) entry.district = FoldName(row[3]);
  entry.key = WardOf(entry.name);
  if (!entry.key.empty()) entries_.push_back(entry);
  entry.key = entry.name;
  entries_.push_back(std::move(entry));
}

Gazetteer::Match Gazetteer::PrefectureAt(std::u32string_view text) const {
  for (int i = 1; i <= kPrefectures; ++i) {
    const std::u32string_view name = prefecture_name(i);
    if (text.starts_with(name)) return {name.size(), i, name};
  }
  return {};
}

Gazetteer::Match Gazetteer::ShortPrefectureAt(std::u32string_view text) const {
  for (int i = 1; i <= kPrefectures; ++i) {
    const std::u32string_view name = prefecture_name(i);
    const std::u32string_view shorter = name.substr(0, name.size() - 1);
    if (!name.ends_with(U'道') && text.starts_with(shorter)) return {shorter.size(), i, name};
  }
  return {};
}

Gazetteer::Match Gazetteer::MunicipalityAt(std::u32string_view text, int prefecture,
                                           std::u32string_view district) const {
  Match longest;
  auto first = entries_.begin();
  auto last = entries_.end();
  for (std::size_t depth = 0; depth < text.size() && first != last; ++depth) {
    const char32_t c = text[depth];
    // The keys of the range agree before `depth`; one that ends there comes before all that go on.
    const auto at = [depth](const Entry& entry) -> std::uint32_t {
      return depth < entry.key.size() ? entry.key[depth] : 0;
    };
    first = std::partition_point(first, last, [&](const Entry& e) { return at(e) < c; });
    last = std::partition_point(first, last, [&](const Entry& e) { return at(e) == c; });
    const auto complete = std::partition_point(
        first, last, [&](const Entry& e) { return e.key.size() == depth + 1; });
    Choose(first, complete, prefecture, district, &longest);
  }
  return longest;
}

void Gazetteer::Choose(Entries::const_iterator first, Entries::const_iterator last, int prefecture,
                       std::u32string_view district, Match* match) {
  const bool by_district = std::any_of(first, last, [&](const Entry& e) {
    return !e.district.empty() && district.ends_with(e.district);
  });
  Match chosen;
  int whole = 0;
  int wards = 0;
  for (auto entry = first; entry != last; ++entry) {
    if (prefecture != 0 && entry->prefecture != prefecture) continue;
    if (by_district && !district.ends_with(entry->district)) continue;
    const bool ward = entry->key.size() != entry->name.size();
    if (ward && (prefecture == 0 || whole > 0)) continue;
    int& count = ward ? wards : whole;
    const bool same = count == 0 || chosen.prefecture == entry->prefecture;
    chosen = {entry->key.size(), same ? entry->prefecture : 0, entry->name};
    ++count;
  }
  if (whole > 0 || wards == 1) *match = chosen;
}

std::u32string_view Gazetteer::prefecture_name(int prefecture) const {
  return prefectures_[static_cast<std::size_t>(prefecture)];
}

}  // namespace musubi::identity
