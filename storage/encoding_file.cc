#include "storage/encoding_file.h"

#include <algorithm>
#include <bit>
#include <new>
#include <numeric>
#include <span>

#include "core/check.h"
#include "core/party_name.h"
#include "storage/encoding_manifest.h"
#include "storage/encoding_parts.h"
#include "storage/tar.h"

namespace musubi::storage {

namespace {

constexpr const char* kKind = "an encoding file";  // for messages
constexpr const char* kManifestName = "manifest.json";
constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Rows to handle at a time. No row is longer than that of a filter of 8,192 bits, 1 KiB.
std::size_t RowsPerChunk(const Part& part, std::uint64_t records) {
  return std::min<std::uint64_t>(records, kChunkBytes / part.row_bytes);
}

std::uint64_t CountPresent(const FilterColumn& filter) {
  return static_cast<std::uint64_t>(std::ranges::count(filter.present, 1));
}

std::uint64_t CountPresent(const SharedFilter& filter) {
  return filter.words.size() -
         static_cast<std::uint64_t>(std::ranges::count(filter.words, nullptr));
}

// Of an EncodingSet or of EncodedRows.
template <typename Records>
std::map<std::string, std::uint64_t> PresentByName(const Contract& contract,
                                                   const Records& records) {
  std::map<std::string, std::uint64_t> present;
  for (std::size_t f = 0; f < records.filters.size(); ++f) {
    present[contract.filters()[f].name] = CountPresent(records.filters[f]);
  }
  return present;
}

// ---- Writing ----

// What a reader would refuse must never be written: it would be our bug, found at the unit. The
// bits themselves are checked as they are copied.
void CheckShape(const Contract& contract, std::uint64_t records, const EncodedRows& rows) {
  MUSUBI_CHECK(rows.rows() == records && records <= kMaxRecords);
  MUSUBI_CHECK(rows.filters.size() == contract.filters().size());
  MUSUBI_CHECK(rows.token_count == contract.token_count());
  for (std::size_t f = 0; f < rows.filters.size(); ++f) {
    MUSUBI_CHECK(rows.filters[f].bits == contract.filters()[f].bits);
    MUSUBI_CHECK(rows.filters[f].words.size() == rows.rows());
  }
  MUSUBI_CHECK(rows.tokens.size() == rows.rows() * rows.token_count);
}

void CheckRecords(const EncodingManifest& manifest, const Contract& contract,
                  const EncodedRows& rows) {
  MUSUBI_CHECK(manifest.contract == crypto::FingerprintOf(contract));
  MUSUBI_CHECK(IsHolderName(manifest.holder));
  MUSUBI_CHECK(rows.rows() > 0);
  CheckShape(contract, manifest.records, rows);
}

// The first eight bytes of a reference, in its order.
std::uint64_t FirstBytes(const RecordRef& ref) {
  std::uint64_t first_bytes = 0;
  for (std::size_t i = 0; i < 8; ++i) first_bytes = first_bytes << 8 | ref.bytes[i];
  return first_bytes;
}

// Rows in the order of their references. These are random, so their first bits part them into
// groups of a few, each of which is sorted by itself.
std::vector<std::uint32_t> OrderByRef(std::span<const RecordRef> refs) {
  struct Key {
    std::uint64_t first_bytes;
    std::uint32_t row;
  };
  constexpr int kGroupBits = 5;  // of the rows that a group is expected to have
  const int bits = std::max(1, static_cast<int>(std::bit_width(refs.size())) - kGroupBits);
  const auto group_of = [bits](std::uint64_t first_bytes) { return first_bytes >> (64 - bits); };
  std::vector<std::uint32_t> ends((std::size_t{1} << bits) + 1, 0);
  for (const RecordRef& ref : refs) ++ends[group_of(FirstBytes(ref)) + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<Key> keys(refs.size());
  for (std::uint32_t row = 0; row < refs.size(); ++row) {
    const std::uint64_t first_bytes = FirstBytes(refs[row]);
    keys[ends[group_of(first_bytes)]++] = {first_bytes, row};
  }
  std::size_t begin = 0;
  for (std::size_t group = 0; group + 1 < ends.size(); ++group) {
    std::ranges::sort(std::span(keys).subspan(begin, ends[group] - begin),
                      [&](const Key& a, const Key& b) {
                        if (a.first_bytes != b.first_bytes) return a.first_bytes < b.first_bytes;
                        return refs[a.row] < refs[b.row];
                      });
    begin = ends[group];
  }
  std::vector<std::uint32_t> order;
  order.reserve(keys.size());
  for (const Key& key : keys) order.push_back(key.row);
  MUSUBI_CHECK(order.empty() || !refs[order[0]].is_none());
  for (std::size_t i = 1; i < order.size(); ++i) {
    MUSUBI_CHECK(refs[order[i - 1]] < refs[order[i]]);
  }
  return order;
}

// Each planted copy is one of a record. Requires: both are in the order of their references.
void CheckOriginals(const EncodedRows& rows, std::span<const std::uint32_t> order,
                    const EncodedRows& planted, std::span<const std::uint32_t> planted_order) {
  auto original = order.begin();
  for (const std::uint32_t copy : planted_order) {
    while (original != order.end() && rows.refs[*original] < planted.refs[copy]) ++original;
    MUSUBI_CHECK(original != order.end() && rows.refs[*original] == planted.refs[copy]);
  }
}

// Sends a part to `out`, its rows in `order`, and returns its entry for the manifest.
Result<PartEntry> WritePart(const EncodedRows& all, std::span<const std::uint32_t> order,
                            const Part& part, const ByteSink& out) {
  // Rows lie all over the memory, so they are fetched early.
  constexpr std::size_t kRowAhead = 16;
  constexpr std::size_t kPlaceAhead = 2 * kRowAhead;
  crypto::Sha256Stream digest;
  const auto append = [&](std::span<const std::uint8_t> bytes) {
    digest.Update(bytes);
    return out(bytes);
  };
  MUSUBI_RETURN_IF_ERROR(append(BytesOf(part.header)));
  const std::size_t rows = RowsPerChunk(part, order.size());
  std::vector<std::uint8_t> chunk(rows * part.row_bytes);
  for (std::size_t first = 0; first < order.size(); first += rows) {
    const std::size_t count = std::min(rows, order.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = first + i;
      if (at + kPlaceAhead < order.size()) PrefetchPlace(all, part, order[at + kPlaceAhead]);
      if (at + kRowAhead < order.size()) PrefetchRow(all, part, order[at + kRowAhead]);
      CopyRow(all, part, order[at], std::span(chunk).subspan(i * part.row_bytes, part.row_bytes));
    }
    MUSUBI_RETURN_IF_ERROR(append(std::span(chunk).first(count * part.row_bytes)));
  }
  return PartEntry{part.name, part.bytes, crypto::ToHex(digest.Finish())};
}

// What a file is made of, in the order in which it is written.
struct Content {
  const EncodedRows& rows;
  const EncodedRows& planted;
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> planted_order;
  std::vector<Part> parts;
};

// Checks what WriteEncodingFile requires.
Content Arranged(const EncodingManifest& manifest, const Contract& contract,
                 const EncodedRows& rows, const EncodedRows& planted) {
  CheckRecords(manifest, contract, rows);
  CheckShape(contract, manifest.planted, planted);
  Content content{rows, planted, OrderByRef(rows.refs), OrderByRef(planted.refs),
                  PartsOf(contract, rows.rows(), planted.rows())};
  CheckOriginals(rows, content.order, planted, content.planted_order);
  return content;
}

Result<PartEntry> WritePartOf(const Content& content, const Part& part, const ByteSink& out) {
  return WritePart(part.planted ? content.planted : content.rows,
                   part.planted ? content.planted_order : content.order, part, out);
}

// Appends the parts to the archive, and puts their entries in the manifest's place.
Status WriteParts(const Content& content, TarWriter* tar, std::vector<PartEntry>* entries) {
  const ByteSink append = [tar](std::span<const std::uint8_t> bytes) { return tar->Append(bytes); };
  for (std::size_t i = 0; i < content.parts.size(); ++i) {
    const Part& part = content.parts[i];
    MUSUBI_RETURN_IF_ERROR(tar->Begin(part.name, part.bytes));
    MUSUBI_ASSIGN_OR_RETURN((*entries)[i], WritePartOf(content, part, append));
  }
  return {};
}

// ---- Reading ----

Error Bad(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kBadData, file.string() + ": " + what};
}

Result<std::string> ReadManifestText(const std::filesystem::path& file, TarReader* tar) {
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t bytes, tar->Next(kManifestName));
  if (bytes > kMaxManifestBytes) return Bad(file, "manifest.json is too large");
  std::string text(bytes, '\0');
  MUSUBI_RETURN_IF_ERROR(
      tar->Read(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size())));
  return text;
}

