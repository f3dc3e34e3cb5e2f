// What a party of a study may be called.
#pragma once

#include <cstddef>
#include <string_view>

namespace musubi {

// Also the most characters of a certificate's common name (RFC 5280, ub-common-name).
inline constexpr std::size_t kMaxPartyNameBytes = 64;

// True for 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit: a name that is the same
// in a file's name, on a command line and in a certificate.
bool IsPartyName(std::string_view name);

}  // namespace musubi
