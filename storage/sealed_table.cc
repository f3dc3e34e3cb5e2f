#include "storage/sealed_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.h"
#include "storage/hidden_file.h"
#include "storage/tar.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string DocumentName(std::string_view name) { return std::string(name) + ".json"; }
std::string TableName(std::string_view name) { return std::string(name) + ".csv"; }

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

Status WriteArchive(const TableContent& content, PackageWriter* package) {
  TarWriter tar([package](std::span<const std::uint8_t> bytes) { return package->Write(bytes); });
  MUSUBI_RETURN_IF_ERROR(tar.Begin(DocumentName(content.name), content.document.size()));
  MUSUBI_RETURN_IF_ERROR(tar.Append(BytesOf(content.document)));
  MUSUBI_RETURN_IF_ERROR(tar.Begin(TableName(content.name), content.table_bytes));
  MUSUBI_RETURN_IF_ERROR(content.write_table(
      [&tar](std::span<const std::uint8_t> bytes) { return tar.Append(bytes); }));
  return tar.Finish();
}

Result<crypto::Digest256> DigestOf(const std::filesystem::path& file, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const FileDescriptor fd, OpenForReading(file));
  crypto::Sha256Stream digest;
  std::vector<std::uint8_t> buffer(kChunkBytes);
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t got, ReadFully(fd, file, buffer, context.stop));
    digest.Update(std::span(buffer).first(got));
    if (got < buffer.size()) return digest.Finish();
  }
}

Result<std::string> ReadDocument(const std::filesystem::path& file, std::string_view name,
                                 TarReader* tar) {
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t bytes, tar->Next(DocumentName(name)));
  if (bytes > kMaxDocumentBytes) {
    return Error{ErrorCode::kBadData, file.string() + ": its " + DocumentName(name) +
                                          " is larger than " + std::to_string(kMaxDocumentBytes) +
                                          " bytes"};
  }
  std::vector<std::uint8_t> document(bytes);
  MUSUBI_RETURN_IF_ERROR(tar->Read(document));
  return std::string(document.begin(), document.end());
}

Result<FileDescriptor> ReadTable(std::string_view name, const std::filesystem::path& folder,
                                 TarReader* tar) {
  MUSUBI_ASSIGN_OR_RETURN(std::uint64_t left, tar->Next(TableName(name)));
  MUSUBI_ASSIGN_OR_RETURN(HiddenFile table, HiddenFile::Create(folder));
  std::vector<std::uint8_t> buffer(kChunkBytes);
  while (left > 0) {
    const auto piece = std::span(buffer).first(std::min<std::uint64_t>(left, buffer.size()));
    MUSUBI_RETURN_IF_ERROR(tar->Read(piece));
    MUSUBI_RETURN_IF_ERROR(table.Write(piece));
    left -= piece.size();
  }
  MUSUBI_RETURN_IF_ERROR(tar->Finish());
  return table.Take();
}

}  // namespace

Result<SealedTable> SealTable(PackageRequest request, const TableContent& content,
                              const PackagePlace& place, const ExecContext& context) {
  MUSUBI_CHECK(content.document.size() <= kMaxDocumentBytes);
  request.folder = FolderOf(place.file);
  SealedTable sealed;
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile output,
                          AtomicFile::Create(place.file, place.overwrite, place.mode));
  MUSUBI_ASSIGN_OR_RETURN(PackageWriter package, PackageWriter::Create(request, context));
  MUSUBI_RETURN_IF_ERROR(WriteArchive(content, &package));
  MUSUBI_ASSIGN_OR_RETURN(sealed.manifest, package.Finish(&output));
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  MUSUBI_ASSIGN_OR_RETURN(sealed.sha256, DigestOf(place.file, context));
  return sealed;
}

Result<OpenedTable> OpenSealedTable(const std::filesystem::path& file,
                                    const PackageExpectation& expectation,
                                    const crypto::Identity& recipient, std::string_view name,
                                    const std::filesystem::path& folder,
                                    const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(PackageReader package, PackageReader::Open(file, expectation, context));
  MUSUBI_ASSIGN_OR_RETURN(HiddenFile archive, HiddenFile::Create(folder));
  MUSUBI_RETURN_IF_ERROR(package.Read(
      recipient, [&archive](std::span<const std::uint8_t> bytes) { return archive.Write(bytes); },
      context));
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor fd, archive.Take());
  MUSUBI_ASSIGN_OR_RETURN(TarReader tar,
                          TarReader::Take(std::move(fd), file, "a sealed " + std::string(name)));
  MUSUBI_ASSIGN_OR_RETURN(std::string document, ReadDocument(file, name, &tar));
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor table, ReadTable(name, folder, &tar));
  return OpenedTable{package.manifest(), package.sender(), std::move(document), std::move(table)};
}

}  // namespace musubi::storage