// Reads the parts that the contract and the manifest call for into an EncodingSet.
class PartsReader {
 public:
  PartsReader(const std::filesystem::path& file, const ManifestDocument& document,
              const Contract& contract, const ExecContext& context, TarReader* tar)
      : file_(file),
        document_(document),
        contract_(contract),
        context_(context),
        parts_(PartsOf(contract, document.manifest.records, document.manifest.planted)),
        tar_(tar),
        records_(MakeEncodingSet(contract.filter_bits(), contract.token_count())),
        planted_(MakeEncodingSet(contract.filter_bits(), contract.token_count())) {}

  // Fills the records and the planted copies of `*read`.
  Status Read(EncodingFile* read) {
    MUSUBI_RETURN_IF_ERROR(CheckManifest());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      MUSUBI_RETURN_IF_ERROR(ReadPart(parts_[i], document_.parts[i]));
      MUSUBI_RETURN_IF_ERROR(CheckRows(parts_[i]));
    }
    MUSUBI_RETURN_IF_ERROR(tar_->Finish());
    if (PresentByName(contract_, records_) != document_.present) {
      return Bad(file_, "manifest.json counts other present filters than presence.npy has");
    }
    read->records = std::move(records_);
    read->planted = std::move(planted_);
    return {};
  }

 private:
  // Before anything is allocated: a small file that speaks of many records ends here.
  Status CheckManifest() const {
    if (document_.parts.size() != parts_.size()) return WrongParts();
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const PartEntry& entry = document_.parts[i];
      if (entry.name != parts_[i].name || entry.bytes != parts_[i].bytes) return WrongParts();
      total += entry.bytes;
    }
    if (total > tar_->file_bytes()) {
      return Bad(file_, "is truncated: its parts have " + std::to_string(total) +
                            " bytes, the file only " + std::to_string(tar_->file_bytes()));
    }
    return {};
  }

  Error WrongParts() const {
    return Bad(file_, "manifest.json lists other parts than its contract and records call for");
  }

  EncodingSet& SetOf(const Part& part) { return part.planted ? planted_ : records_; }

  Status ReadPart(const Part& part, const PartEntry& entry) {
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t bytes, tar_->Next(part.name));
    if (bytes != part.bytes) return Bad(file_, part.name + " has another size than it should have");
    crypto::Sha256Stream digest;
    const std::size_t chunk_rows = RowsPerChunk(part, part.rows);
    std::vector<std::uint8_t> chunk(std::max(chunk_rows * part.row_bytes, part.header.size()));
    const auto header = std::span(chunk).first(part.header.size());
    MUSUBI_RETURN_IF_ERROR(tar_->Read(header));
    digest.Update(header);
    if (!std::ranges::equal(header, BytesOf(part.header))) {
      return Bad(file_, part.name +
                            " has a damaged header, or one that is not in the one form "
                            "of an encoding file");
    }
    ReserveRows(part, part.rows, &SetOf(part));
    for (std::uint64_t left = part.rows; left > 0;) {
      const std::size_t rows = std::min<std::uint64_t>(left, chunk_rows);
      const auto bytes_of_rows = std::span(chunk).first(rows * part.row_bytes);
      MUSUBI_RETURN_IF_ERROR(tar_->Read(bytes_of_rows));
      digest.Update(bytes_of_rows);
      AppendRows(bytes_of_rows, part, &SetOf(part));
      left -= rows;
      if (context_.stopped()) return Interrupted();
      context_.Progress(bytes_read_ += bytes_of_rows.size());
    }
    if (crypto::ToHex(digest.Finish()) != entry.sha256) {
      return Bad(file_, part.name + " is damaged: it has another SHA-256 than manifest.json says");
    }
    return {};
  }

  Status CheckRows(const Part& part) {
    switch (part.kind) {
      case PartKind::kRefs:
        return CheckRefs(part);
      case PartKind::kFilter:
        return CheckBits(part);
      case PartKind::kPresence:
        return CheckPresence(part);
      case PartKind::kTokens:
        return {};  // any token is a possible one
    }
    return {};
  }

  Status CheckRefs(const Part& part) {
    const RowVector<RecordRef>& refs = SetOf(part).refs;
    if (refs[0].is_none()) return Bad(file_, part.name + ": row 0 is all zero");
    for (std::size_t row = 1; row < refs.size(); ++row) {
      if (!(refs[row - 1] < refs[row])) {
        return Bad(file_, part.name + ": row " + std::to_string(row) +
                              " is not above the row before; references must be unique and sorted");
      }
    }
    return part.planted ? CheckOriginal(part) : Status();
  }

  Status CheckOriginal(const Part& part) const {
    auto original = records_.refs.begin();
    for (std::size_t row = 0; row < planted_.refs.size(); ++row) {
      original = std::lower_bound(original, records_.refs.end(), planted_.refs[row]);
      if (original == records_.refs.end() || *original != planted_.refs[row]) {
        return Bad(file_, part.name + ": row " + std::to_string(row) + " is no record of the file");
      }
    }
    return {};
  }

  Status CheckBits(const Part& part) {
    FilterColumn& filter = SetOf(part).filters[part.filter];
    if (!filter.bits.PaddingIsZero()) {
      return Bad(file_, part.name + " has bits set beyond the filter's width");
    }
    filter.CountBits();
    return {};
  }

  Status CheckPresence(const Part& part) {
    const EncodingSet& set = SetOf(part);
    for (std::size_t f = 0; f < set.filters.size(); ++f) {
      const FilterColumn& filter = set.filters[f];
      const std::string& name = contract_.filters()[f].name;
      const std::string member =
          std::string(part.planted ? "planted/" : "") + "filters/" + name + ".npy: row ";
      for (std::size_t row = 0; row < set.rows(); ++row) {
        if (filter.present[row] > 1) {
          return Bad(file_, part.name + ": row " + std::to_string(row) + ", filter " + name +
                                " is neither 0 nor 1");
        }
        if (filter.present[row] == 0 && filter.popcounts[row] != 0) {
          return Bad(file_, member + std::to_string(row) + " has bits set, but " + part.name +
                                " says that it is absent");
        }
        if (filter.present[row] == 1 && filter.popcounts[row] == 0) {
          return Bad(file_, member + std::to_string(row) + " has no bit set, but " + part.name +
                                " says that it is present");
        }
      }
    }
    return {};
  }

  const std::filesystem::path& file_;
  const ManifestDocument& document_;
  const Contract& contract_;
  const ExecContext& context_;
  const std::vector<Part> parts_;
  TarReader* tar_;
  EncodingSet records_;
  EncodingSet planted_;
  std::uint64_t bytes_read_ = 0;
};

