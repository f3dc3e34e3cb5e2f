#include "engine/audit/audit_policy.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

namespace musubi::engine {
namespace {

struct Limit {
  std::string_view name;
  double AuditPolicy::*place;
  bool is_least = false;  // or the most that passes
};

constexpr std::array kLimits = {
    Limit{"identical_share", &AuditPolicy::identical_share},
    Limit{"identical_multiplicity", &AuditPolicy::identical_multiplicity},
    Limit{"frequency_alignment", &AuditPolicy::frequency_alignment},
    Limit{"gini_floors", &AuditPolicy::gini_floors},
    Limit{"entropy", &AuditPolicy::entropy, true},
    Limit{"weight_correlation", &AuditPolicy::weight_correlation},
    Limit{"similarity_random", &AuditPolicy::similarity_random},
    Limit{"visible_neighbours", &AuditPolicy::visible_neighbours},
    Limit{"graph_matching", &AuditPolicy::graph_matching},
    Limit{"anchors_50", &AuditPolicy::anchors_50},
    Limit{"anchors_200", &AuditPolicy::anchors_200},
    Limit{"anchors_1000", &AuditPolicy::anchors_1000},
    Limit{"probe_auc", &AuditPolicy::probe_auc},
    Limit{"learnt_decoding", &AuditPolicy::learnt_decoding},
    Limit{"learnt_tokens", &AuditPolicy::learnt_tokens},
    Limit{"mined_tokens", &AuditPolicy::mined_tokens},
    Limit{"dictionary", &AuditPolicy::dictionary},
    Limit{"group_factor", &AuditPolicy::group_factor},
    Limit{"block_least", &AuditPolicy::block_least, true},
    Limit{"block_most", &AuditPolicy::block_most}};

struct OptionalLimit {
  std::string_view name;
  std::optional<double> AuditPolicy::*place;
};

constexpr std::array kOptionalLimits = {
    OptionalLimit{"frequency_divergence", &AuditPolicy::frequency_divergence},
    OptionalLimit{"similarity_neighbours", &AuditPolicy::similarity_neighbours},
    OptionalLimit{"blocks_outside", &AuditPolicy::blocks_outside}};

// Sets the limit of this name. False where there is none.
bool SetLimit(std::string_view name, double value, AuditPolicy* policy) {
  for (const Limit& limit : kLimits) {
    if (limit.name != name) continue;
    policy->*limit.place = value;
    return true;
  }
  for (const OptionalLimit& limit : kOptionalLimits) {
    if (limit.name != name) continue;
    policy->*limit.place = value;
    return true;
  }
  return false;
}

Error Wrong(const std::string& what) { return {ErrorCode::kBadData, "audit policy: " + what}; }

}  // namespace

Result<AuditPolicy> AuditPolicy::Parse(std::string_view json) {
  const auto read = nlohmann::json::parse(json, nullptr, false);
  if (!read.is_object()) return Wrong("it is not a JSON object");
  const auto version = read.find("musubi_audit_policy");
  if (version == read.end() || *version != 1) return Wrong("musubi_audit_policy must be 1");
  AuditPolicy policy;
  for (const auto& [name, value] : read.items()) {
    if (name == "musubi_audit_policy") continue;
    if (!value.is_number() || value < 0) return Wrong(name + " must be a number, 0 or above");
    if (!SetLimit(name, value.get<double>(), &policy)) {
      return Wrong(name + " is not a limit; see docs/formats/audit.md");
    }
  }
  return policy;
}

std::vector<std::pair<std::string, double>> AuditPolicy::Limits() const {
  std::vector<std::pair<std::string, double>> limits;
  for (const Limit& limit : kLimits) limits.emplace_back(limit.name, this->*limit.place);
  for (const OptionalLimit& limit : kOptionalLimits) {
    if (this->*limit.place) limits.emplace_back(limit.name, *(this->*limit.place));
  }
  return limits;
}

bool AuditPolicy::IsUsual() const {
  const AuditPolicy usual;
  return std::ranges::all_of(kLimits, [&](const Limit& limit) {
    const double mine = this->*limit.place;
    const double theirs = usual.*limit.place;
    return limit.is_least ? mine >= theirs : mine <= theirs;
  });
}

}  // namespace musubi::engine
