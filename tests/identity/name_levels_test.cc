// Names at the three levels, their parts, and their words in order.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "normalised.h"

namespace musubi::identity {
namespace {

constexpr std::uint64_t kSeed = 20250914;

constexpr std::array<FieldKind, 4> kNames = {FieldKind::kName, FieldKind::kNameKana,
                                             FieldKind::kNameKanji, FieldKind::kNameRomaji};

// All levels of one kind of name.
class NameLevels {
 public:
  explicit NameLevels(FieldKind kind, FieldPart part = FieldPart::kWhole, bool nicknames = false)
      : normaliser_(FieldOf(kind, part, nicknames), {{true, true, true}, {true, true, true}}) {}

  FieldState Read(std::string_view raw) {
    forms_.Clear();
    return normaliser_(raw, &forms_);
  }

  const Forms& Of(std::string_view raw) {
    EXPECT_EQ(Read(raw), FieldState::kPresent) << raw;
    return forms_;
  }
  std::string Strict(std::string_view raw) { return Of(raw).text[0]; }
  std::string Skeleton(std::string_view raw) { return Of(raw).text[1]; }
  std::string Phonetic(std::string_view raw) { return Of(raw).text[2]; }
  std::array<std::string, kLevels> Sorted(std::string_view raw) { return Of(raw).sorted; }

  const Forms& forms() const { return forms_; }

 private:
  static Field FieldOf(FieldKind kind, FieldPart part, bool nicknames) {
    Field field;
    field.kind = kind;
    field.part = part;
    field.nicknames = nicknames;
    return field;
  }