Status CheckContract(const std::filesystem::path& file, const ManifestDocument& document,
                     const Contract& contract) {
  const crypto::Fingerprint expected = crypto::FingerprintOf(contract);
  if (document.manifest.contract != expected) {
    return Error{ErrorCode::kContract,
                 file.string() + " was made for contract " + document.contract_name + " " +
                     crypto::ToHex(document.manifest.contract) + ", not for " + contract.name() +
                     " " + crypto::ToHex(expected)};
  }
  if (document.contract_name != contract.name()) {
    return Bad(file, "manifest.json gives another name to its contract than the contract does");
  }
  return {};
}

}  // namespace

bool IsHolderName(std::string_view name) { return IsPartyName(name); }

Status WriteEncodingFile(const EncodingManifest& manifest, const Contract& contract,
                         const EncodedRows& rows, const EncodedRows& planted, AtomicFile* out) {
  const Content content = Arranged(manifest, contract, rows, planted);
  ManifestDocument document{manifest, contract.name(), {}, PresentByName(contract, rows)};
  const std::string no_digest(2 * sizeof(crypto::Fingerprint), '0');
  for (const Part& part : content.parts) {
    document.parts.push_back({part.name, part.bytes, no_digest});
  }

  // The manifest is the first member and holds the digests of the others. Its length does not
  // depend on them, so it is written with none, and again once they are known.
  const std::string draft = ManifestText(document);
  TarWriter tar([out](std::span<const std::uint8_t> bytes) { return out->Write(bytes); });
  MUSUBI_RETURN_IF_ERROR(tar.Begin(kManifestName, draft.size()));
  const std::uint64_t manifest_begin = out->size();
  MUSUBI_RETURN_IF_ERROR(tar.Append(BytesOf(draft)));
  MUSUBI_RETURN_IF_ERROR(WriteParts(content, &tar, &document.parts));
  MUSUBI_RETURN_IF_ERROR(tar.Finish());
  const std::string text = ManifestText(document);
  MUSUBI_CHECK(text.size() == draft.size());
  return out->Rewrite(manifest_begin, BytesOf(text));
}

