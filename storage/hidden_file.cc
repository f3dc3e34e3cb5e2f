#include "storage/hidden_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/check.h"

namespace musubi::storage {

Error HiddenFile::Failed(const std::string& what, int cause) const {
  return {ErrorCode::kIo,
          "cannot " + what + " a temporary file in " + folder_.string() + ": " + ErrnoText(cause)};
}

Result<HiddenFile> HiddenFile::Create(const std::filesystem::path& folder) {
  HiddenFile file(folder.empty() ? "." : folder, FileDescriptor());
  const std::string path = file.folder_.string();
  int fd = ::open(path.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    std::string name = path + "/.musubi-XXXXXX";
    fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) ::unlink(name.c_str());
  }
  if (fd < 0) return file.Failed("make", errno);
  file.fd_ = FileDescriptor(fd);
  return file;
}

Status HiddenFile::Write(std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(fd_.is_open());
  while (!bytes.empty()) {
    const ssize_t wrote =
        ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (wrote >= 0) {
      size_ += static_cast<std::uint64_t>(wrote);
      bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    } else if (errno != EINTR) {
      return Failed("write", errno);
    }
  }
  return {};
}

Status HiddenFile::Reserve(std::uint64_t bytes) {
  MUSUBI_CHECK(fd_.is_open() && bytes > 0);
  while (::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)) != 0) {
    if (errno == EOPNOTSUPP) return {};
    if (errno != EINTR) return Failed("reserve space for", errno);
  }
  return {};
}

Status HiddenFile::ReadAt(std::uint64_t begin, std::span<std::uint8_t> out) const {
  MUSUBI_CHECK(fd_.is_open() && begin <= size_ && out.size() <= size_ - begin);
  while (!out.empty()) {
    const ssize_t got = ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(begin));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failed("read", got < 0 ? errno : EIO);
    begin += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

void HiddenFile::Release(std::uint64_t begin, std::uint64_t bytes) {
  MUSUBI_CHECK(fd_.is_open() && begin <= size_ && bytes <= size_ - begin);
  // Where this fails, all of it is given back when the file is closed.
  ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin),
              static_cast<off_t>(bytes));
}

Result<FileDescriptor> HiddenFile::Take() {
  MUSUBI_CHECK(fd_.is_open());
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return Failed("read", errno);
  return std::move(fd_);
}

}  // namespace musubi::storage
