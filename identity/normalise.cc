#include "identity/normalise.h"

#include <algorithm>
#include <cstddef>

#include "core/check.h"
#include "core/utf8.h"
#include "identity/address.h"
#include "identity/codes.h"
#include "identity/dates.h"
#include "identity/insurance.h"
#include "identity/municipalities.h"
#include "identity/my_number.h"
#include "identity/names.h"
#include "identity/phones.h"
#include "identity/sentinels.h"
#include "identity/text.h"

namespace musubi::identity {
namespace {

// No identifier is near this; far beyond it ICU's lengths would overflow.
constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

constexpr auto kSkeleton = static_cast<std::size_t>(Level::kSkeleton);
constexpr auto kPhonetic = static_cast<std::size_t>(Level::kPhonetic);

bool IsBlank(std::string_view raw) {
  for (std::size_t at = 0; at < raw.size();) {
    const char32_t c = NextCodePoint(raw, &at);
    if (c > U' ' && c != 0x3000 && c != 0xA0) return false;
  }
  return true;
}

FieldState NormaliseRaw(std::string_view raw, std::string* out) {
  out->assign(Trim(raw));
  if (IsBlank(*out)) out->clear();
  return out->empty() ? FieldState::kMissing : FieldState::kPresent;
}

// Replaces `*out` by the part of an address that a field asks for. Returns whether there is any.
bool WriteAddress(const Address& address, FieldPart part, std::string* out) {
  switch (part) {
    case FieldPart::kMunicipality:
      *out = address.prefecture + address.municipality;
      return !out->empty();
    case FieldPart::kTown:
      *out = address.town;
      return !out->empty();
    case FieldPart::kNumber:
      *out = address.number;
      return !out->empty();
    default:
      break;
  }
  JoinAddress(address, out);
  const bool any = out->find_first_not_of('|') != std::string::npos;
  if (!any) out->clear();
  return any;
}

// More than blanks and punctuation.
bool HoldsWordOrNumber(std::string_view raw) {
  const bool word = std::ranges::any_of(raw, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
  return word || (!IsAscii(raw) && !IsBlank(raw));
}

// Whether `raw` may be a number: so that only such values pay for the test.
bool StartsWithDigit(std::string_view raw) {
  const std::string_view text = Trim(raw);
  if (text.empty()) return false;
  const bool wide = text.starts_with("\xEF\xBC") && text.size() > 2 &&
                    static_cast<unsigned char>(text[2]) - 0x90U < 10U;
  return wide || (text[0] >= '0' && text[0] <= '9');
}

bool TooLong(const Forms& forms) {
  return std::ranges::any_of(forms.text, [](const auto& text) { return text.size() > kMaxBytes; });
}

}  // namespace

struct Normaliser::State {
  State(const Field& named, const FormsWanted& forms)
      : field(named), wanted(forms), names(named, forms) {}

  // `raw` in NFKC: itself, or `compatible`.
  std::string_view Compatible(std::string_view raw) {
    if (IsAscii(raw)) return raw;
    folder.Compatible(raw, &compatible);
    return compatible;
  }

  FieldState Normalise(std::string_view raw, Forms* out);
  FieldState NormaliseOneForm(std::string_view raw, std::string* out, Notes* notes);
  FieldState NormaliseAddress(std::string_view raw, Forms* out);
  void WriteStripped(Forms* out);

