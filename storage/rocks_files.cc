#include "storage/rocks_files.h"

#include <array>
#include <cstddef>
#include <optional>

namespace musubi::storage {

namespace {

using rocksdb::FSRandomAccessFile;
using rocksdb::IOStatus;

// A table ends with its properties, the block that says where they are, and a footer of this size:
// the kind of check sum, where that block and the index begin (varints) and how long they are, a
// version and a magic number. RocksDB, table/format.h, format version 5.
constexpr std::size_t kFooterBytes = 53;
// Behind each block: how it is compressed, and its check sum.
constexpr std::uint64_t kTrailerBytes = 5;
// A block ends with the number of its restarts, the lowest byte first, whose highest bit says that
// it has a hash index. Properties never have one.
constexpr std::uint8_t kHasHashIndex = 0x80;

// The byte that is `offset` bytes into the file; nothing where it cannot be read.
std::optional<std::uint8_t> ByteAt(const FSRandomAccessFile& file, std::uint64_t offset,
                                   rocksdb::IODebugContext* context) {
  char scratch = 0;
  rocksdb::Slice got;
  const IOStatus status = file.Read(offset, 1, rocksdb::IOOptions(), &got, &scratch, context);
  if (!status.ok() || got.size() != 1) return std::nullopt;
  return static_cast<std::uint8_t>(got[0]);
}

// Where the block behind the properties begins; nothing where the footer does not say.
std::optional<std::uint64_t> EndOfProperties(const FSRandomAccessFile& file, std::uint64_t bytes,
                                             rocksdb::IODebugContext* context) {
  std::uint64_t offset = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    const auto byte = ByteAt(file, bytes - kFooterBytes + 1 + shift / 7, context);
    if (!byte) return std::nullopt;
    offset |= std::uint64_t{*byte & 0x7fU} << shift;
    if (*byte < 0x80) return offset;
  }
  return std::nullopt;
}

// Whether RocksDB would take the properties for a block with a hash index. Whatever else is wrong
// with a table it notices itself.
bool WouldBeFatal(const FSRandomAccessFile& file, std::uint64_t bytes,
                  rocksdb::IODebugContext* context) {
  if (bytes < kFooterBytes) return false;
  const auto end = EndOfProperties(file, bytes, context);
  if (!end || *end <= kTrailerBytes || *end > bytes - kFooterBytes) return false;
  const auto last = ByteAt(file, *end - kTrailerBytes - 1, context);
  return last && (*last & kHasHashIndex) != 0;
}

}  // namespace

IOStatus KeepingFiles::NewRandomAccessFile(const std::string& file,
                                           const rocksdb::FileOptions& options,
                                           std::unique_ptr<FSRandomAccessFile>* result,
                                           rocksdb::IODebugContext* context) {
  const IOStatus opened = FileSystemWrapper::NewRandomAccessFile(file, options, result, context);
  if (!opened.ok() || !file.ends_with(".sst")) return opened;
  std::uint64_t bytes = 0;
  const IOStatus sized =
      FileSystemWrapper::GetFileSize(file, rocksdb::IOOptions(), &bytes, context);
  if (!sized.ok() || !WouldBeFatal(**result, bytes, context)) return sized;
  result->reset();
  return IOStatus::Corruption("changed properties", file);
}

}  // namespace musubi::storage
