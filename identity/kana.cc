#include "identity/kana.h"

#include "core/utf8.h"

namespace musubi::identity {
namespace {

constexpr char32_t kFirstKana = 0x30A1;  // ァ
constexpr char32_t kLastKana = 0x30FA;   // ヺ
constexpr char32_t kLongMark = 0x30FC;   // ー
constexpr char32_t kRepeat = 0x30FD;     // ヽ
constexpr char32_t kRepeatVoiced = 0x30FE;
constexpr char32_t kRepeatKanji = 0x3005;  // 々
constexpr char32_t kVu = 0x30F4;           // ヴ

bool IsKana(char32_t c) { return c >= kFirstKana && c <= kLastKana; }

bool IsKanji(char32_t c) {
  return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

// The vowel that ー after the kana `c` lengthens, or 0 after ン.
char32_t VowelOf(char32_t c) {
  constexpr std::string_view kVowels =
      "AAIIUUEEOO"       // ァ to オ
      "AAIIUUEEOO"       // カ to ゴ
      "AAIIUUEEOO"       // サ to ゾ
      "AAIIUUUEEOO"      // タ to ド, with ッ
      "AIUEO"            // ナ to ノ
      "AAAIIIUUUEEEOOO"  // ハ to ポ
      "AIUEO"            // マ to モ
      "AAUUOO"           // ャ to ヨ
      "AIUEO"            // ラ to ロ
      "AAIEO"            // ヮ to ヲ
      "NUAEAIEO";        // ン ヴ ヵ ヶ ヷ to ヺ
  static_assert(kVowels.size() == kLastKana - kFirstKana + 1);
  switch (kVowels[c - kFirstKana]) {
    case 'A':
      return U'ア';
    case 'I':
      return U'イ';
    case 'U':
      return U'ウ';
    case 'E':
      return U'エ';
    case 'O':
      return U'オ';
    default:
      return 0;
  }
}

// ハ, ヒ ... ホ, which are followed by their voiced and half-voiced forms.
bool InHaRow(char32_t c) { return c >= U'ハ' && c <= U'ポ'; }

char32_t Voiced(char32_t c) {
  if (c >= U'カ' && c <= U'チ' && c % 2 == 1) return c + 1;
  if (c == U'ツ' || c == U'テ' || c == U'ト') return c + 1;
  if (InHaRow(c) && (c - U'ハ') % 3 == 0) return c + 1;
  return c;
}

char32_t Unvoiced(char32_t c) {
  if (c >= U'ガ' && c <= U'ヂ' && c % 2 == 0) return c - 1;
  if (c == U'ヅ' || c == U'デ' || c == U'ド') return c - 1;
  if (InHaRow(c)) return c - (c - U'ハ') % 3;
  return c == kVu ? U'ウ' : c;
}

// One kana for those that are read alike, and the large kana for the small.
char32_t Plain(char32_t c) {
  switch (c) {
    case U'ァ':
    case U'ィ':
    case U'ゥ':
    case U'ェ':
    case U'ォ':
    case U'ッ':
    case U'ャ':
    case U'ュ':
    case U'ョ':
    case U'ヮ':
      return c + 1;
    case U'ヵ':
      return U'カ';
    case U'ヶ':
      return U'ケ';
    case U'ヂ':
      return U'ジ';
    case U'ヅ':
      return U'ズ';
    case U'ヲ':
      return U'オ';
    case U'ヰ':
      return U'イ';
    case U'ヱ':
      return U'エ';
    case 0x30F7:  // ヷ
      return U'バ';
    case 0x30F8:
      return U'ビ';
    case 0x30F9:
      return U'ベ';
    case 0x30FA:
      return U'ボ';
    default:
      return c;
  }
}

// The kana of the バ row for ヴ and the vowel `next`, or 0 where `next` is none.
char32_t BaRow(char32_t next) {
  switch (Plain(next)) {
    case U'ア':
      return U'バ';
    case U'イ':
      return U'ビ';
    case U'エ':
      return U'ベ';
    case U'オ':
      return U'ボ';
    default:
      return 0;
  }
}

// Reads code points and writes their skeleton.
class SkeletonWriter {
 public:
  explicit SkeletonWriter(std::string* out) : out_(out) {}

  void Add(char32_t c) {
    if (after_vu_) {
      after_vu_ = false;
      const char32_t joined = IsKana(c) ? BaRow(c) : 0;
      Write(joined != 0 ? joined : U'ブ');
      if (joined != 0) return;
    }
    if (c == kLongMark) return AddIfAny(IsKana(last_) ? VowelOf(last_) : 0);
    if (c == kRepeat) return AddIfAny(IsKana(last_) ? Unvoiced(last_) : 0);
    if (c == kRepeatVoiced) return AddIfAny(IsKana(last_) ? Plain(Voiced(last_)) : 0);
    if (c == kRepeatKanji) return Write(IsKanji(last_) ? last_ : c);
    if (c == kVu) {
      after_vu_ = true;
    } else {
      Write(IsKana(c) ? Plain(c) : c);
    }
  }

  void Finish() {
    if (after_vu_) Write(U'ブ');
  }

 private:
  void AddIfAny(char32_t c) {
    if (c != 0) Write(c);
  }

  void Write(char32_t c) {
    AppendUtf8(c, out_);
    last_ = c;
  }

  std::string* out_;
  char32_t last_ = 0;  // as written
  bool after_vu_ = false;
};

}  // namespace

void JapaneseSkeleton(std::string_view folded, std::string* out) {
  out->clear();
  SkeletonWriter writer(out);
  for (std::size_t at = 0; at < folded.size();) writer.Add(NextCodePoint(folded, &at));
  writer.Finish();
}

void AppendUnvoiced(std::string_view skeleton, std::string* out) {
  for (std::size_t at = 0; at < skeleton.size();) {
    const char32_t c = NextCodePoint(skeleton, &at);
    AppendUtf8(IsKana(c) ? Unvoiced(c) : c, out);
  }
}

Scripts ScriptsOf(std::string_view text) {
  Scripts scripts;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    scripts.kanji |= IsKanji(c) || c == kRepeatKanji;
    scripts.katakana |= IsKana(c) || (c >= 0xFF66 && c <= 0xFF9D);
    scripts.hiragana |= c >= 0x3041 && c <= 0x3096;
  }
  return scripts;
}

}  // namespace musubi::identity
