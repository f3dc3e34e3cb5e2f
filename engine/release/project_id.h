// From a linkage key to the id of that person in one project. Unit only.
#pragma once

#include <cstdint>
#include <string>

#include "core/ids.h"
#include "crypto/hmac.h"
#include "crypto/secure_bytes.h"

namespace musubi::engine {

// The first 100 bits of HMAC-SHA-256(project key, "musubi project id 1" || linkage key), written
// as core/project_id.h says. Without the projects' keys, the ids of two projects cannot be joined.
std::string ProjectIdOf(const LinkageKey& key, crypto::Hmac* project);

// The key that stands in the place of the project's where ids hold for one release alone: HKDF of
// it, with the release's number. Ids of two releases cannot be joined.
crypto::SecureBytes ReleaseKeyOf(const crypto::SecureBytes& project_key, std::uint32_t release);

}  // namespace musubi::engine
