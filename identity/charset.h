// From the bytes of a holder's file to UTF-8. Sees identifiers; holder only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace musubi::identity {

enum class Charset {
  kUtf8,  // with or without a byte order mark (the CSV reader drops it)
  kCp932  // Microsoft's Shift_JIS: ICU's ibm-943_P15A-2003
};

// Reads "utf-8", "utf8", "cp932", "shift_jis", "sjis", "windows-31j", in any case.
//
// Errors: kUsage  another name
Result<Charset> ParseCharset(std::string_view name);

// Decodes one field at a time.
//
// Threads: one at a time; make one for each thread.
class Decoder {
 public:
  // Errors: kInternal  ICU lacks the converter
  static Result<Decoder> Open(Charset charset);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  // Replaces `*utf8` by the decoded text and returns true, or returns false when `bytes` are not
  // valid in the charset (`*utf8` is then unspecified). Never substitutes a character.
  // Pure ASCII costs a copy.
  bool Decode(std::string_view bytes, std::string* utf8);

 private:
  struct State;
  explicit Decoder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace musubi::identity
