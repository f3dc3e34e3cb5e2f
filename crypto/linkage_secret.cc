#include "crypto/linkage_secret.h"

#include <string>
#include <utility>

#include "core/check.h"
#include "crypto/hkdf.h"
#include "crypto/secret_file.h"

namespace musubi::crypto {
namespace {

// docs/formats/keys.md, "The secret in a package".
constexpr std::string_view kPackedTitle = "musubi secret 1\n";
constexpr std::size_t kBlindingBytes = 32;
static_assert(kPackedTitle.size() + kBlindingBytes + LinkageSecret::kBytes ==
              LinkageSecret::kPackedBytes);

}  // namespace

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

Result<SecureBytes> LinkageSecret::Packed(RandomSource& random) const {
  SecureBytes content(kPackedBytes);
  const auto bytes = content.mutable_bytes();
  std::ranges::copy(kPackedTitle, bytes.begin());
  MUSUBI_RETURN_IF_ERROR(random.Fill(bytes.subspan(kPackedTitle.size(), kBlindingBytes)));
  std::ranges::copy(bytes_.bytes(), bytes.last(kBytes).begin());
  return content;
}

Result<LinkageSecret> LinkageSecret::Unpacked(std::span<const std::uint8_t> content) {
  if (content.size() != kPackedBytes ||
      !std::ranges::equal(content.first(kPackedTitle.size()), kPackedTitle)) {
    return Error{ErrorCode::kBadData,
                 "what the package holds is not a linkage secret; ask its sender for another"};
  }
  SecureBytes bytes(kBytes);
  std::ranges::copy(content.last(kBytes), bytes.mutable_bytes().begin());
  return LinkageSecret(std::move(bytes));
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