  Normaliser normaliser_;
  Forms forms_;
};

TEST(NameLevelsTest, KanaMeetAtTheSkeleton) {
  NameLevels kana(FieldKind::kNameKana);
  EXPECT_EQ(kana.Strict("はっとり　しょう"), "ハットリショウ");
  EXPECT_EQ(kana.Skeleton("ハットリ ショウ"), "ハツトリシヨウ");
  EXPECT_EQ(kana.Skeleton("ﾊﾂﾄﾘ ｼﾖｳ"), "ハツトリシヨウ");
  EXPECT_EQ(kana.Skeleton("オーノ"), kana.Skeleton("オオノ"));
  EXPECT_NE(kana.Strict("オーノ"), kana.Strict("オオノ"));
  EXPECT_NE(kana.Skeleton("オオノ"), kana.Skeleton("オノ"));
  EXPECT_EQ(kana.Phonetic("サトウ"), "SATO");
  EXPECT_EQ(kana.Phonetic("オオノ"), kana.Phonetic("オノ"));
  EXPECT_EQ(kana.Phonetic("SATOH"), "SATO");
}

TEST(NameLevelsTest, KanjiInTheKanaFieldAreInvalidAndKept) {
  NameLevels kana(FieldKind::kNameKana);
  EXPECT_EQ(kana.Read("ヤマダ太郎"), FieldState::kInvalid);
  EXPECT_EQ(kana.forms().text[0], "ヤマダ太郎");
}

TEST(NameLevelsTest, KanjiMeetTheirVariantsAndClerks) {
  NameLevels kanji(FieldKind::kNameKanji);
  EXPECT_EQ(kanji.Strict("髙橋　花子"), "高橋花子");
  EXPECT_EQ(kanji.Strict("渡邉"), kanji.Strict("渡邊"));
  EXPECT_EQ(kanji.Strict("佐々木"), "佐々木");
  EXPECT_EQ(kanji.Skeleton("佐々木"), "佐佐木");
  EXPECT_EQ(kanji.Phonetic("斉藤"), kanji.Phonetic("斎藤"));
  EXPECT_NE(kanji.Skeleton("斉藤"), kanji.Skeleton("斎藤"));
  EXPECT_NE(kanji.Phonetic("伊藤"), kanji.Phonetic("伊東"));
}

TEST(NameLevelsTest, KanaInTheKanjiFieldAreMissing) {
  NameLevels kanji(FieldKind::kNameKanji);
  for (const std::string_view raw :
       {"ヤマダ タロウ", "ﾔﾏﾀﾞﾀﾛｳ", "みなみ かな", "アンドウ", "ア イ"}) {
    const FieldState state = kanji.Read(raw);
    const bool short_word = raw == "アンドウ";
    EXPECT_EQ(state, short_word ? FieldState::kPresent : FieldState::kMissing) << raw;
    EXPECT_EQ(kanji.forms().notes.kana_in_kanji, !short_word) << raw;
    EXPECT_FALSE(kanji.forms().notes.sentinel) << raw;
  }
  EXPECT_EQ(kanji.Strict("さくら"), "サクラ");
  EXPECT_EQ(kanji.Strict("田中　さくら"), "田中サクラ");
}

TEST(NameLevelsTest, RomajiMeetAtTheSkeleton) {
  NameLevels romaji(FieldKind::kNameRomaji);
  EXPECT_EQ(romaji.Strict("Tsuchiya Shinji"), "TSUCHIYASHINJI");
  EXPECT_EQ(romaji.Skeleton("Tsuchiya"), "TUTIYA");
  EXPECT_EQ(romaji.Skeleton("Tutiya"), "TUTIYA");
  EXPECT_EQ(romaji.Skeleton("Ken'ichi"), "KENITI");
  EXPECT_NE(romaji.Skeleton("Ohno"), romaji.Skeleton("Ono"));
  EXPECT_EQ(romaji.Phonetic("Ohno"), romaji.Phonetic("Ono"));
  NameLevels kana(FieldKind::kNameKana);
  EXPECT_EQ(romaji.Phonetic("Satō"), kana.Phonetic("サトウ"));
}

TEST(NameLevelsTest, WesternNamesMeetAtTheSkeleton) {
  NameLevels name(FieldKind::kName);
  EXPECT_EQ(name.Strict("Smith, John"), "SMITHJOHN");
  for (const std::string_view raw :
       {"John Smith", "Smith, John", "Mr. John Smith", "JOHN SMITH III", "John Smith, Jr.",
        "Smith, John Jr.", "Ｊｏｈｎ　Ｓｍｉｔｈ"}) {
    EXPECT_EQ(name.Skeleton(raw), "JOHNSMITH") << raw;
    EXPECT_EQ(name.Phonetic(raw), name.Phonetic("John Smith")) << raw;
  }
  EXPECT_EQ(name.Skeleton("MacDonald"), "MCDONALD");
  EXPECT_EQ(name.Skeleton("Mac-Donald"), "MCDONALD");
  EXPECT_EQ(name.Skeleton("Macy"), "MACY");
  EXPECT_EQ(name.Skeleton("Saint-Pierre"), "STPIERRE");
  EXPECT_EQ(name.Skeleton("Dr"), "DR");
  EXPECT_EQ(name.Skeleton("オーノ"), "オオノ");
  EXPECT_EQ(name.Skeleton("佐々木"), "佐佐木");
}

TEST(NameLevelsTest, PetFormsAreTheFormalNameWhereTheFieldSaysSo) {
  NameLevels plain(FieldKind::kName);
  NameLevels formal(FieldKind::kName, FieldPart::kWhole, true);
  EXPECT_EQ(plain.Skeleton("Bob"), "BOB");
  EXPECT_EQ(formal.Strict("Bob"), "BOB");
  EXPECT_EQ(formal.Skeleton("Bob"), "ROBERT");
  EXPECT_EQ(formal.Skeleton("Smith, Peggy"), "MARGARETSMITH");
  EXPECT_EQ(formal.Skeleton("Alex"), "ALEX");
}

// Found by the fuzzer: the skeleton was the pet form, which the next round made formal.
TEST(NameLevelsTest, PetFormsBeforeALongMarkAreTheFormalNameAtOnce) {
  NameLevels formal(FieldKind::kName, FieldPart::kWhole, true);
  EXPECT_EQ(formal.Skeleton("NELLー"), "ELEANOR");
  EXPECT_EQ(formal.Skeleton("ELEANOR"), "ELEANOR");
  EXPECT_EQ(formal.Phonetic("NELLー"), formal.Phonetic("ELEANOR"));
  EXPECT_EQ(formal.Skeleton("ー"), "ー");
}

// Found by the fuzzer: the skeleton was 〓 alone, which is no name.
TEST(NameLevelsTest, ASuffixStaysWhereOnlyLostCharactersWouldBeLeft) {
  NameLevels name(FieldKind::kName);
  EXPECT_EQ(name.Skeleton("●, II"), "〓II");
  EXPECT_EQ(name.Phonetic("●, II"), "〓II");
  EXPECT_EQ(name.Skeleton("〓II"), "〓II");
}

// Found by the fuzzer: codes that lose one letter a round.
TEST(NameLevelsTest, CodesOfLongNamesAreTheirOwnCodes) {
  NameLevels name(FieldKind::kName);
  for (const std::size_t syllables : {1, 10, 31, 32, 33, 100, 5000}) {
    std::string raw;
    for (std::size_t i = 0; i < syllables; ++i) raw += i % 5 == 4 ? "YOHO" : "YOH";
    const std::string code = name.Phonetic(raw);
    EXPECT_EQ(name.Phonetic(code), code) << syllables;
  }
}

TEST(NamePartsTest, AreWords) {
  struct Example {
    FieldKind kind;
    std::string_view raw, first, others, last;
  };
  constexpr Example kExamples[] = {
      {FieldKind::kName, "Mary-Jane Watson", "MARYJANE", "WATSON", "WATSON"},
      {FieldKind::kName, "Watson, Mary-Jane", "MARYJANE", "WATSON", "WATSON"},
      {FieldKind::kName, "Anna Maria van Berg", "ANNA", "MARIAVANBERG", "BERG"},
      {FieldKind::kName, "Dr. John Smith Jr.", "JOHN", "SMITH", "SMITH"},
      {FieldKind::kNameKana, "ヤマダ　タロウ", "ヤマダ", "タロウ", "タロウ"},
      {FieldKind::kNameKana, "ヤマダ・タロウ", "ヤマダ", "タロウ", "タロウ"},
      {FieldKind::kNameKanji, "山田　太郎", "山田", "太郎", "太郎"},
      {FieldKind::kNameKanji, "山田太郎", "山田太郎", "", "山田太郎"},
      {FieldKind::kNameRomaji, "YAMADA Taro", "YAMADA", "TARO", "TARO"}};
  for (const Example& example : kExamples) {
    const auto part = [&example](FieldPart which) {
      NameLevels name(example.kind, which);
      const FieldState state = name.Read(example.raw);
      EXPECT_EQ(state == FieldState::kMissing, name.forms().text[0].empty());
      return name.forms().text[0];
    };
    EXPECT_EQ(part(FieldPart::kFirstWord), example.first) << example.raw;
    EXPECT_EQ(part(FieldPart::kOtherWords), example.others) << example.raw;
    EXPECT_EQ(part(FieldPart::kLastWord), example.last) << example.raw;
  }
}

// Too short to tell by themselves; the whole value says it.
TEST(NamePartsTest, OfKanaInTheKanjiFieldAreMissing) {
  for (const FieldPart part :
       {FieldPart::kFirstWord, FieldPart::kOtherWords, FieldPart::kLastWord}) {
    NameLevels kanji(FieldKind::kNameKanji, part);
    EXPECT_EQ(kanji.Read("ヤマ タロ"), FieldState::kMissing);
    EXPECT_TRUE(kanji.forms().notes.kana_in_kanji);
  }
}

TEST(SortedWordsTest, AreTheSameWhereNamesAreSwapped) {
  struct Example {
    FieldKind kind;
    std::string_view one, other;
  };
  constexpr Example kExamples[] = {{FieldKind::kNameKana, "ヤマダ タロウ", "タロウ　ヤマダ"},
                                   {FieldKind::kNameKana, "ﾔﾏﾀﾞ ﾀﾛｳ", "たろう・やまだ"},
                                   {FieldKind::kNameKanji, "山田 太郎", "太郎 山田"},
                                   {FieldKind::kNameKanji, "佐々木 花子", "花子　佐々木"},
                                   {FieldKind::kNameRomaji, "YAMADA Taro", "Taro Yamada"},
                                   {FieldKind::kNameRomaji, "Yamada, Taro", "Yamada Taro"},
                                   {FieldKind::kName, "John Smith", "Smith John"},
                                   {FieldKind::kName, "Smith, John", "Smith John"},
                                   {FieldKind::kName, "Mary-Jane Watson", "Watson Jane Mary"}};
  for (const Example& example : kExamples) {
    NameLevels name(example.kind);
    const auto sorted = name.Sorted(example.one);
    EXPECT_EQ(sorted, name.Sorted(example.other)) << example.one;
    for (const std::string& form : sorted) EXPECT_FALSE(form.empty()) << example.one;
  }
  NameLevels kana(FieldKind::kNameKana);
  EXPECT_EQ(kana.Sorted("ヤマダ タロウ")[0], "タロウヤマダ");
  EXPECT_EQ(kana.Sorted("ジョン ショウ")[1], kana.Sorted("シヨウ ジヨン")[1]);
  NameLevels name(FieldKind::kName);
  EXPECT_EQ(name.Sorted("Smith John")[0], "JOHNSMITH");
  EXPECT_NE(name.Sorted("John Smith")[0], name.Sorted("John Smythe")[0]);
}

// One to four words of characters that names of the kind have, with blanks between them.
std::vector<std::string> RandomWords(FieldKind kind, RandomText* random) {
  static constexpr std::u32string_view kKana =
      U"アイウエオカガサザタダッナハバパマヤャユュョラワヲンヴー";
  static constexpr std::u32string_view kKanji = U"山田太郎佐々木花子斉斎渡邉崎﨑髙高橋龍竜子";
  static constexpr std::u32string_view kLatin = U"ABCDEHIJKMNORSTUYabcéöñz'";
  const std::u32string_view characters = kind == FieldKind::kNameKana    ? kKana
                                         : kind == FieldKind::kNameKanji ? kKanji
                                                                         : kLatin;
  std::vector<std::string> words(1 + random->Below(4));
  for (std::string& word : words) {
    const std::uint64_t least = characters == kLatin ? 5 : 2;  // no title or suffix is so long
    for (std::uint64_t left = least + random->Below(5); left > 0; --left) {
      AppendUtf8(characters[random->Below(characters.size())], &word);
    }
  }
  return words;
}

TEST(SortedWordsTest, DoNotDependOnTheOrderOfRandomWords) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kNames) {
    NameLevels name(kind);
    for (int trial = 0; trial < 10'000; ++trial) {
      std::vector<std::string> words = RandomWords(kind, &random);
      const auto joined = [&words] {
        std::string text;
        for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
        return text;
      };
      const std::string one = joined();
      const FieldState state = name.Read(one);
      const auto sorted = name.forms().sorted;
      for (std::size_t i = words.size(); i > 1; --i)
        std::swap(words[i - 1], words[random.Below(i)]);
      ASSERT_EQ(name.Read(joined()), state) << one;
      ASSERT_EQ(name.forms().sorted, sorted) << one << ", " << joined();
    }
  }
}

