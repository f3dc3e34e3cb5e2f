// Base64 decoded as leniently as clkhash decodes the salt and info of a schema.
// Private to clkhash.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace musubi::clkhash {

// What Python's base64.b64decode(text) gives without `validate`: characters outside the alphabet
// are passed over, and so is all that follows the padding. None where it fails: characters beyond
// ASCII, or a last group that is incomplete.
std::optional<std::vector<std::uint8_t>> DecodeLenientBase64(std::string_view text);

}  // namespace musubi::clkhash
