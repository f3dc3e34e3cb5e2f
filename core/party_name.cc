#include "core/party_name.h"

#include <algorithm>

namespace musubi {

bool IsPartyName(std::string_view name) {
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kMaxPartyNameBytes && is_letter_or_digit(name[0]) &&
         std::ranges::all_of(name,
                             [&](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

}  // namespace musubi
