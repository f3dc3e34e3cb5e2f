// Searches for the contract that exposes a holder's people least and still links: candidates are
// linked on simulated errors, and attacked. Sees identifiers and the linkage secret; holder only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "crypto/linkage_secret.h"
#include "crypto/sha256.h"
#include "engine/audit/audit.h"
#include "engine/tune/quality.h"

namespace musubi::engine {

struct TuneRequest {
  AuditRequest audit;              // the file, and the sample, seed and policy of each audit
  double least_f1 = 0.98;          // that the lower bound of F1 must reach, 0 to 1
  Copies judged = Copies::kUsual;  // whose F1 that is
  std::vector<std::string> only;   // names of candidates to try; none: all
};

// The sample of each audit unless asked for otherwise: the least that has 1,000 known pairs and as
// many others.
inline constexpr std::uint64_t kTunedSample = 2000;

// The share of people whom the worst attack names, at most, with 95 % confidence: that of the unit
// that knows some pairs, without the secret.
struct Risk {
  double upper = 0;
  std::string test;   // as Finding has it; empty where no attack tells, and all may be named
  std::string about;  // likewise
};

// A candidate and what was found of it.
struct TunedCandidate {
  std::string name;
  std::string what;  // in words; of the given contract empty
  Contract contract;
  Quality quality;
  bool links_well = false;               // F1 is surely at least the floor
  std::optional<Risk> risk = {};         // none where it was not attacked
  Outcome outcome = Outcome::kTold;      // of its audit; kTold without one
  std::vector<std::string> failed = {};  // findings that fail or are invalid: "TEST, CASE"
  bool on_frontier = false;              // no other has less risk and a better F1
};

struct TuneReport {
  crypto::Fingerprint given{};
  std::uint64_t rows = 0;      // that encode would accept
  std::uint64_t rejected = 0;  // and that it would not
  std::uint64_t sample = 0;    // records that were attacked
  std::uint64_t people = 0;    // that links were tried on
  std::uint64_t pairs = 0;     // of their records, that were to be found
  std::uint64_t seed = 0;
  double least_f1 = 0;
  Copies judged = Copies::kUsual;          // the copies whose F1 counts
  Quality clear_text;                      // the same pairs, linked by their tokens in clear
  std::vector<TunedCandidate> candidates;  // in the order of docs/audit.md
  // The candidate that links well, whose audit does not fail, and whose risk is the least; where
  // all that link well fail, the one of least risk; none where none links well.
  std::optional<std::size_t> chosen = {};
  bool passes = false;              // the chosen one's audit does not fail
  std::vector<std::string> advice;  // what to do where it does, or there is none

  // "chosen", or "least risk" where it does not pass; empty of others.
  std::string_view MarkOf(std::size_t candidate) const {
    if (chosen != candidate) return "";
    return passes ? "chosen" : "least risk";
  }

  const PairCounts& f1_of(const TunedCandidate& tried) const { return tried.quality.of(judged); }
};

// Reads the file, and has each candidate linked (engine/tune/quality_trial.h), as stage "link",
// then attacked as engine::Audit does, as stage "attack": all whose F1 may come within twenty
// points of the floor. The same file, contract, secret and request give the same report at any
// number of threads.
//
// An audit of a sample is no audit of a file: of the chosen contract one must follow.
//
// Memory: that of an audit of the sample; the file, and some people's records twice.
// Errors: kUsage  `only` names no candidate, or a floor is not of 0 to 1; those of engine::Audit
Result<TuneReport> Tune(const TuneRequest& request, const Contract& given,
                        const crypto::LinkageSecret& secret, const ExecContext& context);

// The report as docs/formats/audit.md has it.
std::string TuneJson(const TuneReport& report);

}  // namespace musubi::engine
