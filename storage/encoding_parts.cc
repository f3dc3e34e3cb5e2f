#include "storage/encoding_parts.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/check.h"
#include "storage/npy.h"

namespace musubi::storage {

namespace {

// The file has bit i in byte i/8. A BitMatrix has it there only where words are little-endian.
static_assert(std::endian::native == std::endian::little);

Part MakePart(PartKind kind, std::size_t filter, std::string name,
              const std::vector<std::uint64_t>& shape) {
  Part part{kind, filter, std::move(name), NpyHeader(shape), 1, shape[0], 0, false};
  for (std::size_t i = 1; i < shape.size(); ++i) part.row_bytes *= shape[i];
  part.bytes = part.header.size() + shape[0] * part.row_bytes;
  return part;
}

void AppendRefs(std::span<const std::uint8_t> row, EncodingSet* set) {
  RecordRef ref;
  std::ranges::copy(row, ref.bytes.begin());
  set->refs.push_back(ref);
}

void AppendFilterRows(std::span<const std::uint8_t> bytes, FilterColumn* filter) {
  BitMatrix& bits = filter->bits;
  const std::size_t first = bits.rows();
  bits.Resize(first + bytes.size() / bits.stride_bytes());
  std::memcpy(bits.row(first).data(), bytes.data(), bytes.size());
}

void AppendPresence(std::span<const std::uint8_t> row, EncodingSet* set) {
  for (std::size_t f = 0; f < row.size(); ++f) set->filters[f].present.push_back(row[f]);
}

void AppendTokens(std::span<const std::uint8_t> row, EncodingSet* set) {
  for (std::size_t pass = 0; pass < set->tokens.size(); ++pass) {
    BlockToken token;
    std::ranges::copy(row.subspan(pass * BlockToken::kBytes, BlockToken::kBytes),
                      token.bytes.begin());
    set->tokens[pass].push_back(token);
  }
}

void CopyFilter(const SharedFilter& filter, std::size_t row, std::span<std::uint8_t> out) {
  const std::uint64_t* const words = filter.words[row];
  if (words == nullptr) {
    std::ranges::fill(out, 0);
    return;
  }
  std::uint64_t any = 0;
  std::uint64_t beyond = 0;
  const std::size_t whole_words = filter.bits / 64;
  for (std::size_t i = 0; i < out.size() / sizeof *words; ++i) {
    any |= words[i];
    if (i == whole_words) beyond |= words[i] >> (filter.bits % 64);
    if (i > whole_words) beyond |= words[i];
  }
  MUSUBI_CHECK(any != 0 && beyond == 0);
  std::memcpy(out.data(), words, out.size());
}

// The arrays of `rows` records, in a folder of the archive.
void AddParts(const Contract& contract, std::uint64_t rows, const std::string& folder,
              std::vector<Part>* parts) {
  const auto& filters = contract.filters();
  parts->push_back(MakePart(PartKind::kRefs, 0, folder + "refs.npy", {rows, RecordRef::kBytes}));
  for (std::size_t f = 0; f < filters.size(); ++f) {
    parts->push_back(MakePart(PartKind::kFilter, f, folder + "filters/" + filters[f].name + ".npy",
                              {rows, BitMatrix(filters[f].bits).stride_bytes()}));
  }
  parts->push_back(
      MakePart(PartKind::kPresence, 0, folder + "presence.npy", {rows, filters.size()}));
  if (const std::size_t passes = contract.token_count(); passes > 0) {
    parts->push_back(
        MakePart(PartKind::kTokens, 0, folder + "tokens.npy", {rows, passes, BlockToken::kBytes}));
  }
}

void PrefetchBytes(const void* bytes, std::size_t size) {
  constexpr std::size_t kLine = 64;
  for (std::size_t at = 0; at < size; at += kLine) {
    __builtin_prefetch(static_cast<const char*>(bytes) + at);
  }
}

}  // namespace

std::vector<Part> PartsOf(const Contract& contract, std::uint64_t records, std::uint64_t planted) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 31;  // so that no size overflows
  MUSUBI_CHECK(records <= kMost && planted <= kMost);
  std::vector<Part> parts;
  AddParts(contract, records, "", &parts);
  if (planted == 0) return parts;
  const auto of_records = static_cast<std::ptrdiff_t>(parts.size());
  AddParts(contract, planted, "planted/", &parts);
  for (auto part = parts.begin() + of_records; part != parts.end(); ++part) part->planted = true;
  return parts;
}

void CopyRow(const EncodedRows& rows, const Part& part, std::size_t row,
             std::span<std::uint8_t> out) {
  switch (part.kind) {
    case PartKind::kRefs:
      std::memcpy(out.data(), rows.refs[row].bytes.data(), out.size());
      break;
    case PartKind::kFilter:
      CopyFilter(rows.filters[part.filter], row, out);
      break;
    case PartKind::kPresence:
      for (std::size_t f = 0; f < out.size(); ++f) out[f] = rows.filters[f].words[row] != nullptr;
      break;
    case PartKind::kTokens:
      std::memcpy(out.data(), &rows.tokens[row * rows.token_count], out.size());
      break;
  }
}

void PrefetchPlace(const EncodedRows& rows, const Part& part, std::size_t row) {
  switch (part.kind) {
    case PartKind::kRefs:
      __builtin_prefetch(&rows.refs[row]);
      break;
    case PartKind::kFilter:
      __builtin_prefetch(&rows.filters[part.filter].words[row]);
      break;
    case PartKind::kPresence:
      for (const SharedFilter& filter : rows.filters) __builtin_prefetch(&filter.words[row]);
      break;
    case PartKind::kTokens:
      PrefetchBytes(&rows.tokens[row * rows.token_count], part.row_bytes);
      break;
  }
}

void PrefetchRow(const EncodedRows& rows, const Part& part, std::size_t row) {
  if (part.kind == PartKind::kFilter) {
    PrefetchBytes(rows.filters[part.filter].words[row], part.row_bytes);
  }
}

void AppendRows(std::span<const std::uint8_t> bytes, const Part& part, EncodingSet* set) {
  MUSUBI_CHECK(bytes.size() % part.row_bytes == 0);
  if (part.kind == PartKind::kFilter) {
    AppendFilterRows(bytes, &set->filters[part.filter]);
    return;
  }
  for (; !bytes.empty(); bytes = bytes.subspan(part.row_bytes)) {
    const auto row = bytes.first(part.row_bytes);
    if (part.kind == PartKind::kRefs) AppendRefs(row, set);
    if (part.kind == PartKind::kPresence) AppendPresence(row, set);
    if (part.kind == PartKind::kTokens) AppendTokens(row, set);
  }
}

void ReserveRows(const Part& part, std::size_t rows, EncodingSet* set) {
  switch (part.kind) {
    case PartKind::kRefs:
      set->refs.reserve(rows);
      break;
    case PartKind::kFilter:
      set->filters[part.filter].bits.Reserve(rows);
      break;
    case PartKind::kPresence:
      for (FilterColumn& filter : set->filters) filter.present.reserve(rows);
      break;
    case PartKind::kTokens:
      for (auto& pass : set->tokens) pass.reserve(rows);
      break;
  }
}

}  // namespace musubi::storage
