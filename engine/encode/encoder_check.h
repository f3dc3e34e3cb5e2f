// Whether two holders' programs turn the same text into the same bits. Private to engine/encode.
#pragma once

#include <array>
#include <cstdint>

#include "bloom/keys.h"
#include "core/contract.h"

namespace musubi::engine {

// 16 bytes: HMAC under the "key-check" subkey over the encodings and block parts of a fixed list of
// written forms for every field of the contract. Another version of the normaliser, of ICU or of
// the encoder that changes any of them changes this value, and the unit then refuses to mix the
// files.
std::array<std::uint8_t, 16> EncoderCheckValue(const Contract& contract, bloom::EncodingKeys* keys);

}  // namespace musubi::engine
