#include "storage/sealed_stream.h"

#include <algorithm>
#include <utility>

namespace musubi::storage {

namespace {

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What a piece is bound to: whose it is, where it stands, and whether any comes behind it.
std::string Associated(std::string_view title, std::uint64_t number, bool is_last) {
  std::string bytes(title);
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
  }
  bytes.push_back(is_last ? '\1' : '\0');
  return bytes;
}

}  // namespace

SealedWriter::SealedWriter(crypto::Aead aead, std::string_view title, ByteSink out)
    : aead_(std::move(aead)), title_(title), out_(std::move(out)) {
  piece_.reserve(kPieceBytes);
}

Status SealedWriter::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t taken = std::min(bytes.size(), kPieceBytes - piece_.size());
    piece_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (piece_.size() == kPieceBytes) MUSUBI_RETURN_IF_ERROR(WritePiece(false));
  }
  return {};
}

Status SealedWriter::Finish() { return WritePiece(true); }

Status SealedWriter::WritePiece(bool is_last) {
  const std::string associated = Associated(title_, pieces_++, is_last);
  MUSUBI_RETURN_IF_ERROR(out_(aead_.Seal(BytesOf(associated), BytesOf(piece_))));
  piece_.clear();
  return {};
}

SealedReader::SealedReader(crypto::Aead aead, std::string_view title, Source in)
    : aead_(std::move(aead)),
      title_(title),
      in_(std::move(in)),
      sealed_(kPieceBytes + crypto::Aead::kOverheadBytes) {}

Result<std::optional<std::string_view>> SealedReader::Next() {
  if (ended_) return std::optional<std::string_view>();
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t size, in_(sealed_));
  ended_ = size < sealed_.size();  // only the last piece is shorter than the others
  const std::string associated = Associated(title_, pieces_++, ended_);
  const auto piece =
      aead_.Open(BytesOf(associated), std::span<const std::uint8_t>(sealed_).first(size));
  if (!piece) return Error{ErrorCode::kBadData, "is damaged, cut or sealed under another key"};
  return std::optional(
      std::string_view(reinterpret_cast<const char*>(piece->data()), piece->size()));
}

}  // namespace musubi::storage
