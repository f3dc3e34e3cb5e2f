#include "identity/romaji.h"

#include <algorithm>
#include <cstddef>

namespace musubi::identity {
namespace {

bool IsVowel(char c) { return c == 'A' || c == 'I' || c == 'U' || c == 'E' || c == 'O'; }
bool IsVowelNotI(char c) { return IsVowel(c) && c != 'I'; }
bool IsConsonant(char c) { return c >= 'A' && c <= 'Z' && !IsVowel(c); }

// The letter of `text` at `at`, or a blank behind its end.
char At(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : ' '; }

void CopyLetters(std::string_view from, std::string* to) {
  to->clear();
  for (const char c : from) {
    if (c >= 'A' && c <= 'Z') to->push_back(c);
  }
}

// What the letters before a vowel become, and how many of them were read.
struct Onset {
  std::size_t letters;
  std::string_view plain;
};

// The palatal consonants, which the systems spell S SH SY, T CH TY, Z J DJ JY DY before their
// vowels. `letters` spell it without a Y and `plain` is its Kunrei letter.
Onset Palatal(std::string_view text, std::size_t at, std::size_t letters, char plain) {
  const std::string_view with_y = plain == 'S' ? "SY" : plain == 'T' ? "TY" : "ZY";
  const char next = At(text, at + letters);
  if (next == 'I') return {letters, with_y.substr(0, 1)};
  if (IsVowelNotI(next)) return {letters, with_y};
  if (next == 'Y' && IsVowelNotI(At(text, at + letters + 1))) return {letters + 1, with_y};
  return {1, text.substr(at, 1)};
}

Onset OnsetOfD(std::string_view text, std::size_t at) {
  const char next = At(text, at + 1);
  const char after = At(text, at + 2);
  if (next == 'J') {
    const Onset palatal = Palatal(text, at, 2, 'Z');
    if (palatal.letters > 1) return palatal;
  }
  if (next == 'Z' && (IsVowel(after) || (after == 'Y' && IsVowelNotI(At(text, at + 3))))) {
    return {2, "Z"};
  }
  const bool voiced = next == 'I' || next == 'U' || (next == 'Y' && IsVowelNotI(after));
  return {1, voiced ? "Z" : "D"};
}

// The onset at `at`, a letter that does not stand for a doubled consonant.
Onset OnsetAt(std::string_view text, std::size_t at) {
  const char next = At(text, at + 1);
  switch (text[at]) {
    case 'S':
      if (next == 'H') return Palatal(text, at, 2, 'S');
      break;
    case 'C':
      if (next == 'H') return Palatal(text, at, 2, 'T');
      break;
    case 'J':
      return Palatal(text, at, 1, 'Z');
    case 'D':
      return OnsetOfD(text, at);
    case 'T':
      if (next == 'S' && At(text, at + 2) == 'U') return {2, "T"};
      break;
    case 'F': {
      // SFU and CFU, in no Japanese name, stay: SHU and CHU would be read again.
      const bool after_s = at > 0 && (text[at - 1] == 'S' || text[at - 1] == 'C');
      if (next == 'U' && !after_s) return {1, "H"};
      break;
    }
    case 'M':
      if (next == 'B' || next == 'P' || next == 'M') return {1, "N"};
      break;
    default:
      break;
  }
  return {1, text.substr(at, 1)};
}

// Whether the letter at `at` doubles the consonant behind it: SS, TT, also T and C before CH.
bool Doubles(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (!IsConsonant(c) || c == 'M' || c == 'N') return false;
  if (c == At(text, at + 1)) return true;
  return c == 'T' && At(text, at + 1) == 'C' && At(text, at + 2) == 'H';
}

// Replaces `*out` by the level 2 form of `text`, letters only.
void Skeleton(std::string_view text, std::string* out) {
  out->clear();
  std::size_t doubled = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (Doubles(text, at)) {
      ++doubled;
      ++at;
      continue;
    }
    const Onset onset = OnsetAt(text, at);
    out->append(doubled, onset.plain.front());
    out->append(onset.plain);
    doubled = 0;
    at += onset.letters;
  }
}

// Whether the vowel `vowel` is only lengthened by the letter of `text` at `at`.
bool Lengthens(char vowel, std::string_view text, std::size_t at) {
  const char c = At(text, at);
  if (vowel == 'O' && c == 'H') return !IsVowel(At(text, at + 1));
  if (vowel == 'O') return c == 'O' || c == 'U';
  return IsVowelNotI(vowel) && c == vowel;
}

// Whether the I at `at` is that of a digraph whose YA, YU or YO was written large.
bool IsDigraphI(std::string_view text, std::size_t at) {
  if (at == 0 || text[at] != 'I' || At(text, at + 1) != 'Y') return false;
  const char before = text[at - 1];
  const char after = At(text, at + 2);
  return IsConsonant(before) && before != 'Y' && before != 'W' && IsVowelNotI(after) &&
         after != 'E';
}

void DropDigraphIs(std::string_view text, std::string* out) {
  out->clear();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!IsDigraphI(text, at)) out->push_back(text[at]);
  }
}

void ShortenVowels(std::string_view text, std::string* out) {
  out->clear();
  for (std::size_t at = 0; at < text.size(); ++at) {
    out->push_back(text[at]);
    while (Lengthens(out->back(), text, at + 1)) ++at;
  }
}

// Replaces `*out` by the letters of `text` with V as B and W dropped before I, E and O.
void SimplifyLabials(std::string_view text, std::string* out) {
  CopyLetters(text, out);
  std::size_t kept = 0;
  for (std::size_t at = 0; at < out->size(); ++at) {
    const char c = (*out)[at];
    const char next = At(*out, std::min(out->find_first_not_of('W', at), out->size()));
    if (c == 'W' && (next == 'I' || next == 'E' || next == 'O')) continue;
    (*out)[kept++] = c == 'V' ? 'B' : c;
  }
  out->resize(kept);
}

}  // namespace

void RomajiSkeleton(std::string_view upper_case_ascii, std::string* out) {
  std::string letters;
  CopyLetters(upper_case_ascii, &letters);
  Skeleton(letters, out);
}

void RomajiPhonetic(std::string_view upper_case_ascii, std::string* out) {
  std::string before;
  std::string after;
  SimplifyLabials(upper_case_ascii, &before);
  Skeleton(before, &after);
  DropDigraphIs(after, &before);
  ShortenVowels(before, out);
}

}  // namespace musubi::identity
