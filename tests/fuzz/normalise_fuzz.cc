// Any bytes as a cell of any kind in any charset: what is present normalises to itself.
#include <map>
#include <utility>

#include "core/check.h"
#include "core/contract_names.h"
#include "identity/charset.h"
#include "identity/normalise.h"

namespace {

using musubi::Field;
using musubi::FieldKind;
namespace identity = musubi::identity;

// Kept from run to run: opening one takes longer than using it.
identity::Normaliser& NormaliserOf(FieldKind kind, musubi::DateOrder order) {
  static std::map<std::pair<FieldKind, musubi::DateOrder>, identity::Normaliser> normalisers;
  const auto known = normalisers.find({kind, order});
  if (known != normalisers.end()) return known->second;
  musubi::Field field;
  field.kind = kind;
  field.date_order = order;
  field.nicknames = kind == FieldKind::kName;
  identity::FormsWanted wanted;
  wanted.sorted.fill(musubi::IsName(kind));
  return normalisers.emplace(std::pair(kind, order), identity::Normaliser(field, wanted))
      .first->second;
}

void CheckKind(FieldKind kind, musubi::DateOrder order, const std::string& text) {
  identity::Normaliser& normalise = NormaliserOf(kind, order);
  identity::Forms once;
  const identity::FieldState state = normalise(text, &once);
  MUSUBI_CHECK((state == identity::FieldState::kPresent) <= !once.strict().empty());
  MUSUBI_CHECK(state != identity::FieldState::kMissing || once.strict().empty());
  if (state != identity::FieldState::kPresent) return;
  for (std::size_t level = 0; level < musubi::kLevels; ++level) {
    if (level > 0 && !musubi::HasLevels(kind)) break;
    MUSUBI_CHECK(!once.text[level].empty());
    identity::Forms twice;
    MUSUBI_CHECK(normalise(once.text[level], &twice) == identity::FieldState::kPresent);
    MUSUBI_CHECK(once.text[level] == twice.text[level]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto charset : {identity::Charset::kUtf8, identity::Charset::kCp932}) {
    static std::map<identity::Charset, identity::Decoder> decoders;
    auto decoder = decoders.find(charset);
    if (decoder == decoders.end()) {
      decoder =
          decoders.emplace(charset, std::move(identity::Decoder::Open(charset)).value()).first;
    }
    std::string text;
    if (!decoder->second.Decode(bytes, &text)) continue;
    for (auto kind = FieldKind::kRaw; kind <= FieldKind::kAddress;
         kind = static_cast<FieldKind>(static_cast<int>(kind) + 1)) {
      CheckKind(kind, musubi::DateOrder::kYearFirst, text);
    }
    for (const auto order : {musubi::DateOrder::kYearFirst, musubi::DateOrder::kDayFirst,
                             musubi::DateOrder::kMonthFirst}) {
      CheckKind(FieldKind::kDate, order, text);
    }
  }
  return 0;
}
