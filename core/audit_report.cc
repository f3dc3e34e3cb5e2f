#include "core/audit_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/ids.h"

namespace musubi {
namespace {

// Members stand in the order in which people read them.
using Json = nlohmann::ordered_json;

constexpr int kVersion = 2;
constexpr std::array<std::string_view, 5> kOutcomes = {"told", "pass", "inconclusive", "fail",
                                                       "invalid"};
constexpr std::array<std::string_view, 5> kAttackers = {"outsider", "guesser", "unit",
                                                        "unit_with_pairs", "unit_with_holder"};

template <typename Kind, std::size_t kKinds>
std::optional<Kind> Find(std::string_view name, const std::array<std::string_view, kKinds>& names) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Kind>(found - names.begin());
}

// The bound on one side (+1 or -1) of the Wilson interval of 95 %.
double Bound(const Rate& rate, double side) {
  constexpr double kDeviations = 1.959964;
  const auto n = static_cast<double>(rate.trials);
  const double z2 = kDeviations * kDeviations;
  const double p = rate.value();
  const double half = kDeviations * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return (p + z2 / (2 * n) + side * half) / (1 + z2 / n);
}

std::string Hex(const Digest256& digest) { return ToHex(digest.data(), digest.size()); }

Json JsonOf(const Finding& finding) {
  Json json = {{"test", finding.test}, {"case", finding.about}};
  json["attacker"] = NameOf(finding.attacker);
  json["outcome"] = NameOf(finding.outcome);
  json["value"] = finding.value;
  if (finding.rate) {
    json["successes"] = finding.rate->successes;
    json["trials"] = finding.rate->trials;
    json["lower"] = finding.rate->lower();
    json["upper"] = finding.rate->upper();
  }
  if (finding.chance) json["chance"] = *finding.chance;
  if (finding.limit) json["limit"] = *finding.limit;
  if (finding.control) json["control"] = *finding.control;
  if (!finding.note.empty()) json["note"] = finding.note;
  return json;
}

// What is wrong here and below shows when the report is written again: it then gives another text.
Digest256 DigestOf(const Json& hex) {
  Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}

std::optional<double> NumberOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return std::nullopt;
  return found->get<double>();
}

// Throws nlohmann::json::exception, here and below, where a member is missing or of another type.
Finding FindingOf(const Json& json) {
  Finding finding;
  finding.test = json.at("test").get<std::string>();
  finding.about = json.at("case").get<std::string>();
  finding.attacker =
      AttackerOf(json.at("attacker").get_ref<const std::string&>()).value_or(Attacker::kOutsider);
  finding.outcome =
      OutcomeOf(json.at("outcome").get_ref<const std::string&>()).value_or(Outcome::kInvalid);
  finding.value = json.at("value").get<double>();
  if (json.contains("trials")) {
    finding.rate =
        Rate{json.at("successes").get<std::uint64_t>(), json.at("trials").get<std::uint64_t>()};
  }
  finding.chance = NumberOf(json, "chance");
  finding.limit = NumberOf(json, "limit");
  finding.control = NumberOf(json, "control");
  if (json.contains("note")) finding.note = json.at("note").get<std::string>();
  return finding;
}

void ReadFile(const Json& json, AuditReport* report) {
  report->contract = DigestOf(json.at("contract"));
  report->contract_name = json.at("contract_name").get<std::string>();
  report->purpose = json.at("purpose").get<std::string>();
  for (const Json& field : json.at("fields")) {
    report->fields.push_back(
        {field.at("name").get<std::string>(), field.at("kind").get<std::string>()});
  }
  report->input = DigestOf(json.at("input"));
  for (const auto& [field, column] : json.at("columns").items()) {
    report->columns.emplace_back(field, column.get<std::string>());
  }
  report->key_check = json.at("key_check").get<std::string>();
}

AuditReport Extract(const Json& json) {
  AuditReport report;
  report.program = json.at("program").get<std::string>();
  ReadFile(json, &report);
  for (const auto& [name, limit] : json.at("policy").items()) {
    report.policy.emplace_back(name, limit.get<double>());
  }
  report.usual_policy = json.at("usual_policy").get<bool>();
  report.outcome =
      OutcomeOf(json.at("outcome").get_ref<const std::string&>()).value_or(Outcome::kInvalid);
  report.rows = json.at("rows").get<std::uint64_t>();
  report.rejected = json.at("rejected").get<std::uint64_t>();
  report.sample = json.at("sample").get<std::uint64_t>();
  report.seed = json.at("seed").get<std::uint64_t>();
  report.rare_records = json.at("rare_records").get<std::uint64_t>();
  report.other_scripts = json.at("other_scripts").get<std::uint64_t>();
  for (const Json& finding : json.at("findings")) report.findings.push_back(FindingOf(finding));
  report.seal = DigestOf(json.at("seal"));
  return report;
}

}  // namespace

std::string_view NameOf(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }
std::optional<Outcome> OutcomeOf(std::string_view name) { return Find<Outcome>(name, kOutcomes); }

std::string_view NameOf(Attacker attacker) {
  return kAttackers[static_cast<std::size_t>(attacker)];
}
std::optional<Attacker> AttackerOf(std::string_view name) {
  return Find<Attacker>(name, kAttackers);
}

double Rate::value() const {
  return trials == 0 ? 0 : static_cast<double>(successes) / static_cast<double>(trials);
}
double Rate::lower() const { return trials == 0 ? 0 : std::max(0.0, Bound(*this, -1)); }
double Rate::upper() const { return trials == 0 ? 1 : std::min(1.0, Bound(*this, 1)); }

std::string AuditReportText(const AuditReport& report) {
  Json fields = Json::array();
  for (const AuditReport::Field& field : report.fields) {
    fields.push_back({{"name", field.name}, {"kind", field.kind}});
  }
  Json columns = Json::object();
  for (const auto& [field, column] : report.columns) columns[field] = column;
  Json policy = Json::object();
  for (const auto& [name, limit] : report.policy) policy[name] = limit;
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(JsonOf(finding));
  const Json json = {{"musubi_audit", kVersion},
                     {"program", report.program},
                     {"contract", Hex(report.contract)},
                     {"contract_name", report.contract_name},
                     {"purpose", report.purpose},
                     {"fields", std::move(fields)},
                     {"input", Hex(report.input)},
                     {"columns", std::move(columns)},
                     {"key_check", report.key_check},
                     {"policy", std::move(policy)},
                     {"usual_policy", report.usual_policy},
                     {"outcome", NameOf(report.outcome)},
                     {"rows", report.rows},
                     {"rejected", report.rejected},
                     {"sample", report.sample},
                     {"seed", report.seed},
                     {"rare_records", report.rare_records},
                     {"other_scripts", report.other_scripts},
                     {"findings", std::move(findings)},
                     {"seal", Hex(report.seal)}};
  return json.dump(2) + "\n";
}

Result<AuditReport> ParseAuditReport(std::string_view text) {
  const Error other_form{ErrorCode::kBadData,
                         "the audit's report is not in its one form: something is missing, too "
                         "much, or changed; make it with musubi-holder audit"};
  if (text.size() > kMaxAuditReportBytes) return other_form;
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return other_form;
  try {
    AuditReport report = Extract(json);
    if (AuditReportText(report) == text) return report;
  } catch (const nlohmann::json::exception&) {
    // As below.
  }
  return other_form;
}

}  // namespace musubi
