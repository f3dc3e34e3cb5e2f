#include "engine/audit/audit.h"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "bloom/keys.h"
#include "core/contract_names.h"
#include "engine/audit/finding.h"
#include "engine/audit/guesses.h"
#include "engine/audit/leaks.h"
#include "engine/audit/learnt_decoding.h"
#include "engine/audit/people.h"
#include "engine/audit/report_seal.h"

namespace musubi::engine {
namespace {

std::uint64_t CountOf(const std::vector<bool>& group) {
  return static_cast<std::uint64_t>(std::ranges::count(group, true));
}

struct Stage {
  std::string_view name;
  Status (*run)(const People& people, const AuditPolicy& policy, std::vector<Finding>* findings);
};

constexpr Stage kStages[] = {
    {"whole file", AddWholeFile},           {"bit frequencies", AddBitFrequencies},
    {"similarities", AddSimilarities},      {"graph matching", AddGraphMatching},
    {"known pairs", AddKnownPairs},         {"linear probe", AddProbe},
    {"learnt decoding", AddLearntDecoding}, {"pattern mining", AddMining},
    {"dictionary", AddDictionary}};

std::string DescriptionOf(const Contract& contract) {
  return nlohmann::json::parse(contract.canonical_json()).value("description", "");
}

// What the report says of who was audited, and by which limits.
AuditReport Describe(const AuditRequest& request, const People& people) {
  AuditReport report;
  report.program = std::string("musubi ") + MUSUBI_VERSION;
  report.contract = crypto::FingerprintOf(people.contract);
  report.contract_name = people.contract.name();
  report.purpose = DescriptionOf(people.contract);
  for (const Field& field : people.contract.fields()) {
    report.fields.push_back({field.name, std::string(NameOf(field.kind))});
  }
  report.input = people.held.input();
  report.columns = request.held.columns;
  report.key_check = bloom::SpokenKeyCheck(people.secret, people.contract);
  report.policy = request.policy.Limits();
  report.usual_policy = request.policy.IsUsual();
  report.rows = people.held.rows();
  report.rejected = people.held.rejected();
  report.sample = people.sample.size();
  report.seed = request.seed;
  report.rare_records = CountOf(people.groups.rare);
  report.other_scripts = CountOf(people.groups.other);
  return report;
}

Result<std::vector<Finding>> Attack(const AuditPolicy& policy, const People& people) {
  std::vector<Finding> findings;
  for (const Stage& stage : kStages) {
    if (people.context.stopped()) return Interrupted();
    people.context.Stage(stage.name);
    MUSUBI_RETURN_IF_ERROR(stage.run(people, policy, &findings));
  }
  return findings;
}

Result<AuditReport> Report(const AuditRequest& request, People* people) {
  const bool enough = people->held.rows() >= kLeastAudited;
  if (enough) {
    people->context.Stage("encode");
    MUSUBI_RETURN_IF_ERROR(people->Prepare(request.sample, request.seed));
  }
  AuditReport report = Describe(request, *people);
  if (enough) {
    MUSUBI_ASSIGN_OR_RETURN(report.findings, Attack(request.policy, *people));
  } else {
    report.findings = {TooFewFinding("records", "", kLeastAudited)};
  }
  report.outcome = WorstOf(report.findings);
  report.seal = SealOf(report, people->secret);
  return report;
}

Status CheckSample(const AuditRequest& request) {
  if (request.sample >= kLeastAudited && request.sample <= kMostAudited) return {};
  return Error{ErrorCode::kUsage, "a sample has " + std::to_string(kLeastAudited) + " to " +
                                      std::to_string(kMostAudited) + " records"};
}

}  // namespace

Status CheckAttackable(const AuditRequest& request, std::uint64_t rows) {
  MUSUBI_RETURN_IF_ERROR(CheckSample(request));
  if (rows >= kLeastAudited) return {};
  return Error{ErrorCode::kBadData, request.held.input.string() + ": attacks need " +
                                        std::to_string(kLeastAudited) +
                                        " records that can be encoded"};
}

Result<AuditReport> Audit(const AuditRequest& request, const Contract& contract,
                          const crypto::LinkageSecret& secret, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(auto held, HeldRecords::Read(request.held, contract, context));
  return AuditHeld(std::move(held), request, contract, secret, context);
}

Result<AuditReport> AuditHeld(HeldRecords held, const AuditRequest& request,
                              const Contract& contract, const crypto::LinkageSecret& secret,
                              const ExecContext& context) {
  MUSUBI_RETURN_IF_ERROR(CheckSample(request));
  if (held.rows() == 0) {
    return Error{ErrorCode::kBadData, request.held.input.string() + ": no row can be encoded"};
  }
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(context.threads));
  tbb::task_arena arena(context.threads);
  People people(std::move(held), contract, secret, context);
  return arena.execute([&] { return Report(request, &people); });
}

}  // namespace musubi::engine
