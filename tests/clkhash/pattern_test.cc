// Regular expressions mean what they mean in Python. Each row was tried with re.fullmatch of
// CPython 3.11.
#include "clkhash/pattern.h"

#include <gtest/gtest.h>

#include "clkhash/pattern_syntax.h"

namespace musubi::clkhash {
namespace {

constexpr std::string_view kRefused = "refused";

std::string Outcome(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::Compile(pattern);
  if (!compiled.ok()) {
    EXPECT_EQ(compiled.error().code, ErrorCode::kContract);
    return std::string(kRefused);
  }
  Matcher matcher(compiled.value());
  switch (matcher.Match(text)) {
    case MatchOutcome::kMatch:
      return "match";
    case MatchOutcome::kNoMatch:
      return "no match";
    case MatchOutcome::kTooLong:
      return "too long";
  }
  return "";
}

struct Row {
  std::string_view pattern;
  std::string_view text;
  std::string_view outcome = "match";
};

void Check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Outcome(row.pattern, row.text), row.outcome) << row.pattern << " on " << row.text;
  }
}

TEST(PatternTest, TheWholeTextMustMatch) {
  Check({{"ab", "ab"},
         {"ab", "abc", "no match"},
         {"ab", "xab", "no match"},
         {"a|ab", "ab"},
         {"", ""},
         {"", "a", "no match"},
         {"ab$", "ab"},
         {"ab$", "ab\n", "no match"},
         {"ab\\Z", "ab"},
         {"ab\\Z\\n", "ab\n", "no match"},
         {"a.b", "a\nb", "no match"},
         {"(?s)a.b", "a\nb"},
         {"(?m)^a$\\n^", "a\n"}});
}

TEST(PatternTest, EscapesAreThoseOfPython) {
  Check({{"\\v", "\v"},
         {"\\v", "\n", "no match"},
         {"\\x41\\101\\0\\u00e9\\U0001F600", std::string_view("AA\0\xC3\xA9\xF0\x9F\x98\x80", 9)},
         {"\\N{LATIN SMALL LETTER E WITH ACUTE}", "\xC3\xA9"},
         {"\\N{NO SUCH LETTER}", "x", kRefused},
         {"\\-\\/\\ ", "-/ "},
         {"[\\b]", "\b"},
         {"[\\101-\\103]", "B"},
         {"\\h", "h", kRefused},
         {"\\p{L}", "l", kRefused},
         {"\\z", "", kRefused},
         {"\\8", "8", kRefused},
         {"[\\8]", "8", kRefused},
         {"\\x4", "x", kRefused},
         {"\\ud800", "x", kRefused},
         {"a\\", "a", kRefused}});
}

TEST(PatternTest, CategoriesAreThoseOfUnicode) {
  Check({{"\\d", "\xD9\xA3"},
         {"\\d", "\xC2\xB2", "no match"},
         {"\\w+", "\xE6\x97\xA5_9\xC3\xA9\xC2\xB2"},
         {"\\s+", "\x1C\x1F\xC2\x85\xE3\x80\x80 \t"},
         {"\\s", "\xE1\xA0\x8E", "no match"},
         {"[\\S\\s]+", "a \x1C"},
         {"[^\\S ]+", "\t\x1C"},
         {"[^\\W\\d_]+", "ab\xC3\xA9"},
         {"(?a)\\w", "\xC3\xA9", "no match"},
         {"(?a)\\W\\D\\S", "\xC3\xA9\xD9\xA3\xE3\x80\x80"},
         {"(?a:\\d)\\d", "3\xD9\xA3"},
         {"(?a:\\d)\\d",
          "\xD9\xA3"
          "3",
          "no match"},
         {"(?ai)k", "k", kRefused}});
}

TEST(PatternTest, ClassesHoldNoClassesOfPosix) {
  Check({{"[[:alpha:]]", ":]"},
         {"[[:alpha:]]", "b", "no match"},
         {"[]a]+", "]a"},
         {"[^]a]", "b"},
         {"[a-]+", "a-"},
         {"[-a]+", "-a"},
         {"[a&&b]+", "a&b"},
         {"[z-a]", "z", kRefused},
         {"[\\d-z]", "z", kRefused},
         {"[a", "a", kRefused},
         {"[]", "", kRefused}});
}