  Field field;
  FormsWanted wanted;
  NameReader names;
  TextFolder folder;
  std::string compatible;
  Address address;
};

FieldState Normaliser::State::Normalise(std::string_view raw, Forms* out) {
  switch (field.kind) {
    case FieldKind::kName:
    case FieldKind::kNameKana:
    case FieldKind::kNameKanji:
    case FieldKind::kNameRomaji:
      return names.Read(raw, &folder, out);
    case FieldKind::kText:
      return NormaliseText(raw, &folder, out);
    case FieldKind::kAddress:
      return NormaliseAddress(raw, out);
    default:
      break;
  }
  const FieldState state = NormaliseOneForm(raw, &out->strict(), &out->notes);
  const bool codes = field.kind == FieldKind::kInsuranceCode || field.kind == FieldKind::kInsuredId;
  if (HasLevels(field.kind)) {
    out->text[kSkeleton] = out->strict();
    if (codes && !out->strict().empty()) WriteStripped(out);
  }
  return state;
}

// Of the kinds that are written in one way at every level.
FieldState Normaliser::State::NormaliseOneForm(std::string_view raw, std::string* out,
                                               Notes* notes) {
  switch (field.kind) {
    case FieldKind::kRaw:
      return NormaliseRaw(raw, out);
    case FieldKind::kDate:
      return NormaliseDate(Compatible(raw), field.date_order, out, notes);
    case FieldKind::kSex:
      return NormaliseSex(Compatible(raw), out);
    case FieldKind::kDigits:
      return NormaliseDigits(Compatible(raw), out);
    case FieldKind::kPostcode:
      return NormalisePostcode(Compatible(raw), out);
    case FieldKind::kPhone:
      return NormalisePhone(Compatible(raw), field.calling_code, out);
    case FieldKind::kInsurerNumber:
      return NormaliseInsurerNumber(Compatible(raw), out);
    case FieldKind::kInsuranceCode:
      return NormaliseInsuranceCode(Compatible(raw), out);
    case FieldKind::kInsuranceBranch:
      return NormaliseInsuranceBranch(Compatible(raw), out);
    case FieldKind::kInsuredId:
      return NormaliseInsuredId(Compatible(raw), out);
    case FieldKind::kMunicipality:
      return NormaliseMunicipality(Compatible(raw), out);
    default:
      MUSUBI_CHECK(false);  // every other kind has forms of its own
  }
}

// The phonetic form of an insurance code: without leading zeros, unless what is left would stand
// for "not known".
void Normaliser::State::WriteStripped(Forms* out) {
  std::string& stripped = out->text[kPhonetic];
  const std::string& strict = out->strict();
  FieldState state = FieldState::kPresent;
  if (field.kind == FieldKind::kInsuredId) {
    const std::size_t insurer = strict.find(':');  // whose length is part of it
    StripLeadingZeros(std::string_view(strict).substr(insurer), &compatible);
    state = NormaliseInsuredId(strict.substr(0, insurer) + compatible, &stripped);
  } else {
    StripLeadingZeros(strict, &compatible);
    state = NormaliseInsuranceCode(compatible, &stripped);
  }
  if (state != FieldState::kPresent) stripped = out->strict();
}

// The phonetic form is the town and its number alone, for those who leave out the rest; where
// nothing would be left, it is the strict one. (A prefecture that is left out is not missed: it is
// inferred, unless two have a municipality of the name, and then it tells them apart.)
FieldState Normaliser::State::NormaliseAddress(std::string_view raw, Forms* out) {
  const FieldState state = ParseAddress(Compatible(raw), &address);
  if (state != FieldState::kPresent) return state;
  address.building.clear();  // written in too many ways, and left out by most
  if (!WriteAddress(address, field.part, &out->strict())) {
    out->notes.absent_part = true;
    return FieldState::kMissing;
  }
  out->text[kSkeleton] = out->strict();
  if (field.part == FieldPart::kWhole) {
    address.prefecture.clear();
    address.municipality.clear();
  }
  if (!WriteAddress(address, field.part, &out->text[kPhonetic])) {
    out->text[kPhonetic] = out->strict();
  }
  return state;
}

Normaliser::Normaliser(const Field& field, const FormsWanted& wanted)
    : state_(std::make_unique<State>(field, wanted)) {}
Normaliser::~Normaliser() = default;
Normaliser::Normaliser(Normaliser&&) noexcept = default;
Normaliser& Normaliser::operator=(Normaliser&&) noexcept = default;

FieldState Normaliser::operator()(std::string_view raw, Forms* out) {
  out->Clear();
  FieldState state = FieldState::kInvalid;
  if (raw.size() <= kMaxBytes) state = state_->Normalise(raw, out);
  if (TooLong(*out)) {  // NFKC can make a value longer
    out->Clear();
    state = FieldState::kInvalid;
  }
  constexpr std::size_t kMyNumberDigits = 12;
  if (raw.size() >= kMyNumberDigits && StartsWithDigit(raw)) {
    out->notes.my_number = IsMyNumber(state_->Compatible(raw));
  }
  if (state == FieldState::kMissing && !out->notes.kana_in_kanji && !out->notes.absent_part) {
    out->notes.sentinel = HoldsWordOrNumber(raw);
  }
  return state;
}

}  // namespace musubi::identity
