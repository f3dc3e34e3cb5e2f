#include "crypto/random.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <limits>

#include "core/check.h"

namespace musubi::crypto {

Status SystemRandom::Fill(std::span<std::uint8_t> out) {
  MUSUBI_CHECK(out.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  if (out.empty() || RAND_priv_bytes(out.data(), static_cast<int>(out.size())) == 1) return {};
  ERR_clear_error();
  return Error{ErrorCode::kInternal,
               "the operating system gave no random bytes; nothing was made from them"};
}

}  // namespace musubi::crypto
