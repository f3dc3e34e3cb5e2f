// Uncompressed tar archives (POSIX.1-2001 ustar, with pax headers for members of 8 GiB or more)
// that say nothing but names, sizes and bytes. libarchive stays behind this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"
#include "storage/atomic_file.h"

namespace musubi::storage {

// Writes members one after the other: mode 0644, no owner, no time, so that the same members give
// the same bytes.
//
// Threads: one at a time.
class TarWriter {
 public:
  // Borrows `out` for as long as this object lives, and does not commit it.
  explicit TarWriter(AtomicFile* out);
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
  // Errors: kNoInput  it cannot be opened, or is not an ordinary file
  static Result<TarReader> Open(const std::filesystem::path& file);
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
