// A sealed package that holds a document and a table: what maps, payloads and changed ids travel
// in. The bytes are in docs/formats/release.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "storage/atomic_file.h"
#include "storage/byte_sink.h"
#include "storage/posix_file.h"
#include "storage/sealed_package.h"

namespace musubi::storage {

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{16} << 20;

// What is to be sealed: an archive of NAME.json and NAME.csv.
struct TableContent {
  std::string_view name;
  std::string_view document;  // at most kMaxDocumentBytes
  std::uint64_t table_bytes = 0;
  std::function<Status(const ByteSink& out)> write_table;  // sends exactly table_bytes
};

// Where a package is to appear, whole or not at all.
struct PackagePlace {
  std::filesystem::path file;
  Overwrite overwrite = Overwrite::kRefuse;
  unsigned mode = 0600;
};

// What was sealed.
struct SealedTable {
  PackageManifest manifest;
  crypto::Digest256 sha256{};  // of the package's file
};

// Seals a document and a table into one package, which appears. request.folder is not used: the
// sealed segments wait beside the package.
//
// Errors: as PackageWriter and AtomicFile, and those of `content.write_table`
Result<SealedTable> SealTable(PackageRequest request, const TableContent& content,
                              const PackagePlace& place, const ExecContext& context);

// What a package held, once all of it was found right.
struct OpenedTable {
  PackageManifest manifest;
  crypto::Certificate sender;
  std::string document;
  FileDescriptor table;  // a file without a name, at its first byte
};

// Opens a package of an archive of NAME.json and NAME.csv. What it holds goes into files without a
// name on the disk of `folder`.
//
// Errors: as PackageReader; kBadData  it holds something else
Result<OpenedTable> OpenSealedTable(const std::filesystem::path& file,
                                    const PackageExpectation& expectation,
                                    const crypto::Identity& recipient, std::string_view name,
                                    const std::filesystem::path& folder,
                                    const ExecContext& context);

}  // namespace musubi::storage
