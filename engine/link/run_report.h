// What a link run found, as the JSON that the store keeps of it: counts, shares and weights, never
// of one record. Private to engine/link.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/contract.h"
#include "engine/link/learn_links.h"
#include "engine/link/link.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// Collects what is known only while a run lasts. The same inputs give the same text at any number
// of threads, with any memory, and after any interruption: every number is an integer
// (docs/formats/run_report.md).
//
// Threads: one at a time.
class RunReport {
 public:
  // Requires: the model was not refused.
  void AddLearned(const LearnedRun& learned, const Contract& contract);

  // Counts the links of a weighted mean by their score, in hundredths.
  //
  // Errors: those of the links
  Status AddScores(const LinkSource& links);

  // Canonical JSON (RFC 8785) of all that was added and of the receipt.
  std::string Text(const LinkReceipt& receipt, const Contract& contract) const;

 private:
  nlohmann::json learned_;
  nlohmann::json scores_;
};

}  // namespace musubi::engine
