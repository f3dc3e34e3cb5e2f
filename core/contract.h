// What all holders and the unit must agree on before any record is encoded or compared.
// Public: it names fields, filters and rules, and holds no secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/threshold.h"

namespace musubi {

// How a field's written forms are made comparable (docs/identifiers.md).
enum class FieldKind { kName, kDate, kSex, kDigits, kPostcode, kText };

// The order in which a written date names its parts where the year does not come first.
enum class DateOrder { kYearFirst, kDayFirst, kMonthFirst };

// What becomes of a value that is not a valid one of its kind.
enum class InvalidPolicy {
  kMissing,  // the field counts as missing
  kKeep,     // compared as written, where it has the shape of its kind (an impossible date)
  kReject    // the row is rejected
};

struct Field {
  std::string name;
  std::string column;  // the CSV header's name for it
  FieldKind kind = FieldKind::kText;
  DateOrder date_order = DateOrder::kYearFirst;
  InvalidPolicy on_invalid = InvalidPolicy::kMissing;
};

enum class TokenKind { kQGram, kExact };

// How a normalised value is cut into tokens.
struct TokenRule {
  TokenKind kind = TokenKind::kQGram;
  std::uint32_t q = 2;      // code points a gram; 1 to 4
  bool padded = true;       // q-1 blanks on either side
  bool positional = false;  // each gram carries its place, counted from 1
};

// Tokens of one field that set bits of a filter.
struct Feature {
  std::uint32_t field = 0;  // index into Contract::fields()
  TokenRule tokens;
  std::uint32_t positions = 0;  // bits a token sets, 1 to 64
};

struct Filter {
  std::string name;
  std::uint32_t bits = 0;  // 64 to 8192, a multiple of 64
  std::vector<Feature> features;
  std::uint32_t weight = 1;  // in the weighted mean; 1 to 1000
  Threshold floor{0, 1};     // Dice similarity that counts as no agreement; below 1
  Threshold penalty{0, 1};   // how far below zero the agreement falls at Dice similarity 0
};

// The part of a field's value that goes into a block token.
enum class PartForm {
  kFull,      // the whole normalised value
  kPrefix,    // its first `length` code points
  kYear,      // of a date
  kMonthDay,  // of a date
  kSoundex    // American Soundex; for names in Latin letters
};

struct BlockPart {
  std::uint32_t field = 0;  // index into Contract::fields()
  PartForm form = PartForm::kFull;
  std::uint32_t length = 0;  // code points, for kPrefix
};

// One blocking pass: records with equal tokens are candidates.
struct BlockRule {
  std::string name;
  std::vector<BlockPart> parts;
};

enum class CandidateMethod {
  kAuto,      // all pairs while there are at most all_pairs_up_to, block tokens beyond
  kAllPairs,  // every pair
  kBlocks     // pairs that share a block token
};

struct LinkagePlan {
  CandidateMethod candidates = CandidateMethod::kAuto;
  std::uint64_t all_pairs_up_to = 0;  // pairs
  Threshold threshold;                // the least weighted mean that is a link
  std::uint32_t prior_weight = 0;     // weight of "no agreement" that every pair starts with
};

enum class Profile { kFields, kRecord };

// A validated contract. Immutable; cheap to move.
class Contract {
 public:
  // The only version this program writes or reads.
  static constexpr int kVersion = 1;

  // Reads and validates `json`. Every mistake is listed in the message, each at its JSON path.
  //
  // Errors: kContract  not JSON, not a contract, or one whose parts contradict one another
  static Result<Contract> Parse(std::string_view json);

  // The RFC 8785 form: the bytes whose SHA-256 is the contract's fingerprint.
  const std::string& canonical_json() const { return canonical_json_; }

  const std::string& name() const { return name_; }
  Profile profile() const { return profile_; }
  const std::vector<Field>& fields() const { return fields_; }
  const std::vector<Filter>& filters() const { return filters_; }
  const std::vector<BlockRule>& block_rules() const { return block_rules_; }
  const LinkagePlan& plan() const { return plan_; }

  // The width of each filter, for MakeEncodingSet.
  std::vector<std::uint32_t> filter_bits() const;

 private:
  friend class ContractReader;
  Contract() = default;

  std::string canonical_json_;
  std::string name_;
  Profile profile_ = Profile::kFields;
  std::vector<Field> fields_;
  std::vector<Filter> filters_;
  std::vector<BlockRule> block_rules_;
  LinkagePlan plan_;
};

// The names of the templates, in the order in which help shows them.
std::vector<std::string_view> ContractTemplateNames();

// The indented JSON of the template called `name`, or an empty view.
std::string_view ContractTemplate(std::string_view name);

// The JSON Schema (draft-07) that every contract satisfies.
std::string_view ContractSchema();

}  // namespace musubi
