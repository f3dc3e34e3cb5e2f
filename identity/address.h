// A Japanese address, from its written form to five parts that agree where two people wrote one
// place in two ways. Sees identifiers; holder only. The rules are in docs/identifiers-japan.md.
#pragma once

#include <string>
#include <string_view>

#include "identity/forms.h"

namespace musubi::identity {

struct Address {
  std::string prefecture;    // 東京都; empty where it is not known
  std::string municipality;  // 千代田区, 大阪市北区; without its district
  std::string town;          // 霞が関, 北一条西; without 丁目
  std::string number;        // 1-2-2, with the 丁目
  std::string building;      // what follows the number

  friend bool operator==(const Address&, const Address&) = default;
};

// Replaces `*out`. What has no Japanese character is an address of another country: its folded
// letters and digits are the town.
//
// kMissing: no letter and no digit, or a word for "not known". Never kInvalid.
//
// Idempotent: JoinAddress of a present address is read as that address.
//
// Requires: `written` is valid UTF-8 in NFKC, as TextFolder::Compatible gives it.
// Cost:     no allocation besides `*out` for addresses of up to about 100 characters.
// Threads:  safe while no two calls share `out`.
FieldState ParseAddress(std::string_view written, Address* out);

// Replaces `*out` by the five parts with '|' between them: 東京都|千代田区|霞が関|1-2-2|
void JoinAddress(const Address& address, std::string* out);

}  // namespace musubi::identity
