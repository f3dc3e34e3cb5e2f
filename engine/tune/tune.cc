#include "engine/tune/tune.h"

#include <algorithm>
#include <utility>

#include "core/seeded_draws.h"
#include "engine/tune/candidates.h"
#include "engine/tune/choice.h"
#include "engine/tune/quality_trial.h"

namespace musubi::engine {
namespace {

// How far below the floor F1 may be for the frontier to show what a lower floor would bring.
constexpr double kWorthKnowing = 0.2;

Status CheckRequest(const TuneRequest& request) {
  if (request.least_f1 >= 0 && request.least_f1 <= 1) return {};
  return Error{ErrorCode::kUsage, "the least F1 is a number from 0 to 1"};
}

// Those that `only` names, or all.
Result<std::vector<Candidate>> Select(std::vector<Candidate> all,
                                      const std::vector<std::string>& only) {
  std::string names;
  for (const Candidate& candidate : all) names += (names.empty() ? "" : ", ") + candidate.name;
  for (const std::string& name : only) {
    if (std::ranges::find(all, name, &Candidate::name) != all.end()) continue;
    return Error{ErrorCode::kUsage,
                 "no candidate has that name; of this contract there are " + names};
  }
  std::vector<Candidate> selected;
  for (Candidate& candidate : all) {
    const bool wanted = only.empty() || std::ranges::find(only, candidate.name) != only.end();
    if (wanted) selected.push_back(std::move(candidate));
  }
  return selected;
}

class Tuner {
 public:
  Tuner(const TuneRequest& request, const Contract& given, const crypto::LinkageSecret& secret,
        HeldRecords held, const ExecContext& context)
      : request_(request),
        given_(given),
        secret_(secret),
        held_(std::move(held)),
        context_(context),
        quiet_(context) {
    quiet_.observer = nullptr;  // a candidate's own stages are no news
    report_.given = crypto::FingerprintOf(given);
    report_.rows = held_.rows();
    report_.rejected = held_.rejected();
    report_.sample = std::min<std::uint64_t>(request.audit.sample, held_.rows());
    report_.seed = request.audit.seed;
    report_.least_f1 = request.least_f1;
    report_.judged = request.judged;
  }

  Result<TuneReport> Run() {
    SeededDraws draws(request_.audit.seed);
    const auto sample = Shuffled(held_.rows(), report_.sample, &draws);
    MUSUBI_ASSIGN_OR_RETURN(const QualityTrial trial,
                            QualityTrial::Prepare(held_, draws.Below(UINT64_MAX), context_));
    report_.people = trial.people();
    report_.pairs = trial.pairs();
    MUSUBI_ASSIGN_OR_RETURN(const Contract plain, PlainRecord(given_, 1));
    MUSUBI_ASSIGN_OR_RETURN(auto candidates,
                            Select(MakeCandidates(given_, trial.MeanTokens(plain)), request_.only));
    MUSUBI_RETURN_IF_ERROR(LinkAll(trial, plain, std::move(candidates)));
    MUSUBI_RETURN_IF_ERROR(AttackAll(sample));
    Choose(&report_);
    return std::move(report_);
  }

 private:
  Status LinkAll(const QualityTrial& trial, const Contract& plain,
                 std::vector<Candidate> candidates) {
    context_.Stage("link", candidates.size() + 1);
    MUSUBI_ASSIGN_OR_RETURN(report_.clear_text, trial.MeasureClearText(plain, secret_, quiet_));
    for (Candidate& candidate : candidates) {
      context_.Progress(report_.candidates.size() + 1);
      const bool is_given = candidate.what.empty();
      MUSUBI_ASSIGN_OR_RETURN(Quality quality, trial.Measure(candidate.contract, secret_,
                                                             is_given ? QualityTrial::Finds::kGiven
                                                                      : QualityTrial::Finds::kBest,
                                                             quiet_));
      TunedCandidate tried{candidate.name, candidate.what,
                           is_given ? std::move(candidate.contract)
                                    : WithThreshold(candidate.contract, quality.threshold),
                           std::move(quality)};
      tried.links_well = report_.f1_of(tried).lower() >= request_.least_f1;
      context_.Note(tried.name + " is linked");
      report_.candidates.push_back(std::move(tried));
    }
    return {};
  }

  Status AttackAll(const std::vector<std::uint32_t>& sample) {
    std::vector<TunedCandidate*> worth;
    for (TunedCandidate& tried : report_.candidates) {
      const bool near = report_.f1_of(tried).upper() >= request_.least_f1 - kWorthKnowing;
      if (near) worth.push_back(&tried);
    }
    context_.Stage("attack", worth.size());
    for (std::size_t i = 0; i < worth.size(); ++i) {
      context_.Progress(i);
      TunedCandidate& tried = *worth[i];
      MUSUBI_ASSIGN_OR_RETURN(const AuditReport audit,
                              AuditHeld(held_.Chosen(tried.contract, sample), request_.audit,
                                        tried.contract, secret_, quiet_));
      tried.risk = RiskOf(audit);
      tried.outcome = audit.outcome;
      tried.failed = FailuresOf(audit);
      context_.Note(tried.name + " is attacked");
    }
    context_.Progress(worth.size());
    return {};
  }

  const TuneRequest& request_;
  const Contract& given_;
  const crypto::LinkageSecret& secret_;
  HeldRecords held_;
  const ExecContext& context_;
  ExecContext quiet_;
  TuneReport report_;
};

}  // namespace

Result<TuneReport> Tune(const TuneRequest& request, const Contract& given,
                        const crypto::LinkageSecret& secret, const ExecContext& context) {
  MUSUBI_RETURN_IF_ERROR(CheckRequest(request));
  MUSUBI_ASSIGN_OR_RETURN(auto held, HeldRecords::Read(request.audit.held, given, context));
  MUSUBI_RETURN_IF_ERROR(CheckAttackable(request.audit, held.rows()));
  return Tuner(request, given, secret, std::move(held), context).Run();
}

}  // namespace musubi::engine
