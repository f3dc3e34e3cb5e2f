#include <array>
#include <utility>

#include "core/contract.h"

namespace musubi {

// The files of core/templates/, as the build embeds them. Floors are the Dice similarities that
// unrelated values reach by chance with filters of 512 bits and 10 positions a token; they go with
// these numbers. How weights, floors and thresholds were found, and what they reach, is in
// bench/quality/README.md.
namespace templates {

extern const std::string_view kClkhash;
extern const std::string_view kJapanClaims;
extern const std::string_view kJapanHospital;
extern const std::string_view kRecord;
extern const std::string_view kSaul;
extern const std::string_view kWestern;

}  // namespace templates

namespace {

using NamedTemplate = std::pair<std::string_view, const std::string_view*>;
constexpr std::array<NamedTemplate, 6> kTemplates = {{
    {"western", &templates::kWestern},
    {"japan-hospital", &templates::kJapanHospital},
    {"japan-claims", &templates::kJapanClaims},
    {"record", &templates::kRecord},
    {"saul", &templates::kSaul},
    {"clkhash", &templates::kClkhash},
}};

}  // namespace

std::vector<std::string_view> ContractTemplateNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, text] : kTemplates) names.push_back(name);
  return names;
}

std::string_view ContractTemplate(std::string_view wanted) {
  for (const auto& [name, text] : kTemplates) {
    if (name == wanted) return *text;
  }
  return {};
}

}  // namespace musubi
