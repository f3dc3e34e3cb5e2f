// What an audit of a holder's encodings found, as a report that is handed on:
// docs/formats/audit.md. Counts, shares and measures; no value, no id, no bit of an encoding.
// Public.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/result.h"

namespace musubi {

// From the best to the worst; kTold is no verdict.
enum class Outcome : std::uint8_t { kTold, kPass, kInconclusive, kFail, kInvalid };

// "told", "pass", "inconclusive", "fail", "invalid".
std::string_view NameOf(Outcome outcome);
std::optional<Outcome> OutcomeOf(std::string_view name);

// Who makes an attack, from who knows the least to who knows the most (docs/audit.md).
enum class Attacker : std::uint8_t {
  kOutsider,       // has the encodings alone
  kGuesser,        // and the contract, and a list of people; not the secret
  kUnit,           // the same, and time
  kUnitWithPairs,  // and for some people knows which encoding is theirs
  kUnitWithHolder  // and has the secret
};

// "outsider", "guesser", "unit", "unit_with_pairs", "unit_with_holder".
std::string_view NameOf(Attacker attacker);
std::optional<Attacker> AttackerOf(std::string_view name);

// So many successes in so many independent trials.
struct Rate {
  std::uint64_t successes = 0;
  std::uint64_t trials = 0;

  double value() const;
  // The bounds within which the true rate lies, at 95 %; 0 and 1 without trials.
  //
  // Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA
  //         22(158), 1927.
  double lower() const;
  double upper() const;

  bool operator==(const Rate&) const = default;
};

// What one test found, and what it means for the verdict.
struct Finding {
  std::string test;   // "graph_matching"
  std::string about;  // which case or group of it; may be empty
  Attacker attacker = Attacker::kOutsider;
  Outcome outcome = Outcome::kTold;
  std::optional<Rate> rate;  // of attacks
  double value = 0;          // of measures; of attacks rate->value()
  std::optional<double> chance;
  std::optional<double> limit;    // the most that passes; of entropy the least
  std::optional<double> control;  // the same on a plain filter of the same people
  std::string note;               // what to do, or why there is no verdict; may be empty

  bool operator==(const Finding&) const = default;
};

struct AuditReport {
  struct Field {
    std::string name;
    std::string kind;  // as the contract has it

    bool operator==(const Field&) const = default;
  };

  std::string program;  // and its version
  Fingerprint contract{};
  std::string contract_name;
  std::string purpose;  // the contract's description; may be empty
  std::vector<Field> fields;
  Digest256 input{};  // SHA-256 of the file's bytes
  // Field and the column that held it, where the holder named another than the contract does; in
  // the order of the holder.
  std::vector<std::pair<std::string, std::string>> columns;
  std::string key_check;                               // of the secret, as people compare it
  std::vector<std::pair<std::string, double>> policy;  // its limits, in the order of the format
  bool usual_policy = true;                            // no limit is looser than the usual
  Outcome outcome = Outcome::kPass;
  std::uint64_t rows = 0;      // that encode would accept
  std::uint64_t rejected = 0;  // and that it would not
  std::uint64_t sample = 0;
  std::uint64_t seed = 0;
  std::uint64_t rare_records = 0;   // of the sample: the tenth whose tokens are the rarest
  std::uint64_t other_scripts = 0;  // of the sample: names not in the script of most
  std::vector<Finding> findings;    // in the order of docs/audit.md
  Digest256 seal{};                 // under the linkage secret: engine/audit/report_seal.h

  bool operator==(const AuditReport&) const = default;
};

inline constexpr std::size_t kMaxAuditReportBytes = std::size_t{1} << 20;

// The report's one form.
//
// Requires: its texts are UTF-8, its numbers finite.
std::string AuditReportText(const AuditReport& report);

// The report that AuditReportText writes so, to the byte. Whether the seal is right is not looked
// at: that takes the secret.
//
// Errors: kBadData  there is none; the message begins with "the audit's report" and quotes nothing
Result<AuditReport> ParseAuditReport(std::string_view text);

}  // namespace musubi
