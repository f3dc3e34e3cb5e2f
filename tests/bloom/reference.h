// The encoding written out from its definition, slowly, for tests to compare with.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bloom/tokens.h"
#include "core/contract.h"
#include "crypto/hmac.h"
#include "crypto/linkage_secret.h"
#include "tests/core/contract_text.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/fixed_random.h"

namespace musubi::bloom {

inline crypto::LinkageSecret TestSecret(std::uint8_t byte = 0x42) {
  return crypto::SecretOf(crypto::Repeat(crypto::LinkageSecret::kBytes, byte));
}

inline crypto::Hmac TestPrf(std::string_view key = "a key for tests") {
  return crypto::Hmac(crypto::Text(key));
}

inline std::vector<std::string> TokensOf(const TokenRule& rule, std::string_view value) {
  TextList list;
  Tokenise(rule, value, /*days=*/false, &list);
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < list.size(); ++i) tokens.emplace_back(list[i]);
  return tokens;
}

// `number` as 4 little-endian bytes.
inline std::string LittleEndian(std::size_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xFF);
  return bytes;
}

// The positions of `token` by the text of bloom/positions.h, one step a line.
inline std::vector<std::uint16_t> ReferencePositions(crypto::Hmac* prf, std::string_view token,
                                                     std::uint32_t bits, std::size_t count) {
  std::vector<std::uint16_t> positions;
  for (std::uint32_t counter = 0;; ++counter) {
    const crypto::Digest256 digest =
        (*prf)(crypto::Text(LittleEndian(counter) + std::string(token)));
    for (std::size_t at = 0; at < 32; at += 2) {
      const unsigned word = digest[at] + 256U * digest[at + 1];
      const unsigned spans = 65536 / bits;
      if (word >= spans * bits) continue;
      const auto position = static_cast<std::uint16_t>(word % bits);
      if (std::ranges::find(positions, position) == positions.end()) positions.push_back(position);
      if (positions.size() == count) return positions;
    }
  }
}

}  // namespace musubi::bloom
