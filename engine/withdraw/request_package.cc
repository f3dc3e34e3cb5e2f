#include "engine/withdraw/request_package.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "storage/sealed_package.h"

namespace musubi::engine {

namespace {

std::span<const std::uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The whole content of a package, which is not longer than a request may be.
Result<std::string> ContentOf(storage::PackageReader* reader, const crypto::Identity& unit,
                              const std::string& file, const ExecContext& context) {
  std::string content;
  const auto keep = [&](std::span<const std::uint8_t> bytes) -> Status {
    if (content.size() + bytes.size() > storage::kMaxWithdrawalBytes) {
      return Error{ErrorCode::kBadData, file + ": holds more than a withdrawal may"};
    }
    content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(reader->Read(unit, keep, context));
  return content;
}

}  // namespace

Result<OpenedRequest> OpenRequest(const std::filesystem::path& file, const crypto::Identity& unit,
                                  const storage::LinkStore& store, const ExecContext& context) {
  storage::PackageExpectation expectation;
  expectation.kind = storage::PackageKind::kWithdrawal;
  expectation.sender_role = crypto::Role::kHolder;
  expectation.senders = store.policy().trusted;
  expectation.recipient = unit.certificate().fingerprint();
  expectation.contract = crypto::FingerprintOf(store.contract());
  MUSUBI_ASSIGN_OR_RETURN(auto reader, storage::PackageReader::Open(file, expectation, context));
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, ContentOf(&reader, unit, file.string(), context));
  auto request = storage::ParseWithdrawal(text);
  if (!request.ok()) {
    return Error{request.error().code, file.string() + ": " + request.error().message};
  }
  if (request.value().holder != reader.sender().name()) {
    return Error{ErrorCode::kRefused, file.string() + ": it is a request of the holder " +
                                          request.value().holder + ", but " +
                                          reader.sender().name() +
                                          " signed it; each holder asks for its own records"};
  }
  return OpenedRequest{std::move(request).value(), crypto::Sha256(BytesOf(text)), reader.sender()};
}

Status SealReceipt(const storage::WithdrawalReceipt& receipt, const crypto::Identity& unit,
                   const crypto::Certificate& recipient, const std::filesystem::path& folder,
                   storage::AtomicFile* out, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::SignedReceipt(receipt, unit));
  storage::PackageRequest package;
  package.kind = storage::PackageKind::kReceipt;
  package.contract = receipt.contract;
  package.sender = &unit;
  package.recipient = &recipient;
  package.folder = folder;
  MUSUBI_ASSIGN_OR_RETURN(auto writer, storage::PackageWriter::Create(package, context));
  MUSUBI_RETURN_IF_ERROR(writer.Write(BytesOf(text)));
  MUSUBI_ASSIGN_OR_RETURN(const auto manifest, writer.Finish(out));
  return out->Commit();
}

}  // namespace musubi::engine
