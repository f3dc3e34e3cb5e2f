#include "storage/atomic_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "core/check.h"
#include "storage/posix_file.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;
constexpr int kNameAttempts = 1000;
// ".NAME.XXXXXX.tmp" must stay within NAME_MAX, 255 bytes, however long NAME is.
constexpr std::size_t kTemporaryStemBytes = 200;

Error CannotWrite(const std::filesystem::path& path, const std::string& why) {
  return {ErrorCode::kIo, "cannot write " + path.string() + ": " + why};
}

Error Exists(const std::filesystem::path& path) {
  return {ErrorCode::kExists,
          path.string() + " exists already; choose another name, or replace it with --force"};
}

// Whether a file called `name` may appear in `folder`. What is not an ordinary file is never
// replaced: with --force, `-o /dev/null` would otherwise replace the device.
Status CheckTarget(const std::filesystem::path& path, const FileDescriptor& folder,
                   const std::string& name, Overwrite overwrite) {
  struct stat info {};
  if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    const int error = errno;
    if (error == ENOENT) return {};
    return CannotWrite(path, ErrnoText(error));
  }
  if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode)) {
    return Error{ErrorCode::kExists, path.string() +
                                         " is not an ordinary file and is never replaced; "
                                         "choose another name"};
  }
  if (overwrite == Overwrite::kRefuse) return Exists(path);
  return {};
}

// Renames within `folder`, and fails with EEXIST rather than replace anything.
// Returns 0 or an errno value.
int RenameToNewName(int folder, const char* from, const char* to) {
  if (::renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) return errno;
  // Some file systems (NFS) know no such rename, but a hard link never replaces either.
  if (::linkat(folder, from, folder, to, 0) != 0) return errno;
  ::unlinkat(folder, from, 0);
  return 0;
}

// Sets the mode exactly, and makes sure that a private file is one: FAT ignores modes in silence.
Status SetMode(const std::filesystem::path& path, const FileDescriptor& fd, unsigned mode) {
  if (::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0) {
    return CannotWrite(path, ErrnoText(errno));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return CannotWrite(path, ErrnoText(errno));
  if ((mode & 077U) == 0 && (info.st_mode & 077U) != 0) {
    return CannotWrite(path,
                       "its file system cannot keep it from other users; write it to "
                       "another disk");
  }
  return {};
}

}  // namespace

struct AtomicFile::State {
  State(std::filesystem::path target, Overwrite replace)
      : path(std::move(target)), overwrite(replace) {
    buffer.reserve(kBufferBytes);
  }
  ~State() { Discard(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status OpenTemporary(unsigned mode);
  Status WriteOut(std::span<const std::uint8_t> bytes);
  Status Flush();
  Status Fail(const std::string& why) { return Fail(CannotWrite(path, why)); }
  Status Fail(Error error);
  void Discard();

  std::filesystem::path path;
  Overwrite overwrite;
  FileDescriptor folder;
  FileDescriptor fd;
  std::string temporary;  // its name within the folder; empty when there is none
  std::vector<std::uint8_t> buffer;
  std::uint64_t size = 0;
  std::optional<Error> failure;  // once set, every call returns it
  bool synced = false;
  bool committed = false;
};

// The name needs no secrecy: O_EXCL refuses one that is taken, a symbolic link included.
Status AtomicFile::State::OpenTemporary(unsigned mode) {
  const std::string stem = path.filename().string().substr(0, kTemporaryStemBytes);
  auto number = static_cast<unsigned>(::getpid());
  for (int attempt = 0; attempt < kNameAttempts; ++attempt, number += 7919) {
    char digits[8];
    ::snprintf(digits, sizeof digits, "%06x", number & 0xffffffU);
    const std::string name = "." + stem + "." + digits + ".tmp";
    const int raw =
        ::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (raw >= 0) {
      fd = FileDescriptor(raw);
      temporary = name;
      return SetMode(path, fd, mode);
    }
    if (errno != EEXIST) return CannotWrite(path, ErrnoText(errno));
  }
  return CannotWrite(path, "its folder is full of temporary files (." + stem + ".*.tmp)");
}

Status AtomicFile::State::WriteOut(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd.get(), bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    } else if (errno != EINTR) {
      return Fail(ErrnoText(errno));
    }
  }
  return {};
}

Status AtomicFile::State::Flush() {
  MUSUBI_RETURN_IF_ERROR(WriteOut(buffer));
  buffer.clear();
  return {};
}

Status AtomicFile::State::Fail(Error error) {
  Discard();
  failure = error;
  return error;
}

void AtomicFile::State::Discard() {
  fd.Close();
  if (!temporary.empty()) ::unlinkat(folder.get(), temporary.c_str(), 0);
  temporary.clear();
}

AtomicFile::AtomicFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
AtomicFile::~AtomicFile() = default;
AtomicFile::AtomicFile(AtomicFile&& other) noexcept = default;
AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept = default;

