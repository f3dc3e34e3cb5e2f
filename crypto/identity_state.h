// What key pairs and certificates hold of OpenSSL's. Private to crypto.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/certificate.h"
#include "crypto/key_pair.h"
#include "crypto/openssl_objects.h"

namespace musubi::crypto {

struct KeyPair::State {
  internal::Pkey key;  // never null
};

struct Certificate::State {
  internal::X509Ptr certificate;  // never null
  std::vector<std::uint8_t> der;
  Digest256 fingerprint{};
  Role role = Role::kHolder;
  std::string name;
  std::int64_t not_before = 0;
  std::int64_t not_after = 0;
};

namespace internal {

// Whether a public or private key is on P-384.
bool IsP384(const EVP_PKEY* key);

// The two elements, in DER, by which a message names a certificate.
std::vector<std::uint8_t> IssuerAndSerial(const Certificate& certificate);

// Whether these two elements of a message name it.
bool Names(std::span<const std::uint8_t> issuer_and_serial, const Certificate& certificate);

}  // namespace internal

}  // namespace musubi::crypto
