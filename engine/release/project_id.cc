#include "engine/release/project_id.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/project_id.h"
#include "crypto/hkdf.h"

namespace musubi::engine {

std::string ProjectIdOf(const LinkageKey& key, crypto::Hmac* project) {
  constexpr std::string_view kLabel = "musubi project id 1";
  std::vector<std::uint8_t> message(kLabel.begin(), kLabel.end());
  message.insert(message.end(), key.bytes.begin(), key.bytes.end());
  const crypto::Digest256 digest = (*project)(message);
  return FormatProjectId(std::span(digest).first<13>());
}

crypto::SecureBytes ReleaseKeyOf(const crypto::SecureBytes& project_key, std::uint32_t release) {
  constexpr std::string_view kLabel = "musubi release key 1";
  std::vector<std::uint8_t> info(kLabel.begin(), kLabel.end());
  for (int shift = 24; shift >= 0; shift -= 8) {
    info.push_back(static_cast<std::uint8_t>(release >> shift));
  }
  return crypto::HkdfSha256(project_key.bytes(), {}, info, project_key.bytes().size());
}

}  // namespace musubi::engine