Status StreamEncodingFile(const EncodingManifest& manifest, const Contract& contract,
                          const EncodedRows& rows, const EncodedRows& planted,
                          const ByteSink& out) {
  const Content content = Arranged(manifest, contract, rows, planted);
  ManifestDocument document{manifest, contract.name(), {}, PresentByName(contract, rows)};
  // Nothing that was sent can be changed, so the digests are made by a pass of their own.
  const ByteSink nowhere = [](std::span<const std::uint8_t> /*bytes*/) -> Status { return {}; };
  for (const Part& part : content.parts) {
    MUSUBI_ASSIGN_OR_RETURN(PartEntry entry, WritePartOf(content, part, nowhere));
    document.parts.push_back(std::move(entry));
  }
  const std::string text = ManifestText(document);
  TarWriter tar(out);
  MUSUBI_RETURN_IF_ERROR(tar.Begin(kManifestName, text.size()));
  MUSUBI_RETURN_IF_ERROR(tar.Append(BytesOf(text)));
  MUSUBI_RETURN_IF_ERROR(WriteParts(content, &tar, &document.parts));
  return tar.Finish();
}

Result<EncodingFile> ReadEncodingFile(const std::filesystem::path& file, const Contract& contract,
                                      const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor fd, OpenForReading(file));
  return ReadEncodingFile(std::move(fd), file, contract, context);
}

Result<EncodingFile> ReadEncodingFile(FileDescriptor fd, const std::filesystem::path& file,
                                      const Contract& contract, const ExecContext& context) {
  try {
    MUSUBI_ASSIGN_OR_RETURN(TarReader tar, TarReader::Take(std::move(fd), file, kKind));
    MUSUBI_ASSIGN_OR_RETURN(const std::string text, ReadManifestText(file, &tar));
    MUSUBI_ASSIGN_OR_RETURN(const ManifestDocument document, ParseManifest(text, file.string()));
    MUSUBI_RETURN_IF_ERROR(CheckContract(file, document, contract));
    EncodingFile read{document.manifest, {}, {}, crypto::Sha256(BytesOf(text))};
    MUSUBI_RETURN_IF_ERROR(PartsReader(file, document, contract, context, &tar).Read(&read));
    return read;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kIo, "cannot read " + file.string() + ": not enough memory for it"};
  }
}

Result<std::string> ReadEncodingManifest(const std::filesystem::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(TarReader tar, TarReader::Open(file, kKind));
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, ReadManifestText(file, &tar));
  if (const auto parsed = ParseManifest(text, file.string()); !parsed.ok()) return parsed.error();
  return IndentedManifest(text);
}

}  // namespace musubi::storage
