#include "crypto/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "core/check.h"
#include "core/party_name.h"
#include "core/utc_time.h"
#include "crypto/identity_state.h"
#include "crypto/openssl_objects.h"

namespace musubi::crypto {
namespace {

using internal::ErrorQueue;
using internal::FreeWith;
using internal::Pkey;
using internal::X509Ptr;

constexpr std::array<std::string_view, 4> kRoleNames = {"holder", "unit", "review", "researcher"};
constexpr long kVersion3 = 2;  // RFC 5280, section 4.1.2.1
constexpr std::uint32_t kUsage = KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT;

Error Bad(const std::string& file, const std::string& what) {
  return {ErrorCode::kBadData, file + ": " + what};
}

Error Refused(const std::string& file, const std::string& what) {
  return {ErrorCode::kRefused, file + ": " + what + "; make one with keygen"};
}

// ---- Making ----

using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;

// 127 random bits: a serial number is positive and has at most 20 bytes.
bool SetSerial(X509* certificate, const std::array<std::uint8_t, 16>& random) {
  std::array<std::uint8_t, 16> bytes = random;
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7fU) | 0x40U);
  const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number != nullptr &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetTime(ASN1_TIME* time, std::int64_t unix_seconds) {
  return ASN1_TIME_adj(time, static_cast<std::time_t>(unix_seconds), 0, 0) != nullptr;
}

bool AddName(X509_NAME* name, int field, std::string_view text) {
  return X509_NAME_add_entry_by_NID(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool AddExtension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool Fill(X509* certificate, const KeyPair& key, const CertificateRequest& request,
          const std::array<std::uint8_t, 16>& random) {
  X509_NAME* name = X509_get_subject_name(certificate);
  return X509_set_version(certificate, kVersion3) == 1 && SetSerial(certificate, random) &&
         SetTime(X509_getm_notBefore(certificate), request.not_before) &&
         SetTime(X509_getm_notAfter(certificate), request.not_after) &&
         AddName(name, NID_organizationalUnitName, NameOf(request.role)) &&
         AddName(name, NID_commonName, request.name) &&
         X509_set_issuer_name(certificate, name) == 1 &&
         X509_set_pubkey(certificate, key.state().key.get()) == 1 &&
         AddExtension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         AddExtension(certificate, NID_key_usage, "critical,digitalSignature,keyAgreement") &&
         AddExtension(certificate, NID_subject_key_identifier, "hash") &&
         X509_sign(certificate, key.state().key.get(), EVP_sha384()) > 0;
}

// ---- Reading ----

// The text of the only entry of a kind in a name; nothing where there is none or another.
std::optional<std::string> OnlyEntry(const X509_NAME* name, int field) {
  const int index = X509_NAME_get_index_by_NID(name, field, -1);
  if (index < 0 || X509_NAME_get_index_by_NID(name, field, index) >= 0) return std::nullopt;
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
  if (ASN1_STRING_type(text) != V_ASN1_UTF8STRING &&
      ASN1_STRING_type(text) != V_ASN1_PRINTABLESTRING) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<std::size_t>(ASN1_STRING_length(text)));
}

std::optional<std::int64_t> SecondsOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::int64_t seconds = timegm(&parts);
  if (seconds < kMinUtcSeconds || seconds > kMaxUtcSeconds) return std::nullopt;
  return seconds;
}

// Its one certificate, and nothing after it.
X509Ptr ReadPem(std::string_view pem) {
  const auto in =
      internal::ReadFrom({reinterpret_cast<const std::uint8_t*>(pem.data()), pem.size()});
  X509Ptr certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return nullptr;
  const X509Ptr second(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  return second == nullptr && at_end ? std::move(certificate) : nullptr;
}

Status CheckForm(X509* certificate, const std::string& file) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr || !internal::IsP384(key)) {
    return Refused(file, "the certificate's key is not on the curve P-384");
  }
  const int critical = X509_get_ext_by_NID(certificate, NID_key_usage, -1);
  const bool usage_is_critical =
      critical >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, critical)) == 1;
  if (X509_get_version(certificate) != kVersion3 || !usage_is_critical ||
      X509_get_key_usage(certificate) != kUsage) {
    return Refused(file,
                   "the certificate is not of version 3 with the critical key usage "
                   "digitalSignature, keyAgreement");
  }
  const bool is_own =
      X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
  if (!is_own || X509_get_signature_nid(certificate) != NID_ecdsa_with_SHA384 ||
      X509_verify(certificate, key) != 1) {
    return Refused(file,
                   "the certificate is not signed with its own key (ECDSA, SHA-384), or is "
                   "damaged");
  }
  return {};
}

}  // namespace

std::string_view NameOf(Role role) { return kRoleNames.at(static_cast<std::size_t>(role)); }

