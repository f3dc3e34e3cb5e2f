#include "engine/release/project_id.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/project_id.h"

namespace musubi::engine {

std::string ProjectIdOf(const LinkageKey& key, crypto::Hmac* project) {
  constexpr std::string_view kLabel = "musubi project id 1";
  std::vector<std::uint8_t> message(kLabel.begin(), kLabel.end());
  message.insert(message.end(), key.bytes.begin(), key.bytes.end());
  const crypto::Digest256 digest = (*project)(message);
  return FormatProjectId(std::span(digest).first<13>());
}

}  // namespace musubi::engine
