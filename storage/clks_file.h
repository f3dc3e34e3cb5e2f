// Files of CLKs as clkhash and anonlink exchange them: filters alone, without references, in the
// order of the holder's rows. The bytes are in docs/formats/clkhash.md. Holds no identifier.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/atomic_file.h"

namespace musubi::storage {

enum class ClksForm {
  kJson,   // {"clks": ["base64", ...]}
  kBinary  // the rows' bytes one after the other; their number and size are told beside
};

// Rows of one size, back to back. Bit 0 of a row is the highest of its first byte.
struct Clks {
  std::size_t row_bytes = 0;  // 0 where there are no rows and nothing says their size
  std::vector<std::uint8_t> bytes;

  std::size_t rows() const { return row_bytes == 0 ? 0 : bytes.size() / row_bytes; }
  std::span<const std::uint8_t> Row(std::size_t i) const {
    return std::span(bytes).subspan(i * row_bytes, row_bytes);
  }
};

// Writes rows as they come. Does not commit the file.
//
// Threads: one at a time.
class ClksWriter {
 public:
  // `out` is borrowed. Requires: row_bytes > 0.
  ClksWriter(ClksForm form, std::size_t row_bytes, AtomicFile* out);

  // Requires: row.size() == row_bytes; Finish was not called.
  //
  // Errors: kIo
  Status Append(std::span<const std::uint8_t> row);

  // Call once, last: without it the JSON form is cut off.
  //
  // Errors: kIo
  Status Finish();

 private:
  ClksForm form_;
  std::size_t row_bytes_;
  AtomicFile* out_;
  bool any_ = false;
  std::string text_;
};

// Reads the JSON form: an object with one array "clks" of texts, whatever else it holds. Base64
// (RFC 4648, section 4) with its padding; line breaks inside are passed over. All rows have the
// size that `bits` asks for, and zeros behind their last bit; without `bits` they have the size of
// the first. `stop` is borrowed and may be null.
//
// Memory: the rows' and at most 8 MiB more, whatever the file.
// Errors: kNoInput, kIo, kInterrupted
//         kBadData  it is not such a file; the message names the entry as /clks/INDEX, from 0
Result<Clks> ReadClksJson(const std::filesystem::path& file, std::optional<std::uint32_t> bits,
                          const std::atomic<bool>* stop = nullptr);

// Reads the binary form: exactly `rows` rows of `row_bytes` bytes, with zeros behind the last of
// `bits` bits where that is given.
//
// Requires: row_bytes > 0; bits, where given, take row_bytes bytes.
// Errors: kNoInput, kIo, kInterrupted
//         kBadData  it has fewer or more bytes
Result<Clks> ReadClksBinary(const std::filesystem::path& file, std::uint64_t rows,
                            std::size_t row_bytes, std::optional<std::uint32_t> bits,
                            const std::atomic<bool>* stop = nullptr);

}  // namespace musubi::storage
