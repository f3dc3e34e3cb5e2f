#include "crypto/keyring.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "crypto/sealed_file.h"

namespace musubi::crypto {
namespace {

// docs/formats/backup.md, "The keyring".
constexpr std::string_view kFileTitle = "musubi-keyring 1\n";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kEntryBytes = sizeof(BackupId) + 3 * sizeof(std::uint64_t) + kKeyBytes;

void PutNumber(std::uint64_t number, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < sizeof number; ++i) {
    out[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
}

std::uint64_t TakeNumber(std::span<const std::uint8_t> in) {
  std::uint64_t number = 0;
  for (std::size_t i = sizeof number; i-- != 0;) number = number << 8 | in[i];
  return number;
}

SecureBytes CopyOf(std::span<const std::uint8_t> bytes) {
  SecureBytes copy(bytes.size());
  std::ranges::copy(bytes, copy.mutable_bytes().begin());
  return copy;
}

void Write(const BackupKey& backup, std::span<std::uint8_t> out) {
  std::ranges::copy(backup.id, out.begin());
  PutNumber(static_cast<std::uint64_t>(backup.time), out.subspan(16));
  PutNumber(backup.commit, out.subspan(24));
  PutNumber(backup.epoch, out.subspan(32));
  std::ranges::copy(backup.key.bytes(), out.subspan(40).begin());
}

BackupKey Read(std::span<const std::uint8_t> in) {
  BackupKey backup{{}, 0, 0, 0, CopyOf(in.subspan(40, kKeyBytes))};
  std::ranges::copy(in.first(backup.id.size()), backup.id.begin());
  backup.time = static_cast<std::int64_t>(TakeNumber(in.subspan(16)));
  backup.commit = TakeNumber(in.subspan(24));
  backup.epoch = TakeNumber(in.subspan(32));
  return backup;
}

}  // namespace

Keyring::Keyring(StoreKey store_key) : store_key_(std::move(store_key)) {}

Result<Keyring> Keyring::Load(const std::filesystem::path& file,
                              const PassphraseSource& passphrase) {
  MUSUBI_ASSIGN_OR_RETURN(const SecureBytes content,
                          internal::ReadSealedFile(file, kFileTitle, passphrase));
  auto rest = content.bytes();
  if (rest.size() < StoreKey::kBytes || (rest.size() - StoreKey::kBytes) % kEntryBytes != 0) {
    return Error{ErrorCode::kBadData,
                 file.string() + ": the keyring is damaged; take it from its safe copy"};
  }
  Keyring keyring(StoreKey::Of(CopyOf(rest.first(StoreKey::kBytes))));
  for (rest = rest.subspan(StoreKey::kBytes); !rest.empty(); rest = rest.subspan(kEntryBytes)) {
    keyring.backups_.push_back(Read(rest));
  }
  return keyring;
}

Status Keyring::Save(const std::filesystem::path& file, const Passphrase* passphrase,
                     RandomSource& random) const {
  SecureBytes content(StoreKey::kBytes + backups_.size() * kEntryBytes);
  std::ranges::copy(store_key_.bytes(), content.mutable_bytes().begin());
  auto rest = content.mutable_bytes().subspan(StoreKey::kBytes);
  for (const BackupKey& backup : backups_) {
    Write(backup, rest);
    rest = rest.subspan(kEntryBytes);
  }
  return internal::WriteSealedFile(file, kFileTitle, content.bytes(), passphrase, &random,
                                   internal::Replace::kOrdinaryFile);
}

const BackupKey* Keyring::Find(const BackupId& id) const {
  const auto found = std::ranges::find(backups_, id, &BackupKey::id);
  return found == backups_.end() ? nullptr : &*found;
}

Status Keyring::HasRoom() const {
  if (backups_.size() < kMaxBackups) return {};
  return Error{ErrorCode::kRefused, "the keyring has the keys of " + std::to_string(kMaxBackups) +
                                        " backups and no room for more; forget earlier ones "
                                        "first, with backups forget"};
}

void Keyring::Add(BackupKey backup) {
  MUSUBI_CHECK(backup.key.bytes().size() == kKeyBytes && HasRoom().ok());
  backups_.push_back(std::move(backup));
}

std::size_t Keyring::Forget(const std::function<bool(const BackupKey&)>& is_forgotten) {
  return std::erase_if(backups_, is_forgotten);
}

}  // namespace musubi::crypto
