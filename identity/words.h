// Written names cut into words. Sees identifiers; holder only.
#pragma once

#include <string_view>
#include <vector>

namespace musubi::identity {

// Replaces `*words` by the words of `text`, in the order in which the name is spoken: blanks of
// every width, ・, ･ and ＝ separate words, and "Smith, John" is John Smith, though not "John
// Smith, Jr.". With `at_hyphens`, so do hyphens: SMITH-JONES.
//
// Requires: `text` is valid UTF-8.
void SplitWords(std::string_view text, bool at_hyphens, std::vector<std::string_view>* words);

// Whether `word`, as written or folded, is what follows a Western name: Jr., III, PhD.
bool IsNameSuffix(std::string_view word);

// Removes forms of address before a Western name (Dr., Mrs) and what follows one, but never the
// last word that there is. They come and go between files.
void DropTitles(std::vector<std::string_view>* words);

}  // namespace musubi::identity