// The promise of Normaliser, at each level.
testing::AssertionResult IsIdempotent(NameLevels* name, const std::string& raw) {
  if (name->Read(raw) != FieldState::kPresent) return testing::AssertionSuccess();
  const Forms once = name->forms();
  for (std::size_t level = 0; level < kLevels; ++level) {
    if (once.text[level].empty())
      return testing::AssertionFailure() << raw << ": no form " << level;
    const FieldState state = name->Read(once.text[level]);
    if (state != FieldState::kPresent || name->forms().text[level] != once.text[level]) {
      return testing::AssertionFailure()
             << '"' << raw << "\" gives \"" << once.text[level] << "\" at level " << level
             << ", and that " << Normalised{state, name->forms().text[level]};
    }
  }
  return testing::AssertionSuccess();
}

TEST(NameLevelsProperty, EachLevelIsIdempotentOnRandomText) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kNames) {
    NameLevels name(kind, FieldPart::kWhole, kind == FieldKind::kName);
    for (int trial = 0; trial < 40'000; ++trial) {
      ASSERT_TRUE(IsIdempotent(&name, random.Text(8)))
          << "kind " << static_cast<int>(kind) << ", trial " << trial;
    }
  }
}

TEST(NameLevelsProperty, EachLevelIsIdempotentOnRandomWords) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kNames) {
    NameLevels name(kind, FieldPart::kWhole, kind == FieldKind::kName);
    for (int trial = 0; trial < 20'000; ++trial) {
      std::string raw;
      for (const std::string& word : RandomWords(kind, &random)) {
        raw += raw.empty() ? "" : random.Below(3) == 0 ? ", " : " ";
        raw += word;
      }
      ASSERT_TRUE(IsIdempotent(&name, raw)) << "kind " << static_cast<int>(kind);
    }
  }
}

TEST(NameLevelsProperty, FormsDoNotDependOnThoseWanted) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kNames) {
    NameLevels all(kind);
    Field field;
    field.kind = kind;
    for (std::size_t level = 0; level < kLevels; ++level) {
      FormsWanted wanted{{true, false, false}, {}};
      wanted.text[level] = wanted.sorted[level] = true;
      Normaliser some(field, wanted);
      Forms forms;
      for (int trial = 0; trial < 3'000; ++trial) {
        const std::string raw = random.Text(8);
        ASSERT_EQ(some(raw, &forms), all.Read(raw)) << raw;
        ASSERT_EQ(forms.text[level], all.forms().text[level]) << raw;
        ASSERT_EQ(forms.sorted[level], all.forms().sorted[level]) << raw;
      }
    }
  }
}

}  // namespace
}  // namespace musubi::identity
