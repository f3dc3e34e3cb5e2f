// Any bytes as an address, a phone number and the numbers of health insurance: what is present
// normalises to itself.
#include <string>
#include <string_view>

#include "core/check.h"
#include "identity/address.h"
#include "identity/charset.h"
#include "identity/insurance.h"
#include "identity/municipalities.h"
#include "identity/my_number.h"
#include "identity/phones.h"
#include "identity/text.h"

namespace {

namespace identity = musubi::identity;
using identity::FieldState;

std::string Compatible(std::string_view text) {
  static identity::TextFolder folder;  // opening one costs more than all the rest
  std::string out;
  folder.Compatible(text, &out);
  return out;
}

void CheckAddress(const std::string& text) {
  identity::Address once;
  if (identity::ParseAddress(text, &once) != FieldState::kPresent) {
    MUSUBI_CHECK(once == identity::Address{});
    return;
  }
  std::string joined;
  identity::JoinAddress(once, &joined);
  identity::Address twice;
  MUSUBI_CHECK(identity::ParseAddress(Compatible(joined), &twice) == FieldState::kPresent);
  MUSUBI_CHECK(once == twice);
}

template <typename Function>
void CheckValue(const std::string& text, Function normalise) {
  std::string once;
  const FieldState state = normalise(text, &once);
  MUSUBI_CHECK(state != FieldState::kPresent || !once.empty());
  if (state != FieldState::kPresent) return;
  std::string twice;
  MUSUBI_CHECK(normalise(Compatible(once), &twice) == FieldState::kPresent);
  MUSUBI_CHECK(once == twice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static auto utf8 = identity::Decoder::Open(identity::Charset::kUtf8);
  static auto cp932 = identity::Decoder::Open(identity::Charset::kCp932);
  for (auto* const decoder : {&utf8, &cp932}) {
    std::string decoded;
    if (!decoder->value().Decode(bytes, &decoded)) continue;
    const std::string text = Compatible(decoded);
    CheckAddress(text);
    CheckValue(text, identity::NormaliseMunicipality);
    CheckValue(text, identity::NormaliseInsurerNumber);
    CheckValue(text, identity::NormaliseInsuranceCode);
    CheckValue(text, identity::NormaliseInsuranceBranch);
    CheckValue(text, identity::NormaliseInsuredId);
    CheckValue(text, [](std::string_view written, std::string* out) {
      return identity::NormalisePhone(written, "81", out);
    });
    identity::IsMyNumber(text);
  }
  return 0;
}
