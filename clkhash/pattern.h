// A compiled regular expression. Sees identifiers; holder only. Private to clkhash.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;

namespace musubi::clkhash {

enum class MatchOutcome { kMatch, kNoMatch, kTooLong };

// An immutable pattern. Threads: safe to share.
class Pattern {
 public:
  enum class Mode {
    kWhole,  // re.fullmatch: the whole text
    kStart,  // re.match: from the start of the text, perhaps not to its end
  };

  // A pattern in Python's syntax.
  //
  // Errors: kContract  it is wrong or not supported; the message is a reason
  static Result<Pattern> Compile(std::string_view python);

  // A pattern in PCRE2's own syntax.
  //
  // Errors: as above
  static Result<Pattern> CompileNative(std::string_view pattern, Mode mode, bool ignore_case);

 private:
  friend class Matcher;
  explicit Pattern(std::shared_ptr<const pcre2_real_code_8> code, Mode mode)
      : code_(std::move(code)), mode_(mode) {}

  std::shared_ptr<const pcre2_real_code_8> code_;
  Mode mode_;
};

// Matches texts against one pattern; what it allocates, it allocates once.
//
// Threads: one at a time; make one for each thread.
class Matcher {
 public:
  explicit Matcher(const Pattern& pattern);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  // kTooLong: the pattern needs too many steps for this text, such as (a+)+ for aaaa...b.
  //
  // Requires: `text` is valid UTF-8.
  MatchOutcome Match(std::string_view text);

  // Of the latest match: what group `number` matched; none where it took no part. Number 0 is the
  // whole match. Borrowed from that text.
  std::optional<std::string_view> Group(std::size_t number) const;

 private:
  Pattern pattern_;
  pcre2_real_match_data_8* data_ = nullptr;  // owned
  std::string_view text_;
};

}  // namespace musubi::clkhash