TEST(PatternTest, QuantifiersAreThoseOfPython) {
  Check({{"a{,2}b", "aab"},
         {"a{,2}b", "aaab", "no match"},
         {"a{,}", "aaa"},
         {"a{}", "a{}"},
         {"x{1,", "x{1,"},
         {"{a}", "{a}"},
         {"a{02}", "aa"},
         {"(a*+)a", "aa", "no match"},
         {"(?>a|ab)c", "abc", "no match"},
         {"a**", "a", kRefused},
         {"a{2}{3}", "a", kRefused},
         {"*a", "a", kRefused},
         {"^*", "", kRefused},
         {"a{3,2}", "a", kRefused},
         {"a{70000}", "a", kRefused}});
}

TEST(PatternTest, GroupsAreNumberedAndNamedAsInPython) {
  Check({{"(?P<x>a)(?P=x)", "aa"},
         {"(?P<\xC3\xA9>a)(?P=\xC3\xA9)", "aa"},
         {"(a)|b\\1", "b", "no match"},
         {"(?P<q>a)?(?(q)b|c)", "ab"},
         {"(a)?(?(1)b|c)", "c"},
         {"(?#note)a(?#x)+", "aa"},
         {"(?<=a)b", "b", "no match"},
         {"(?<n>a)", "a", kRefused},
         {"(?P<1>a)", "a", kRefused},
         {"(?P<x>a)(?P<x>b)", "ab", kRefused},
         {"(?P>x)", "a", kRefused},
         {"(a\\1)", "a", kRefused},
         {"\\1", "a", kRefused},
         {"(?(2)a|b)(c)", "bc", kRefused},
         {"(?(1)a|b|c)(d)", "bd", kRefused},
         {"(", "", kRefused},
         {")", "", kRefused},
         {"(?", "", kRefused}});
}

TEST(PatternTest, FlagsAreThoseOfPython) {
  Check({{"(?i)\xC3\x89", "\xC3\xA9"},
         {"(?i:a)b", "Ab"},
         {"(?i:a)b", "AB", "no match"},
         {"(?i)(?-i:a)b", "aB"},
         {"(?x) a b # c", "ab"},
         {"(?x)[ #]", "#"},
         {"(?x: a b)c d", "abc d"},
         {"a(?i)b", "ab", kRefused},
         {"(?L)a", "a", kRefused},
         {"(?au)a", "a", kRefused},
         {"(?-u:a)", "a", kRefused}});
}

// Before Python 3.14 \B does not match an empty text; PCRE2's does.
TEST(PatternTest, AnEmptyTextHasNoPlaceWithoutABoundary) {
  Check({{"\\B", "", "no match"}, {"a\\Bb", "ab"}, {"\\ba\\b", "a"}});
}

// (a+)+b needs 2^n steps for a text of n letters.
TEST(PatternTest, EndlessSearchesEnd) {
  EXPECT_NE(Outcome("(a+)+b", std::string(60, 'a') + 'c'), "match");
  EXPECT_EQ(Outcome("(?:(?=(a+))|b)+c|(a|aa)+d", std::string(60, 'a')), "too long");
}

TEST(PatternTest, DeepNestingIsRefused) {
  const std::string deep = std::string(5000, '(') + std::string(5000, ')');
  EXPECT_EQ(Outcome(deep, ""), kRefused);
  std::string flags;
  for (int i = 0; i < 5000; ++i) flags += "(?i:";
  EXPECT_EQ(Outcome(flags + std::string(5000, ')'), ""), kRefused);
  std::string conditions = "(a)";
  for (int i = 0; i < 5000; ++i) conditions += "(?(1)";
  EXPECT_EQ(Outcome(conditions + std::string(5000, ')'), ""), kRefused);
}

}  // namespace
}  // namespace musubi::clkhash
