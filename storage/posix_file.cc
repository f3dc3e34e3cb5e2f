#include "storage/posix_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/exec_context.h"

namespace musubi::storage {

namespace {

bool MeansNoInput(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case EPERM:
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:
    case ENODEV:
      return true;
    default:
      return false;
  }
}

// False once `stop` is set. The signal that sets it may go to another thread, so that waiting in
// read() would not end.
bool WaitUntilReadable(const FileDescriptor& fd, const std::atomic<bool>& stop) {
  constexpr int kStepMs = 200;
  pollfd waiting{fd.get(), POLLIN, 0};
  while (!stop.load(std::memory_order_relaxed)) {
    if (::poll(&waiting, 1, kStepMs) > 0) return true;
  }
  return false;
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

int FileDescriptor::Close() {
  if (fd_ < 0) return 0;
  // Linux frees the descriptor even when close reports EINTR, so it is never tried again.
  return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno;
}

std::string ErrnoText(int error) { return std::generic_category().message(error); }

Result<FileDescriptor> OpenForReading(const std::filesystem::path& file) {
  const int raw = file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                              : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (raw < 0) {
    const int error = errno;
    if (error == EINTR) return Interrupted();
    return Error{MeansNoInput(error) ? ErrorCode::kNoInput : ErrorCode::kIo,
                 "cannot open " + file.string() + ": " + ErrnoText(error)};
  }
  FileDescriptor fd(raw);
  struct stat info {};
  if (::fstat(fd.get(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::kNoInput, "cannot open " + file.string() + ": it is a folder"};
  }
  return fd;
}

Result<std::size_t> ReadFully(const FileDescriptor& fd, const std::filesystem::path& file,
                              std::span<std::uint8_t> out, const std::atomic<bool>* stop) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (stop != nullptr && !WaitUntilReadable(fd, *stop)) return Interrupted();
    const ssize_t got = ::read(fd.get(), out.data() + filled, out.size() - filled);
    if (got == 0) break;
    if (got > 0) {
      filled += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      const int error = errno;
      return Error{ErrorCode::kIo, "cannot read " + file.string() + ": " + ErrnoText(error)};
    }
  }
  return filled;
}

}  // namespace musubi::storage
