// Names and free text, from their written form to the letters that are compared.
// Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/contract_parts.h"
#include "identity/forms.h"
#include "identity/text.h"

namespace musubi::identity {

// Reads the names of one field. What each level does to each kind of name is in
// docs/identifiers.md.
//
// Threads: one at a time.
class NameReader {
 public:
  NameReader(const Field& field, const FormsWanted& wanted);

  // Replaces `*out`. A name drops its digits; a value of digits alone is kInvalid, one of
  // punctuation alone kMissing. A kanji name in katakana is kMissing with notes.kana_in_kanji; a
  // kana name that holds kanji is kInvalid with its letters.
  //
  // Requires: `raw` is valid UTF-8.
  FieldState Read(std::string_view raw, TextFolder* folder, Forms* out);

 private:
  std::string_view TakePart(std::string_view raw);
  FieldState ReadStrict(std::string_view raw, TextFolder* folder, Forms* out);
  void MakeLevels(Forms* out);
  bool WritesKanaForKanji(std::string_view raw, TextFolder* folder);
  void MakeWordForms(std::string_view raw, TextFolder* folder, Forms* out);
  void FoldWords(TextFolder* folder);
  void SortWords(Level level, Forms* out);
  void MakeForm(Level level, std::string_view strict, std::string* out);
  void MakeWesternForms(Forms* out);
  void MakePhonetic(std::string_view strict, std::string* out);

  FieldKind kind_;
  FieldPart part_;
  bool nicknames_;
  FormsWanted wanted_;
  bool needs_words_;
  std::vector<std::string_view> split_;
  std::string chosen_;               // the words of the field's part
  std::vector<std::string> folded_;  // words, strict; the first `words_` are in use
  std::size_t words_ = 0;
  std::vector<std::string> sortable_;
  std::string scratch_;
};

// Free text: as a strict name, with its digits; more words stand for a missing value.
//
// Requires: `raw` is valid UTF-8.
FieldState NormaliseText(std::string_view raw, TextFolder* folder, Forms* out);

}  // namespace musubi::identity
