// Packages that must be refused, each for a reason of its own.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "tests/crypto/bytes.h"

namespace musubi::storage {

struct BadPackage {
  std::string name;
  crypto::Bytes bytes;
  ErrorCode code;
  std::string reason;  // what the message must hold
};

// Made anew by each call, from new keys: what is wrong is in how it is made, not in stored bytes.
// Each differs from a good package in one thing.
std::vector<BadPackage> BadArchives();   // cut, longer, reordered, renamed, of other types
std::vector<BadPackage> BadManifests();  // signed, and wrong
std::vector<BadPackage> BadMessages();   // signatures and sealed segments

}  // namespace musubi::storage
