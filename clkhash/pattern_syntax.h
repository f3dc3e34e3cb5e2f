// Regular expressions as Python's re module writes them, put into PCRE2's syntax.
// Private to clkhash.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace musubi::clkhash {

// A pattern for PCRE2 with UTF, UCP and ALT_CIRCUMFLEX and LF as the newline that matches what
// `python` matches in Python 3.11. Its groups are unnamed and have Python's numbers.
//
// Requires: `python` is valid UTF-8.
// Errors: kContract  Python refuses it, or it needs what PCRE2 lacks; the message is a reason
Result<std::string> TranslatePattern(std::string_view python);

}  // namespace musubi::clkhash
