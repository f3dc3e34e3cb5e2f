#include "crypto/linkage_secret.h"

#include <string>
#include <utility>

#include "core/check.h"
#include "crypto/hkdf.h"
#include "crypto/secret_file.h"

namespace musubi::crypto {

LinkageSecret::LinkageSecret(SecureBytes bytes) : bytes_(std::move(bytes)) {}

Result<LinkageSecret> LinkageSecret::Generate(RandomSource& random) {
  SecureBytes bytes(kBytes);
  MUSUBI_RETURN_IF_ERROR(random.Fill(bytes.mutable_bytes()));
  return LinkageSecret(std::move(bytes));
}

Result<LinkageSecret> LinkageSecret::Load(const std::filesystem::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(SecureBytes bytes, internal::ReadSecretFile(file, kBytes));
  return LinkageSecret(std::move(bytes));
}

Status LinkageSecret::Save(const std::filesystem::path& file) const {
  return internal::WriteSecretFile(file, bytes_.bytes());
}

SecureBytes LinkageSecret::Derive(const Fingerprint& contract, std::string_view purpose,
                                  std::string_view label) const {
  constexpr std::string_view kVersion = "musubi/1";
  MUSUBI_CHECK(purpose.find('\0') == std::string_view::npos);
  std::string info;
  info.append(kVersion).append(1, '\0').append(purpose).append(1, '\0').append(label);
  return HkdfSha256(bytes_.bytes(), contract,
                    {reinterpret_cast<const std::uint8_t*>(info.data()), info.size()}, kBytes);
}

}  // namespace musubi::crypto
