// What all holders and the unit must agree on before any record is encoded or compared.
// Public: it names fields, filters and rules, and holds no secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/contract_parts.h"
#include "core/filter_parts.h"
#include "core/result.h"

namespace musubi {

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
  const std::vector<MatchRule>& match_rules() const { return match_rules_; }
  const LinkagePlan& plan() const { return plan_; }

  // The clkhash schema, as JSON, of a contract of that profile; else empty. Such a contract has no
  // fields, and one filter of the schema's length.
  const std::string& clkhash_schema() const { return clkhash_schema_; }

  // The width of each filter, for MakeEncodingSet.
  std::vector<std::uint32_t> filter_bits() const;

  // The number of tokens a record has: one for each block rule, then one for each match rule.
  std::size_t token_count() const { return block_rules_.size() + match_rules_.size(); }
  const std::string& token_name(std::size_t token) const;

 private:
  friend class ContractReader;
  Contract() = default;

  std::string canonical_json_;
  std::string name_;
  Profile profile_ = Profile::kFields;
  std::vector<Field> fields_;
  std::vector<Filter> filters_;
  std::vector<BlockRule> block_rules_;
  std::vector<MatchRule> match_rules_;
  std::string clkhash_schema_;
  LinkagePlan plan_;
};

// The names of the templates, in the order in which help shows them.
std::vector<std::string_view> ContractTemplateNames();

// The indented JSON of the template called `name`, or an empty view.
std::string_view ContractTemplate(std::string_view name);

// The JSON Schema (draft-07) that every contract satisfies.
std::string_view ContractSchema();

}  // namespace musubi
