#include "identity/names.h"

#include "identity/sentinels.h"

namespace musubi::identity {
namespace {

// Returns whether a number was read.
bool Fold(std::string_view raw, Digits digits, TextFolder* folder, std::string* out) {
  bool number = false;
  if (FoldPlainLetters(raw, digits, out, &number)) return number;
  return folder->FoldLetters(raw, digits, out);
}

// Whether a value whose letters are N and A was written "n/a", not as the surname Na.
bool IsWrittenNotApplicable(std::string_view raw) {
  return raw.find('/') != std::string_view::npos || raw.find("／") != std::string_view::npos;
}

FieldState Missing(std::string* out) {
  out->clear();
  return FieldState::kMissing;
}

}  // namespace

FieldState NormaliseName(std::string_view raw, TextFolder* folder, std::string* out) {
  const bool number = Fold(raw, Digits::kDrop, folder, out);
  if (out->empty()) return number ? FieldState::kInvalid : FieldState::kMissing;
  if (IsMissingName(*out)) return Missing(out);
  if (*out == "NA" && IsWrittenNotApplicable(raw)) return Missing(out);
  return FieldState::kPresent;
}

FieldState NormaliseText(std::string_view raw, TextFolder* folder, std::string* out) {
  const bool number = Fold(raw, Digits::kKeep, folder, out);
  if (out->empty()) return number ? FieldState::kInvalid : FieldState::kMissing;
  return IsMissingWord(*out) ? Missing(out) : FieldState::kPresent;
}

}  // namespace musubi::identity
