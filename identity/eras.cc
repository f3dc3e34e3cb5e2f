#include "identity/eras.h"

#include <array>

namespace musubi::identity {
namespace {

struct WrittenEra {
  std::string_view name;
  std::string_view kanji;
  char letter;
  Era era;
};

// Year 1 of each era: 1868, 1912, 1926, 1989, 2019. Heisei ended in its year 31, but documents
// that were issued before name later years of it, and these remain valid. (The first day of Meiji,
// 23 October 1868, was proclaimed to reach back to the start of that year.)
constexpr std::array<WrittenEra, 5> kEras = {
    {{"明治", "明", 'M', {1867, 1, 45, 18681023, 19120729}},
     {"大正", "大", 'T', {1911, 2, 15, 19120730, 19261224}},
     {"昭和", "昭", 'S', {1925, 3, 64, 19261225, 19890107}},
     {"平成", "平", 'H', {1988, 4, 99, 19890108, 20190430}},
     {"令和", "令", 'R', {2018, 5, 99, 20190501, 99991231}}}};

}  // namespace

const Era* TakeEra(std::string_view text, std::size_t* at) {
  const std::string_view rest = text.substr(*at);
  for (const WrittenEra& written : kEras) {
    std::size_t length = 0;
    if (rest.starts_with(written.name)) {
      length = written.name.size();
    } else if (rest.starts_with(written.kanji)) {
      length = written.kanji.size();
    } else if (rest.starts_with(written.letter) ||
               rest.starts_with(static_cast<char>(written.letter - 'A' + 'a'))) {
      length = 1;
    } else {
      continue;
    }
    *at += length;
    return &written.era;
  }
  return nullptr;
}

const Era* EraOfCode(int code) {
  for (const WrittenEra& written : kEras) {
    if (written.era.code == code) return &written.era;
  }
  return nullptr;
}

}  // namespace musubi::identity
