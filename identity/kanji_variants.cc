#include "identity/kanji_variants.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/utf8.h"
#include "identity/data_tables.h"

namespace musubi::identity {
namespace {

using Pair = std::pair<char32_t, char32_t>;

// Code points to code points, in pages of 256. A cell holds the exclusive or of a character and
// its image, so that every page without a pair is the one page of zeros.
class CodePointMap {
 public:
  CodePointMap() : pages_(1) {}

  char32_t operator()(char32_t c) const {
    return c < kEnd ? c ^ pages_[page_of_[c >> 8]][c & 0xFF] : c;
  }

  void Set(char32_t from, char32_t to) {
    MUSUBI_CHECK(from < kEnd);
    std::uint16_t& page = page_of_[from >> 8];
    if (page == 0) {
      page = static_cast<std::uint16_t>(pages_.size());
      pages_.emplace_back();
    }
    pages_[page][from & 0xFF] = from ^ to;
  }

 private:
  static constexpr char32_t kEnd = 0x30000;  // behind the last plane that Japanese uses

  std::array<std::uint16_t, (kEnd >> 8)> page_of_{};
  std::vector<std::array<char32_t, 256>> pages_;
};

char32_t OneCodePoint(std::string_view cell) {
  MUSUBI_CHECK(IsValidUtf8(cell));
  std::size_t at = 0;
  const char32_t c = NextCodePoint(cell, &at);
  MUSUBI_CHECK(at == cell.size());
  return c;
}

// The first two columns of `tsv`.
std::vector<Pair> ReadPairs(std::string_view tsv, std::size_t columns) {
  const std::vector<std::string_view> cells = data::Cells(tsv, columns);
  std::vector<Pair> pairs;
  for (std::size_t at = 0; at < cells.size(); at += columns) {
    pairs.emplace_back(OneCodePoint(cells[at]), OneCodePoint(cells[at + 1]));
  }
  return pairs;
}

// Adds `pairs` to `*map`: no character twice, none that leads to another pair.
void AddPairs(const std::vector<Pair>& pairs, CodePointMap* map) {
  for (const auto& [from, to] : pairs) {
    MUSUBI_CHECK(from != to && (*map)(from) == from);
    map->Set(from, to);
  }
  for (const auto& [from, to] : pairs) MUSUBI_CHECK((*map)(to) == to);
}

const std::vector<Pair>& VariantPairs() {
  static const std::vector<Pair> pairs = ReadPairs(data::kKanjiVariantsTsv, 3);
  return pairs;
}

CodePointMap MakeVariants() {
  CodePointMap map;
  AddPairs(VariantPairs(), &map);
  return map;
}

// Variants and confusables in one: a variant goes to what its standard goes to.
CodePointMap MakeConfusables() {
  CodePointMap map;
  const std::vector<Pair> groups = ReadPairs(data::kKanjiConfusablesTsv, 2);
  AddPairs(groups, &map);
  for (const auto& [from, to] : groups)
    MUSUBI_CHECK(FoldKanji(from) == from && FoldKanji(to) == to);
  for (const auto& [from, to] : VariantPairs()) map.Set(from, map(to));
  return map;
}

}  // namespace

char32_t FoldKanji(char32_t c) {
  static const CodePointMap variants = MakeVariants();
  return variants(c);
}

char32_t FoldConfusable(char32_t c) {
  static const CodePointMap confusables = MakeConfusables();
  return confusables(c);
}

}  // namespace musubi::identity
