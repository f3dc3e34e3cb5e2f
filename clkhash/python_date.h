// Dates read as Python's datetime.strptime reads them. Sees identifiers; holder only.
// Private to clkhash.
#pragma once

#include <string>
#include <string_view>

#include "clkhash/pattern.h"
#include "core/result.h"

namespace musubi::clkhash {

// A strptime format: directives d f H I G j m M S U w u V y Y z A a B b p Z W c x X and %, with the
// names of the C locale; %Z knows UTC and GMT. Immutable; threads: safe to share.
class DateFormat {
 public:
  // Errors: kContract  a directive that Python does not know or that stands twice; the message is a
  //                    reason
  static Result<DateFormat> Compile(std::string_view format);

 private:
  friend class DateReader;
  DateFormat(Pattern pattern, std::string directives)
      : pattern_(std::move(pattern)), directives_(std::move(directives)) {}

  Pattern pattern_;
  std::string directives_;  // of the pattern's groups, in order
};

// Reads dates of one format.
//
// Threads: one at a time; make one for each thread.
class DateReader {
 public:
  explicit DateReader(const DateFormat& format)
      : matcher_(format.pattern_), directives_(format.directives_) {}

  // Appends what strftime("%Y%m%d") gives for `text`: with glibc a year below 1000 has no leading
  // zeros. False where strptime or datetime would refuse `text`; `*out` is then as it was.
  //
  // Requires: `text` is valid UTF-8.
  bool Append(std::string_view text, std::string* out);

 private:
  Matcher matcher_;
  std::string directives_;
};

}  // namespace musubi::clkhash
