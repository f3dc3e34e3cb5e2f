#include "identity/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/utf8.h"

namespace musubi::identity {
namespace {

// Named in full: ICU's aliases "cp932" and "Shift_JIS" are ambiguous between tables that
// disagree on the wave dash and the IBM extensions.
constexpr const char* kCp932Table = "ibm-943_P15A-2003";

struct CharsetName {
  std::string_view name;
  Charset charset;
};

constexpr std::array<CharsetName, 6> kCharsetNames = {{{"utf-8", Charset::kUtf8},
                                                       {"utf8", Charset::kUtf8},
                                                       {"cp932", Charset::kCp932},
                                                       {"shift_jis", Charset::kCp932},
                                                       {"sjis", Charset::kCp932},
                                                       {"windows-31j", Charset::kCp932}}};

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return LowerAscii(a) == b; });
}

// IBM's tables exchange three control characters (the PC's substitute, file separator and
// delete); every file that calls itself Shift_JIS means them as in ASCII.
char16_t AsciiControl(char16_t unit) {
  switch (unit) {
    case 0x1C:
      return 0x1A;
    case 0x7F:
      return 0x1C;
    case 0x1A:
      return 0x7F;
    default:
      return unit;
  }
}

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

}  // namespace

Result<Charset> ParseCharset(std::string_view name) {
  for (const CharsetName& known : kCharsetNames) {
    if (EqualsIgnoringCase(name, known.name)) return known.charset;
  }
  return Error{ErrorCode::kUsage, "unknown charset; use utf-8 or cp932"};
}

struct Decoder::State {
  std::unique_ptr<UConverter, CloseConverter> converter;  // null for UTF-8
  icu::UnicodeString utf16;

  bool DecodeCp932(std::string_view bytes, std::string* utf8);
};

bool Decoder::State::DecodeCp932(std::string_view bytes, std::string* utf8) {
  // ICU counts in int32_t; no field of a table is near that.
  if (bytes.size() > std::numeric_limits<std::int32_t>::max() / 4) return false;
  if (bytes.find('\0') != std::string_view::npos) return false;
  const auto capacity = static_cast<std::int32_t>(bytes.size());  // never more units than bytes
  UErrorCode status = U_ZERO_ERROR;
  char16_t* buffer = utf16.getBuffer(capacity + 1);
  if (buffer == nullptr) return false;
  const std::int32_t length = ucnv_toUChars(converter.get(), buffer, capacity + 1, bytes.data(),
                                            static_cast<std::int32_t>(bytes.size()), &status);
  if (U_SUCCESS(status)) std::transform(buffer, buffer + length, buffer, AsciiControl);
  utf16.releaseBuffer(U_SUCCESS(status) ? length : 0);
  if (U_FAILURE(status)) return false;
  utf8->clear();
  utf16.toUTF8String(*utf8);
  return true;
}

Result<Decoder> Decoder::Open(Charset charset) {
  auto state = std::make_unique<State>();
  if (charset == Charset::kCp932) {
    UErrorCode status = U_ZERO_ERROR;
    state->converter.reset(ucnv_open(kCp932Table, &status));
    if (U_SUCCESS(status)) {
      ucnv_setToUCallBack(state->converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr,
                          nullptr, &status);
    }
    if (U_FAILURE(status)) {
      return Error{ErrorCode::kInternal, std::string("ICU has no converter ") + kCp932Table +
                                             "; install ICU with its full conversion data"};
    }
  }
  return Decoder(std::move(state));
}

Decoder::Decoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

bool Decoder::Decode(std::string_view bytes, std::string* utf8) {
  const bool ascii = IsAscii(bytes) && bytes.find('\0') == std::string_view::npos;
  if (!ascii && state_->converter != nullptr) return state_->DecodeCp932(bytes, utf8);
  if (!ascii && !IsValidUtf8(bytes)) return false;
  utf8->assign(bytes);
  return true;
}

}  // namespace musubi::identity
