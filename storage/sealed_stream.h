// Bytes of any number, sealed in pieces at constant memory: docs/formats/store.md, "Sealed
// streams". Private to storage/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/aead.h"
#include "storage/byte_sink.h"

namespace musubi::storage {

// Bytes of every piece but the last, before they are sealed.
inline constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

// Threads: one at a time.
class SealedWriter {
 public:
  // `title` is bound to every piece, and not a part of them.
  SealedWriter(crypto::Aead aead, std::string_view title, ByteSink out);

  // Errors: those of `out`
  Status Write(std::string_view bytes);

  // Writes the last piece. Call once, last.
  //
  // Errors: those of `out`
  Status Finish();

 private:
  Status WritePiece(bool is_last);

  crypto::Aead aead_;
  std::string title_;
  ByteSink out_;
  std::string piece_;
  std::uint64_t pieces_ = 0;
};

// Threads: one at a time.
class SealedReader {
 public:
  // Fills what it is given as far as there are bytes, and tells how many there were.
  using Source = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;

  SealedReader(crypto::Aead aead, std::string_view title, Source in);

  // The bytes of the next piece, borrowed until the next call; nothing after the last.
  //
  // Errors: kBadData  it is no piece of such a stream, not the next one, or was changed, or the
  //                   stream was cut
  //         and those of the source
  Result<std::optional<std::string_view>> Next();

 private:
  crypto::Aead aead_;
  std::string title_;
  Source in_;
  std::vector<std::uint8_t> sealed_;
  std::uint64_t pieces_ = 0;
  bool ended_ = false;
};

}  // namespace musubi::storage
