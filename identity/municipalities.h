// The prefectures and municipalities of Japan: their codes, and their names at the start of an
// address. Sees identifiers; holder only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "identity/forms.h"

namespace musubi::identity {

// A code of JIS X 0402 with or without its check digit, blanks and dashes ignored. The output is
// its five digits. Whether such a municipality exists is not asked, because they merge and split.
//
//   kMissing  blank, a word for "not known", only zeros, only nines
//   kInvalid  not five or six digits, no such prefecture (01 to 47), or a wrong check digit (the
//             output has the digits)
//
// `written` is valid UTF-8 in NFKC.
FieldState NormaliseMunicipality(std::string_view written, std::string* out);

// Names as FoldAddressText gives them: 竜が崎市.
class Gazetteer {
 public:
  static constexpr int kPrefectures = 47;

  // A name at the start of a text.
  struct Match {
    std::size_t length = 0;    // 0: none; else the characters that the name takes
    int prefecture = 0;        // 1 to 47, or 0 where more than one has such a municipality
    std::u32string_view name;  // in full: 大阪市北区
  };

  // From data/municipalities.tsv, read at the first call. Threads: safe.
  static const Gazetteer& Japan();

  // The prefecture whose name, in full or without its 都, 府 or 県, starts `text`.
  Match PrefectureAt(std::u32string_view text) const;
  Match ShortPrefectureAt(std::u32string_view text) const;

  // The longest municipality that starts `text`: of `prefecture`, unless that is 0. Of towns with
  // one name, those of the district with which `district` ends, if there are such. A ward stands
  // for its city's ward where the prefecture is given and has one ward of that name.
  Match MunicipalityAt(std::u32string_view text, int prefecture,
                       std::u32string_view district) const;

  // Requires: 1 <= prefecture <= kPrefectures.
  std::u32string_view prefecture_name(int prefecture) const;

 private:
  struct Entry {
    std::u32string key;  // as written: the name, or a ward without its city
    std::u32string name;
    std::u32string district;  // empty unless towns of other prefectures have the name
    int prefecture = 0;
  };
  using Entries = std::vector<Entry>;

  explicit Gazetteer(std::string_view table);
  void AddRow(const std::string_view* row);  // its four cells
  static void Choose(Entries::const_iterator first, Entries::const_iterator last, int prefecture,
                     std::u32string_view district, Match* match);

  Entries entries_;  // ordered by key
  std::vector<std::u32string> prefectures_;
};

}  // namespace musubi::identity
