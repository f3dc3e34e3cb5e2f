// An output file that appears whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace musubi::storage {

// Whether an existing output may be replaced.
enum class Overwrite { kRefuse, kReplace };

// Writes to a temporary file beside `path` (".NAME.XXXXXX.tmp", created with O_EXCL); Commit
// fsyncs it, renames it into place without ever replacing a file that Overwrite::kRefuse protects
// (renameat2 RENAME_NOREPLACE), and fsyncs the folder. An error, or destruction without Commit,
// removes the temporary file; after an error every call returns it again. Writes are buffered
// (64 KiB or more).
//
// Threads: one at a time.
class AtomicFile {
 public:
  // `mode` is set exactly, whatever the umask: 0600 for private files, 0644 for public ones.
  //
  // Errors: kExists  `path` exists and `overwrite` is kRefuse: the message names --force; or it is
  //                  a folder or a device, which are never replaced
  //         kIo      the folder does not exist or cannot be written, no space left, the file
  //                  system cannot keep a private file private...
  static Result<AtomicFile> Create(const std::filesystem::path& path, Overwrite overwrite,
                                   unsigned mode);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;

  // Errors: kIo  the reason of the operating system is in the message
  Status Write(std::span<const std::uint8_t> bytes);
  Status Write(std::string_view text);

  // Replaces bytes that were written already, from the `begin`th on.
  //
  // Requires: begin + bytes.size() <= size()
  // Errors:   kIo
  Status Rewrite(std::uint64_t begin, std::span<const std::uint8_t> bytes);

  // Bytes written so far.
  std::uint64_t size() const;

  // Writes out and fsyncs what was written, so that Commit has only to rename: for several files
  // that are to appear together. No write may follow.
  //
  // Errors: kIo
  Status Sync();

  // Removes the file that Commit will replace, where there is one and it may be replaced: for a
  // file that must never be seen beside the new form of another.
  //
  // Errors: kIo
  Status RemoveReplaced();

  // Call once, last.
  //
  // Errors: kExists, kIo; nothing has appeared then, except where only the folder could not be
  //         synced: the message says that the file is in place
  Status Commit();

 private:
  struct State;
  explicit AtomicFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads a whole small file.
//
// Errors: kNoInput  it does not exist, is a folder, or may not be read
//         kBadData  it is larger than `max_bytes`
//         kIo       reading failed
Result<std::string> ReadSmallFile(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace musubi::storage
