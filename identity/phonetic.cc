#include "identity/phonetic.h"

#include <cstddef>
#include <utility>

namespace musubi::identity {
namespace {

constexpr std::pair<std::string_view, std::string_view> kFirst[] = {
    {"MAC", "MCC"}, {"KN", "NN"}, {"K", "C"}, {"PH", "FF"}, {"PF", "FF"}, {"SCH", "SSS"},
};

constexpr std::pair<std::string_view, std::string_view> kLast[] = {
    {"EE", "Y"}, {"IE", "Y"}, {"DT", "D"}, {"RT", "D"}, {"RD", "D"}, {"NT", "D"}, {"ND", "D"},
};

bool IsVowel(char c) { return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U'; }

std::string LettersOf(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') letters.push_back(c);
  }
  return letters;
}

void TranslateEnds(std::string* name) {
  for (const auto& [from, to] : kFirst) {
    if (!name->starts_with(from)) continue;
    name->replace(0, from.size(), to);
    break;
  }
  for (const auto& [from, to] : kLast) {
    if (!name->ends_with(from)) continue;
    name->replace(name->size() - from.size(), from.size(), to);
    break;
  }
}

// Translates the letter at `at`, which is not the first, and with it letters after it that belong
// to the same sound. The letter before is translated already, as the rules for H and W demand.
void TranslateAt(std::size_t at, std::string* name) {
  char& c = (*name)[at];
  const char previous = (*name)[at - 1];
  const char next = at + 1 < name->size() ? (*name)[at + 1] : ' ';
  if (IsVowel(c)) {
    if (c == 'E' && next == 'V') (*name)[at + 1] = 'F';
    c = 'A';
  } else if (c == 'Q') {
    c = 'G';
  } else if (c == 'Z') {
    c = 'S';
  } else if (c == 'M') {
    c = 'N';
  } else if (c == 'K') {
    c = next == 'N' ? 'N' : 'C';
  } else if (c == 'P' && next == 'H') {
    name->replace(at, 2, "FF");
  } else if (name->compare(at, 3, "SCH") == 0) {
    name->replace(at, 3, "SSS");
  } else if (c == 'H' && (!IsVowel(previous) || !IsVowel(next))) {
    c = previous;
  } else if (c == 'W' && IsVowel(previous)) {
    c = previous;
  }
}

}  // namespace

std::string Nysiis(std::string_view upper_case_letters) {
  std::string name = LettersOf(upper_case_letters);
  if (name.empty()) return name;
  TranslateEnds(&name);
  std::string code(1, name.front());
  for (std::size_t at = 1; at < name.size(); ++at) {
    TranslateAt(at, &name);
    if (name[at] != code.back()) code.push_back(name[at]);
  }
  if (code.size() > 1 && code.ends_with('S')) code.pop_back();
  if (code.size() > 2 && code.ends_with("AY")) code.erase(code.size() - 2, 1);
  if (code.size() > 1 && code.ends_with('A')) code.pop_back();
  return code;
}

}  // namespace musubi::identity
