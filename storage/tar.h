// Uncompressed tar archives (POSIX.1-2001 ustar, with pax headers for members of 8 GiB or more)
// that say nothing but names, sizes and bytes. libarchive stays behind this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "storage/byte_sink.h"
#include "storage/posix_file.h"

namespace musubi::storage {

// Writes members one after the other: mode 0644, no owner, no time, so that the same members give
// the same bytes.
//
// Threads: one at a time.
class TarWriter {
 public:
  explicit TarWriter(ByteSink out);
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  // Starts a member of exactly `bytes` bytes. Requires: the one before is complete.
  //
  // Errors: kIo
  Status Begin(const std::string& name, std::uint64_t bytes);

  // Requires: no more bytes than the member still lacks.
  //
  // Errors: kIo
  Status Append(std::span<const std::uint8_t> bytes);

  // Ends the archive. Call once, last.
  //
  // Errors: kIo
  Status Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads such an archive strictly, in the order of its members: what a TarWriter cannot have
// written (another type of member, an owner, bytes that are not zero between members or at the
// end) is refused.
//
// Threads: one at a time.
class TarReader {
 public:
  // `kind` is what the file should be, for messages: "an encoding file".
  //
  // Errors: kNoInput  it cannot be opened, or is not an ordinary file
  static Result<TarReader> Open(const std::filesystem::path& file, std::string_view kind);

  // Likewise an open file, from its first byte on; `file` is what messages call it.
  static Result<TarReader> Take(FileDescriptor fd, const std::filesystem::path& file,
                                std::string_view kind);
  ~TarReader();
  TarReader(TarReader&&) noexcept;
  TarReader& operator=(TarReader&&) noexcept;

  std::uint64_t file_bytes() const;

  // Moves to the next member, which must be a regular file called `name`, and returns its size.
  // Requires: the one before has been read to its end.
  //
  // Errors: kBadData, kIo
  Result<std::uint64_t> Next(const std::string& name);

  // Fills `out`. Requires: the member still has that many bytes.
  //
  // Errors: kBadData, kIo
  Status Read(std::span<std::uint8_t> out);

  // Where the present member's bytes begin in the file.
  std::uint64_t member_begin() const;

  // Fills `out` from the `begin`th byte of the file on, whatever member is the present one.
  //
  // Errors: kBadData, kIo
  Status ReadAt(std::uint64_t begin, std::span<std::uint8_t> out) const;

  // Tells the system that these bytes of the file are not needed again, so that it may use the
  // memory that it keeps them in for others.
  void Forget(std::uint64_t begin, std::uint64_t bytes) const;

  // Makes sure that the archive ends here and the file with it. Requires: as for Next.
  //
  // Errors: kBadData, kIo
  Status Finish();

 private:
  struct State;
  explicit TarReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace musubi::storage
