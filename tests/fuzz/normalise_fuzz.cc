// Any bytes as a cell of any kind in any charset: what is present normalises to itself.
#include "core/check.h"
#include "identity/charset.h"
#include "identity/normalise.h"
#include "identity/parts.h"

namespace {

using musubi::Field;
using musubi::FieldKind;
namespace identity = musubi::identity;

void CheckKind(FieldKind kind, musubi::DateOrder order, const std::string& text) {
  identity::Normaliser normalise(Field{"f", "f", kind, order, musubi::InvalidPolicy::kKeep});
  std::string once;
  const identity::FieldState state = normalise(text, &once);
  MUSUBI_CHECK((state == identity::FieldState::kPresent) <= !once.empty());
  if (state != identity::FieldState::kPresent) return;
  std::string twice;
  MUSUBI_CHECK(normalise(once, &twice) == identity::FieldState::kPresent);
  MUSUBI_CHECK(once == twice);
  for (const auto form : {musubi::PartForm::kFull, musubi::PartForm::kPrefix}) {
    std::string part;
    MUSUBI_CHECK(identity::AppendPart({0, form, 3}, kind, once, &part) && !part.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto charset : {identity::Charset::kUtf8, identity::Charset::kCp932}) {
    auto decoder = identity::Decoder::Open(charset);
    std::string text;
    if (!decoder.value().Decode(bytes, &text)) continue;
    for (const auto kind : {FieldKind::kName, FieldKind::kText, FieldKind::kSex, FieldKind::kDigits,
                            FieldKind::kPostcode}) {
      CheckKind(kind, musubi::DateOrder::kYearFirst, text);
    }
    for (const auto order : {musubi::DateOrder::kYearFirst, musubi::DateOrder::kDayFirst,
                             musubi::DateOrder::kMonthFirst}) {
      CheckKind(FieldKind::kDate, order, text);
    }
  }
  return 0;
}
