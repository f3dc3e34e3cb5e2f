#include "clkhash/formats.h"

#include <algorithm>

#include "clkhash/unicode_text.h"
#include "core/check.h"
#include "core/utf8.h"

namespace musubi::clkhash {

CellReader::CellReader(const Feature& feature) : feature_(&feature) {
  MUSUBI_CHECK(feature.hashing.has_value());
  if (const auto* string = std::get_if<StringFormat>(&feature.format)) {
    if (string->pattern) pattern_.emplace(*string->pattern);
  } else if (const auto* date = std::get_if<DateFormat>(&feature.format)) {
    date_.emplace(*date);
  }
}

Reason CellReader::Read(std::string_view cell, bool validate, std::string_view* value) {
  const auto& missing = feature_->hashing->missing;
  if (missing && cell == missing->sentinel) {
    *value = missing->replace_with;
    return nullptr;
  }
  *value = cell;
  if (std::holds_alternative<StringFormat>(feature_->format)) return ReadString(cell, validate);
  if (const auto* values = std::get_if<EnumFormat>(&feature_->format)) {
    const bool known = !validate || std::ranges::binary_search(values->values, cell);
    return known ? nullptr : "is none of the values that the schema lists";
  }
  *value = {};
  const Reason reason = date_ ? ReadDate(cell) : ReadInteger(cell, validate);
  if (reason == nullptr) *value = text_;
  return reason;
}

Reason CellReader::ReadString(std::string_view cell, bool validate) {
  if (!validate) return nullptr;
  if (feature_->hashing->encoding == TextEncoding::kAscii && !IsAscii(cell)) {
    return "has characters beyond ASCII, the feature's encoding";
  }
  return CheckString(std::get<StringFormat>(feature_->format), cell);
}

Reason CellReader::CheckString(const StringFormat& format, std::string_view cell) {
  if (pattern_) {
    switch (pattern_->Match(cell)) {
      case MatchOutcome::kMatch:
        return nullptr;
      case MatchOutcome::kNoMatch:
        return "does not match the schema's pattern";
      case MatchOutcome::kTooLong:
        return "takes the schema's pattern too many steps";
    }
  }
  const std::uint64_t length = CountCodePoints(cell);
  if (length < format.min_length) return "is shorter than the schema's minLength";
  if (length > format.max_length) return "is longer than the schema's maxLength";
  if (format.letter_case == LetterCase::kUpper && !IsUpperCase(cell)) return "is not in upper case";
  if (format.letter_case == LetterCase::kLower && !IsLowerCase(cell)) return "is not in lower case";
  return nullptr;
}

Reason CellReader::ReadInteger(std::string_view cell, bool validate) {
  if (!ParseInteger(cell, &text_)) return "is no integer";
  if (!validate) return nullptr;
  const auto& format = std::get<IntegerFormat>(feature_->format);
  if (format.minimum && CompareIntegers(text_, *format.minimum) < 0) {
    return "is below the schema's minimum";
  }
  if (format.maximum && CompareIntegers(text_, *format.maximum) > 0) {
    return "is above the schema's maximum";
  }
  return nullptr;
}

Reason CellReader::ReadDate(std::string_view cell) {
  text_.clear();
  return date_->Append(cell, &text_) ? nullptr : "is no date in the schema's format";
}

}  // namespace musubi::clkhash
