// The few POSIX calls that this room's files share, with their failures as values.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "core/result.h"

namespace musubi::storage {

// An open file descriptor, closed when it dies.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { Close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }

  // Closes it. Returns 0, or the errno of a write that the system had put off until now.
  int Close();

 private:
  int fd_ = -1;
};

// What the operating system says of an errno value.
std::string ErrnoText(int error);

// Opens a file (not a folder) for reading; "-" is a duplicate of standard input.
//
// Errors: kNoInput      it does not exist, is a folder, or may not be read
//         kInterrupted  a signal came while a FIFO waited for its writer
//         kIo           opening failed for another reason
Result<FileDescriptor> OpenForReading(const std::filesystem::path& file);

// Reads until `out` is full or the file ends; returns the bytes read. `file` is for the message.
// Gives up within a fifth of a second once `*stop` is set, which a pipe that stalls needs; `stop`
// may be null.
//
// Errors: kInterrupted, kIo
Result<std::size_t> ReadFully(const FileDescriptor& fd, const std::filesystem::path& file,
                              std::span<std::uint8_t> out, const std::atomic<bool>* stop = nullptr);

}  // namespace musubi::storage
