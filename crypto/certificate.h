// Who a public key belongs to: a self-signed certificate that others pin by its fingerprint.
// Public.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/key_pair.h"
#include "crypto/sha256.h"

namespace musubi::crypto {

// What a party of a study does: docs/architecture.md.
enum class Role : std::uint8_t { kHolder, kUnit, kReview, kResearcher };

// "holder", "unit", "review", "researcher": as certificates have it.
std::string_view NameOf(Role role);
std::optional<Role> RoleOf(std::string_view name);

struct CertificateRequest {
  Role role = Role::kHolder;
  std::string name;             // IsPartyName
  std::int64_t not_before = 0;  // Unix seconds; the validity includes both
  std::int64_t not_after = 0;
};

// An X.509 v3 certificate (RFC 5280) of the one form that docs/formats/keys.md describes. It says
// nothing that its maker could not write: whom it belongs to is known by comparing fingerprints.
// Immutable, cheap to copy.
//
// Threads: safe.
class Certificate {
 public:
  struct State;  // OpenSSL's; private to crypto

  static constexpr std::size_t kMaxPemBytes = std::size_t{16} * 1024;

  // A certificate of `key`, signed with it (ECDSA P-384, SHA-384), with a random serial number.
  //
  // Requires: request.name is a party's; kMinUtcSeconds <= not_before < not_after, in four-digit
  //           years
  // Errors:   those of `random`; kInternal
  static Result<Certificate> SelfSigned(const KeyPair& key, const CertificateRequest& request,
                                        RandomSource& random);

  // Reads one certificate in PEM. `file` is for the message.
  //
  // Errors: kBadData  it is no certificate, or more than one, or is damaged
  //         kRefused  it is not of Musubi's form: another kind of key, no role, ...
  static Result<Certificate> Parse(std::string_view pem, const std::string& file);

  std::string Pem() const;

  // SHA-256 of the DER form: what is compared, pinned and spoken aloud.
  const Digest256& fingerprint() const;
  Role role() const;
  const std::string& name() const;
  std::int64_t not_before() const;  // Unix seconds
  std::int64_t not_after() const;

  bool IsValidAt(std::int64_t unix_seconds) const;

  // Whether `key` is its private key.
  bool BelongsTo(const KeyPair& key) const;

  bool operator==(const Certificate& other) const { return fingerprint() == other.fingerprint(); }

  const State& state() const { return *state_; }

 private:
  explicit Certificate(std::shared_ptr<const State> state);
  static Result<Certificate> FromX509(std::unique_ptr<State> state, const std::string& file);

  std::shared_ptr<const State> state_;
};

// A party's certificate and its private key, which belong together.
class Identity {
 public:
  // `file` names the certificate, for the message.
  //
  // Errors: kRefused  `key` is not the certificate's
  static Result<Identity> Of(KeyPair key, Certificate certificate, const std::string& file);

  const KeyPair& key() const { return key_; }
  const Certificate& certificate() const { return certificate_; }

 private:
  Identity(KeyPair key, Certificate certificate)
      : key_(std::move(key)), certificate_(std::move(certificate)) {}

  KeyPair key_;
  Certificate certificate_;
};

// A fingerprint for two people to compare: 16 groups of four digits, with `line_break` in the
// middle.
std::string Grouped(const Digest256& fingerprint, std::string_view line_break = " ");

}  // namespace musubi::crypto
