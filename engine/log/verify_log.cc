#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/log/log_files.h"
#include "engine/log/log_proof.h"
#include "engine/log/log_verifier.h"
#include "engine/log/public_register.h"
#include "storage/atomic_file.h"
#include "storage/posix_file.h"
#include "storage/signed_json.h"

namespace musubi::engine {

namespace fs = std::filesystem;
using nlohmann::json;
using storage::LogHead;

namespace {

constexpr std::size_t kMaxDocumentBytes = std::size_t{256} << 20;
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

using Certificates = std::span<const crypto::Certificate>;

Result<LogHead> HeadIn(const fs::path& file, Certificates units) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::ReadSmallFile(file, kMaxHeadBytes));
  return storage::ReadHead(text, file.string(), units);
}

// Gives `verifier` the lines of a file, each ended by a line feed.
Status TakeLines(const fs::path& file, const ExecContext& context, LogVerifier* verifier) {
  MUSUBI_ASSIGN_OR_RETURN(const auto descriptor, storage::OpenForReading(file));
  std::vector<std::uint8_t> chunk(kChunkBytes);
  std::string line;
  for (std::size_t size = chunk.size(); size == chunk.size();) {
    MUSUBI_ASSIGN_OR_RETURN(size, storage::ReadFully(descriptor, file, chunk, context.stop));
    for (const std::uint8_t byte : std::span(chunk).first(size)) {
      if (byte != '\n') {
        line.push_back(static_cast<char>(byte));
        if (line.size() > storage::kMaxLogLineBytes) {
          return Error{ErrorCode::kBadData, file.string() + ": has a line that is too long"};
        }
        continue;
      }
      if (const Status taken = verifier->Take(line); !taken.ok()) {
        return Error{taken.error().code, file.string() + ": " + taken.error().message};
      }
      line.clear();
    }
  }
  if (line.empty()) return {};
  return Error{ErrorCode::kBadData, file.string() + ": its last line does not end"};
}

Result<VerifiedLog> VerifyExport(const fs::path& folder, Certificates units,
                                 std::optional<LogHead> earlier, const ExecContext& context) {
  VerifiedLog verified;
  MUSUBI_ASSIGN_OR_RETURN(verified.head, HeadIn(folder / kHeadFile, units));
  LogVerifier verifier(verified.head, earlier);
  context.Stage("verify", verified.head.entries);
  MUSUBI_RETURN_IF_ERROR(TakeLines(folder / kLinesFile, context, &verifier));
  if (const Status good = verifier.Finish(); !good.ok()) {
    return Error{good.error().code, folder.string() + ": " + good.error().message};
  }
  verified.refused = verifier.refused();
  verified.from = std::move(earlier);
  return verified;
}

// A growth starts from the head in it, which must be the one that was kept if one was; an entry's
// proof says nothing of earlier heads.
Result<VerifiedLog> VerifyProof(const std::string& text, const std::string& file,
                                Certificates units, const std::optional<LogHead>& earlier) {
  MUSUBI_ASSIGN_OR_RETURN(CheckedProof proof, CheckProof(text, file, units));
  VerifiedLog verified;
  verified.kind = proof.earlier ? VerifiedLog::Kind::kGrowth : VerifiedLog::Kind::kEntry;
  verified.head = proof.head;
  verified.entry = proof.entry;
  if (earlier && !proof.earlier) {
    return Error{ErrorCode::kUsage,
                 file + ": proves an entry, and nothing about an earlier head; leave out --head"};
  }
  if (earlier &&
      (proof.earlier->entries != earlier->entries || proof.earlier->root != earlier->root)) {
    return Error{ErrorCode::kRefused, file + ": is about another earlier head than the one given"};
  }
  verified.from = std::move(proof.earlier);
  return verified;
}

Result<VerifiedLog> VerifyDocument(const std::string& text, const std::string& file,
                                   Certificates units) {
  MUSUBI_ASSIGN_OR_RETURN(const auto read, storage::ReadSigned(text, file, units));
  VerifiedLog verified;
  const json document = json::parse(read.document);
  const auto format = document.find("format");
  if (format == document.end() || *format != kRegisterFormat) {
    verified.kind = VerifiedLog::Kind::kHead;
    MUSUBI_ASSIGN_OR_RETURN(verified.head, storage::ReadHead(text, file, units));
    return verified;
  }
  verified.kind = VerifiedLog::Kind::kRegister;
  const auto head = HeadOfRegister(read.document);
  if (!head.ok()) return Error{head.error().code, file + ": " + head.error().message};
  verified.head = head.value();
  if (const Status good = storage::CheckSigner(verified.head, read.signer); !good.ok()) {
    return Error{good.error().code, file + ": " + good.error().message};
  }
  return verified;
}

}  // namespace

Result<VerifiedLog> VerifyLog(const fs::path& path, Certificates units,
                              const std::optional<fs::path>& earlier_file,
                              const ExecContext& context) {
  std::optional<LogHead> earlier;
  if (earlier_file) {
    MUSUBI_ASSIGN_OR_RETURN(earlier, HeadIn(*earlier_file, units));
  }
  std::error_code unknown;
  if (fs::is_directory(path, unknown)) return VerifyExport(path, units, earlier, context);
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::ReadSmallFile(path, kMaxDocumentBytes));
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (root.is_object() && root.contains("path")) {
    return VerifyProof(text, path.string(), units, earlier);
  }
  if (earlier) {
    return Error{ErrorCode::kUsage, path.string() +
                                        ": cannot show that it follows an earlier head; verify an "
                                        "export or a proof with --head"};
  }
  return VerifyDocument(text, path.string(), units);
}

}  // namespace musubi::engine
