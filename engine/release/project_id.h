// From a linkage key to the id of that person in one project. Unit only.
#pragma once

#include <string>

#include "core/ids.h"
#include "crypto/hmac.h"

namespace musubi::engine {

// The first 100 bits of HMAC-SHA-256(project key, "musubi project id 1" || linkage key), written
// as core/project_id.h says. Without the projects' keys, the ids of two projects cannot be joined.
std::string ProjectIdOf(const LinkageKey& key, crypto::Hmac* project);

}  // namespace musubi::engine
