// A file without a name: for what must be put down somewhere and never be seen.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/result.h"
#include "storage/posix_file.h"

namespace musubi::storage {

// Its bytes are gone when it is closed, and also when the process is killed (O_TMPFILE; where the
// file system has no such files, a name is taken and given up at once).
//
// Threads: one at a time.
class HiddenFile {
 public:
  // A new one on the disk of `folder`, of mode 0600.
  //
  // Errors: kIo
  static Result<HiddenFile> Create(const std::filesystem::path& folder);

  // Errors: kIo  no space left...
  Status Write(std::span<const std::uint8_t> bytes);

  // Takes the disk space of `bytes` bytes from the first one on, until the file is closed, where
  // the file system can take it beforehand.
  //
  // Errors: kIo  no space left...
  Status Reserve(std::uint64_t bytes);

  std::uint64_t size() const { return size_; }

  // Fills `out` from the `begin`th byte on. Requires: they were written.
  //
  // Errors: kIo
  Status ReadAt(std::uint64_t begin, std::span<std::uint8_t> out) const;

  // Gives the disk space of these bytes back, where the file system can: they are zeros then, and
  // the size is the same. Requires: they were written.
  void Release(std::uint64_t begin, std::uint64_t bytes);

  // The open file, to be read from its first byte on; this object is then empty.
  //
  // Errors: kIo
  Result<FileDescriptor> Take();

 private:
  HiddenFile(std::filesystem::path folder, FileDescriptor fd)
      : folder_(std::move(folder)), fd_(std::move(fd)) {}
  Error Failed(const std::string& what, int cause) const;

  std::filesystem::path folder_;
  FileDescriptor fd_;
  std::uint64_t size_ = 0;
};

}  // namespace musubi::storage
