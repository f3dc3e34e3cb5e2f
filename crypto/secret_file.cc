#include "crypto/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace musubi::crypto::internal {
namespace {

namespace fs = std::filesystem;

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error At(const fs::path& file, ErrorCode code, const std::string& what) {
  return {code, file.string() + ": " + what};
}

// A failure that the system explains. Requires: `cause` is an errno.
Error IoError(const fs::path& file, std::string_view what, int cause) {
  return At(file, ErrorCode::kIo,
            std::string(what) + ": " + std::generic_category().message(cause));
}

Error NotRegular(const fs::path& file) {
  return At(file, ErrorCode::kRefused,
            "a secret is read from a regular file only, not from a link, folder, pipe or device; "
            "name the file itself");
}

Error OpenError(const fs::path& file, int cause) {
  switch (cause) {
    case ENOENT:
    case ENOTDIR:
      return At(file, ErrorCode::kNoInput, "there is no such key file; check the path");
    case ELOOP:  // O_NOFOLLOW met a symbolic link
    case ENXIO:  // a socket
      return NotRegular(file);
    default:
      return IoError(file, "the key file cannot be opened", cause);
  }
}

// Refuses a file that someone else could have read or made. Access control lists need no look of
// their own: their mask shows as the permissions of the group (IEEE Std 1003.1e, draft 17).
Status CheckPrivate(const fs::path& file, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return NotRegular(file);
  if (status.st_uid != geteuid() && status.st_uid != 0) {
    return At(file, ErrorCode::kRefused,
              "the key file belongs to another user; use one of your own");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return At(file, ErrorCode::kRefused,
              "others than its owner have permissions on the key file; if they cannot have read "
              "it, run chmod 600 on it, else make a new secret");
  }
  return {};
}

Status ReadWhole(const fs::path& file, int fd, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t count = read(fd, out.data(), out.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return IoError(file, "the key file cannot be read", errno);
    if (count == 0) return At(file, ErrorCode::kBadData, "the key file ended early; try again");
    out = out.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Status WriteWhole(const fs::path& file, int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return IoError(file, "the key file cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

// Sets mode 0600, whatever the umask. Some file systems (FAT, some shares) take the call and
// change nothing, so the outcome is looked at: before the secret is in the file.
Status MakePrivate(const fs::path& file, int fd) {
  struct stat status {};
  if (fchmod(fd, S_IRUSR | S_IWUSR) != 0 || fstat(fd, &status) != 0) {
    return IoError(file, "the key file's permissions cannot be set", errno);
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return At(file, ErrorCode::kIo,
            "this file system cannot keep a file from other users; choose another folder");
}

// A file that only its owner can read, and how large it was.
struct OpenedFile {
  Descriptor descriptor;
  off_t size;
};

Result<OpenedFile> OpenPrivate(const fs::path& file) {
  // O_NONBLOCK: a pipe must be refused, not waited for.
  Descriptor descriptor(
      open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor.valid()) return OpenError(file, errno);
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) {
    return IoError(file, "the key file cannot be examined", errno);
  }
  MUSUBI_RETURN_IF_ERROR(CheckPrivate(file, status));
  return OpenedFile{std::move(descriptor), status.st_size};
}

// A file under a temporary name beside its final place; removed unless published.
class TemporaryFile {
 public:
  // `path` ends in XXXXXX, which mkostemp replaces; it creates exclusively, and with mode 0600.
  explicit TemporaryFile(std::string path)
      : path_(std::move(path)), descriptor_(mkostemp(path_.data(), O_CLOEXEC)) {}
  ~TemporaryFile() {
    if (descriptor_.valid() && !published_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool valid() const { return descriptor_.valid(); }
  int fd() const { return descriptor_.get(); }

  // Gives the file its name, in one step, and takes the place of an ordinary file or a link there.
  Status PublishOver(const fs::path& file) {
    struct stat status {};
    if (lstat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
      return At(file, ErrorCode::kExists,
                "is not an ordinary file and is never replaced; choose another name");
    }
    if (rename(path_.c_str(), file.c_str()) != 0) {
      return IoError(file, "the key file cannot be named", errno);
    }
    published_ = true;
    return {};
  }

  // Gives the file its name, in one step, unless the name is taken.
  Status PublishAs(const fs::path& file) {
    int failed = renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE);
    if (failed == 0) {
      published_ = true;
      return {};
    }
    // NFS and a few others cannot rename without replacing, but a link never replaces either.
    if (errno == EINVAL || errno == ENOSYS) failed = link(path_.c_str(), file.c_str());
    if (failed == 0) return {};  // the destructor removes the temporary name
    if (errno == EEXIST) {
      return At(file, ErrorCode::kExists,
                "a file of this name exists, and a secret is never overwritten; choose another "
                "name");
    }
    return IoError(file, "the key file cannot be named", errno);
  }

 private:
  std::string path_;
  Descriptor descriptor_;
  bool published_ = false;
};

Status WriteAndPublish(const fs::path& file, const fs::path& folder,
                       std::span<const std::uint8_t> bytes, Replace replace) {
  TemporaryFile temporary((folder / ".musubi-secret-XXXXXX").string());
  if (!temporary.valid()) return IoError(file, "the key file cannot be made", errno);
  MUSUBI_RETURN_IF_ERROR(MakePrivate(file, temporary.fd()));
  MUSUBI_RETURN_IF_ERROR(WriteWhole(file, temporary.fd(), bytes));
  if (fsync(temporary.fd()) != 0) return IoError(file, "the key file cannot be stored", errno);
  return replace == Replace::kNever ? temporary.PublishAs(file) : temporary.PublishOver(file);
}

}  // namespace

Result<SecureBytes> ReadSecretFile(const fs::path& file, std::size_t size) {
  MUSUBI_ASSIGN_OR_RETURN(const OpenedFile opened, OpenPrivate(file));
  if (opened.size != static_cast<off_t>(size)) {
    return At(file, ErrorCode::kBadData,
              "a key file has " + std::to_string(size) + " bytes, this one has " +
                  std::to_string(opened.size) + "; check that it is the right file");
  }
  SecureBytes bytes(size);
  MUSUBI_RETURN_IF_ERROR(ReadWhole(file, opened.descriptor.get(), bytes.mutable_bytes()));
  return bytes;
}

Result<SecureBytes> ReadSecretFileUpTo(const fs::path& file, std::size_t max_bytes) {
  MUSUBI_ASSIGN_OR_RETURN(const OpenedFile opened, OpenPrivate(file));
  if (opened.size < 1 || opened.size > static_cast<off_t>(max_bytes)) {
    return At(file, ErrorCode::kBadData,
              "such a file has from 1 to " + std::to_string(max_bytes) + " bytes, this one has " +
                  std::to_string(opened.size) + "; check that it is the right file");
  }
  SecureBytes bytes(static_cast<std::size_t>(opened.size));
  MUSUBI_RETURN_IF_ERROR(ReadWhole(file, opened.descriptor.get(), bytes.mutable_bytes()));
  return bytes;
}

Status WriteSecretFile(const fs::path& file, std::span<const std::uint8_t> bytes, Replace replace) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const Descriptor folder_descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_descriptor.valid()) return IoError(folder, "the folder cannot be opened", errno);
  MUSUBI_RETURN_IF_ERROR(WriteAndPublish(file, folder, bytes, replace));
  // Makes the name last through a power cut. EINVAL: the file system has no such step for folders.
  if (fsync(folder_descriptor.get()) == 0 || errno == EINVAL) return {};
  const int cause = errno;
  unlink(file.c_str());
  return IoError(folder, "the folder cannot be stored", cause);
}

std::size_t TextBytes(std::span<const std::uint8_t> bytes) {
  std::size_t size = bytes.size();
  if (size > 0 && bytes[size - 1] == '\n') {
    --size;
    if (size > 0 && bytes[size - 1] == '\r') --size;
  }
  return size;
}

}  // namespace musubi::crypto::internal
