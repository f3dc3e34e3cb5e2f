#include "clkhash/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstdint>
#include <utility>

#include "clkhash/pattern_syntax.h"
#include "core/check.h"

namespace musubi::clkhash {
namespace {

// Far more than any sane pattern needs for a cell, and well under a second.
constexpr std::uint32_t kMaxSteps = 2'000'000;

// Made once and never freed, as immutable process-wide options.
pcre2_compile_context* CompileOptions() {
  static pcre2_compile_context* const kOptions = [] {
    pcre2_compile_context* const options = pcre2_compile_context_create(nullptr);
    MUSUBI_CHECK(options != nullptr);
    pcre2_set_newline(options, PCRE2_NEWLINE_LF);
    return options;
  }();
  return kOptions;
}

pcre2_match_context* MatchOptions() {
  static pcre2_match_context* const kOptions = [] {
    pcre2_match_context* const options = pcre2_match_context_create(nullptr);
    MUSUBI_CHECK(options != nullptr);
    pcre2_set_match_limit(options, kMaxSteps);
    return options;
  }();
  return kOptions;
}

PCRE2_SPTR Units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

Result<Pattern> Pattern::Compile(std::string_view python) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string native, TranslatePattern(python));
  return CompileNative(native, Mode::kWhole, false);
}

Result<Pattern> Pattern::CompileNative(std::string_view pattern, Mode mode, bool ignore_case) {
  std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_CIRCUMFLEX | PCRE2_ANCHORED;
  if (mode == Mode::kWhole) options |= PCRE2_ENDANCHORED;
  if (ignore_case) options |= PCRE2_CASELESS;
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* const code =
      pcre2_compile(Units(pattern), pattern.size(), options, &error, &at, CompileOptions());
  if (code == nullptr) {
    PCRE2_UCHAR text[256];
    pcre2_get_error_message(error, text, sizeof text);
    return Error{ErrorCode::kContract, reinterpret_cast<const char*>(text)};
  }
  // Without it matching is slower, and nothing else.
  static_cast<void>(pcre2_jit_compile(code, PCRE2_JIT_COMPLETE));
  return Pattern(
      {code, [](const pcre2_code* owned) { pcre2_code_free(const_cast<pcre2_code*>(owned)); }},
      mode);
}

Matcher::Matcher(const Pattern& pattern)
    : pattern_(pattern), data_(pcre2_match_data_create_from_pattern(pattern.code_.get(), nullptr)) {
  MUSUBI_CHECK(data_ != nullptr);
}

Matcher::~Matcher() { pcre2_match_data_free(data_); }

Matcher::Matcher(Matcher&& other) noexcept
    : pattern_(other.pattern_), data_(std::exchange(other.data_, nullptr)), text_(other.text_) {}

Matcher& Matcher::operator=(Matcher&& other) noexcept {
  std::swap(pattern_, other.pattern_);
  std::swap(data_, other.data_);
  text_ = other.text_;
  return *this;
}

MatchOutcome Matcher::Match(std::string_view text) {
  text_ = text.data() == nullptr ? std::string_view("") : text;
  const auto match = [&](std::uint32_t options) {
    return pcre2_match(pattern_.code_.get(), Units(text_), text_.size(), 0,
                       PCRE2_NO_UTF_CHECK | options, data_, MatchOptions());
  };
  int outcome = match(0);
  // The compiled code has a small stack; the interpreter has none.
  if (outcome == PCRE2_ERROR_JIT_STACKLIMIT) outcome = match(PCRE2_NO_JIT);
  if (outcome == PCRE2_ERROR_NOMATCH) return MatchOutcome::kNoMatch;
  return outcome >= 0 ? MatchOutcome::kMatch : MatchOutcome::kTooLong;
}

std::optional<std::string_view> Matcher::Group(std::size_t number) const {
  MUSUBI_CHECK(number < pcre2_get_ovector_count(data_));
  const PCRE2_SIZE* const offsets = pcre2_get_ovector_pointer(data_);
  const PCRE2_SIZE begin = offsets[2 * number];
  if (begin == PCRE2_UNSET) return std::nullopt;
  return text_.substr(begin, offsets[2 * number + 1] - begin);
}

}  // namespace musubi::clkhash
