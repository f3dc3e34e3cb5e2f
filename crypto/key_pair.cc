#include "crypto/key_pair.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "crypto/identity_state.h"
#include "crypto/openssl_objects.h"
#include "crypto/secret_file.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto {
namespace {

using internal::BioPtr;
using internal::ErrorQueue;
using internal::FreeWith;
using internal::Pkey;

// Such a file takes some 500 bytes; SecureBytes holds no more than this.
constexpr std::size_t kMaxFileBytes = 4096;

// scrypt (RFC 7914) with 16 MiB, five times over: the most that OpenSSL 3.0 takes in a key file is
// 32 MiB. Reading a key takes a quarter of a second. docs/formats/keys.md.
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;

using Info = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using Encrypted = std::unique_ptr<X509_SIG, FreeWith<X509_SIG_free>>;

Error Bad(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kBadData, file.string() + ": " + what};
}

Error Refused(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kRefused, file.string() + ": " + what};
}

// A PEM block; OpenSSL keeps its bytes in the secure heap.
struct PemBlock {
  PemBlock() = default;
  ~PemBlock() {
    OPENSSL_secure_free(name);
    OPENSSL_secure_free(header);
    OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size));
  }
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;

  char* name = nullptr;
  char* header = nullptr;
  std::uint8_t* data = nullptr;
  long size = 0;
};

Info Decrypt(const PemBlock& block, const Passphrase& passphrase) {
  const std::uint8_t* der = block.data;
  const Encrypted sealed(d2i_X509_SIG(nullptr, &der, block.size));
  if (sealed == nullptr) return nullptr;
  const auto words = passphrase.bytes();
  return Info(PKCS8_decrypt(sealed.get(), reinterpret_cast<const char*>(words.data()),
                            static_cast<int>(words.size())));
}

Result<Info> ReadInfo(const std::filesystem::path& file, const PemBlock& block,
                      const PassphraseSource& source) {
  const std::string_view name = block.name;
  if (name == PEM_STRING_PKCS8INF) {
    const std::uint8_t* der = block.data;
    Info info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &der, block.size));
    if (info == nullptr) return Bad(file, "the key file is damaged; take it from its safe copy");
    return info;
  }
  if (name != PEM_STRING_PKCS8) {
    return Bad(file, "is not a private key in PKCS#8; make one with keygen");
  }
  MUSUBI_ASSIGN_OR_RETURN(const Passphrase passphrase, source());
  Info info = Decrypt(block, passphrase);
  if (info == nullptr) {
    return Refused(file, "the passphrase does not open the key; or the file is damaged");
  }
  return info;
}

// The PEM form of a key, in the secure heap.
Result<BioPtr> PemOf(const EVP_PKEY* key, const Passphrase* passphrase) {
  const Error failed{ErrorCode::kInternal, "OpenSSL could not write the private key"};
  const Info info(EVP_PKEY2PKCS8(key));
  BioPtr out(BIO_new(BIO_s_secmem()));
  if (info == nullptr || out == nullptr) return failed;
  if (passphrase == nullptr) {
    if (PEM_write_bio_PKCS8_PRIV_KEY_INFO(out.get(), info.get()) != 1) return failed;
    return out;
  }
  X509_ALGOR* algorithm =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, kScryptN, kScryptR, kScryptP);
  if (algorithm == nullptr) return failed;
  const auto words = passphrase->bytes();
  const Encrypted sealed(PKCS8_set0_pbe(reinterpret_cast<const char*>(words.data()),
                                        static_cast<int>(words.size()), info.get(), algorithm));
  if (sealed == nullptr) {
    X509_ALGOR_free(algorithm);
    return failed;
  }
  if (PEM_write_bio_PKCS8(out.get(), sealed.get()) != 1) return failed;
  return out;
}

}  // namespace

bool internal::IsP384(const EVP_PKEY* key) {
  char group[64];
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == SN_secp384r1;
}

KeyPair::KeyPair(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeyPair::~KeyPair() = default;
KeyPair::KeyPair(KeyPair&&) noexcept = default;
KeyPair& KeyPair::operator=(KeyPair&&) noexcept = default;

Result<KeyPair> KeyPair::Generate() {
  const ErrorQueue queue;
  SecretsAreLocked();  // sets up the secure heap, where OpenSSL puts private numbers
  Pkey key(EVP_EC_gen("P-384"));
  if (key == nullptr) return Error{ErrorCode::kInternal, "OpenSSL made no key pair"};
  return KeyPair(std::make_unique<State>(State{std::move(key)}));
}

Result<KeyPair> KeyPair::Load(const std::filesystem::path& file, const PassphraseSource& source) {
  const ErrorQueue queue;
  MUSUBI_ASSIGN_OR_RETURN(const SecureBytes bytes,
                          internal::ReadSecretFileUpTo(file, kMaxFileBytes));
  const BioPtr in = internal::ReadFrom(bytes.bytes());
  PemBlock block;
  if (PEM_read_bio_ex(in.get(), &block.name, &block.header, &block.data, &block.size,
                      PEM_FLAG_SECURE) != 1 ||
      *block.header != '\0') {
    return Bad(file, "is not a private key in PKCS#8; make one with keygen");
  }
  MUSUBI_ASSIGN_OR_RETURN(const Info info, ReadInfo(file, block, source));
  Pkey key(EVP_PKCS82PKEY(info.get()));
  if (key == nullptr) return Bad(file, "the key file is damaged; take it from its safe copy");
  if (!internal::IsP384(key.get())) {
    return Refused(file, "the key is not on the curve P-384; make one with keygen");
  }
  // OpenSSL reads a private number beside a public one that is not its own.
  const KeyContext check(EVP_PKEY_CTX_new(key.get(), nullptr));
  if (check == nullptr || EVP_PKEY_check(check.get()) != 1) {
    return Bad(file, "the key file is damaged; take it from its safe copy");
  }
  return KeyPair(std::make_unique<State>(State{std::move(key)}));
}

Status KeyPair::Save(const std::filesystem::path& file, const Passphrase* passphrase,
                     bool replace) const {
  const ErrorQueue queue;
  MUSUBI_ASSIGN_OR_RETURN(const BioPtr pem, PemOf(state_->key.get(), passphrase));
  const Status saved = internal::WriteSecretFile(
      file, internal::Written(pem),
      replace ? internal::Replace::kOrdinaryFile : internal::Replace::kNever);
  if (!saved.ok() && saved.error().code == ErrorCode::kExists && !replace) {
    return Error{ErrorCode::kExists, file.string() +
                                         " exists already; choose another name, or replace it "
                                         "with --force"};
  }
  return saved;
}

}  // namespace musubi::crypto
