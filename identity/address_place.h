// The part of an address before the town: postcode, prefecture, district, municipality.
// Sees identifiers; holder only.
#pragma once

#include <cstddef>
#include <string_view>

#include "identity/address_text.h"

namespace musubi::identity {

struct AddressPlace {
  std::size_t end = 0;               // where the town starts
  int prefecture = 0;                // 1 to 47, or 0: not known
  std::u32string_view municipality;  // of `text` or of the gazetteer; empty: not known
};

// Reads the start of an address: 〒102-0082 東京都千代田区..., 串本町... (of 和歌山県, the only
// one), 三重県三重郡菰野町..., 千葉市川市... (千葉県市川市). A municipality that the gazetteer does
// not have is taken by its shape (…市, …郡…町) where the prefecture is written.
//
// `text` outlives the result.
AddressPlace ReadPlace(const AddressText& text);

// Whether `name` has the shape of a municipality: kanji and kana that end in 市, 区, 町 or 村.
bool IsMunicipalityShape(std::u32string_view name);

}  // namespace musubi::identity
