#include "identity/normalise.h"

#include <cstddef>

#include "core/check.h"
#include "identity/codes.h"
#include "identity/dates.h"
#include "identity/names.h"
#include "identity/text.h"
#include "identity/utf8.h"

namespace musubi::identity {
namespace {

// No identifier is near this; far beyond it ICU's lengths would overflow.
constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

}  // namespace

struct Normaliser::State {
  explicit State(const Field& field) : kind(field.kind), date_order(field.date_order) {}

  // `raw` in NFKC: itself, or `compatible`.
  std::string_view Compatible(std::string_view raw) {
    if (IsAscii(raw)) return raw;
    folder.Compatible(raw, &compatible);
    return compatible;
  }

  FieldState Normalise(std::string_view raw, std::string* out);

  FieldKind kind;
  DateOrder date_order;
  TextFolder folder;
  std::string compatible;
};

FieldState Normaliser::State::Normalise(std::string_view raw, std::string* out) {
  switch (kind) {
    case FieldKind::kName:
      return NormaliseName(raw, &folder, out);
    case FieldKind::kText:
      return NormaliseText(raw, &folder, out);
    case FieldKind::kDate:
      return NormaliseDate(Compatible(raw), date_order, out);
    case FieldKind::kSex:
      return NormaliseSex(Compatible(raw), out);
    case FieldKind::kDigits:
      return NormaliseDigits(Compatible(raw), out);
    case FieldKind::kPostcode:
      return NormalisePostcode(Compatible(raw), out);
  }
  MUSUBI_CHECK(false);  // every kind is above
}

Normaliser::Normaliser(const Field& field) : state_(std::make_unique<State>(field)) {}
Normaliser::~Normaliser() = default;
Normaliser::Normaliser(Normaliser&&) noexcept = default;
Normaliser& Normaliser::operator=(Normaliser&&) noexcept = default;

FieldState Normaliser::operator()(std::string_view raw, std::string* out) {
  out->clear();
  FieldState state = FieldState::kInvalid;
  if (raw.size() <= kMaxBytes) state = state_->Normalise(raw, out);
  if (out->size() > kMaxBytes) {  // NFKC can make a value longer
    out->clear();
    state = FieldState::kInvalid;
  }
  return state;
}

}  // namespace musubi::identity
