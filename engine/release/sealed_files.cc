#include "engine/release/sealed_files.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "engine/release/project_approval.h"
#include "engine/release/project_id.h"
#include "storage/sealed_table.h"

namespace musubi::engine {

using crypto::Certificate;

namespace {

constexpr std::string_view kMapHeader = "record_ref,project_id\n";
constexpr std::size_t kMapLineBytes = 32 + 1 + 25 + 1;  // a reference, an id, comma and line feed

Status Send(std::string_view text, const storage::ByteSink& out) {
  return out({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// The certificate that a holder's map is sealed to: the one that the store trusts, or, of several,
// the one among `named`.
Result<Certificate> CertificateOf(const std::string& holder,
                                  const std::vector<Certificate>& trusted,
                                  const std::vector<Certificate>& named) {
  std::vector<Certificate> own;
  for (const Certificate& certificate : trusted) {
    if (certificate.name() == holder) own.push_back(certificate);
  }
  if (own.empty()) {
    return Error{ErrorCode::kRefused,
                 "the store trusts no certificate of the holder " + holder +
                     " that its map could be sealed to; compare its fingerprint with " + holder +
                     ", then run trust add"};
  }
  if (own.size() == 1) return own.front();
  std::erase_if(own, [&](const Certificate& c) { return std::ranges::count(named, c) == 0; });
  if (own.size() == 1) return own.front();
  return Error{ErrorCode::kUsage, "the store trusts several certificates of the holder " + holder +
                                      "; say with --to which one its map is sealed to"};
}

// Refuses certificates that no file of the release is for.
Status CheckRecipients(const std::vector<Certificate>& named, const Application& application,
                       const std::map<std::string, Certificate>& holders) {
  for (const Certificate& certificate : named) {
    if (certificate.fingerprint() == application.recipient_certificate) continue;
    const bool is_used = std::ranges::any_of(
        holders, [&](const auto& holder) { return holder.second == certificate; });
    if (is_used) continue;
    return Error{ErrorCode::kRefused,
                 "--to names a certificate of " + certificate.name() +
                     " that is neither the one of the project's researcher nor one that the "
                     "store trusts of a holder in this release"};
  }
  return {};
}

}  // namespace

Result<SealedFiles> SealedFiles::Of(const ReleaseSeal& seal, const storage::LinkStore& store,
                                    const storage::ProjectInfo& project,
                                    const std::vector<std::string>& holders, bool has_changes) {
  MUSUBI_CHECK(project.application.has_value());
  if (seal.unit == nullptr) {
    return Error{ErrorCode::kUsage,
                 "the files of an approved project are sealed and signed; name the unit's private "
                 "key with --key"};
  }
  SealedFiles files(*seal.unit, crypto::FingerprintOf(store.contract()));
  MUSUBI_ASSIGN_OR_RETURN(files.decisions_, ApprovalsOf(project));
  const auto trusted = storage::OfRole(store.policy().trusted, crypto::Role::kHolder);
  for (const std::string& holder : holders) {
    MUSUBI_ASSIGN_OR_RETURN(Certificate certificate,
                            CertificateOf(holder, trusted, seal.recipients));
    files.holders_.emplace(holder, std::move(certificate));
  }
  MUSUBI_RETURN_IF_ERROR(CheckRecipients(seal.recipients, *project.application, files.holders_));
  if (!has_changes) return files;
  const auto researcher = std::ranges::find(
      seal.recipients, project.application->recipient_certificate, &Certificate::fingerprint);
  if (researcher == seal.recipients.end()) {
    return Error{ErrorCode::kUsage,
                 "the project had a release before, so that the researcher gets a list of the ids "
                 "that changed; name the certificate of " +
                     project.application->recipient + " with --to"};
  }
  files.researcher_ = *researcher;
  return files;
}

Result<crypto::Digest256> SealedFiles::WriteMap(
    const std::filesystem::path& file, const storage::ReleaseOf& of, const std::string& holder,
    std::span<const KeyedRef> members, crypto::Hmac* prf, const ExecContext& context) const {
  storage::PackageRequest request;
  request.kind = storage::PackageKind::kMap;
  request.contract = contract_;
  request.sender = unit_;
  request.recipient = &holders_.at(holder);
  const std::string document =
      storage::DocumentText(storage::MapDocument{of, holder, members.size(), decisions_});
  const auto write = [&](const storage::ByteSink& out) -> Status {
    MUSUBI_RETURN_IF_ERROR(Send(kMapHeader, out));
    for (const KeyedRef& member : members) {
      MUSUBI_RETURN_IF_ERROR(
          Send(ToHex(member.ref) + ',' + ProjectIdOf(member.key, prf) + '\n', out));
    }
    return {};
  };
  const storage::TableContent content = {storage::kMapName, document,
                                         kMapHeader.size() + members.size() * kMapLineBytes, write};
  MUSUBI_ASSIGN_OR_RETURN(const auto sealed, storage::SealTable(request, content, {file}, context));
  return sealed.sha256;
}

Result<crypto::Digest256> SealedFiles::WriteChanges(const std::filesystem::path& file,
                                                    const storage::ChangesDocument& document,
                                                    std::string_view table,
                                                    const ExecContext& context) const {
  MUSUBI_CHECK(researcher_.has_value());
  storage::PackageRequest request;
  request.kind = storage::PackageKind::kPayload;
  request.contract = contract_;
  request.sender = unit_;
  request.recipient = &*researcher_;
  const std::string text = storage::DocumentText(document);
  const storage::TableContent content = {
      storage::kChangesName, text, table.size(),
      [table](const storage::ByteSink& out) { return Send(table, out); }};
  MUSUBI_ASSIGN_OR_RETURN(const auto sealed, storage::SealTable(request, content, {file}, context));
  return sealed.sha256;
}

}  // namespace musubi::engine
