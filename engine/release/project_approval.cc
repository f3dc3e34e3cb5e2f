#include "engine/release/project_approval.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "core/utc_time.h"

namespace musubi::engine {

using crypto::Certificate;
using storage::DigestOf;
using storage::ProjectDecision;
using storage::ProjectInfo;
using storage::ProjectVerdict;

namespace {

Error Refused(const std::string& why) { return {ErrorCode::kRefused, why}; }

// A decision of a review body whose certificate is pinned and valid, then and now.
Result<ProjectDecision> ReadValid(const SignedFile& file, const ApprovalTerms& terms) {
  MUSUBI_ASSIGN_OR_RETURN(ProjectDecision decision,
                          storage::ReadDecision(file.text, file.name, terms.policy.trusted));
  const auto signer = std::ranges::find(terms.policy.trusted, decision.reviewer_certificate,
                                        &Certificate::fingerprint);
  if (signer == terms.policy.trusted.end() || !signer->IsValidAt(terms.now)) {
    return Refused(file.name + ": the certificate of '" + decision.reviewer +
                   "' is not valid now; let the review body decide with a new one");
  }
  if (decision.decided > terms.now + kClockLeewaySeconds) {
    return Refused(file.name + ": was decided in the future, at " + FormatUtc(decision.decided) +
                   "; one of the two clocks is wrong");
  }
  return decision;
}

Status CheckVerdict(const SignedFile& file, const ProjectDecision& decision) {
  if (decision.verdict == ProjectVerdict::kApprove) return {};
  return Refused(file.name + ": '" + decision.reviewer + "' decided to " +
                 std::string(NameOf(decision.verdict)) + " the application, not to approve it");
}

Status CheckCount(std::size_t approvals, std::size_t needed) {
  if (approvals >= needed) return {};
  return Refused("the application has " + std::to_string(approvals) + " of the " +
                 std::to_string(needed) + " approvals that this unit asks for; " +
                 std::to_string(needed - approvals) + " missing");
}

Status CheckTerms(const Application& application, const ApprovalTerms& terms) {
  if (application.contract != terms.contract) {
    return Error{ErrorCode::kContract,
                 "the application is for another contract than this store's: compare fingerprints"};
  }
  if (application.expires < terms.now) {
    return Refused("the application has run out at " + FormatUtc(application.expires));
  }
  for (const HolderScope& scope : application.holders) {
    if (std::ranges::count(terms.holders, scope.holder) == 0) {
      return Refused("the application names the holder " + scope.holder +
                     ", of whom this store has neither a certificate nor records; run trust add");
    }
  }
  return {};
}

// The moment at which the first of some decisions was made, or the last.
struct Moments {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
};

Moments MomentsOf(const std::vector<ProjectDecision>& decisions) {
  Moments moments;
  for (const ProjectDecision& decision : decisions) {
    moments.first = std::min(moments.first, decision.decided);
    moments.last = std::max(moments.last, decision.decided);
  }
  return moments;
}

// Decisions that were verified before, or are about to be kept.
Result<std::vector<ProjectDecision>> Known(const std::vector<std::string>& texts) {
  std::vector<ProjectDecision> decisions;
  for (const std::string& text : texts) {
    MUSUBI_ASSIGN_OR_RETURN(decisions.emplace_back(),
                            storage::ReadUnverifiedDecision(text, "the decision"));
  }
  return decisions;
}

bool Has(const std::vector<ProjectDecision>& decisions, const Application& application) {
  return std::ranges::count(decisions, application, &ProjectDecision::application) != 0;
}

}  // namespace

Result<Application> ApprovedApplication(const std::vector<SignedFile>& files,
                                        const ApprovalTerms& terms) {
  std::optional<Application> application;
  std::set<std::string> reviewers;
  for (const SignedFile& file : files) {
    MUSUBI_ASSIGN_OR_RETURN(ProjectDecision decision, ReadValid(file, terms));
    MUSUBI_RETURN_IF_ERROR(CheckVerdict(file, decision));
    if (application && decision.application != *application) {
      return Refused(file.name + ": is of another application than " + files.front().name);
    }
    // By name too: a reviewer whose certificate was renewed has two.
    if (!reviewers.insert(decision.reviewer).second) {
      return Refused(file.name + ": is a second approval by '" + decision.reviewer +
                     "'; each reviewer counts once");
    }
    application = std::move(decision.application);
  }
  MUSUBI_RETURN_IF_ERROR(CheckCount(reviewers.size(), terms.policy.approvals));
  MUSUBI_RETURN_IF_ERROR(CheckTerms(*application, terms));
  return std::move(*application);
}

Status CheckAmendment(const ProjectInfo& project, const Application& amended,
                      const std::vector<SignedFile>& approvals) {
  if (!project.application) return Refused("the project was made without an approval");
  const Application& before = *project.application;
  if (amended.recipient_certificate != before.recipient_certificate ||
      amended.recipient != before.recipient || amended.contract != before.contract ||
      amended.id_scope != before.id_scope) {
    return Refused(
        "an amended application keeps its recipient, contract and id scope; this one "
        "needs a project of its own");
  }
  std::vector<std::string> texts;
  for (const SignedFile& file : approvals) texts.push_back(file.text);
  MUSUBI_ASSIGN_OR_RETURN(const auto known, Known(project.decisions));
  MUSUBI_ASSIGN_OR_RETURN(const auto added, Known(texts));
  if (Has(known, amended)) return Refused("the project had this very application before");
  if (MomentsOf(added).first <= MomentsOf(known).last) {
    return Refused("the amended application was not decided on after the one that it amends");
  }
  return {};
}

Status CheckRevocation(const ProjectInfo& project, const SignedFile& file,
                       const ApprovalTerms& terms) {
  MUSUBI_ASSIGN_OR_RETURN(const ProjectDecision decision, ReadValid(file, terms));
  if (decision.verdict != ProjectVerdict::kRevoke) {
    return Refused(file.name + ": is no revocation; make one with musubi-study revoke");
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto known, Known(project.decisions));
  if (Has(known, decision.application)) return {};
  return Refused(file.name + ": revokes an application that the project never had");
}

Result<std::vector<std::string>> ApprovalsOf(const storage::ProjectInfo& project) {
  std::vector<std::string> approvals;
  for (const std::string& text : project.decisions) {
    MUSUBI_ASSIGN_OR_RETURN(const auto decision,
                            storage::ReadUnverifiedDecision(text, "the store's decision"));
    const bool approves = decision.verdict == storage::ProjectVerdict::kApprove &&
                          decision.application == *project.application;
    if (approves) approvals.push_back(text);
  }
  return approvals;
}

Status CheckStillApproved(const storage::ProjectInfo& project, const storage::StorePolicy& policy) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<std::string> approvals, ApprovalsOf(project));
  std::set<std::string> reviewers;
  for (const std::string& text : approvals) {
    const auto decision = storage::ReadDecision(text, "an approval", policy.trusted);
    if (decision.ok()) reviewers.insert(decision.value().reviewer);
  }
  if (reviewers.size() >= policy.approvals) return {};
  return Error{ErrorCode::kRefused, "project " + project.name +
                                        " was approved by review bodies of which the store now "
                                        "trusts " +
                                        std::to_string(reviewers.size()) + ", and it asks for " +
                                        std::to_string(policy.approvals) +
                                        "; amend it with an application that others approve"};
}

}  // namespace musubi::engine
