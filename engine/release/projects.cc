#include "engine/release/projects.h"

#include <optional>
#include <string>
#include <utility>

#include "core/check.h"
#include "engine/release/project_approval.h"
#include "engine/release/project_gate.h"
#include "storage/atomic_file.h"
#include "storage/sealed_table.h"

namespace musubi::engine {

using storage::LinkStore;
using storage::LogEvent;
using storage::LogKind;
using storage::ProjectInfo;

namespace {

constexpr std::size_t kProjectKeyBytes = 32;

// Each map of a release holds the decisions in its document, as JSON strings: of at most twice
// their bytes.
constexpr std::size_t kMaxDecisionsBytes = std::size_t{7} << 20;
static_assert(2 * kMaxDecisionsBytes + (std::size_t{1} << 20) <= storage::kMaxDocumentBytes);

Result<crypto::SecureBytes> NewKey(const ExecContext& context) {
  crypto::SecureBytes key(kProjectKeyBytes);
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(key.mutable_bytes()));
  return key;
}

// Reads the files, and tells the log which they were and of which project they say they are.
Result<std::vector<SignedFile>> ReadFiles(const std::vector<std::filesystem::path>& paths,
                                          LogEvent* attempt) {
  std::vector<SignedFile> files;
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (const std::filesystem::path& path : paths) {
    MUSUBI_ASSIGN_OR_RETURN(std::string text,
                            storage::ReadSmallFile(path, storage::kMaxDecisionBytes));
    bytes += text.size();
    if (bytes > kMaxDecisionsBytes) {
      return Error{ErrorCode::kBadData, path.string() +
                                            ": the decisions are longer than 7 MiB together, more "
                                            "than a map may hold; give no more than are needed"};
    }
    texts.push_back(text);
    files.push_back({path.string(), std::move(text)});
  }
  attempt->digests["decisions"] = storage::DigestOf(texts);
  const auto decision = storage::ReadUnverifiedDecision(texts.front(), files.front().name);
  if (decision.ok()) {
    attempt->project = decision.value().application.project;
    attempt->digests["application"] = storage::DigestOf(decision.value().application);
  }
  return files;
}

std::vector<std::string> TextsOf(std::vector<SignedFile> files) {
  std::vector<std::string> texts;
  for (SignedFile& file : files) texts.push_back(std::move(file.text));
  return texts;
}

Result<ApprovalTerms> TermsOf(LinkStore* store, const ExecContext& context) {
  MUSUBI_CHECK(context.clock != nullptr);
  ApprovalTerms terms;
  terms.policy = store->policy();
  terms.contract = crypto::FingerprintOf(store->contract());
  terms.now = context.clock->UnixSeconds();
  for (const auto& certificate : storage::OfRole(terms.policy.trusted, crypto::Role::kHolder)) {
    terms.holders.push_back(certificate.name());
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  for (const auto& dataset : datasets) terms.holders.push_back(dataset.manifest.holder);
  return terms;
}

// A project that has not ended.
Result<ProjectInfo> FindOpen(LinkStore* store, std::string_view name) {
  MUSUBI_ASSIGN_OR_RETURN(ProjectInfo project, store->Project(name));
  MUSUBI_RETURN_IF_ERROR(CheckNotEnded(project));
  return project;
}

// The files of one operation and what they approve.
struct Approved {
  Application application;
  std::vector<SignedFile> files;
};

Result<Approved> ReadApproved(LinkStore* store, const std::vector<std::filesystem::path>& paths,
                              const ExecContext& context, LogEvent* attempt) {
  if (store->policy().approvals == 0) {
    return Error{ErrorCode::kRefused,
                 "this store asks for no approval, for it is for data that no person stands "
                 "behind; name the project itself: project add STORE NAME"};
  }
  MUSUBI_ASSIGN_OR_RETURN(auto files, ReadFiles(paths, attempt));
  MUSUBI_ASSIGN_OR_RETURN(const ApprovalTerms terms, TermsOf(store, context));
  MUSUBI_ASSIGN_OR_RETURN(Application application, ApprovedApplication(files, terms));
  return Approved{std::move(application), std::move(files)};
}

Status TryAdd(LinkStore* store, std::string_view project, const ExecContext& context) {
  if (store->policy().approvals != 0) {
    return Error{ErrorCode::kRefused,
                 "a project of this store needs the signed approvals of an application: " +
                     std::to_string(store->policy().approvals) + "; see musubi-study approve"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const crypto::SecureBytes key, NewKey(context));
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  return store->AddProject({std::string(project), epoch}, key, context);
}

Result<Application> TryAddApproved(LinkStore* store,
                                   const std::vector<std::filesystem::path>& paths,
                                   const ExecContext& context, LogEvent* attempt) {
  MUSUBI_ASSIGN_OR_RETURN(Approved approved, ReadApproved(store, paths, context, attempt));
  MUSUBI_ASSIGN_OR_RETURN(const crypto::SecureBytes key, NewKey(context));
  ProjectInfo project;
  project.name = approved.application.project;
  MUSUBI_ASSIGN_OR_RETURN(project.added_at_epoch, store->Epoch());
  project.decisions = TextsOf(std::move(approved.files));
  MUSUBI_RETURN_IF_ERROR(store->AddProject(project, key, context));
  return std::move(approved.application);
}

Result<Application> TryAmend(LinkStore* store, const std::vector<std::filesystem::path>& paths,
                             const ExecContext& context, LogEvent* attempt) {
  MUSUBI_ASSIGN_OR_RETURN(Approved approved, ReadApproved(store, paths, context, attempt));
  MUSUBI_ASSIGN_OR_RETURN(const ProjectInfo project, FindOpen(store, approved.application.project));
  MUSUBI_RETURN_IF_ERROR(CheckAmendment(project, approved.application, approved.files));
  MUSUBI_RETURN_IF_ERROR(
      store->AmendProject(project.name, TextsOf(std::move(approved.files)), context));
  return std::move(approved.application);
}

Result<Application> TryRevoke(LinkStore* store, const std::filesystem::path& path,
                              const ExecContext& context, LogEvent* attempt) {
  MUSUBI_ASSIGN_OR_RETURN(const auto files, ReadFiles({path}, attempt));
  const SignedFile& file = files.front();
  MUSUBI_ASSIGN_OR_RETURN(const auto claimed,
                          storage::ReadUnverifiedDecision(file.text, file.name));
  MUSUBI_ASSIGN_OR_RETURN(ProjectInfo project, FindOpen(store, claimed.application.project));
  MUSUBI_ASSIGN_OR_RETURN(const ApprovalTerms terms, TermsOf(store, context));
  MUSUBI_RETURN_IF_ERROR(CheckRevocation(project, file, terms));
  MUSUBI_RETURN_IF_ERROR(store->EndProject(project.name, file.text, context));
  return std::move(*project.application);
}

Status TryClose(LinkStore* store, std::string_view name, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const ProjectInfo project, FindOpen(store, name));
  return store->EndProject(project.name, std::nullopt, context);
}

}  // namespace

Status AddProject(LinkStore* store, std::string_view project, const ExecContext& context) {
  LogEvent attempt{LogKind::kProject};
  attempt.project = project;
  return storage::Logged(store, std::move(attempt), context, TryAdd(store, project, context));
}

Result<Application> AddApprovedProject(LinkStore* store,
                                       const std::vector<std::filesystem::path>& decisions,
                                       const ExecContext& context) {
  LogEvent attempt{LogKind::kProject};
  auto outcome = TryAddApproved(store, decisions, context, &attempt);
  return storage::Logged(store, std::move(attempt), context, std::move(outcome));
}

Result<Application> AmendProject(LinkStore* store,
                                 const std::vector<std::filesystem::path>& decisions,
                                 const ExecContext& context) {
  LogEvent attempt{LogKind::kAmend};
  auto outcome = TryAmend(store, decisions, context, &attempt);
  return storage::Logged(store, std::move(attempt), context, std::move(outcome));
}

Result<Application> RevokeProject(LinkStore* store, const std::filesystem::path& decision,
                                  const ExecContext& context) {
  LogEvent attempt{LogKind::kRevoke};
  auto outcome = TryRevoke(store, decision, context, &attempt);
  return storage::Logged(store, std::move(attempt), context, std::move(outcome));
}

Status CloseProject(LinkStore* store, std::string_view project, const ExecContext& context) {
  LogEvent attempt{LogKind::kClose};
  attempt.project = project;
  return storage::Logged(store, std::move(attempt), context, TryClose(store, project, context));
}

}  // namespace musubi::engine