std::optional<Role> RoleOf(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

Certificate::Certificate(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<Certificate> Certificate::SelfSigned(const KeyPair& key, const CertificateRequest& request,
                                            RandomSource& random) {
  MUSUBI_CHECK(IsPartyName(request.name) && request.not_before < request.not_after);
  MUSUBI_CHECK(request.not_before >= kMinUtcSeconds && request.not_after <= kMaxUtcSeconds);
  const ErrorQueue queue;
  std::array<std::uint8_t, 16> serial{};
  MUSUBI_RETURN_IF_ERROR(random.Fill(serial));
  auto state = std::make_unique<State>();
  state->certificate.reset(X509_new());
  if (state->certificate == nullptr || !Fill(state->certificate.get(), key, request, serial)) {
    return Error{ErrorCode::kInternal, "OpenSSL made no certificate"};
  }
  // Read again from its bytes, as everyone else will see it.
  const std::vector<std::uint8_t> der = internal::DerOf<i2d_X509>(state->certificate.get());
  const std::uint8_t* bytes = der.data();
  state->certificate.reset(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (state->certificate == nullptr) return Error{ErrorCode::kInternal, "a broken certificate"};
  return FromX509(std::move(state), "the new certificate");
}

Result<Certificate> Certificate::Parse(std::string_view pem, const std::string& file) {
  const ErrorQueue queue;
  auto state = std::make_unique<State>();
  if (pem.size() <= kMaxPemBytes) state->certificate = ReadPem(pem);
  if (state->certificate == nullptr) {
    return Bad(file, "is not one certificate in PEM, or is damaged");
  }
  return FromX509(std::move(state), file);
}

Result<Certificate> Certificate::FromX509(std::unique_ptr<State> state, const std::string& file) {
  X509* certificate = state->certificate.get();
  MUSUBI_RETURN_IF_ERROR(CheckForm(certificate, file));
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const auto role = OnlyEntry(subject, NID_organizationalUnitName);
  const auto name = OnlyEntry(subject, NID_commonName);
  if (!role || !RoleOf(*role) || !name || !IsPartyName(*name) ||
      X509_NAME_entry_count(subject) != 2) {
    return Refused(file, "the certificate does not name a role (OU) and a party (CN)");
  }
  const auto not_before = SecondsOf(X509_get0_notBefore(certificate));
  const auto not_after = SecondsOf(X509_get0_notAfter(certificate));
  if (!not_before || !not_after || *not_before >= *not_after) {
    return Refused(file, "the certificate states no validity");
  }
  state->role = *RoleOf(*role);
  state->name = *name;
  state->not_before = *not_before;
  state->not_after = *not_after;
  state->der = internal::DerOf<i2d_X509>(certificate);
  state->fingerprint = Sha256(state->der);
  return Certificate(std::move(state));
}

std::string Certificate::Pem() const {
  const ErrorQueue queue;
  const internal::BioPtr out(BIO_new(BIO_s_mem()));
  MUSUBI_CHECK(out != nullptr && PEM_write_bio_X509(out.get(), state_->certificate.get()) == 1);
  const auto text = internal::Written(out);
  return {text.begin(), text.end()};
}

const Digest256& Certificate::fingerprint() const { return state_->fingerprint; }
Role Certificate::role() const { return state_->role; }
const std::string& Certificate::name() const { return state_->name; }
std::int64_t Certificate::not_before() const { return state_->not_before; }
std::int64_t Certificate::not_after() const { return state_->not_after; }

bool Certificate::IsValidAt(std::int64_t unix_seconds) const {
  return not_before() <= unix_seconds && unix_seconds <= not_after();
}

bool Certificate::BelongsTo(const KeyPair& key) const {
  const ErrorQueue queue;
  return EVP_PKEY_eq(X509_get0_pubkey(state_->certificate.get()), key.state().key.get()) == 1;
}

Result<Identity> Identity::Of(KeyPair key, Certificate certificate, const std::string& file) {
  if (!certificate.BelongsTo(key)) {
    return Error{ErrorCode::kRefused,
                 file +
                     ": the certificate is of another key; name the two that keygen made "
                     "together"};
  }
  return Identity(std::move(key), std::move(certificate));
}

std::string Grouped(const Digest256& fingerprint, std::string_view line_break) {
  const std::string hex = ToHex(fingerprint);
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 4) {
    if (i > 0) text += i == hex.size() / 2 ? line_break : " ";
    text += hex.substr(i, 4);
  }
  return text;
}

std::vector<std::uint8_t> internal::IssuerAndSerial(const Certificate& certificate) {
  X509* const x509 = certificate.state().certificate.get();
  std::vector<std::uint8_t> bytes = DerOf<i2d_X509_NAME>(X509_get_issuer_name(x509));
  const auto serial = DerOf<i2d_ASN1_INTEGER>(X509_get_serialNumber(x509));
  bytes.insert(bytes.end(), serial.begin(), serial.end());
  return bytes;
}

bool internal::Names(std::span<const std::uint8_t> issuer_and_serial,
                     const Certificate& certificate) {
  return std::ranges::equal(issuer_and_serial, IssuerAndSerial(certificate));
}

}  // namespace musubi::crypto
