#include "engine/attach/sealed_map.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/check.h"
#include "core/utc_time.h"
#include "storage/project_decision.h"
#include "storage/sealed_table.h"

namespace musubi::engine {

using storage::MapDocument;
using storage::ProjectDecision;

namespace {

Error Refused(const std::string& file, const std::string& what) {
  return {ErrorCode::kRefused, file + ": " + what};
}

// One decision of a map, by a review body that is pinned and valid now.
Result<ProjectDecision> ReadApproval(const std::string& text, const std::string& file,
                                     std::span<const crypto::Certificate> trusted,
                                     std::int64_t now) {
  MUSUBI_ASSIGN_OR_RETURN(
      ProjectDecision decision,
      storage::ReadDecision(text, file + ": a review body's decision in it", trusted));
  if (decision.verdict != storage::ProjectVerdict::kApprove) {
    return Refused(file, "one of its decisions approves nothing; ask the unit for another map");
  }
  const auto reviewer =
      std::ranges::find(trusted, decision.reviewer_certificate, &crypto::Certificate::fingerprint);
  if (reviewer == trusted.end() || !reviewer->IsValidAt(now)) {
    return Refused(file, "the certificate of the review body " + decision.reviewer +
                             " is not valid now; ask it to decide anew");
  }
  return decision;
}

// The application that all decisions of a map approve.
Result<Application> ApprovedIn(const MapDocument& document, const SealedMapRequest& request,
                               std::int64_t now) {
  const std::string file = request.file.string();
  std::optional<Application> application;
  std::set<std::string> reviewers;  // by name: one whose certificate was renewed has two
  for (const std::string& text : document.decisions) {
    MUSUBI_ASSIGN_OR_RETURN(ProjectDecision decision,
                            ReadApproval(text, file, request.trusted, now));
    if (application && *application != decision.application) {
      return Refused(file, "its decisions are on different applications");
    }
    if (!reviewers.insert(decision.reviewer).second) {
      return Refused(file, "two of its decisions are of one review body");
    }
    application = std::move(decision.application);
  }
  if (reviewers.size() < request.approvals) {
    return Refused(file,
                   "review bodies whose approval is in it: " + std::to_string(reviewers.size()) +
                       ", and " + std::to_string(request.approvals) + " are asked for");
  }
  return *std::move(application);
}

Status CheckScope(const SealedMap& map, const std::string& file, std::int64_t now) {
  const Application& application = map.application;
  if (storage::DigestOf(application) != map.document.of.application ||
      application.project != map.document.of.project) {
    return Refused(file, "it is of another project than the one that was approved");
  }
  if (now > application.expires) {
    return Refused(file, "the approval of project " + application.project + " expired at " +
                             FormatUtc(application.expires) + "; the project has to apply anew");
  }
  const bool named = std::ranges::any_of(application.holders, [&](const HolderScope& scope) {
    return scope.holder == map.document.holder;
  });
  if (!named) {
    return Refused(file, "the project was approved without records of " + map.document.holder);
  }
  return {};
}

}  // namespace

const HolderScope& ScopeOf(const SealedMap& map) {
  const auto scope =
      std::ranges::find(map.application.holders, map.document.holder, &HolderScope::holder);
  MUSUBI_CHECK(scope != map.application.holders.end());
  return *scope;
}

Result<SealedMap> OpenSealedMap(const SealedMapRequest& request, const ExecContext& context) {
  MUSUBI_CHECK(request.holder != nullptr && context.clock != nullptr && request.approvals > 0);
  const crypto::Certificate& holder = request.holder->certificate();
  const std::string file = request.file.string();
  const std::int64_t now = context.clock->UnixSeconds();
  storage::PackageExpectation expectation;
  expectation.kind = storage::PackageKind::kMap;
  expectation.sender_role = crypto::Role::kUnit;
  expectation.senders = request.trusted;
  expectation.recipient = holder.fingerprint();
  expectation.contract = request.contract;
  MUSUBI_ASSIGN_OR_RETURN(storage::OpenedTable opened,
                          storage::OpenSealedTable(request.file, expectation, *request.holder,
                                                   storage::kMapName, request.folder, context));
  SealedMap map;
  MUSUBI_ASSIGN_OR_RETURN(map.document, storage::ParseMapDocument(opened.document, file));
  if (map.document.holder != holder.name()) {
    return Refused(file, "it is the map of " + map.document.holder + ", and you are " +
                             holder.name() + "; ask the unit for yours");
  }
  MUSUBI_ASSIGN_OR_RETURN(map.application, ApprovedIn(map.document, request, now));
  if (map.application.contract != opened.manifest.contract) {
    return Error{ErrorCode::kContract,
                 file + ": it is of another contract than the one that was approved"};
  }
  MUSUBI_RETURN_IF_ERROR(CheckScope(map, file, now));
  map.table = {request.file, std::move(opened.table), map.document.records};
  return map;
}

}  // namespace musubi::engine
