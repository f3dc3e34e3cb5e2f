#include "identity/names.h"

#include <algorithm>
#include <array>

#include "core/missing_character.h"
#include "core/utf8.h"
#include "identity/kana.h"
#include "identity/kanji_variants.h"
#include "identity/nicknames.h"
#include "identity/phonetic.h"
#include "identity/romaji.h"
#include "identity/sentinels.h"
#include "identity/words.h"

namespace musubi::identity {
namespace {

// Returns whether a number was read.
bool Fold(std::string_view raw, const LetterRules& rules, TextFolder* folder, std::string* out) {
  bool number = false;
  if (FoldPlainLetters(raw, rules, out, &number)) return number;
  return folder->FoldLetters(raw, rules, out);
}

// Whether a value whose letters are N and A was written "n/a", not as the surname Na.
bool IsWrittenNotApplicable(std::string_view raw) {
  return raw.find('/') != std::string_view::npos || raw.find("／") != std::string_view::npos;
}

// Whether there is nothing in `text` but kMissingCharacter.
bool HoldsOnlyMissing(std::string_view text) {
  while (text.starts_with(kMissingCharacter)) text.remove_prefix(kMissingCharacter.size());
  return text.empty();
}

bool IsJapanese(FieldKind kind) {
  return kind == FieldKind::kNameKana || kind == FieldKind::kNameKanji;
}

// Whether a name in kana and one in romaji meet in this kind of field.
bool IsSpokenAsRomaji(FieldKind kind) {
  return kind == FieldKind::kNameKana || kind == FieldKind::kNameRomaji;
}

// Katakana throughout, with ー, ヽ and ヾ.
bool IsKana(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    if (c < 0x30A1 || c > 0x30FE) return false;
  }
  return true;
}

bool IsLatin(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// A Western word at the skeleton level.
std::string_view WesternWord(std::string_view word, bool nicknames, std::string* scratch) {
  if (nicknames) word = FormalName(word);
  if (word == "SAINT") return "ST";
  constexpr std::size_t kLeastAfterMac = 3;
  if (!word.starts_with("MAC") || word.size() < 3 + kLeastAfterMac) return word;
  scratch->assign("MC");
  scratch->append(word.substr(3));
  return *scratch;
}

// The NYSIIS code of the formal name of the code of ... of `letters`, until it is its own: so that
// a code that is read again as a name stays what it is. A round shortens the code or is nearly the
// last, so that their number, and with it the time, is bounded by cutting the letters.
std::string StableCode(std::string_view letters, bool nicknames) {
  constexpr std::size_t kMostLetters = 64;
  constexpr std::size_t kMostRounds = kMostLetters + 16;
  std::string scratch;
  std::string code = Nysiis(letters.substr(0, kMostLetters));
  for (std::size_t round = 0; round < kMostRounds; ++round) {
    std::string next = Nysiis(WesternWord(code, nicknames, &scratch));
    if (next == code) break;
    code = std::move(next);
  }
  return code;
}

// Whether a kanji name is written in kana, which is what insurers' systems store where they lack
// the kanji: kana alone, in two words or of the length of a full name. (A short word, such as
// さくら, may be how a given name is registered.)
bool IsKanaSubstitute(std::string_view folded, std::size_t words) {
  constexpr std::size_t kLeastBytes = 5 * 3;  // five kana
  return IsKana(folded) && (words > 1 || folded.size() >= kLeastBytes);
}

FieldState Missing(Forms* out) {
  const Notes notes = out->notes;
  out->Clear();
  out->notes = notes;
  return FieldState::kMissing;
}

}  // namespace

NameReader::NameReader(const Field& field, const FormsWanted& wanted)
    : kind_(field.kind), part_(field.part), nicknames_(field.nicknames), wanted_(wanted) {
  const bool sorted = std::ranges::count(wanted.sorted, true) > 0;
  needs_words_ = sorted || (kind_ == FieldKind::kName && (wanted.text[1] || wanted.text[2]));
}

FieldState NameReader::Read(std::string_view raw, TextFolder* folder, Forms* out) {
  out->Clear();
  if (part_ != FieldPart::kWhole) {
    if (WritesKanaForKanji(raw, folder)) {
      out->notes.kana_in_kanji = true;
      return FieldState::kMissing;
    }
    raw = TakePart(raw);
    out->notes.absent_part = raw.empty();
  }
  const FieldState state = ReadStrict(raw, folder, out);
  if (out->strict().empty()) return state;
  out->notes.missing_character = HoldsMissingCharacter(out->strict());
  MakeLevels(out);
  if (needs_words_) MakeWordForms(raw, folder, out);
  return state;
}

// The words of the field's part, separated by blanks.
std::string_view NameReader::TakePart(std::string_view raw) {
  SplitWords(raw, /*at_hyphens=*/false, &split_);
  if (kind_ == FieldKind::kName) DropTitles(&split_);
  chosen_.clear();
  if (split_.empty()) return chosen_;
  const std::size_t first = part_ == FieldPart::kFirstWord    ? 0
                            : part_ == FieldPart::kOtherWords ? 1
                                                              : split_.size() - 1;
  const std::size_t last = part_ == FieldPart::kFirstWord ? 1 : split_.size();
  for (std::size_t i = first; i < last; ++i) {
    if (!chosen_.empty()) chosen_ += ' ';
    chosen_ += split_[i];
  }
  return chosen_;
}

// Of a kanji name, whose parts would be too short to tell.
bool NameReader::WritesKanaForKanji(std::string_view raw, TextFolder* folder) {
  if (kind_ != FieldKind::kNameKanji) return false;
  Fold(raw, {false, true}, folder, &scratch_);
  SplitWords(raw, /*at_hyphens=*/false, &split_);
  return IsKanaSubstitute(scratch_, split_.size());
}

FieldState NameReader::ReadStrict(std::string_view raw, TextFolder* folder, Forms* out) {
  const bool number = Fold(raw, {false, IsJapanese(kind_)}, folder, &out->strict());
  const std::string& folded = out->strict();
  if (folded.empty()) return number ? FieldState::kInvalid : FieldState::kMissing;
  if (IsMissingName(folded) || (folded == "NA" && IsWrittenNotApplicable(raw))) {
    return Missing(out);
  }
  if (HoldsOnlyMissing(folded)) return Missing(out);
  if (kind_ == FieldKind::kNameKanji) {
    SplitWords(raw, /*at_hyphens=*/false, &split_);
    out->notes.kana_in_kanji = IsKanaSubstitute(folded, split_.size());
    if (out->notes.kana_in_kanji) return Missing(out);
  }
  if (kind_ == FieldKind::kNameKana && ScriptsOf(folded).kanji) return FieldState::kInvalid;
  return FieldState::kPresent;
}

void NameReader::MakeLevels(Forms* out) {
  const std::string_view strict = out->strict();
  for (const Level level : {Level::kSkeleton, Level::kPhonetic}) {
    const auto i = static_cast<std::size_t>(level);
    if (!wanted_.text[i]) continue;
    MakeForm(level, strict, &out->text[i]);
    if (HoldsOnlyMissing(out->text[i])) out->text[i] = strict;  // ー alone
  }
}

// The form of one word, or of words that run together.
void NameReader::MakeForm(Level level, std::string_view strict, std::string* out) {
  if (level == Level::kPhonetic) return MakePhonetic(strict, out);
  if (level == Level::kStrict) {
    out->assign(strict);
    return;
  }
  JapaneseSkeleton(strict, out);
  if (kind_ != FieldKind::kNameRomaji || !IsLatin(*out)) return;
  scratch_ = *out;
  RomajiSkeleton(scratch_, out);
}

void NameReader::MakePhonetic(std::string_view strict, std::string* out) {
  if (IsSpokenAsRomaji(kind_) && IsKana(strict)) {
    KanaToRomaji(strict, &scratch_);
    return RomajiPhonetic(scratch_, out);
  }
  JapaneseSkeleton(strict, &scratch_);
  if (IsLatin(scratch_)) {
    if (IsSpokenAsRomaji(kind_)) return RomajiPhonetic(scratch_, out);
    if (kind_ == FieldKind::kName) {
      *out = StableCode(scratch_, nicknames_);
      return;
    }
  }
  out->clear();
  for (std::size_t at = 0; at < scratch_.size();) {
    AppendUtf8(FoldConfusable(NextCodePoint(scratch_, &at)), out);
  }
}

void NameReader::MakeWordForms(std::string_view raw, TextFolder* folder, Forms* out) {
  const bool western = kind_ == FieldKind::kName;
  SplitWords(raw, /*at_hyphens=*/western, &split_);
  FoldWords(folder);
  if (wanted_.sorted[0]) SortWords(Level::kStrict, out);
  if (western) {
    DropTitles(&split_);
    FoldWords(folder);
    for (std::size_t i = 0; i < words_; ++i) {
      folded_[i] = WesternWord(folded_[i], nicknames_, &scratch_);
    }
    MakeWesternForms(out);
  }
  if (wanted_.sorted[1]) SortWords(Level::kSkeleton, out);
  if (wanted_.sorted[2]) SortWords(Level::kPhonetic, out);
}

// Leaves in split_ the words that have letters, and fills folded_ with these.
void NameReader::FoldWords(TextFolder* folder) {
  words_ = 0;
  if (folded_.size() < split_.size()) folded_.resize(split_.size());
  for (std::size_t i = 0; i < split_.size(); ++i) {
    Fold(split_[i], {false, IsJapanese(kind_)}, folder, &folded_[words_]);
    if (!folded_[words_].empty()) split_[words_++] = split_[i];
  }
  split_.resize(words_);
}

void NameReader::SortWords(Level level, Forms* out) {
  sortable_.resize(words_);
  for (std::size_t i = 0; i < words_; ++i) MakeForm(level, folded_[i], &sortable_[i]);
  std::ranges::sort(sortable_);
  std::string& sorted = out->sorted[static_cast<std::size_t>(level)];
  sorted.clear();
  for (const std::string& word : sortable_) sorted += word;
}

// The words run together, as they are spoken. Doing it again to the result changes nothing: a pet
// form is looked for only when the ー behind it, which the skeleton drops, is gone.
void NameReader::MakeWesternForms(Forms* out) {
  std::string joined;
  for (std::size_t i = 0; i < words_; ++i) joined += folded_[i];
  // Letters that only join across words, or a suffix to a lost character: the forms of the whole
  // stay.
  if (HoldsOnlyMissing(joined)) return;
  std::string skeleton;
  JapaneseSkeleton(joined, &skeleton);
  if (HoldsOnlyMissing(skeleton)) skeleton = joined;
  joined = WesternWord(skeleton, nicknames_, &scratch_);
  if (wanted_.text[1]) out->text[1] = joined;
  if (!wanted_.text[2]) return;
  MakePhonetic(joined, &out->text[2]);
  if (HoldsOnlyMissing(out->text[2])) out->text[2] = joined;
}

FieldState NormaliseText(std::string_view raw, TextFolder* folder, Forms* out) {
  out->Clear();
  std::string& text = out->strict();
  const bool number = Fold(raw, {true, false}, folder, &text);
  if (text.empty()) return number ? FieldState::kInvalid : FieldState::kMissing;
  if (IsMissingWord(text) || HoldsOnlyMissing(text)) return Missing(out);
  out->notes.missing_character = HoldsMissingCharacter(text);
  return FieldState::kPresent;
}

}  // namespace musubi::identity