Result<AtomicFile> AtomicFile::Create(const std::filesystem::path& path, Overwrite overwrite,
                                      unsigned mode) {
  if (path.filename().empty()) return CannotWrite(path, "the path names no file");
  auto state = std::make_unique<State>(path, overwrite);
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  state->folder = FileDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!state->folder.is_open()) {
    const int error = errno;
    return CannotWrite(path, "cannot open the folder " + folder.string() + ": " + ErrnoText(error));
  }
  MUSUBI_RETURN_IF_ERROR(CheckTarget(path, state->folder, path.filename().string(), overwrite));
  MUSUBI_RETURN_IF_ERROR(state->OpenTemporary(mode));
  return AtomicFile(std::move(state));
}

Status AtomicFile::Write(std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(state_ != nullptr && !state_->synced);
  State& state = *state_;
  if (state.failure) return *state.failure;
  state.size += bytes.size();
  if (state.buffer.size() + bytes.size() > kBufferBytes) MUSUBI_RETURN_IF_ERROR(state.Flush());
  if (bytes.size() >= kBufferBytes) return state.WriteOut(bytes);
  state.buffer.insert(state.buffer.end(), bytes.begin(), bytes.end());
  return {};
}

Status AtomicFile::Write(std::string_view text) {
  return Write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Status AtomicFile::Rewrite(std::uint64_t begin, std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(state_ != nullptr && !state_->synced);
  State& state = *state_;
  if (state.failure) return *state.failure;
  MUSUBI_CHECK(begin <= state.size && bytes.size() <= state.size - begin);
  MUSUBI_RETURN_IF_ERROR(state.Flush());
  while (!bytes.empty()) {
    const ssize_t wrote =
        ::pwrite(state.fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (wrote >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(wrote));
      begin += static_cast<std::uint64_t>(wrote);
    } else if (errno != EINTR) {
      return state.Fail(ErrnoText(errno));
    }
  }
  return {};
}

std::uint64_t AtomicFile::size() const {
  MUSUBI_CHECK(state_ != nullptr);
  return state_->size;
}

Status AtomicFile::Sync() {
  MUSUBI_CHECK(state_ != nullptr && !state_->committed);
  State& state = *state_;
  if (state.failure) return *state.failure;
  if (state.synced) return {};
  MUSUBI_RETURN_IF_ERROR(state.Flush());
  if (::fsync(state.fd.get()) != 0) return state.Fail(ErrnoText(errno));
  if (const int error = state.fd.Close(); error != 0) return state.Fail(ErrnoText(error));
  state.synced = true;
  return {};
}

Status AtomicFile::RemoveReplaced() {
  MUSUBI_CHECK(state_ != nullptr && !state_->committed);
  State& state = *state_;
  if (state.failure) return *state.failure;
  if (state.overwrite != Overwrite::kReplace) return {};
  const std::string name = state.path.filename().string();
  if (::unlinkat(state.folder.get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return state.Fail(ErrnoText(errno));
}

Status AtomicFile::Commit() {
  MUSUBI_RETURN_IF_ERROR(Sync());
  State& state = *state_;
  const std::string name = state.path.filename().string();
  // Looked at again: what stands there now may have appeared since Create.
  if (Status target = CheckTarget(state.path, state.folder, name, state.overwrite); !target.ok()) {
    return state.Fail(target.error());
  }
  const int folder = state.folder.get();
  int error = 0;
  if (state.overwrite == Overwrite::kRefuse) {
    error = RenameToNewName(folder, state.temporary.c_str(), name.c_str());
  } else if (::renameat(folder, state.temporary.c_str(), folder, name.c_str()) != 0) {
    error = errno;
  }
  if (error == EEXIST) return state.Fail(Exists(state.path));
  if (error != 0) return state.Fail(ErrnoText(error));
  state.temporary.clear();
  state.committed = true;
  // Some file systems (FUSE) cannot sync a folder and say so with EINVAL: nothing more can be done.
  if (::fsync(folder) != 0 && errno != EINVAL) {
    return CannotWrite(state.path,
                       ErrnoText(errno) + " (it is in place, but a power cut may undo that)");
  }
  return {};
}

Result<std::string> ReadSmallFile(const std::filesystem::path& path, std::size_t max_bytes) {
  MUSUBI_ASSIGN_OR_RETURN(const FileDescriptor fd, OpenForReading(path));
  std::string text;
  constexpr std::size_t kStep = std::size_t{64} * 1024;
  while (text.size() <= max_bytes) {
    const std::size_t begin = text.size();
    text.resize(begin + std::min(kStep, max_bytes - begin) + 1);
    const std::span rest(reinterpret_cast<std::uint8_t*>(text.data()) + begin, text.size() - begin);
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t got, ReadFully(fd, path, rest));
    text.resize(begin + got);
    if (got < rest.size()) return text;
  }
  return Error{ErrorCode::kBadData,
               path.string() + " is larger than " + std::to_string(max_bytes) + " bytes"};
}

}  // namespace musubi::storage
