#include "storage/store_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "core/ids.h"
#include "storage/atomic_file.h"
#include "storage/hidden_file.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFormatTitle = "musubi-store 3\n";
constexpr std::string_view kWitnessTitle = "musubi-store-witness 2\n";
constexpr std::string_view kTablePrefix = ".rows.";
constexpr std::string_view kTemporarySuffix = ".tmp";
constexpr std::size_t kSmallFileBytes = 4096;

// Syncs a file or a folder that exists.
Status SyncPath(const fs::path& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open() || ::fsync(fd.get()) != 0) {
    return Error{ErrorCode::kIo, "cannot sync " + path.string() + ": " + ErrnoText(errno)};
  }
  return {};
}

std::string FormatText(const StoreKeyId& key) {
  return std::string(kFormatTitle) + "key " + ToHex(key.data(), key.size()) + "\n";
}

std::string WitnessText(const Witness& witness, const StoreSeal& seal) {
  const std::string text = std::string(kWitnessTitle) + "commit " + std::to_string(witness.commit) +
                           "\nstate " + crypto::ToHex(witness.digest) + "\n";
  return text + "mac " + crypto::ToHex(seal.WitnessMac(text)) + "\n";
}

// The text between `before` and the end of its line, taken off the front of `*text`.
std::string_view TakeLine(std::string_view before, std::string_view* text) {
  if (!text->starts_with(before)) return {};
  text->remove_prefix(before.size());
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(line.size() + 1, text->size()));
  return line;
}

}  // namespace

Status SyncTree(const fs::path& folder) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    MUSUBI_RETURN_IF_ERROR(SyncPath(entry->path()));
    entry.increment(error);
  }
  if (error) {
    return Error{ErrorCode::kIo, "cannot read " + folder.string() + ": " + error.message()};
  }
  return SyncPath(folder);
}

Status WriteStoreFile(const fs::path& file, std::string_view content) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile out, AtomicFile::Create(file, Overwrite::kRefuse, 0600));
  MUSUBI_RETURN_IF_ERROR(out.Write(content));
  return out.Commit();
}

Status WriteFormat(const fs::path& folder, const StoreKeyId& key) {
  return WriteStoreFile(folder / kFormatFile, FormatText(key));
}

Result<StoreKeyId> ReadFormat(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Error{ErrorCode::kNoInput, "there is no store at " + folder.string() +
                                          (error ? ": " + error.message() : std::string())};
  }
  const Result<std::string> text = ReadSmallFile(folder / kFormatFile, kSmallFileBytes);
  if (!text.ok() && text.error().code == ErrorCode::kIo) return text.error();
  std::string_view rest = text.ok() ? std::string_view(text.value()) : std::string_view();
  if (rest.starts_with("musubi-store ") && !rest.starts_with(kFormatTitle)) {
    return Error{ErrorCode::kBadData, folder.string() +
                                          " is a store of another version; use the "
                                          "version of Musubi that made it"};
  }
  StoreKeyId key{};
  TakeLine(kFormatTitle.substr(0, kFormatTitle.size() - 1), &rest);
  FromHex(TakeLine("key ", &rest), key.data(), key.size());
  // Only one text says it, so whatever the lines above let through ends here.
  if (text.ok() && FormatText(key) == text.value()) return key;
  return Error{ErrorCode::kBadData, folder.string() + " is not a store: it has no readable " +
                                        kFormatFile + " file of one"};
}

Result<FileDescriptor> LockStore(const fs::path& folder) {
  const fs::path file = folder / kLockFile;
  FileDescriptor fd(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) {
    const int error = errno;
    return Error{error == ENOENT || error == ELOOP ? ErrorCode::kBadData : ErrorCode::kIo,
                 "cannot open " + file.string() + ": " + ErrnoText(error)};
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  const int error = errno;
  if (error == EWOULDBLOCK) {
    return Error{ErrorCode::kLocked, folder.string() +
                                         " is in use by another process; try again "
                                         "when that has ended"};
  }
  return Error{ErrorCode::kIo, "cannot lock " + file.string() + ": " + ErrnoText(error)};
}

Status WriteWitness(const fs::path& folder, const Witness& witness, const StoreSeal& seal) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile out,
                          AtomicFile::Create(folder / kWitnessFile, Overwrite::kReplace, 0600));
  MUSUBI_RETURN_IF_ERROR(out.Write(WitnessText(witness, seal)));
  return out.Commit();
}

Result<Witness> ReadWitness(const fs::path& folder, const StoreSeal& seal) {
  const fs::path file = folder / kWitnessFile;
  const Result<std::string> text = ReadSmallFile(file, kSmallFileBytes);
  if (!text.ok() && text.error().code == ErrorCode::kIo) return text.error();
  Witness witness;
  if (text.ok()) {
    std::string_view rest = text.value();
    TakeLine(kWitnessTitle.substr(0, kWitnessTitle.size() - 1), &rest);
    const std::string_view commit = TakeLine("commit ", &rest);
    const std::string_view state = TakeLine("state ", &rest);
    std::from_chars(commit.data(), commit.data() + commit.size(), witness.commit);
    FromHex(state, witness.digest.data(), witness.digest.size());
    if (WitnessText(witness, seal) == text.value()) return witness;  // as in ReadFormat
  }
  return Error{ErrorCode::kBadData, file.string() +
                                        " is missing or damaged, so lost changes would go "
                                        "unnoticed; restore the store from a backup"};
}

Status CheckRoom(const fs::path& folder, std::uint64_t bytes) {
  MUSUBI_ASSIGN_OR_RETURN(HiddenFile room, HiddenFile::Create(folder));
  const Status reserved = room.Reserve(bytes);
  if (reserved.ok()) return {};
  return Error{reserved.error().code, reserved.error().message + "; free some there, try again"};
}

std::string TemporaryTableName(std::string_view family) {
  return std::string(kTablePrefix) + std::string(family) + std::string(kTemporarySuffix);
}

void RemoveTemporaryFiles(const fs::path& folder) {
  const std::string witness = "." + std::string(kWitnessFile) + ".";
  const std::string erasing = "." + std::string(kErasingFile) + ".";
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  while (!error && entry != fs::directory_iterator()) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    const bool is_unfinished =
        name.starts_with(witness) || name.starts_with(erasing) || name.starts_with(kTablePrefix);
    if (name == kCheckpointFolder || (is_unfinished && name.ends_with(kTemporarySuffix))) {
      fs::remove_all(entry->path(), ignored);
    }
    entry.increment(error);
  }
}

}  // namespace musubi::storage
