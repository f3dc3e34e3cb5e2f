// Parties of a made-up study, with keys made anew for each test program.
#pragma once

#include <string>
#include <utility>

#include "crypto/certificate.h"
#include "crypto/key_pair.h"
#include "crypto/random.h"

namespace musubi::crypto {

inline constexpr std::int64_t kNoon = 1796040000;  // 2026-11-30T12:00:00Z
inline constexpr std::int64_t kDaySeconds = 86400;

inline Certificate CertificateFor(const KeyPair& key, Role role, const std::string& name,
                                  std::int64_t not_before = kNoon - kDaySeconds,
                                  std::int64_t not_after = kNoon + 365 * kDaySeconds) {
  SystemRandom random;
  return Certificate::SelfSigned(key, {role, name, not_before, not_after}, random).value();
}

inline Identity IdentityFor(Role role, const std::string& name) {
  KeyPair key = KeyPair::Generate().value();
  Certificate certificate = CertificateFor(key, role, name);
  return Identity::Of(std::move(key), std::move(certificate), name + ".crt").value();
}

// Made once a program: a key pair takes a millisecond, and so does each of its signatures.
inline const Identity& Alpha() {
  static const Identity kIdentity = IdentityFor(Role::kHolder, "alpha");
  return kIdentity;
}
inline const Identity& Beta() {
  static const Identity kIdentity = IdentityFor(Role::kHolder, "beta");
  return kIdentity;
}
inline const Identity& Unit() {
  static const Identity kIdentity = IdentityFor(Role::kUnit, "unit");
  return kIdentity;
}

}  // namespace musubi::crypto
