// What an audit lets pass: its limits, each of which a policy file may change. Public facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace musubi::engine {

// Shares are of 1. Bounds are those of 95 %.
struct AuditPolicy {
  double identical_share = 0.005;      // most records that share a filter with another
  double identical_multiplicity = 5;   // most records of one filter
  double frequency_alignment = 0.005;  // most right by rank, above chance
  double gini_floors = 2;              // most unevenness of bits, in that of coins
  double entropy = 0.995;              // least mean entropy of a bit
  double weight_correlation = 0.05;    // most, of bits set with tokens
  double similarity_random = 0.05;     // most correlation with the clear text, of random pairs
  double visible_neighbours = 1;       // most others that a record visibly resembles
  double graph_matching = 0.005;       // most right, above chance, upper bound
  double anchors_50 = 0.01;            // most right with 50 known pairs, upper bound
  double anchors_200 = 0.02;           // with 200
  double anchors_1000 = 0.05;          // with 1,000
  double probe_auc = 0.65;             // most that bits tell of a token with known pairs
  double learnt_decoding = 0.005;      // most right by what was learnt, above chance, upper bound
  double learnt_tokens = 0.02;         // most that it reads of tokens, above the most frequent
  double mined_tokens = 0;             // most tokens found by bits that go together
  double dictionary = 0.005;           // most right without the key, above chance
  double group_factor = 2;             // of a limit, what it is for a group at most
  double block_least = 50;             // records that a block must have
  double block_most = 2000;            // and may have

  // None: told, not judged.
  std::optional<double> frequency_divergence;   // most, in that of coins in one file of 100
  std::optional<double> similarity_neighbours;  // most correlation of each record's nearest
  std::optional<double> blocks_outside;         // most records in other blocks

  // Reads {"musubi_audit_policy": 1, NAME: NUMBER, ...}: what is not named stays as it is.
  //
  // Errors: kBadData  not such a file, with what is wrong
  static Result<AuditPolicy> Parse(std::string_view json);

  // Every limit by its name in such a file, in the order of docs/formats/audit.md.
  std::vector<std::pair<std::string, double>> Limits() const;

  // Whether no limit is looser than the usual.
  bool IsUsual() const;
};

}  // namespace musubi::engine
